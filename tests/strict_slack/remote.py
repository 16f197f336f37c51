"""A strict Slack in another process, driven through its control API with the names of the Python one."""

from __future__ import annotations

from typing import Any, Self

import aiohttp

from .errors import NotAnswered, PersonCannot, TimedOut
from .model import Json

_ERRORS: dict[str, type[Exception]] = {"PersonCannot": PersonCannot, "NotAnswered": NotAnswered, "TimedOut": TimedOut}


class RemoteSlack:
    """``async with RemoteSlack("http://127.0.0.1:9100") as slack: await slack.does("alice", "says", …)``."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def get(self, path: str = "", **query: str) -> Any:
        """Looks at something, e.g. ``get("channels/it-help")``."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> Any:
        """Does or turns something, e.g. ``post("faults", kind="rate_limited", every=3)``."""
        return await self._ask("POST", path, json=body)

    async def does(self, handle: str, act: str, **arguments: Any) -> Any:
        """Lets a person act: ``does("alice", "says", where="it-help", text="…")``."""
        return await self.post(f"people/{handle}/{act}", **arguments)

    async def messages(self, channel: str) -> list[Json]:
        """What was said in a room, oldest first."""
        found: list[Json] = (await self.get(f"channels/{channel}"))["messages"]
        return found

    async def wait_for_text(self, where: str, words: str, timeout: float = 5.0) -> Json:
        """The bot's newest message with these words."""
        found: Json = await self.post("wait", where=where, words=words, timeout=timeout)
        return found

    async def _ask(self, method: str, path: str, **details: Any) -> Any:
        assert self._session is not None, "use it as a context"
        async with self._session.request(method, f"{self._url}/_control/{path}", **details) as response:
            if response.content_type != "application/json":
                raise AssertionError(f"{path}: {response.status} {await response.text()}")
            answer = await response.json()
        if response.status != 200:
            raise _ERRORS[answer["error"]](answer["message"])
        return answer

"""A bad line to a real homeserver: counts what passes, and fails on request in the ways lines and servers do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, web

from tests.servers.kept import free_port


@dataclass(frozen=True)
class Fault:
    """What to answer instead. ``performed``: the homeserver does it all the same, only the answer is lost."""

    status: int = 500
    body: str = ""
    performed: bool = False


Faults = Callable[[str, str], Fault | None]


def rate_limited(milliseconds: int) -> Fault:
    return Fault(429, f'{{"errcode": "M_LIMIT_EXCEEDED", "error": "Too fast", "retry_after_ms": {milliseconds}}}')


UNKNOWN_TOKEN = Fault(401, '{"errcode": "M_UNKNOWN_TOKEN", "error": "Unknown access token"}')
PROXY_ERROR = Fault(502, "<html>Bad Gateway</html>")
LOST_ANSWER = Fault(504, "<html>Gateway Timeout</html>", performed=True)


class BadLine:
    """Stands before a homeserver. ``faults`` is asked for each request, with its method and path.

    While ``holds_letters``, what devices write to devices stays here; afterwards the next sync brings it. Answers
    to requests whose path ends with ``holds_answers`` stay here until ``gives_answers`` is set.
    """

    def __init__(self, homeserver: str) -> None:
        self._homeserver = homeserver
        self._port = free_port()
        self.base_url = f"http://127.0.0.1:{self._port}"
        self.passed: list[str] = []
        self.faults: Faults = lambda method, path: None
        self.holds_letters = False
        self.holds_answers = ""
        self.gives_answers = asyncio.Event()
        self._letters: list[Any] = []
        self._runner: web.AppRunner | None = None

    def count(self, part: str = "") -> int:
        """How many requests came whose method and path contain this."""
        return sum(part in request for request in self.passed)

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=60), auto_decompress=False)
        await self.connect()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.cut()
        await self._session.close()

    async def connect(self) -> None:
        """Let requests through again."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def cut(self) -> None:
        """Nothing gets through: connections are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _with_letters(self, told: dict[str, Any]) -> bytes:
        letters = told.setdefault("to_device", {}).setdefault("events", [])
        letters[:0] = self._letters
        self._letters = letters[:] if self.holds_letters else []
        if self.holds_letters:
            letters.clear()
        return json.dumps(told).encode()

    async def _pass(self, request: web.Request) -> web.Response:
        self.passed.append(f"{request.method} {request.rel_url.raw_path}")
        fault = self.faults(request.method, request.rel_url.raw_path)
        if fault is not None and not fault.performed:
            return web.Response(status=fault.status, text=fault.body)
        headers = {key: value for key, value in request.headers.items() if key in ("Authorization", "Content-Type")}
        url = self._homeserver + request.raw_path
        try:
            async with self._session.request(request.method, url, data=await request.read(), headers=headers) as answer:
                body = await answer.read()
        except ClientConnectionError:
            return web.Response(status=PROXY_ERROR.status, text=PROXY_ERROR.body)
        if request.path.endswith("/sync") and answer.status == 200:
            body = self._with_letters(json.loads(body))
        if fault is not None:
            return web.Response(status=fault.status, text=fault.body)
        if self.holds_answers and request.path.endswith(self.holds_answers):
            await self.gives_answers.wait()
        return web.Response(status=answer.status, body=body, content_type="application/json")

"""Calls of Slack's Web API: one session, a limit of time, and errors in the port's words."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from adapters.slack import refusals
from adapters.slack.backoff import Backoff
from adapters.slack.pace import ANSWERING, Pace, Rank, Turn
from bot.errors import ChatUnavailable

Json = dict[str, Any]

_PAGE = 200
_PATIENT_TRIES = 5
_KEPT = 3600.0
"""Seconds until what was read of a list is too old to go on from."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Unfinished:
    """What was read of a list when Slack could not be asked for the rest."""

    items: list[Any] = field(default_factory=list)
    cursor: str = ""
    since: float = field(default_factory=time.monotonic)


class Web:
    """The Web API with one token. Every call raises ``ChatUnavailable`` or ``ChatRefused``, nothing else."""

    def __init__(self, token: str, api_url: str, patience: float = 10.0, pace: Pace | None = None) -> None:
        self._api_url = api_url
        self._pace = pace or Pace(known=False)
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self._unfinished: dict[object, _Unfinished] = {}
        self.use(token)
        self.scopes: frozenset[str] | None = None
        """The scopes that the token has, once an answer said so."""

    def use(self, token: str) -> None:
        """Call with this token from now on; with none for what proves itself in another way."""
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def call(self, method: str, *, turn: Turn | None = None, **arguments: object) -> Json:
        """Call a method when its turn comes; ``None`` arguments are left out."""
        channel = str(arguments.get("channel") or "")
        turn = turn or Turn(Rank.ANSWER if method in ANSWERING else Rank.ORDINARY)
        async with self._pace.turn(method, turn, channel):
            response, answer = await self._asked(method, arguments)
        if not answer.get("ok"):
            wrong = refusals.meaning(method, response.status, response.headers, answer)
            if response.status == 429 and isinstance(wrong, ChatUnavailable) and wrong.retry_after:
                self._pace.refused(method, channel, wrong.retry_after)
            raise wrong
        if (granted := response.headers.get("x-oauth-scopes")) is not None:
            self.scopes = frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
        return answer

    async def _asked(self, method: str, arguments: Mapping[str, object]) -> tuple[aiohttp.ClientResponse, Json]:
        content = _content({name: value for name, value in arguments.items() if value is not None})
        try:
            async with self.session().post(self._api_url + method, data=content, headers=self._headers) as response:
                return response, _answer(await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ChatUnavailable(f"{method}: no connection: {error}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ChatUnavailable(f"{method}: no answer: {type(error).__name__} {error}", doubtful=True) from None

    async def patiently(self, method: str, *, turn: Turn | None = None, **arguments: object) -> Json:
        """Call a method for work that nobody waits for: a limit or a short absence is waited for."""
        backoff = Backoff()
        for _ in range(_PATIENT_TRIES):
            try:
                return await self.call(method, turn=turn, **arguments)
            except ChatUnavailable as away:
                await asyncio.sleep(backoff.seconds(away.retry_after))
        return await self.call(method, turn=turn, **arguments)

    async def pages(
        self, method: str, key: str, *, patient: bool = False, turn: Turn | None = None, **arguments: object
    ) -> AsyncIterator[Any]:
        """Every item under ``key`` on all pages of a listing."""
        call = self.patiently if patient else self.call
        cursor = ""
        while True:
            answer = await call(method, turn=turn, limit=_PAGE, cursor=cursor or None, **arguments)
            for item in answer.get(key) or []:
                yield item
            if not (cursor := _next_cursor(answer)):
                return

    async def whole(self, method: str, key: str, **arguments: object) -> Sequence[Any]:
        """All of them at once. When a limit comes in between, whoever asks again within the hour goes on from there:
        Slack answers an app distributed outside its Marketplace one short page of the history a minute."""
        asked, now = (method, *sorted(arguments.items())), time.monotonic()
        self._unfinished = {list_: one for list_, one in self._unfinished.items() if one.since > now - _KEPT}
        reading = self._unfinished.pop(asked, None) or _Unfinished()
        try:
            while True:
                answer = await self.call(method, turn=None, limit=_PAGE, cursor=reading.cursor or None, **arguments)
                reading.items += answer.get(key) or []
                if not (cursor := _next_cursor(answer)):
                    return reading.items
                reading.cursor = cursor
        except (ChatUnavailable, asyncio.CancelledError):
            self._unfinished[asked] = reading
            raise

    async def teams(self) -> Sequence[str]:
        """The workspaces that it is asked of, where the token is of several; they need not be named otherwise."""
        return ()

    async def team_near(self, user: str) -> str | None:
        """The workspace of a person, where the token is one of several; it need not be named otherwise."""
        return None

    def session(self) -> aiohttp.ClientSession:
        """The session all calls share, opened when first needed."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=self._patience, connect=self._patience / 2)
            self._session = aiohttp.ClientSession(timeout=timeout, proxy=_proxy(self._api_url))
        return self._session

    async def close(self) -> None:
        """Close the session; a later call opens a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _content(arguments: Mapping[str, object]) -> aiohttp.Payload | dict[str, str]:
    """A form, which every method takes; JSON where an argument is a list or object, for the methods that have such take
    it, and to quote blocks as a form costs more than all the rest of a call."""
    if any(isinstance(value, dict | list) for value in arguments.values()):
        return aiohttp.JsonPayload(arguments, content_type="application/json; charset=utf-8")
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()}


def _answer(body: bytes) -> Json:
    """What Slack answered; nothing when it is no answer of Slack's, such as a proxy's page of excuses."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _next_cursor(answer: Json) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def _proxy(address: str) -> str | None:
    """The proxy that the environment names for an address, looked for once: aiohttp would for every single call."""
    parts = urlsplit(address)
    return None if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme)

"""Calls of Slack's Web API: one session, a limit of time, and errors in the port's words."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import refusals
from adapters.slack.backoff import Backoff
from bot.errors import ChatUnavailable

Json = dict[str, Any]

_PAGE = 200
_PATIENT_TRIES = 5

log = logging.getLogger(__name__)


class Web:
    """The Web API with one token. Every call raises ``ChatUnavailable`` or ``ChatRefused``, nothing else."""

    def __init__(self, token: str, api_url: str, patience: float = 10.0) -> None:
        self._token = token
        self._api_url = api_url
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self.scopes: frozenset[str] | None = None
        """The scopes that the token has, once an answer said so."""

    async def call(self, method: str, **arguments: object) -> Json:
        """Call a method; ``None`` arguments are left out, lists and objects are sent as JSON."""
        data = {name: _sent(value) for name, value in arguments.items() if value is not None}
        try:
            answer = await self._open().api_call(method, data=data)
        except SlackApiError as error:
            raise _meaning(method, error) from None
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ChatUnavailable(f"{method}: no connection: {error}") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ChatUnavailable(f"{method}: no answer: {type(error).__name__} {error}", doubtful=True) from None
        if (granted := _header(answer.headers, "x-oauth-scopes")) is not None:
            self.scopes = frozenset(scope.strip() for scope in granted.split(",") if scope.strip())
        return dict(answer.data) if isinstance(answer.data, Mapping) else {}

    async def patiently(self, method: str, **arguments: object) -> Json:
        """Call a method for work that nobody waits for: a limit or a short absence is waited for."""
        backoff = Backoff()
        for _ in range(_PATIENT_TRIES):
            try:
                return await self.call(method, **arguments)
            except ChatUnavailable as away:
                await asyncio.sleep(backoff.seconds(away.retry_after))
        return await self.call(method, **arguments)

    async def pages(self, method: str, key: str, *, patient: bool = False, **arguments: object) -> AsyncIterator[Any]:
        """Every item under ``key`` on all pages of a listing."""
        call = self.patiently if patient else self.call
        cursor = ""
        while True:
            answer = await call(method, limit=_PAGE, cursor=cursor or None, **arguments)
            for item in answer.get(key) or []:
                yield item
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def session(self) -> aiohttp.ClientSession:
        """The session all calls share, opened when first needed."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=self._patience, connect=self._patience / 2)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=True)
            self._client = None
        return self._session

    async def close(self) -> None:
        """Close the session; a later call opens a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> AsyncWebClient:
        session = self.session()
        if self._client is None:
            # Waiting and trying again is delivery's business: no retry handlers, which would sleep inside the call.
            self._client = AsyncWebClient(self._token, base_url=self._api_url, session=session, retry_handlers=[])
            # The session finds a proxy by itself and leaves out hosts that need none; the client would not.
            self._client.proxy = None
        return self._client


def _sent(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _meaning(method: str, error: SlackApiError) -> Exception:
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    answer = getattr(response, "data", None)
    return refusals.meaning(
        method, int(status), getattr(response, "headers", None) or {}, answer if isinstance(answer, Mapping) else {}
    )


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)

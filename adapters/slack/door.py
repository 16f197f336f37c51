"""The app's way in: signed HTTP, Socket Mode, or both; one door, however many workspaces speak through it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack import hearing
from adapters.slack.settings import SlackSettings
from adapters.slack.socket_mode import SocketMode
from adapters.slack.web import Web

Json = dict[str, Any]
Hear = Callable[[Json], Awaitable[Json]]
"""Stores what a payload says and returns what to say with the acknowledgement; raises when it could not be stored."""

_LARGEST_BODY = 1_000_000
_FIRST_SWEEP = 5.0
"""So long the first connection waits for the first sweep, which stores what was said while nobody listened."""


class Door:
    """Lets in what Slack sends, from the moment it is opened."""

    def __init__(self, settings: SlackSettings) -> None:
        self._settings = settings
        self._app: AsyncApp | None = None
        self._socket: SocketMode | None = None

    @property
    def connected(self) -> bool:
        """Whether Slack can reach the bot: a greeted socket, or HTTP mode once it was opened."""
        if self._app is None:
            return False
        return self._socket.connected if self._socket else bool(self._settings.signing_secret)

    def routes(self) -> list[Route]:
        """The address of HTTP mode. Without a signing secret there is none: anybody could sign with an empty one."""
        return [Route("/slack/events", self._take_request, methods=["POST"])] if self._settings.signing_secret else []

    async def open(self, hear: Hear, on_connection: Callable[[], None], swept: Callable[[], Awaitable[object]]) -> None:
        """Take what comes until cancelled. ``on_connection`` is told of every connection; the first one waits a little
        until what was said before is ``swept`` up."""
        app_web = Web(self._settings.app_token, self._settings.api_url, self._settings.patience)
        self._app = hearing.bolt(self._settings, hear)
        try:
            await hearing.at_most(_FIRST_SWEEP, swept())
            if not self._settings.app_token:
                await asyncio.Event().wait()
            self._socket = SocketMode(
                app_web, lambda payload: hearing.stored(hear, payload), on_connection, self._settings.connections
            )
            await self._socket.run()
        finally:
            self._app = self._socket = None
            await app_web.close()

    async def _take_request(self, request: Request) -> Response:
        if self._app is None:
            return PlainTextResponse("not listening yet", status_code=503, headers={"Retry-After": "5"})
        if int(request.headers.get("content-length") or _LARGEST_BODY + 1) > _LARGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
        try:
            return await AsyncSlackRequestHandler(self._app).handle(request)
        except ValueError:
            return PlainTextResponse("not a payload", status_code=400)

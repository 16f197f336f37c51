"""Listening to Slack: who the bot is, the door, the socket, and the sweeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.slack import catch_up, hearing
from adapters.slack.accounts import Accounts
from adapters.slack.backoff import Backoff
from adapters.slack.catch_up import CatchUp
from adapters.slack.directs import Directs
from adapters.slack.hearing import Hearing
from adapters.slack.identity import Me
from adapters.slack.settings import SlackSettings
from adapters.slack.socket_mode import SocketMode
from adapters.slack.web import Web
from bot.chat import Inbox
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.texts import Voices

_LARGEST_BODY = 1_000_000
_FIRST_SWEEP = 5.0
"""So long the first connection waits for the first sweep, which stores what was said while nobody listened."""

_WITHOUT_DATABASE = 0.5

log = logging.getLogger(__name__)


class Listening:
    """Hears through Socket Mode, HTTP or both, and finds again what came through neither."""

    def __init__(self, settings: SlackSettings, web: Web, accounts: Accounts, directs: Directs, voices: Voices) -> None:
        self._directs = directs
        self._settings = settings
        self._web = web
        self._accounts = accounts
        self._voices = voices
        self._app: AsyncApp | None = None
        self._socket: SocketMode | None = None
        self._sweep_now = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether Slack can reach the bot: a greeted socket, or HTTP mode with tokens that were accepted."""
        if self._app is None:
            return False
        return self._socket.connected if self._socket else bool(self._settings.signing_secret)

    def routes(self) -> list[Route]:
        """The address of HTTP mode. Without a signing secret there is none: anybody could sign with an empty one."""
        return [Route("/slack/events", self._take_request, methods=["POST"])] if self._settings.signing_secret else []

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled."""
        me = await self._introduced()
        hearer = Hearing(me, inbox, self._accounts, self._directs, self._voices, on_gap=lambda: self._look_back(hearer))
        self._app = hearing.bolt(self._settings, me, hearer.hear)
        catching = CatchUp(self._web, me, inbox, hearer.event)
        swept = asyncio.Event()
        app_web = Web(self._settings.app_token, self._settings.api_url, self._settings.patience)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._accounts.learn())
                tasks.create_task(self._sweep(catching, hearer, swept))
                if self._settings.app_token:
                    await _at_most(_FIRST_SWEEP, swept.wait())
                    self._socket = SocketMode(
                        app_web, lambda payload: hearing.stored(hearer.hear, payload),
                        lambda: self._look_back(hearer), self._settings.connections,
                    )  # fmt: skip
                    tasks.create_task(self._socket.run())
        finally:
            self._app = self._socket = None
            await app_web.close()

    async def _introduced(self) -> Me:
        """Who the bot is; waits while Slack is away or does not accept the token, and says so once."""
        backoff, said = Backoff(), False
        while True:
            try:
                return await self._accounts.me()
            except (ChatUnavailable, ChatRefused) as why:
                if not said:
                    log.error("slack does not let the bot in", extra={"why": str(why)})
                said = True
                await asyncio.sleep(backoff.seconds(getattr(why, "retry_after", None)))

    def _look_back(self, hearer: Hearing) -> None:
        """Something was not heard, or may not have been: what Slack delivers now was said after it."""
        hearer.hold()
        self._sweep_now.set()

    async def _sweep(self, catching: CatchUp, hearer: Hearing, swept: asyncio.Event) -> None:
        """Sweep at the start, after every connection and every few minutes."""
        threads, backoff, failing = catch_up.THREADS_AT_FIRST, Backoff(), False
        while True:
            self._sweep_now.clear()
            pause = self._settings.sweep_every.total_seconds()
            try:
                await catching.sweep(threads)
                threads, failing = catch_up.THREADS_REGULARLY, False
                backoff.reset()
            except StorageUnavailable:
                await asyncio.sleep(_WITHOUT_DATABASE)  # not longer, or what is delivered then would come before
                continue
            except Exception as why:  # a lost network must not end the sweeps
                if not failing:
                    log.warning("the history could not be read", extra={"why": f"{type(why).__name__}: {why}"})
                failing = True
                pause = min(pause, backoff.seconds(getattr(why, "retry_after", None)))
            swept.set()
            if not self._sweep_now.is_set():
                hearer.release()
            await _at_most(pause, self._sweep_now.wait())

    async def _take_request(self, request: Request) -> Response:
        if self._app is None:
            return PlainTextResponse("not listening yet", status_code=503, headers={"Retry-After": "5"})
        if int(request.headers.get("content-length") or _LARGEST_BODY + 1) > _LARGEST_BODY:
            return PlainTextResponse("too large", status_code=413)
        try:
            return await AsyncSlackRequestHandler(self._app).handle(request)
        except ValueError:
            return PlainTextResponse("not a payload", status_code=400)


async def _at_most(seconds: float, done: Awaitable[object]) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await done

"""Listening to one workspace: who the bot is there, what comes through the door, and the sweeps."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from adapters.slack import catch_up
from adapters.slack.accounts import Accounts
from adapters.slack.backoff import Backoff
from adapters.slack.catch_up import CatchUp
from adapters.slack.directs import Directs
from adapters.slack.gap import Gap
from adapters.slack.hearing import Hearing, at_most
from adapters.slack.identity import Me
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from bot.chat import Inbox
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.texts import Voices

Json = dict[str, Any]

_WITHOUT_DATABASE = 0.5
_SOON = 15.0
"""Seconds until it is looked again, once, when a room could not be read."""

log = logging.getLogger(__name__)


class Listening:
    """Hears what the door lets in, and finds again what did not come through it."""

    def __init__(self, settings: SlackSettings, web: Web, accounts: Accounts, directs: Directs, voices: Voices) -> None:
        self._directs = directs
        self._settings = settings
        self._web = web
        self._accounts = accounts
        self._voices = voices
        self._hearer: Hearing | None = None
        self._gap = Gap()
        self._sweep_now = asyncio.Event()
        self.ready = asyncio.Event()
        """It is known who the bot is, so that what is said can be read."""
        self.swept = asyncio.Event()
        """What was said while nobody listened is stored."""

    async def listen(self, inbox: Inbox) -> None:
        """Sweep until cancelled, and be ready to ``hear``."""
        me = await self._introduced()
        self._hearer = Hearing(me, inbox, self._accounts, self._directs, self._voices, self._gap, on_gap=self.look_back)
        self.ready.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._accounts.learn())
                tasks.create_task(self._sweep(CatchUp(self._web, me, inbox, self._hearer.event, self._gap)))
        finally:
            self._hearer = None
            self.ready.clear()
            self.swept.clear()

    async def hear(self, payload: Json) -> Json:
        """Store what a payload says and return what to say with the acknowledgement. Raises when storing failed."""
        if self._hearer is None:
            raise ChatUnavailable("it is not known yet who the bot is")
        return await self._hearer.hear(payload)

    def look_back(self) -> None:
        """Something was not heard, or may not have been: what Slack delivers now was said after it."""
        if self._hearer is not None:
            self._gap.begin()
            self._sweep_now.set()

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

    async def _sweep(self, catching: CatchUp) -> None:
        """Sweep at the start, after every connection and every few minutes."""
        threads, backoff, failing, complete = catch_up.THREADS_AT_FIRST, Backoff(), False, True
        while True:
            self._sweep_now.clear()
            pause = self._settings.sweep_every.total_seconds()
            try:
                was_complete, complete = complete, await catching.sweep(threads, self._settings.sweep_every)
                if was_complete and not complete:
                    pause = min(pause, _SOON)
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
            if not self._sweep_now.is_set():
                self.swept.set()
                self._gap.end()
            await at_most(pause, self._sweep_now.wait())

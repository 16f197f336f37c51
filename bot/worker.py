"""The loops that keep a running bot going: the desk takes what is due, delivery performs what was decided."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.chat import Cursor
from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.errors import StorageUnavailable
from bot.events import ChatEvent
from bot.threads import InThread, Wake, wait
from bot.uow import Storage

log = logging.getLogger(__name__)

ACTS_AT_ONCE = 20
LONGEST_SLEEP = timedelta(seconds=5)
"""Loops look again at least this often: for work whose time has come, and for that of a replica which died."""


class StoredInbox:
    """The inbox that adapters put what they hear into, kept by the storage."""

    def __init__(self, storage: Storage, thread: InThread) -> None:
        self._storage = storage
        self._thread = thread

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        """Store events not stored before and the cursors, in one transaction."""
        await self._thread(self._storage.hear, events, cursors)

    async def cursor(self, name: str) -> str | None:
        """The cursor stored last under this name."""
        return await self._thread(self._storage.cursor, name)


class Worker:
    """Runs the desk and delivery until cancelled; a lost database is waited for."""

    def __init__(
        self, storage: Storage, desk: Desk, delivery: Delivery, thread: InThread, wake: Wake, clock: Clock
    ) -> None:
        self._storage = storage
        self._desk = desk
        self._delivery = delivery
        self._thread = thread
        self._wake = wake
        self._clock = clock
        delivery.on_free(wake)

    async def run_desk(self) -> None:
        """Take what was heard, and facts, as they come due."""
        await self._keep_going("desk", self._act_some, "inbox", "facts")

    async def run_delivery(self) -> None:
        """Perform intents as they come due."""
        await self._keep_going("delivery", self._delivery.deliver, "outbox")

    async def _act_some(self) -> int:
        return await self._thread(self._storage.act, self._desk.handle, ACTS_AT_ONCE)

    async def _keep_going(self, name: str, step: Callable[[], Awaitable[int]], *queues: str) -> None:
        look = self._wake.waiter()
        away = 0
        while True:
            look.clear()
            try:
                worked = await step()
                away = 0
                if not worked:
                    await wait(look, await self._until_next(*queues))
            except StorageUnavailable:
                away += 1
                await asyncio.sleep(min(0.5 * 2**away, 15))
            except Exception:
                log.exception("loop failed and goes on", extra={"loop": name})
                await asyncio.sleep(1)

    async def _until_next(self, *queues: str) -> float:
        due = await self._thread(self._storage.next_due, *queues)
        if due is None:
            return LONGEST_SLEEP.total_seconds()
        return max(0.01, min((due - self._clock()).total_seconds(), LONGEST_SLEEP.total_seconds()))

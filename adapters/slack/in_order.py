"""Storing what is heard in the order it came, although some of it takes longer to read."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine
from typing import Any

from bot.chat import Inbox
from bot.events import ChatEvent

LONGEST_HOLD = 2.0
_TOGETHER = 100

log = logging.getLogger(__name__)

Reading = Coroutine[Any, Any, ChatEvent | None]


class InOrder:
    """An edit must not overtake its message. What waits is stored together, in one transaction.

    While held nothing is stored, so that what was said before can be found again first; but never for long, as what is
    not acknowledged in time counts as not delivered.
    """

    def __init__(self, inbox: Inbox, at_most: float = LONGEST_HOLD) -> None:
        self._inbox = inbox
        self._at_most = at_most
        self._free = asyncio.Event()
        self._free.set()
        self._waiting: deque[tuple[asyncio.Task[ChatEvent | None], asyncio.Future[None]]] = deque()
        self._storing: asyncio.Task[None] | None = None

    async def put(self, reading: Reading) -> None:
        """Store what this reading yields after all that came before; raises when it could not be stored."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asyncio.create_task(reading), stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store())
        await stored

    def hold(self) -> None:
        """From now on let what comes wait."""
        self._free.clear()

    def release(self) -> None:
        """Store what waits, and what comes."""
        self._free.set()

    async def _store(self) -> None:
        while self._waiting:
            await self._until_free()
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER))]
            try:
                events = [event for reading, _ in batch if (event := await reading) is not None]
                if events:
                    await self._inbox.put(list({event.delivery: event for event in events}.values()))
            except Exception as why:
                for _, stored in batch:
                    if not stored.done():
                        stored.set_exception(why)
            else:
                for _, stored in batch:
                    if not stored.done():
                        stored.set_result(None)

    async def _until_free(self) -> None:
        try:
            async with asyncio.timeout(self._at_most):
                await self._free.wait()
        except TimeoutError:
            log.info("what slack delivers no longer waits for what it did not deliver")
            self._free.set()

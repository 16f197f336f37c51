"""Storing what is heard in the order it came, although some of it takes longer to read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

from bot.chat import Inbox
from bot.events import ChatEvent

_TOGETHER = 100

Reading = Coroutine[Any, Any, ChatEvent | None]


class InOrder:
    """An edit must not overtake its message. What waits is stored together, in one transaction."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._waiting: deque[tuple[asyncio.Task[ChatEvent | None], asyncio.Future[None]]] = deque()
        self._storing: asyncio.Task[None] | None = None

    async def put(self, reading: Reading) -> None:
        """Store what this reading yields after all that came before; raises when it could not be stored."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asyncio.create_task(reading), stored))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store())
        await stored

    async def _store(self) -> None:
        while self._waiting:
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

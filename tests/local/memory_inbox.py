"""An inbox in memory: what was put, each delivery once, and the cursors; it can be away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.chat import Cursor
from bot.events import ChatEvent


class MemoryInbox:
    def __init__(self) -> None:
        self.events: list[ChatEvent] = []
        self.cursors: dict[str, str] = {}
        self.away = False
        self._more = asyncio.Event()

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        if self.away:
            raise ConnectionError("the database is away")
        known = {event.delivery for event in self.events}
        self.events += [event for event in events if event.delivery not in known]
        self.cursors |= {cursor.name: cursor.value for cursor in cursors}
        self._more.set()

    async def cursor(self, name: str) -> str | None:
        if self.away:
            raise ConnectionError("the database is away")
        return self.cursors.get(name)

    async def has(self, count: int) -> list[ChatEvent]:
        """Wait until this many events were put."""
        async with asyncio.timeout(10):
            while len(self.events) < count:
                self._more.clear()
                await self._more.wait()
        return self.events

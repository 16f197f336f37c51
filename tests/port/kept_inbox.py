"""An inbox that can store what it is given and still say that it failed, so that a network tells everything again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.chat import Cursor
from bot.events import ChatEvent
from tests.local.memory_inbox import MemoryInbox


class KeptInbox(MemoryInbox):
    """``told`` counts how often each delivery came."""

    def __init__(self) -> None:
        super().__init__()
        self.told: Counter[str] = Counter()
        self._failing = False

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        self.told.update(event.delivery for event in events)
        if self._failing and events:
            self._failing = False
            await super().put(events)
            raise ConnectionError("the database went away")
        await super().put(events, cursors)

    def fail_once(self) -> None:
        """Store the next events without their cursors, and say that it did not work."""
        self._failing = True

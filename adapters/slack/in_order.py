"""Storing what is heard in the order it came, although some of it takes longer to read."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.slack.gap import Gap
from bot.chat import Inbox
from bot.errors import ChatUnavailable
from bot.events import ChatEvent

LONGEST_HOLD = 2.0
"""Seconds; what is not acknowledged within three counts as not delivered."""
_TOGETHER = 100

Reading = Coroutine[Any, Any, ChatEvent | None]


@dataclass(slots=True, eq=False)
class _Heard:
    """Something on its way to be stored. ``until`` is how long it can wait, by the loop's clock."""

    room: str
    reading: asyncio.Task[ChatEvent | None]
    stored: asyncio.Future[None]
    until: float
    comes_again: bool


class InOrder:
    """An edit must not overtake its message. What waits is stored together, in one transaction.

    In a room in which something may be missing it waits until that is found. What cannot wait so long is not stored
    when it comes again, be it that Slack delivers it again or that it stands in the history; anything else is.
    """

    def __init__(self, inbox: Inbox, gap: Gap, at_most: float = LONGEST_HOLD) -> None:
        self._inbox = inbox
        self._gap = gap
        self._at_most = at_most
        self._queue: list[_Heard] = []
        self._storing: asyncio.Task[None] | None = None

    async def put(self, reading: Reading, room: str, *, comes_again: bool) -> None:
        """Store what this reading yields after all that came before; raises when it could not be stored."""
        loop = asyncio.get_running_loop()
        heard = _Heard(
            room, asyncio.create_task(reading), loop.create_future(), loop.time() + self._at_most, comes_again
        )
        self._queue.append(heard)
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store())
        elif not self._gap.holds(room):
            self._gap.changed.set()  # it waits for nothing, whatever others wait for
        self._gap.wait_in(room)
        try:
            await heard.stored
        finally:
            self._gap.go_on_in(room)

    async def _store(self) -> None:
        while self._queue:
            batch = (await self._free())[:_TOGETHER]
            taken = set(batch)
            self._queue = [one for one in self._queue if one not in taken]
            try:
                events = [event for one in batch if (event := await one.reading) is not None]
                if events:
                    await self._inbox.put(list({event.delivery: event for event in events}.values()))
            except Exception as why:
                for one in batch:
                    if not one.stored.done():
                        one.stored.set_exception(why)
            else:
                for one in batch:
                    if not one.stored.done():
                        one.stored.set_result(None)

    async def _free(self) -> list[_Heard]:
        """What can be stored now, as soon as there is anything."""
        while True:
            self._gap.changed.clear()
            now = asyncio.get_running_loop().time()
            held = [one for one in self._queue if self._gap.holds(one.room)]
            self._pass_over([one for one in held if one.until <= now and one.comes_again])
            free = [one for one in self._queue if one.until <= now or not self._gap.holds(one.room)]
            if free or not self._queue:
                return free
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(one.until for one in self._queue)):
                    await self._gap.changed.wait()

    def _pass_over(self, late: list[_Heard]) -> None:
        for one in late:
            self._queue.remove(one)
            self._gap.pass_over(one.room)
            one.reading.cancel()
            if not one.stored.done():
                one.stored.set_exception(ChatUnavailable("what was said before it is still being looked for"))

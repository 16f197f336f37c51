"""What is delivered is stored in the order it came; where something may be missing, after that was looked for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from adapters.slack.gap import Gap
from adapters.slack.in_order import InOrder
from bot.errors import ChatUnavailable
from bot.events import ChatEvent, MessagePosted
from bot.refs import MessageRef, Platform, RoomRef, UserRef
from tests.local.memory_inbox import MemoryInbox

ROOM = RoomRef(Platform.SLACK, "C1")


async def reading(words: str) -> ChatEvent:
    return MessagePosted(
        delivery=words, at=datetime.now(UTC), by=UserRef(Platform.SLACK, "U1"), by_name="Alice", room=ROOM,
        message=MessageRef(ROOM, words), text=words,
    )  # fmt: skip


def stored(inbox: MemoryInbox) -> list[str]:
    return [event.delivery for event in inbox.events]


async def test_what_waits_in_one_room_holds_up_nothing_else() -> None:
    inbox, gap = MemoryInbox(), Gap()
    in_order = InOrder(inbox, gap)
    gap.begin()
    with gap.look("C2"):
        pass
    waiting = asyncio.create_task(in_order.put(reading("waits"), "C1", comes_again=True))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await in_order.put(reading("a form"), "", comes_again=False)
        await in_order.put(reading("where nothing is missing"), "C2", comes_again=True)
    assert gap.wanted() == "C1"
    with gap.look("C1"):
        await inbox.put([await reading("found")])
    await waiting
    assert stored(inbox) == ["a form", "where nothing is missing", "found", "waits"]
    assert gap.wanted() == ""


async def test_a_message_comes_again_and_all_else_is_stored_in_time() -> None:
    inbox, gap = MemoryInbox(), Gap()
    in_order = InOrder(inbox, gap, at_most=0.1)
    gap.begin()
    with pytest.raises(ChatUnavailable):
        await in_order.put(reading("a message"), "C1", comes_again=True)
    await in_order.put(reading("a tap"), "C1", comes_again=False)
    assert stored(inbox) == ["a tap"]
    assert gap.wanted() == "C1", "what was passed over is to be found"


async def test_a_look_that_began_before_something_was_passed_over_is_not_enough() -> None:
    inbox, gap = MemoryInbox(), Gap()
    in_order = InOrder(inbox, gap, at_most=0.1)
    gap.begin()
    with gap.look("C1"), pytest.raises(ChatUnavailable):
        await in_order.put(reading("said meanwhile"), "C1", comes_again=True)
    assert gap.holds("C1")
    with gap.look("C1"):
        pass
    assert not gap.holds("C1")


async def test_nothing_waits_for_ever() -> None:
    inbox, gap = MemoryInbox(), Gap(longest=0.3)
    in_order = InOrder(inbox, gap)
    gap.begin()
    async with asyncio.timeout(3):
        await in_order.put(reading("at last"), "C1", comes_again=True)
    assert stored(inbox) == ["at last"]


async def test_a_gap_long_after_another_is_one_of_its_own() -> None:
    gap = Gap(longest=0.1)
    gap.begin()
    gap.pass_over("C1")
    await asyncio.sleep(0.15)
    gap.begin()
    assert gap.holds("C1")
    assert gap.wanted() == "", "what was passed over then is nothing to be found now"


async def test_what_is_put_keeps_its_order_however_long_it_takes_to_read() -> None:
    inbox = MemoryInbox()
    in_order = InOrder(inbox, Gap())

    async def slowly() -> ChatEvent:
        await asyncio.sleep(0.1)
        return await reading("first")

    await asyncio.gather(
        in_order.put(slowly(), "C1", comes_again=True), in_order.put(reading("second"), "C1", comes_again=True)
    )
    assert stored(inbox) == ["first", "second"]

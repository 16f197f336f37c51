"""Many messages both ways, with the program ended and begun again in between."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.bridge.conftest import Both
from tests.bridge.test_one_swarm_on_both import both_rooms
from tests.journey.worlds import World
from tests.promises.conftest import FULL

EACH_WAY = 250 if FULL else 40
"""Slack takes about one message a second in a channel, so the full size needs minutes."""
NUMBERED = re.compile(r"message (\d+)")


async def numbers(world: World, who: str, room: str) -> list[int]:
    """The numbers of the copies that somebody sees in a room, in their order."""
    lines = [line.text for line in await world.lines(who) if line.from_bot and line.room == room]
    return [int(found[1]) for line in lines if (found := NUMBERED.search(line))]


async def all_there(world: World, who: str, room: str) -> list[int]:
    """The same, once nothing more comes."""
    found: list[int] = []
    for _ in range(8 * EACH_WAY):
        before, found = found, await numbers(world, who, room)
        if len(found) >= EACH_WAY and found == before:
            break
        await asyncio.sleep(0.5)
    return found


@pytest.mark.timeout(900)
async def test_messages_both_ways_arrive_once_each_and_in_order_through_a_restart(both: Both) -> None:
    here, there = await both_rooms(both)

    async def talk(world: World, who: str, room: str, which: range) -> None:
        for number in which:
            await world.says(who, room, f"message {number} of {who}")

    async def both_talk(which: range) -> None:
        await asyncio.gather(
            talk(both.slack, "mehmet", here, which), talk(both.matrix, "piet", there, which)
        )  # fmt: skip

    third = EACH_WAY // 3
    await both_talk(range(third))
    await both.end()
    await both_talk(range(third, 2 * third))
    await both.begin()
    await both_talk(range(2 * third, EACH_WAY))

    assert await all_there(both.matrix, "piet", there) == list(range(EACH_WAY))
    assert await all_there(both.slack, "mehmet", here) == list(range(EACH_WAY))

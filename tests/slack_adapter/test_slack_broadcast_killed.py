"""Telling many survives ``kill -9`` at any point, with Slack's limits met on the way, and tells nobody twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.promises.child import Child
from tests.promises.places import SlackPlace
from tests.strict_slack import Person

PEOPLE = 150
KILLS_AFTER = (5, 30, 70, 120)
"""So many were told when it is killed, roughly: in the first burst, in the pause Slack asked for, and in the line."""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[SlackPlace]:
    """A Slack with a small limit, where a crowd follows the mail service."""
    async with SlackPlace(tmp_path) as place:
        place.slack.rates.mode, place.slack.rates.minute = "realistic", 6.0
        place.slack.rates.overrides = {"chat.postMessage": 45}
        yield place


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_everybody_is_told_once_though_the_program_is_killed_again_and_again(
    place: SlackPlace, tmp_path: Path
) -> None:
    crowd = [place.slack.person(f"p{number}", real_name=f"Person {number}") for number in range(PEOPLE)]
    accounts = {name: person.id for name, person in place.people.items()}
    followers = {f"follower-{number}": person.id for number, person in enumerate(crowd)}
    mail = {"id": "mail", "name": "Mail", "team": "network", "keywords": ["mail"], "followers": list(followers)}
    rooms = {name: room.id for name, room in place.rooms.items()}
    place.write_catalogue("slack", accounts | followers, rooms, services=[mail])
    child = Child({"DATABASE_URL": f"sqlite:///{tmp_path}/swarmbridge.db", **place.settings})
    chance = random.Random(2026)
    try:
        await child.begin()
        await child.hears()
        await place.people["mehmet"].direct("outage nobody can send mail")
        for told in KILLS_AFTER:
            await place.slack.wait_for(lambda told=told: heard(crowd) >= told, 60)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0, 0.3))
            await child.die()
            await child.begin()
        await place.slack.wait_for(lambda: heard(crowd) >= PEOPLE, 90)
        await child.quiet()
        shown = next(m for m in place.people["mehmet"].app_room.messages if "News about INC-1" in m.plain)
        await place.slack.wait_for(lambda: f"sent {PEOPLE} of {PEOPLE}" in shown.plain, 30)
    finally:
        child.close()
    assert [len(person.app_room.messages) for person in crowd] == [1] * PEOPLE
    assert [call for call in place.slack.calls if call.status == 429] != [], "the limit was met on the way"
    place.slack.assert_clean()


def heard(crowd: list[Person]) -> int:
    """How many of them were told."""
    return sum(bool(person.app_room.messages) for person in crowd)

"""A homeserver that limits the bot's pace, as Synapse does unless its administrator changed it: each try of an act gets
further than the one before."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.errors import ChatUnavailable
from tests.matrix.bad_line import BadLine, Fault, rate_limited
from tests.matrix.bots import Bot, choice, once, room_ref, user_ref
from tests.matrix.conftest import Meet
from tests.matrix.people import Person

LONG = rate_limited(3_500)
"""Longer than an act waits for by itself."""


@dataclass
class Invitations:
    """Synapse's limit: an invitation takes one of the tokens, also of somebody who is in already."""

    tokens: int

    def __call__(self, method: str, path: str) -> Fault | None:
        if not path.endswith("/invite"):
            return None
        if not self.tokens:
            return LONG
        self.tokens -= 1
        return None


async def test_more_people_than_may_be_invited_at_once_are_all_invited_by_and_by(
    bot: Bot, meet: Meet, line: BadLine
) -> None:
    people = [await meet("guest") for _ in range(14)]
    chat = bot.another(homeserver=line.base_url)
    room = await chat.open_room("inc-4", "", once("INC-4 room"), private=True)
    line.faults = limit = Invitations(tokens=10)

    async def invite() -> None:
        assert await chat.invite(room, [user_ref(person) for person in people], once("i")) == {}

    for _ in range(4):
        with pytest.raises(ChatUnavailable) as away:
            await invite()
        assert away.value.retry_after == timedelta(seconds=3.5)
        limit.tokens = 1
    await invite()

    assert all([room.id in await person.invitations() for person in people])


async def test_whoever_is_invited_too_often_keeps_the_others_no_longer_than_their_own_limit(
    bot: Bot, anna: Person, ben: Person, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    room = await chat.open_room("inc-4", "", once("INC-4 room"), private=True)
    asked = itertools.count()

    def one_for_long(method: str, path: str) -> Fault | None:
        return (rate_limited(300_000), LONG)[next(asked) % 2] if path.endswith("/invite") else None

    line.faults = one_for_long

    with pytest.raises(ChatUnavailable) as away:
        await chat.invite(room, [user_ref(anna), user_ref(ben)], once("i"))

    assert away.value.retry_after == timedelta(seconds=3.5)
    assert line.count("/invite") == 2


async def test_all_numbers_of_a_card_stand_under_it_in_the_end(bot: Bot, anna: Person, line: BadLine) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
    chat = bot.another(homeserver=line.base_url)
    line.faults = twice(LONG, "/send/m.reaction")

    for tried in range(4):
        with pytest.raises(ChatUnavailable) as away:
            await chat.post(room_ref(room), choice("Can you help?"), once("k1", doubtful=tried > 0))
        assert (away.value.retry_after, away.value.doubtful) == (timedelta(seconds=3.5), True)
    posted = await chat.post(room_ref(room), choice("Can you help?"), once("k1", doubtful=True))

    assert [message["event_id"] for message in await anna.messages(room)] == [posted.id]
    assert await anna.reactions(room, posted.id, by=bot.id) == {"1️⃣", "2️⃣"}


def twice(fault: Fault, part: str) -> Callable[[str, str], Fault | None]:
    """The fault for the first two requests to each path that contains this."""
    seen: Counter[str] = Counter()

    def faults(method: str, path: str) -> Fault | None:
        seen[path] += 1
        return fault if part in path and seen[path] <= 2 else None

    return faults

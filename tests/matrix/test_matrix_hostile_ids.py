"""What people write where an id belongs must not keep the bot from hearing anybody, in whichever way it hears."""

from __future__ import annotations

import pytest

from adapters.matrix.homeserver import path
from bot.events import MessagePosted
from tests.matrix.appservices import PushedBot
from tests.matrix.bots import Bot
from tests.matrix.people import Person, eventually

TOO_LONG = "$" + "x" * 20_000
NO_IDS = ["..", ".", TOO_LONG, "a/b?c#d", "\n"]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("..", "-"), (".", "-"), ("x" * 256, "-"), ("é" * 128, "-"),
        ("x" * 255, "x" * 255), ("...", "..."), ("a/b", "a%2Fb"), ("", ""),
    ],
)  # fmt: skip
def test_no_id_leads_to_another_place(part: str, whole: str) -> None:
    assert path("rooms", part, "event") == f"/_matrix/client/v3/rooms/{whole}/event"


async def answer_to_no_ids(person: Person, room: str) -> list[str]:
    """Messages that answer what is none, one of them with a number as if it chose something; what is to be heard."""
    for number, no_id in enumerate(NO_IDS):
        await person.reply(room, no_id, f"answer {number}")
        await person.reply(room, no_id, "1")
    await person.say(room, "The printer is on fire")
    return [text for number in range(len(NO_IDS)) for text in (f"answer {number}", "1")] + ["The printer is on fire"]


def said(bot: Bot) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]


async def heard_all(bot: Bot) -> bool:
    return "The printer is on fire" in said(bot)


async def test_a_sync_with_answers_to_nothing_is_heard(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        expected = await answer_to_no_ids(anna, room)
        await eventually(lambda: heard_all(bot))

    assert said(bot) == expected


async def test_a_transaction_with_answers_to_nothing_is_heard(pushed: PushedBot, neighbour: Person) -> None:
    async with pushed.behind_its_door():
        room = await pushed.enter(neighbour)
        expected = await answer_to_no_ids(neighbour, room)
        await eventually(lambda: heard_all(pushed))

    assert said(pushed) == expected


@pytest.mark.parametrize("no_id", NO_IDS)
async def test_a_room_that_says_it_replaces_nothing_is_listened_to(
    pushed: PushedBot, neighbour: Person, no_id: str
) -> None:
    async with pushed.behind_its_door():
        room = await pushed.enter(neighbour, creation_content={"predecessor": {"room_id": no_id, "event_id": "$last"}})
        await neighbour.say(room, "The printer is on fire")
        await eventually(lambda: heard_all(pushed))

    assert said(pushed) == ["The printer is on fire"]

"""An operator changes from syncs to an application service, or back: nobody is heard a second time.

What was heard is remembered for some weeks only, so an id alone does not tell after that.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta

import httpx

from bot.chat import Cursor
from bot.events import MessagePosted
from tests.matrix.appservices import PushedBot, PushingServer
from tests.matrix.bad_line import PROXY_ERROR, BadLine, Fault
from tests.matrix.bots import Bot
from tests.matrix.people import Person, eventually


def texts(bot: Bot) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]


async def remembered(bot: Bot) -> list[str | None]:
    return [await bot.inbox.cursor(f"matrix:{bot.id} {of}") for of in ("since", "until")]


async def remember(bot: Bot, **moments: datetime) -> None:
    """As an application service leaves it."""
    cursors = [Cursor(f"matrix:{bot.id} {of}", at.isoformat()) for of, at in moments.items()]
    await bot.inbox.put([], cursors)


async def test_a_sync_goes_on_where_the_application_service_ended(bot: Bot, anna: Person) -> None:
    # given what was said since the last sync, and an application service that has taken all of it
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.say(room, "by sync")
        await bot.hears(MessagePosted)
    await anna.say(room, "by push, forgotten since")
    taken = datetime.now(UTC) + timedelta(minutes=10)
    await remember(bot, since=taken - timedelta(days=90), until=taken)

    # when the bot hears by sync again
    async with bot.listening(bot.another()):
        await anna.say(room, "by sync again")
        await anna.say(room, "and again")
        await bot.hears(MessagePosted, 3)
    async with bot.listening(bot.another()):
        await anna.say(room, "later")
        await bot.hears(MessagePosted, 4)

    assert texts(bot) == ["by sync", "by sync again", "and again", "later"]
    assert await remembered(bot) == ["", ""]


async def said_at(bot: PushedBot, person: Person, room: str, **ago: timedelta) -> None:
    """A homeserver pushes what was said some time ago."""
    events = [
        {
            "type": "m.room.message", "event_id": f"${text}", "sender": person.id, "room_id": room,
            "origin_server_ts": int((time.time() - span.total_seconds()) * 1000),
            "content": {"msgtype": "m.text", "body": text},
        }
        for text, span in ago.items()
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=bot.registration.url) as homeserver:
        await homeserver.put(
            "/_matrix/app/v1/transactions/99",
            json={"events": events},
            headers={"Authorization": f"Bearer {bot.registration.hs_token}"},
        )


async def test_an_application_service_takes_nothing_that_syncs_have_heard(pushed: PushedBot, neighbour: Person) -> None:
    # given syncs that went on from where an application service had ended
    await pushed.inbox.put([], [Cursor(f"matrix:{pushed.id}{of}", value) for of, value in
                                (("", "s1"), (" since", ""), (" until", ""))])  # fmt: skip

    # when the homeserver pushes what it kept for the application service all the while
    async with pushed.behind_its_door():
        room = await pushed.enter(neighbour)
        await said_at(pushed, neighbour, room, long_ago=timedelta(days=40), just=timedelta(minutes=1))

    assert texts(pushed) == ["just"]


async def test_whoever_ends_while_looking_back_is_followed_by_one_who_looks_back_as_far(
    pushed: PushedBot, neighbour: Person, pushing: PushingServer
) -> None:
    # given two rooms in which something was said while nobody listened
    async with pushed.behind_its_door():
        rooms = [await pushed.enter(neighbour) for _ in range(2)]
    before = datetime.now(UTC) - timedelta(days=1)
    await remember(pushed, until=before)
    for room in rooms:
        await neighbour.say(room, "while away")

    # when one process gets no further than the first of them
    looked_at: list[str] = []

    def second_room(method: str, path: str) -> Fault | None:
        looked_at.extend([path] if path.endswith("/messages") else [])
        return PROXY_ERROR if path.endswith("/messages") and path != looked_at[0] else None

    async def stopped() -> bool:
        return len(set(looked_at)) > 1

    async with BadLine(pushing.base_url) as line:
        line.faults = second_room
        task = asyncio.create_task(pushed.another(homeserver=line.base_url).listen(pushed.inbox))
        await eventually(stopped)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert texts(pushed) == ["while away"]

    # then the next one begins where it did
    assert await pushed.inbox.cursor(f"matrix:{pushed.id} until") == before.isoformat()
    async with pushed.behind_its_door(pushed.another()):
        assert texts(pushed) == ["while away"] * 2


async def test_what_comes_late_does_not_set_back_what_was_taken(pushed: PushedBot, neighbour: Person) -> None:
    async with pushed.behind_its_door():
        room = await pushed.enter(neighbour)
    now = datetime.now(UTC) + timedelta(seconds=1)
    await remember(pushed, since=now - timedelta(days=90), until=now)

    async with pushed.behind_its_door(pushed.another()):
        await said_at(pushed, neighbour, room, days_late=timedelta(days=40), years_late=timedelta(days=400))

    assert texts(pushed) == ["days_late"]
    _, until = await remembered(pushed)
    assert datetime.fromisoformat(str(until)) == now

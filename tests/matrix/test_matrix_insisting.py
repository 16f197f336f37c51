"""Acts tried until they are done, as delivery does, over a line on which much goes wrong."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from bot.chat import Chat, Once
from bot.errors import ChatUnavailable
from bot.refs import RoomRef
from tests.matrix.bad_line import LOST_ANSWER, BadLine, Fault, rate_limited
from tests.matrix.bots import Bot, choice, once, user_ref
from tests.matrix.people import Person
from tests.servers.synapse import SynapseServer

Done = TypeVar("Done")
ROOMS = 12


async def insist(key: str, act: Callable[[Once], Awaitable[Done]]) -> Done:
    """Do it until it is done; doubtful once an answer was lost."""
    first = once(key)
    doubtful = False
    while True:
        try:
            return await act(Once(key, first.since, doubtful))
        except ChatUnavailable as away:
            doubtful = doubtful or away.doubtful
            await asyncio.sleep(away.retry_after.total_seconds() if away.retry_after else 0.05)


def much_goes_wrong() -> Callable[[str, str], Fault | None]:
    """Every third request is one too many, and of every seventh the answer is lost."""
    number = itertools.count(1)

    def faults(method: str, path: str) -> Fault | None:
        n = next(number)
        return rate_limited(20) if n % 3 == 0 else LOST_ANSWER if n % 7 == 0 else None

    return faults


async def declare(chat: Chat, number: int, anna: Person) -> RoomRef:
    """All that a declared outage does in its room."""
    key, card = f"INC-{number}", choice(f"INC-{number}: what is known")
    room = await insist(f"{key} room", lambda o: chat.open_room(f"inc-{number}-mail", "Mail is down", o))
    posted = await insist(f"{key} charter", lambda o: chat.post(room, card, o))
    await insist(f"{key} pin", lambda o: chat.pin(posted, o))
    refused = await insist(f"{key} invite", lambda o: chat.invite(room, [user_ref(anna)], o))
    await insist(f"{key} topic", lambda o: chat.set_topic(room, "Next update at 10", o))
    await insist(f"{key} edit", lambda o: chat.edit(posted, choice(f"INC-{number}: fixed"), o))
    assert refused == {}
    return room


@pytest.mark.slow
async def test_twelve_outages_over_a_bad_line_are_twelve_whole_rooms(
    bot: Bot, anna: Person, synapse: SynapseServer
) -> None:
    async with BadLine(synapse.base_url) as line:
        chat = bot.another(homeserver=line.base_url)
        line.faults = much_goes_wrong()
        rooms = await asyncio.gather(*(declare(chat, number, anna) for number in range(1, ROOMS + 1)))

    host = Person(synapse.base_url, bot.account)
    joined = (await host.call("GET", "joined_rooms"))["joined_rooms"]
    await host.close()
    assert sorted(joined) == sorted(room.id for room in rooms)
    for room in rooms:
        await anna.join(room.id)
        state, events = await anna.state(room.id), await anna.timeline(room.id)
        said = [event for event in events if event["type"] == "m.room.message"]
        assert [event["content"].get("m.relates_to", {}).get("rel_type") for event in said] == [None, "m.replace"]
        assert state[("m.room.pinned_events", "")] == {"pinned": [said[0]["event_id"]]}
        assert state[("m.room.topic", "")]["topic"] == "Next update at 10"
        keys = [e["content"]["m.relates_to"]["key"] for e in events if e["type"] == "m.reaction"]
        assert keys == ["1️⃣", "2️⃣"]

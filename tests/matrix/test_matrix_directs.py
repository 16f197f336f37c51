"""Direct conversations on bad days: a partner's homeserver is away, a room takes long to be made, others hold its
alias."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.matrix import marks
from adapters.matrix.directs import Directs
from adapters.matrix.homeserver import Connection, Homeserver
from adapters.matrix.rooms import Rooms
from adapters.matrix.session import Session
from bot.errors import ChatRefused, ChatUnavailable
from tests.matrix.appservices import PushedBot
from tests.matrix.bad_line import LOST_ANSWER, PROXY_ERROR, BadLine, Fault
from tests.matrix.bots import Bot, card, once, user_ref
from tests.matrix.conftest import Meet
from tests.matrix.people import Person, eventually
from tests.servers.synapse import SynapseServer

NOT_IN_IT = Fault(403, '{"errcode": "M_FORBIDDEN", "error": "User not in room"}')


def ends(**faults: Fault) -> Callable[[str, str], Fault | None]:
    """Each fault for the requests whose path ends with its name."""
    return lambda method, path: next((fault for end, fault in faults.items() if path.endswith(f"/{end}")), None)


async def test_a_partner_whose_homeserver_is_away_is_written_to_later(bot: Bot, line: BadLine) -> None:
    chat = bot.another(homeserver=line.base_url)
    partner = user_ref("@eva:partner.example")
    line.faults = ends(createRoom=LOST_ANSWER)
    with pytest.raises(ChatUnavailable):
        await chat.direct_room(partner)

    line.faults = ends(invite=PROXY_ERROR)
    with pytest.raises(ChatUnavailable, match=r"the homeserver of @eva:partner\.example does not answer"):
        await chat.direct_room(partner)
    line.faults = ends()
    with pytest.raises(ChatRefused, match="cannot be invited"):
        await chat.direct_room(partner)


async def test_a_room_that_takes_long_to_open_keeps_nobody_else_waiting(
    bot: Bot, anna: Person, ben: Person, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    with_ben = await chat.direct_room(user_ref(ben))
    line.holds_answers = "createRoom"
    with_anna = [asyncio.create_task(chat.direct_room(user_ref(anna))) for _ in range(2)]
    await eventually(anna.invitations)

    async with asyncio.timeout(5):
        assert await chat.direct_room(user_ref(ben)) == with_ben
    line.gives_answers.set()
    first, second = await asyncio.gather(*with_anna)

    assert first == second
    assert list(await anna.invitations()) == [first.id]


async def test_direct_rooms_that_are_opened_at_once_are_all_written_down(
    bot: Bot, synapse: SynapseServer, meet: Meet
) -> None:
    people = [await meet("guest") for _ in range(4)]

    opened = await asyncio.gather(*(bot.chat.direct_room(user_ref(person)) for person in people))

    host = Person(synapse.base_url, bot.account)
    written = await host.call("GET", "user", bot.id, "account_data", "m.direct")
    await host.close()
    assert written == {person.id: [room.id] for person, room in zip(people, opened, strict=True)}


async def test_a_direct_room_that_the_homeserver_is_still_making_is_waited_for(
    bot: Bot, anna: Person, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    line.faults = ends(createRoom=LOST_ANSWER)
    with pytest.raises(ChatUnavailable):
        await chat.direct_room(user_ref(anna))

    line.faults = lambda method, path: NOT_IN_IT if "/state/" in path else None
    with pytest.raises(ChatUnavailable, match="still be making"):
        await chat.direct_room(user_ref(anna))
    line.faults = ends()
    opened = await chat.direct_room(user_ref(anna))

    assert list(await anna.invitations()) == [opened.id]


async def test_a_swarm_room_that_the_homeserver_is_still_making_is_waited_for(bot: Bot, line: BadLine) -> None:
    chat = bot.another(homeserver=line.base_url)
    line.faults = ends(createRoom=LOST_ANSWER)
    with pytest.raises(ChatUnavailable):
        await chat.open_room("inc-4", "", once("INC-4 room"))

    line.faults = ends(state=NOT_IN_IT)
    with pytest.raises(ChatUnavailable, match="still be making"):
        await chat.open_room("inc-4", "", once("INC-4 room", doubtful=True))
    line.faults = ends()
    await chat.open_room("inc-4", "", once("INC-4 room", doubtful=True))

    host = Person(bot.settings.homeserver, bot.account)
    rooms = (await host.call("GET", "joined_rooms"))["joined_rooms"]
    await host.close()
    assert len(rooms) == 1


async def test_an_alias_that_stays_somebody_elses_is_left_to_them(bot: Bot, anna: Person, ben: Person) -> None:
    alias = marks.alias_localpart(bot.id, f"direct {anna.id}")
    squatted = await ben.open_room("mine", room_alias_name=alias)
    connection = Connection(bot.settings.homeserver)
    homeserver = Homeserver(connection, Session(connection, bot.settings))
    directs = Directs(homeserver, Rooms(homeserver, bot.settings, seconds_to_make=0.5), bot.settings)

    with pytest.raises(ChatUnavailable):
        await directs.room_with(anna.id)
    await asyncio.sleep(0.6)
    opened = await directs.room_with(anna.id)
    await homeserver.close()

    assert opened != squatted
    assert list(await anna.invitations()) == [opened]


async def test_a_room_of_somebody_elses_with_the_bot_in_it_is_no_direct_conversation(
    bot: Bot, anna: Person, ben: Person
) -> None:
    async with bot.listening():
        alias = marks.alias_localpart(bot.id, f"direct {anna.id}")
        squatted = await bot.enter(ben, room_alias_name=alias)

    opened = await bot.chat.direct_room(user_ref(anna))

    assert opened.id != squatted
    assert list(await anna.invitations()) == [opened.id]


@pytest.mark.parametrize("pushed", [True], indirect=True, ids=["opens rooms"])
async def test_direct_conversations_of_the_syncs_go_on_in_the_open_as_an_application_service(
    pushed: PushedBot, neighbour: Person
) -> None:
    # given an encrypted conversation that was opened while the bot heard by /sync
    by_sync = pushed.another(appservice=None)
    encrypted = await by_sync.direct_room(user_ref(neighbour))
    await neighbour.join(encrypted.id)
    assert ("m.room.encryption", "") in await neighbour.state(encrypted.id)

    # when it is an application service
    direct = await pushed.chat.direct_room(user_ref(neighbour))
    posted = await pushed.chat.post(direct, card("For you alone."), once("a"))

    assert direct != encrypted
    await neighbour.join(direct.id)
    assert (await neighbour.event(direct.id, posted.id))["type"] == "m.room.message"
    assert await pushed.another().direct_room(user_ref(neighbour)) == direct

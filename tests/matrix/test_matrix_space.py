"""The space that holds the rooms of swarms."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

from adapters.matrix import marks
from bot.errors import ChatUnavailable
from tests.matrix.bad_line import PROXY_ERROR, BadLine
from tests.matrix.bots import Bot, once, user_ref
from tests.matrix.people import Json, Person, eventually
from tests.servers.synapse import SynapseServer

NAME = "Example Ltd – Swarms"


@pytest.fixture
def with_space(bot: Bot) -> Bot:
    bot.chat = bot.another(space=NAME)
    return bot


async def spaces(host: Person) -> dict[str, dict[tuple[str, str], Json]]:
    """The spaces somebody is in, with their state."""
    joined = (await host.call("GET", "joined_rooms"))["joined_rooms"]
    states = {room: await host.state(room) for room in joined}
    return {room: state for room, state in states.items() if state["m.room.create", ""].get("type") == "m.space"}


def held(state: dict[tuple[str, str], Json]) -> set[str]:
    return {key for (kind, key), content in state.items() if kind == "m.space.child" and content}


@pytest.fixture
async def me(synapse: SynapseServer, bot: Bot) -> AsyncIterator[Person]:
    """The bot's own account, looked at from outside."""
    person = Person(synapse.base_url, bot.account)
    yield person
    await person.close()


async def test_open_swarm_rooms_lie_in_one_space_that_nobody_is_dragged_into(
    with_space: Bot, me: Person, anna: Person, another_device: str, synapse: SynapseServer
) -> None:
    one = await with_space.chat.open_room("inc-1", "", once("INC-1 room"))
    replica = with_space.another(space=NAME, access_token=another_device)
    two = await replica.open_room("inc-2", "", once("INC-2 room"))
    await with_space.another(space=NAME).open_room("inc-1", "", once("INC-1 room", doubtful=True))
    await with_space.chat.invite(one, [user_ref(anna)], once("i"))
    await anna.join(one.id)

    [(space, state)] = (await spaces(me)).items()
    assert held(state) == {one.id, two.id}
    assert state["m.room.name", ""] == {"name": NAME}
    assert state["m.space.child", one.id] == {"via": ["matrix.test"]}
    assert (await me.state(one.id))["m.space.parent", space] == {"via": ["matrix.test"], "canonical": True}
    assert space not in await anna.invitations()
    assert await spaces(anna) == {}
    alias = state["m.room.canonical_alias", ""]["alias"]
    assert f"The rooms of swarms are in the space {alias}" in [told.what for told in await with_space.chat.check()]
    await anna.join(space)
    assert {room["room_id"] for room in await hierarchy(anna, space, synapse)} == {space, one.id, two.id}


async def test_private_rooms_stay_out_of_it_and_closed_ones_leave_it(with_space: Bot, me: Person) -> None:
    open_room = await with_space.chat.open_room("inc-1", "", once("INC-1 room"))
    await with_space.chat.open_room("inc-2", "", once("INC-2 room"), private=True)
    [before] = (await spaces(me)).values()

    await with_space.chat.close_room(open_room, once("c"))
    await with_space.chat.close_room(open_room, once("c", doubtful=True))

    [after] = (await spaces(me)).values()
    assert (held(before), held(after)) == ({open_room.id}, set())


async def test_with_no_name_there_is_no_space(bot: Bot, me: Person) -> None:
    room = await bot.chat.open_room("inc-1", "", once("INC-1 room"))
    await bot.chat.close_room(room, once("c"))

    assert await spaces(me) == {}


async def test_the_space_takes_the_organisations_new_name(with_space: Bot, me: Person) -> None:
    await with_space.chat.open_room("inc-1", "", once("INC-1 room"))
    await with_space.another(space="Sample plc – Swarms").open_room("inc-2", "", once("INC-2 room"))

    [state] = (await spaces(me)).values()
    assert state["m.room.name", ""] == {"name": "Sample plc – Swarms"}
    assert len(held(state)) == 2


async def test_a_space_that_somebody_else_squats_is_left_to_them(with_space: Bot, me: Person, anna: Person) -> None:
    alias = marks.alias_localpart(with_space.id, "space")
    await anna.open_room("mine", room_alias_name=alias, preset="public_chat", creation_content={"type": "m.space"})

    room = await with_space.chat.open_room("inc-1", "", once("INC-1 room"))

    [state] = (await spaces(me)).values()
    assert held(state) == {room.id}


async def test_a_space_that_fails_delays_a_room_once_and_does_not_keep_it_from_opening(
    with_space: Bot, me: Person, synapse: SynapseServer
) -> None:
    async with BadLine(synapse.base_url) as line:
        line.faults = lambda method, path: PROXY_ERROR if "/directory/" in path or "m.space" in path else None
        chat = with_space.another(space=NAME, homeserver=line.base_url)
        with pytest.raises(ChatUnavailable) as away:
            await chat.open_room("inc-1", "", once("INC-1 room"))
        assert away.value.doubtful
        line.faults = lambda method, path: PROXY_ERROR if "m.space" in path else None
        room = await chat.open_room("inc-1", "", once("INC-1 room", doubtful=True))

    assert (await me.state(room.id))["m.room.name", ""] == {"name": "inc-1"}


async def test_the_room_that_replaces_one_takes_its_place_in_the_space(with_space: Bot, me: Person) -> None:
    old = await with_space.chat.open_room("inc-1", "", once("INC-1 room"))
    async with with_space.listening():
        answer = await me.call("POST", "rooms", old.id, "upgrade", body={"new_version": "11"})

        async def is_there() -> bool:
            [state] = (await spaces(me)).values()
            return held(state) == {answer["replacement_room"]}

        await eventually(is_there)


async def hierarchy(host: Person, space: str, synapse: SynapseServer) -> list[Json]:
    """What a client shows of a space: the rooms that this person may see."""
    path = f"/_matrix/client/v1/rooms/{quote(space, safe='')}/hierarchy"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {host.account.access_token}"}) as client:
        return list((await client.get(f"{synapse.base_url}{path}")).json()["rooms"])

"""Rooms and who is in them, threads read back."""

from __future__ import annotations

import pytest

from bot.chat import Chat
from bot.facts import WhyNot
from bot.refs import Platform, RoomRef, ThreadRef, UserRef
from tests.port.ledger import covers
from tests.port.network import Network, card, once, unique

pytestmark = pytest.mark.asyncio(loop_scope="session")


@covers("open_room", "invite")
@pytest.mark.parametrize("private", [False, True])
async def test_a_room_has_its_name_and_topic_and_those_invited(network: Network, chat: Chat, private: bool) -> None:
    name = unique("inc").replace(" ", "-")

    opened = await chat.open_room(name, "Mail is down", once(), private=private)
    refused = await chat.invite(opened, [network.people["anna"]], once())
    await network.accepts("anna", opened)

    assert refused == {}
    now = await network.now(opened)
    assert (now.name, now.topic, now.private, now.closed) == (name, "Mail is down", private, False)
    assert now.members == {network.people["anna"]}
    assert await network.can("ben", "joins", opened) is not private


@covers("open_room")
@pytest.mark.parametrize("doubtful", [False, True])
async def test_the_same_key_never_opens_a_second_room(network: Network, chat: Chat, doubtful: bool) -> None:
    key, name = unique("room"), unique("inc")
    first = await chat.open_room(name, "Mail is down", once(key))

    again = await chat.open_room(name, "Mail is down", once(key, doubtful=doubtful))

    assert again == first


@covers("open_room", "invite")
async def test_a_taken_name_opens_a_room_of_its_own(network: Network, chat: Chat) -> None:
    name = unique("inc").replace(" ", "-")
    rooms = [await chat.open_room(name, "", once()) for _ in range(3)]
    for room in rooms:
        await chat.invite(room, [network.people["anna"]], once())
        await network.accepts("anna", room)

    assert len(set(rooms)) == 3
    assert all([(await network.now(room)).name.startswith(name) for room in rooms])


@covers("open_room", "set_topic", "invite")
async def test_any_name_and_topic_will_do(network: Network, chat: Chat) -> None:
    name, topic = "INC-42: VPN ist weg (Köln) <!channel> 💥 " + "x" * 300, "<!channel> & @room " + "y" * 5_000
    opened = await chat.open_room(name, topic, once())
    await chat.set_topic(opened, topic, once())
    await chat.invite(opened, [network.people["anna"]], once())
    await network.accepts("anna", opened)

    now = await network.now(opened)
    assert now.name.lower().startswith("inc-42")
    assert now.topic.startswith(("<!channel> & @room", "&lt;!channel&gt; &amp; @room"))


@covers("invite")
async def test_who_is_in_already_is_no_trouble_and_who_is_unknown_is_returned(
    network: Network, chat: Chat, swarm: RoomRef
) -> None:
    anna, stranger = network.people["anna"], network.stranger

    refused = await chat.invite(swarm, [anna, stranger, network.people["ben"]], once())

    assert set(refused) == {stranger}
    assert refused[stranger] in (WhyNot.UNKNOWN, WhyNot.NOT_ALLOWED)
    assert await chat.invite(swarm, [], once()) == {}
    assert (await network.now(swarm)).members == set(network.people.values())


@covers("invite")
async def test_an_account_of_another_network_is_returned_as_such(network: Network, chat: Chat) -> None:
    elsewhere = Platform.LOCAL if network.platform is Platform.MATRIX else Platform.MATRIX
    namesake = UserRef(elsewhere, network.people["ben"].id)
    opened = await chat.open_room(unique("inc"), "", once())

    refused = await chat.invite(opened, [network.people["anna"], namesake], once())
    await network.accepts("anna", opened)

    assert refused == {namesake: WhyNot.ELSEWHERE}
    assert (await network.now(opened)).members == {network.people["anna"]}


@covers("remove", "members")
async def test_somebody_is_taken_out_and_being_out_is_as_good(network: Network, chat: Chat) -> None:
    swarm, ben = await network.swarm_room(), network.people["ben"]

    assert [await chat.remove(swarm, ben, once()) for _ in range(2)] == [True, True]

    left = set(network.people.values()) - {ben}
    assert (await network.now(swarm)).members == left
    assert set(await chat.members(swarm)) == left


@covers("members")
async def test_members_are_the_people_without_the_bot(network: Network, chat: Chat, room: RoomRef) -> None:
    members = await chat.members(room)

    assert set(network.people.values()) <= set(members)
    assert network.bot not in members
    assert len(set(members)) == len(members)


@covers("set_topic")
async def test_a_topic_is_changed_and_the_same_twice_is_fine(network: Network, chat: Chat, swarm: RoomRef) -> None:
    for topic in ("Mail is down", "Nearly there", "Nearly there"):
        await chat.set_topic(swarm, topic, once())

    assert (await network.now(swarm)).topic == "Nearly there"


@covers("close_room")
async def test_in_a_closed_room_nobody_writes_and_twice_is_fine(network: Network, chat: Chat) -> None:
    swarm = await network.swarm_room()
    said = await network.says("anna", swarm, "done")

    key = unique("close")
    for act in (once(key), once(key, doubtful=True), once()):
        await chat.close_room(swarm, act)

    assert (await network.now(swarm)).closed
    assert not await network.can("anna", "says", swarm)
    assert said in [seen.message for seen in await network.sees("anna", swarm)]


@covers("read_thread")
async def test_a_thread_is_read_back_as_it_reads_now(network: Network, chat: Chat, room: RoomRef) -> None:
    root = await network.says("anna", room, "mail is slow")
    thread = ThreadRef.under(root)
    first = await network.says("ben", room, "restarting it", under=root)
    await network.edits("anna", root, "mail is down")
    await network.deletes("ben", await network.says("ben", room, "my password is hunter2", under=root))
    own = await chat.post(room, card("Noted."), once(), thread=thread)
    await chat.answer(room, network.people["anna"], card("Only you"), once(), thread=thread)
    await chat.retract(await chat.post(room, card("never mind"), once(), thread=thread), once())
    await network.says("carla", room, "something else")

    read = await chat.read_thread(thread)

    anna, ben = network.people["anna"], network.people["ben"]
    assert [(m.message, m.by, m.by_name, m.text, m.from_bot, m.thread) for m in read] == [
        (root, anna, "Anna Arendt", "mail is down", False, None),
        (first, ben, "Ben Bakker", "restarting it", False, thread),
        (own, network.bot, "Swarmbridge", "Noted.", True, thread),
    ]
    assert [m.at for m in read] == sorted(m.at for m in read)


@covers("read_thread")
async def test_a_message_without_answers_is_a_thread_of_one(network: Network, chat: Chat, room: RoomRef) -> None:
    said = await network.says("anna", room, "mail is down, {ben} & <b>all</b>")

    [read] = await chat.read_thread(ThreadRef.under(said))

    assert (read.message, read.text) == (said, "mail is down, @Ben Bakker & <b>all</b>")

"""Rooms that are upgraded under the bot: it goes along, and inside nobody has to know."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from adapters.matrix import marks
from adapters.matrix.platform import MatrixChat
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import ActionTaken, MemberLeft, MessagePosted, ReactionAdded
from bot.refs import MessageRef, RoomRef, ThreadRef
from tests.matrix.bad_line import BadLine
from tests.matrix.bots import Bot, card, choice, once, room_ref
from tests.matrix.people import Person, eventually
from tests.servers.synapse import SynapseServer

UPGRADES = pytest.mark.parametrize("version", ["11", "12"])


async def upgrade(host: Person, room: str, version: str = "12") -> str:
    return str((await host.call("POST", "rooms", room, "upgrade", body={"new_version": version}))["replacement_room"])


async def open_to_all(bot: Bot, host: Person, version: str = "10") -> str:
    async with bot.listening():
        return await bot.enter(host, "Help", preset="public_chat", version=version)


async def delivered(act: Callable[[], Awaitable[MessageRef]]) -> MessageRef:
    """What comes of it, tried again while it is to be done later."""
    while True:
        try:
            return await act()
        except ChatUnavailable as away:
            await asyncio.sleep((away.retry_after or timedelta(0)).total_seconds())


async def entered(host: Person, room: str, user: str) -> None:
    async def is_in() -> bool:
        return (await host.state(room)).get(("m.room.member", user), {}).get("membership") == "join"

    await eventually(is_in)


def words(heard: Sequence[MessagePosted]) -> list[tuple[str, str]]:
    return [(event.room.id, event.text) for event in heard]


@UPGRADES
async def test_the_bot_goes_along_and_hears_the_room_under_the_id_it_is_known_by(
    bot: Bot, anna: Person, version: str
) -> None:
    old = await open_to_all(bot, anna)
    async with bot.listening():
        await anna.say(old, "one")
        new = await upgrade(anna, old, version)
        await anna.say(new, "two")
        await anna.say(old, "three")
        await entered(anna, new, bot.id)
        said = await anna.say(new, "four")
        await anna.react(new, said, "🎫")
        heard = await bot.hears(MessagePosted, 4)
        [reaction] = await bot.hears(ReactionAdded)

    assert sorted(words(heard)) == sorted([(old, "one"), (old, "two"), (old, "three"), (old, "four")])
    assert (reaction.room.id, reaction.message) == (old, MessageRef(room_ref(old), said))


async def test_what_is_said_while_the_bot_is_down_and_the_room_upgraded_is_heard_once(bot: Bot, anna: Person) -> None:
    old = await open_to_all(bot, anna)
    await anna.say(old, "before")
    new = await upgrade(anna, old)
    for number in range(60):
        await anna.say(new, f"after {number}")

    async with bot.listening(bot.another()):
        await bot.hears(MessagePosted, 61)
    async with bot.listening(bot.another()):
        await anna.say(new, "at last")
        heard = await bot.hears(MessagePosted, 62)

    expected = ["before", *(f"after {number}" for number in range(60)), "at last"]
    assert words(heard) == [(old, text) for text in expected]


async def test_what_the_bot_says_goes_where_the_people_are(bot: Bot, anna: Person) -> None:
    old = await open_to_all(bot, anna)
    before = await bot.chat.post(room_ref(old), choice("Registered as INC-4."), once("k1"))
    report = await anna.say(old, "mail is down")
    new = await upgrade(anna, old)

    async with bot.listening():
        await entered(anna, new, bot.id)
        after = await delivered(lambda: bot.chat.post(room_ref(old), card("Two."), once("k2")))
        await bot.chat.edit(after, card("Two, edited."), once("k3"))
        await bot.chat.react(after, "✅", once("k4"))
        await bot.chat.edit(before, card("Solved."), once("k5"))
        thread = ThreadRef(room_ref(old), report)
        await bot.chat.post(room_ref(old), card("INC-4 is solved."), once("k6"), thread=thread)
        links = [await bot.chat.link_to(message) for message in (before, after)]
        in_thread = [said.text for said in await bot.chat.read_thread(thread)]
        people = await bot.chat.members(room_ref(old))

    said = await anna.messages(new)
    assert [one["content"]["body"].splitlines()[0] for one in said] == ["Two.", "* Two, edited.", "INC-4 is solved."]
    assert after.room == room_ref(old)
    assert report.removeprefix("$") in said[-1]["content"]["formatted_body"], "it says which conversation it is about"
    assert await anna.reactions(new, after.id, by=bot.id) == {"✅"}
    assert [link.split("?")[0] for link in links] == [
        f"https://matrix.to/#/{room}/{message.id}" for room, message in ((old, before), (new, after))
    ]
    assert in_thread == ["mail is down"]
    assert [person.id for person in people] == [anna.id]


async def test_what_is_said_before_the_bot_has_followed_is_said_once_it_has(
    synapse: SynapseServer, bot: Bot, anna: Person
) -> None:
    old = await open_to_all(bot, anna)
    async with BadLine(synapse.base_url) as line, bot.listening(behind := bot.another(homeserver=line.base_url)):
        line.holds_answers = "/sync"
        new = await upgrade(anna, old)
        with pytest.raises(ChatUnavailable) as away:
            await behind.post(room_ref(old), card("INC-4 is solved."), once("k1"))
        line.holds_answers = ""
        line.gives_answers.set()
        await delivered(lambda: behind.post(room_ref(old), card("INC-4 is solved."), once("k1")))

    assert away.value.retry_after
    assert [one["content"]["body"] for one in await anna.messages(new, by=bot.id)] == ["INC-4 is solved."]


async def test_where_the_bot_may_not_write_and_nothing_was_upgraded_it_is_refused(bot: Bot, anna: Person) -> None:
    room = await open_to_all(bot, anna)
    levels = (await anna.state(room))["m.room.power_levels", ""]
    await anna.call("PUT", "rooms", room, "state", "m.room.power_levels", "", body=levels | {"events_default": 50})
    async with bot.listening():
        with pytest.raises(ChatRefused):
            await bot.chat.post(room_ref(room), card("INC-4"), once("k1"))


@UPGRADES
async def test_a_thread_begun_before_goes_on_under_what_the_bot_says_of_it_in_the_new_room(
    bot: Bot, anna: Person, version: str
) -> None:
    old, asked = await open_to_all(bot, anna), choice("INC-4: works again?")
    async with bot.listening():
        report = await anna.say(old, "mail is down")
        thread = ThreadRef(room_ref(old), report)
        await bot.chat.post(room_ref(old), card("Registered as INC-4."), once("k1"), thread=thread)
        new = await upgrade(anna, old, version)
        await entered(anna, new, bot.id)
        told = await delivered(lambda: bot.chat.post(room_ref(old), asked, once("k2"), thread=thread))
        await anna.say(new, "not for me", thread=told.id)
        await anna.reply(new, told.id, "and not for Ben")
        await anna.react(new, told.id, "1️⃣")
        await anna.say(new, "something else")
        said = await bot.hears(MessagePosted, 4)
        [chosen] = await bot.hears(ActionTaken)
        last = await bot.chat.post(room_ref(old), card("INC-4 is solved."), once("k3"), thread=said[1].thread)

    assert [(event.text, event.thread) for event in said] == [
        ("mail is down", None), ("not for me", thread), ("and not for Ben", thread), ("something else", None),
    ]  # fmt: skip
    assert (chosen.action, chosen.thread, chosen.message) == ("me_too", thread, told)
    in_new = await anna.messages(new, by=bot.id)
    assert [one["event_id"] for one in in_new] == [told.id, last.id]
    assert all(report.removeprefix("$") in one["content"]["formatted_body"] for one in in_new), "they lead back"
    assert "INC-4 is solved." in in_new[-1]["content"]["body"]


async def test_nobody_but_the_bot_takes_a_message_into_an_older_thread(bot: Bot, anna: Person) -> None:
    old = await open_to_all(bot, anna)
    async with bot.listening():
        report = await anna.say(old, "mail is down")
        new = await upgrade(anna, old)
        await entered(anna, new, bot.id)
        forged = await anna.say(new, "INC-4", more=marks.thread_content(report))
        await anna.say(new, "under it", thread=forged)
        said = await bot.hears(MessagePosted, 3)

    assert said[-1].thread == ThreadRef(room_ref(old), forged)


async def test_another_replica_finds_the_new_room_too(bot: Bot, anna: Person, another_device: str) -> None:
    old = await open_to_all(bot, anna)
    new = await upgrade(anna, old)
    async with bot.listening():
        await entered(anna, new, bot.id)

    replica = bot.another(access_token=another_device)
    await replica.post(room_ref(old), card("Hello."), once("k1"))

    assert [one["content"]["body"] for one in await anna.messages(new)] == ["Hello."]


async def test_a_private_room_is_followed_when_somebody_invites_the_bot(
    bot: Bot, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot.listening():
        old = await bot.enter(anna, "Help", version="10")
        new = await upgrade(anna, old)
        asked = f"{old} was upgraded, and the bot is not let into the new room: invite {bot.id} into {new}"

        async def is_asked() -> bool:
            return asked in caplog.messages

        await eventually(is_asked)
        await anna.say(new, "before the invitation")
        await anna.invite(new, bot.id)
        await entered(anna, new, bot.id)
        heard = await bot.hears(MessagePosted)

    assert words(heard) == [(old, "before the invitation")]


async def test_a_room_upgraded_twice_is_followed_to_its_end(bot: Bot, anna: Person) -> None:
    first = await open_to_all(bot, anna)
    async with bot.listening():
        second = await upgrade(anna, first, "11")
        await entered(anna, second, bot.id)
        third = await upgrade(anna, second, "12")
        await entered(anna, third, bot.id)
        await anna.say(third, "here we are")
        heard = await bot.hears(MessagePosted)
        await bot.chat.post(room_ref(first), card("Hello."), once("k1"))

    assert words(heard) == [(first, "here we are")]
    assert len(await anna.messages(third, by=bot.id)) == 1


async def test_once_the_catalogue_names_the_new_room_it_is_known_by_that(bot: Bot, anna: Person) -> None:
    named: list[RoomRef] = []
    old = await open_to_all(bot, anna)
    named.append(room_ref(old))
    chat = bot._started(MatrixChat(bot.settings, rooms=lambda: named))
    async with bot.listening(chat):
        new = await upgrade(anna, old)
        await anna.say(new, "one")
        await bot.hears(MessagePosted)
        [told] = [finding for finding in await chat.check() if "upgraded" in finding.what]
        named[:] = [room_ref(new)]
        await anna.say(new, "two")
        heard = await bot.hears(MessagePosted, 2)
        fine = [finding.ok for finding in await chat.check()]

    assert (told.ok, told.what) == (False, f"Help ({old}) was upgraded")
    assert told.advice == f"The bot follows it. Write {new} into the catalogue in place of {old}."
    assert words(heard) == [(old, "one"), (new, "two")]
    assert all(fine)


async def test_who_leaves_the_old_room_has_not_left(bot: Bot, anna: Person, ben: Person) -> None:
    old = await open_to_all(bot, anna)
    async with bot.listening():
        await ben.join(old)
        new = await upgrade(anna, old)
        await ben.join(new)
        await entered(anna, new, bot.id)
        await ben.leave(old)
        await ben.say(new, "still here")
        await bot.hears(MessagePosted)
        assert not [event for event in bot.inbox.heard if isinstance(event, MemberLeft)]
        await ben.leave(new)
        [left] = await bot.hears(MemberLeft)

    assert (left.room.id, left.by.id) == (old, ben.id)


async def test_a_tombstone_alone_leads_nowhere(bot: Bot, anna: Person, caplog: pytest.LogCaptureFixture) -> None:
    old = await open_to_all(bot, anna)
    elsewhere = await anna.open_room("Elsewhere", preset="public_chat")
    async with bot.listening():
        tombstone = {"body": "moved", "replacement_room": elsewhere}
        await anna.call("PUT", "rooms", old, "state", "m.room.tombstone", "", body=tombstone)
        await entered(anna, elsewhere, bot.id)
        await anna.say(elsewhere, "not here")
        heard = await bot.hears(MessagePosted)
        await bot.chat.post(room_ref(old), card("Hello."), once("k1"))

    assert words(heard) == [(elsewhere, "not here")]
    assert len(await anna.messages(old, by=bot.id)) == 1
    assert "upgrade not followed: the new room does not name the old one" in caplog.messages


async def test_a_room_that_names_another_as_its_predecessor_does_not_take_its_place(bot: Bot, anna: Person) -> None:
    support = await open_to_all(bot, anna)
    async with bot.listening():
        created = {"predecessor": {"room_id": support}}
        false = await bot.enter(anna, "Help", creation_content=created)
        await anna.say(false, "mail is down")
        heard = await bot.hears(MessagePosted)
        await bot.chat.post(room_ref(support), card("Hello."), once("k1"))

    assert words(heard) == [(false, "mail is down")]
    assert len(await anna.messages(support, by=bot.id)) == 1

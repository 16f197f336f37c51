"""What the bot hears of what people do on a real homeserver."""

import asyncio

import pytest

from bot.events import (
    ActionTaken,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.refs import MessageRef, ThreadRef
from tests.matrix.bots import Bot, card, choice, once, room_ref, user_ref
from tests.matrix.people import Person

VERSIONS = pytest.mark.parametrize("version", ["10", "11", "12"])


@VERSIONS
async def test_a_message_in_a_room_is_heard_with_who_when_and_where(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        room = await bot.enter(anna, version=version)
        message = await anna.say(room, "the printer on floor 3 is on fire")
        [heard] = await bot.hears(MessagePosted)

    sent = await anna.event(room, message)
    assert heard == MessagePosted(
        delivery=f"matrix:{message}",
        at=heard.at,
        by=user_ref(anna),
        by_name="Anna",
        room=room_ref(room),
        message=MessageRef(room_ref(room), message),
        text="the printer on floor 3 is on fire",
    )
    assert round(heard.at.timestamp() * 1000) == sent["origin_server_ts"]


@VERSIONS
async def test_edits_deletions_threads_and_reactions_are_heard(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        room = await bot.enter(anna, version=version)
        message = await anna.say(room, "mail is slow")
        answer = await anna.say(room, "since 9", thread=message)
        await anna.edit(room, message, "mail is down")
        reaction = await anna.react(room, message, "🎫")
        await anna.take_back(room, reaction)
        await anna.take_back(room, answer)
        await bot.hears(MessageDeleted)

    where = room_ref(room)
    [first, second] = await bot.hears(MessagePosted, 2)
    assert (first.text, first.thread) == ("mail is slow", None)
    assert (second.text, second.thread) == ("since 9", ThreadRef(where, message))
    [edited] = await bot.hears(MessageEdited)
    assert (edited.message, edited.text, edited.by) == (MessageRef(where, message), "mail is down", user_ref(anna))
    [added] = await bot.hears(ReactionAdded)
    [removed] = await bot.hears(ReactionRemoved)
    assert (added.message, added.emoji) == (removed.message, removed.emoji) == (MessageRef(where, message), "🎫")
    [deleted] = await bot.hears(MessageDeleted)
    assert deleted.message == MessageRef(where, answer)


async def test_a_reaction_taken_back_after_a_restart_is_still_known(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        message = await anna.say(room, "mail is slow")
        reaction = await anna.react(room, message, "🙋")
        await bot.hears(ReactionAdded)
    await anna.take_back(room, reaction)

    async with bot.listening(bot.another()):
        [removed] = await bot.hears(ReactionRemoved)

    assert (removed.message.id, removed.emoji) == (message, "🙋")


async def test_nobody_edits_the_words_of_another(bot: Bot, anna: Person, ben: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.invite(room, ben.id)
        await ben.join(room)
        message = await anna.say(room, "all is well")
        await ben.edit(room, message, "everything is down")
        await ben.say(room, "done")
        await bot.hears(MessagePosted, 2)

    assert [event for event in bot.inbox.heard if isinstance(event, MessageEdited)] == []


async def test_people_entering_and_leaving_are_heard_and_the_bot_itself_is_not(
    bot: Bot, anna: Person, ben: Person
) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.invite(room, ben.id)
        await ben.join(room)
        await ben.leave(room)
        [left] = await bot.hears(MemberLeft)

    [joined] = await bot.hears(MemberJoined)
    assert (joined.by, joined.by_name, joined.room) == (user_ref(ben), "Ben", room_ref(room))
    assert (left.by, left.room) == (user_ref(ben), room_ref(room))


async def test_an_answer_by_a_client_without_threads_belongs_to_the_thread_it_answers(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        root = await anna.say(room, "mail is down")
        in_thread = await anna.say(room, "since 9", thread=root)
        answer = await anna.reply(room, in_thread, "> <@anna:matrix.test> since 9\n\nand still is")
        await anna.reply(room, answer, "now it works")
        heard = await bot.hears(MessagePosted, 4)

    thread = ThreadRef(room_ref(room), root)
    assert [(event.text, event.thread) for event in heard] == [
        ("mail is down", None), ("since 9", thread), ("and still is", thread), ("now it works", thread)
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["11", "12"])
async def test_a_number_chooses_by_reaction_or_typed_in_the_thread_also_after_a_restart(
    bot: Bot, anna: Person, version: str
) -> None:
    async with bot.listening():
        room = await bot.enter(anna, version=version)
        report = await anna.say(room, "mail is down")
        thread = ThreadRef(room_ref(room), report)
        posted = await bot.chat.post(room_ref(room), choice("Registered as INC-4."), once("k1"), thread=thread)
        await anna.react(room, posted.id, "1️⃣")
        await bot.hears(ActionTaken)
    async with bot.listening(bot.another()):
        await anna.say(room, "2", thread=report)
        await anna.say(room, "3", thread=report)
        await anna.say(room, "2")
        await anna.reply(room, posted.id, "1")
        taken = await bot.hears(ActionTaken, 3)
        said = await bot.hears(MessagePosted, 3)

    assert [(event.action, event.value, event.message, event.thread, event.by) for event in taken] == [
        ("me_too", "INC-4", posted, thread, user_ref(anna)),
        ("undo", "INC-4", posted, thread, user_ref(anna)),
        ("me_too", "INC-4", posted, thread, user_ref(anna)),
    ]
    assert [event.text for event in said] == ["mail is down", "3", "2"]


async def test_the_numbers_of_an_edited_card_are_those_it_shows_now(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        posted = await bot.chat.post(room_ref(room), card("Working on it."), once("k1"))
        await bot.chat.edit(posted, choice("Anything else?"), once("k2"))
        await anna.react(room, posted.id, "2️⃣")
        [taken] = await bot.hears(ActionTaken)

    assert (taken.action, taken.message) == ("undo", posted)
    assert taken.thread == ThreadRef(room_ref(room), posted.id)


async def test_a_number_typed_after_a_later_question_answers_that_question(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        report = await anna.say(room, "mail is down")
        thread = ThreadRef(room_ref(room), report)
        await bot.chat.post(room_ref(room), choice("Registered."), once("k1"), thread=thread)
        await bot.chat.post(room_ref(room), card("How many of you?"), once("k2"), thread=thread)
        await anna.say(room, "2", thread=report)
        [_, number] = await bot.hears(MessagePosted, 2)

    assert number.text == "2"
    assert not any(isinstance(event, ActionTaken) for event in bot.inbox.heard)


async def test_a_direct_conversation_is_known_as_one_and_numbers_choose_there(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna, name="", is_direct=True)
        await anna.say(room, "hello there")
        await bot.hears(MessagePosted)
        posted = await bot.chat.post(room_ref(room), choice("Is it this?"), once("k1"))
        await anna.say(room, "1")
        [taken] = await bot.hears(ActionTaken)
    async with bot.listening(bot.another()):
        await anna.say(room, "after a restart")
        said = await bot.hears(MessagePosted, 2)

    assert [event.direct for event in said] == [True, True]
    assert (taken.action, taken.message, taken.thread) == ("me_too", posted, None)
    assert await bot.chat.direct_room(user_ref(anna)) == room_ref(room)


async def test_a_third_person_makes_a_direct_conversation_an_ordinary_room(bot: Bot, anna: Person, ben: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna, name="", is_direct=True)
        await anna.invite(room, ben.id)
        await ben.join(room)
        await ben.say(room, "hello")
        [said] = await bot.hears(MessagePosted)

    assert not said.direct


async def test_a_named_room_of_two_is_no_direct_conversation(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna, name="IT support")
        await anna.say(room, "mail is down")
        [said] = await bot.hears(MessagePosted)

    assert not said.direct


async def test_what_begins_with_the_bots_name_or_the_command_word_is_addressed_to_it(bot: Bot, anna: Person) -> None:
    named = {"m.mentions": {"user_ids": [bot.id]}}
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.say(room, "!swarm report mail is down")
        await anna.say(room, "Swarmbridge me too", more=named)
        await anna.say(room, f"{bot.id}: status", more=named)
        await anna.say(room, "Swarmbridge is a funny word")
        await anna.say(room, "what can Swarmbridge do?", more=named)
        said = await bot.hears(MessagePosted, 5)

    assert [(event.addressed, event.text) for event in said] == [
        (True, "report mail is down"),
        (True, "me too"),
        (True, "status"),
        (False, "Swarmbridge is a funny word"),
        (False, "what can Swarmbridge do?"),
    ]


async def test_notices_of_other_bots_and_its_own_messages_are_not_heard(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.say(room, "backup finished", more={"msgtype": "m.notice"})
        await bot.chat.post(room_ref(room), choice("Hello."), once("k1"))
        await anna.say(room, "end")
        await bot.hears(MessagePosted)

    assert [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)] == ["end"]
    assert not any(isinstance(event, ReactionAdded) for event in bot.inbox.heard)


async def test_the_first_start_replays_nothing(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
    await anna.say(room, "old news")
    bot.inbox.forget()

    async with bot.listening(bot.another()):
        await anna.say(room, "new")
        await bot.hears(MessagePosted)

    assert [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)] == ["new"]


async def test_invitations_of_before_the_first_start_are_accepted(bot: Bot, anna: Person) -> None:
    room = await anna.open_room("early", invite=[bot.id])

    async with bot.listening():
        await anna.say(room, "are you there?")
        [said] = await bot.hears(MessagePosted)

    assert said.text == "are you there?"


async def test_who_writes_right_after_inviting_the_bot_is_heard_and_what_was_said_before_is_not(
    bot: Bot, anna: Person
) -> None:
    async with bot.listening():
        room = await anna.open_room("busy")
        for number in range(5):
            await anna.say(room, f"before {number}")
        await anna.invite(room, bot.id)
        texts = [f"after {number}" for number in range(70)]
        await asyncio.gather(*(anna.say(room, text) for text in texts[:-1]))
        await anna.say(room, texts[-1])
        await bot.hears(MessagePosted, 70)

    heard = [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]
    assert sorted(heard) == sorted(texts)


async def test_being_invited_while_down_loses_nothing_said_since(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        pass
    room = await anna.open_room("busy")
    await anna.say(room, "before")
    await anna.invite(room, bot.id)
    texts = [f"after {number}" for number in range(130)]
    for text in texts:
        await anna.say(room, text)

    async with bot.listening(bot.another()):
        heard = await bot.hears(MessagePosted, 130)

    assert [event.text for event in heard] == texts


@pytest.mark.slow
async def test_messages_sent_while_down_are_all_heard_once_and_in_order(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        room = await bot.enter(anna)
        other = await bot.enter(anna, name="other")
    texts = [f"message {number}" for number in range(300)]
    for text in texts:
        await anna.say(room, text)
    await anna.say(other, "and here")

    async with bot.listening(bot.another()):
        await bot.hears(MessagePosted, 301)
        await anna.say(room, "live again")
        heard = await bot.hears(MessagePosted, 302)

    assert [event.text for event in heard if event.room == room_ref(room)] == [*texts, "live again"]
    assert [event.text for event in heard if event.room == room_ref(other)] == ["and here"]

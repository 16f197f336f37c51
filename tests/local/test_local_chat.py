"""The local chat keeps the promises of the port, as people in it see them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.local.people import Player
from adapters.local.platform import LocalChat
from adapters.local.store import Closed, NotPossible
from bot.cards import Action, Actions, Card, Facts, Heading, Paragraph, Quote, Span, Style, link, plain
from bot.chat import Chat, Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import (
    ActionTaken,
    CommandGiven,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.facts import WhyNot
from bot.forms import Choice, Field, FieldKind, Form
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.local.conftest import listening
from tests.local.memory_inbox import MemoryInbox

HELP = RoomRef(Platform.LOCAL, "help")
ANNA = UserRef(Platform.LOCAL, "anna")

KeyOf = Callable[..., Once]

CARD = Card(
    summary="INC-1 is registered",
    blocks=(
        Heading("INC-1"),
        Paragraph((*plain("See "), link("the page", "https://example.org/"))),
        Facts((("Service", plain("VPN")),)),
        Quote("It is <b>down</b>", by="Anna"),
        Actions((Action("me_too", "Me too", "INC-1", words="me too INC-1"),)),
    ),
)


def _form() -> Form:
    return Form(
        id="solve",
        title="What solved it?",
        context="INC-1",
        submit="Save",
        cancel="Cancel",
        fields=(
            Field(id="how", label="How", kind=FieldKind.LONG, max_length=20),
            Field(id="why", label="Why", kind=FieldKind.CHOICE, required=False, choices=(Choice("dns", "DNS"),)),
        ),
    )


def test_it_speaks_the_port(chat: LocalChat) -> None:
    port: Chat = chat
    assert port.platform is Platform.LOCAL


async def test_a_message_reaches_the_bot_with_who_where_and_what(anna: Player, inbox: MemoryInbox) -> None:
    first = anna.says("help", "The VPN is down, @Ben and @carla cox")
    second = anna.says("help", "@Swarmbridge: status", thread=first)

    heard, answer = await inbox.has(2)

    assert isinstance(heard, MessagePosted)
    assert (heard.by, heard.by_name, heard.room, heard.message) == (ANNA, "Anna Arendt", HELP, first)
    assert heard.text == "The VPN is down, @Ben and @carla cox"
    assert heard.mentions == (UserRef(Platform.LOCAL, "ben"), UserRef(Platform.LOCAL, "carla"))
    assert not heard.addressed
    assert not heard.direct
    assert heard.thread is None
    assert isinstance(answer, MessagePosted)
    assert (answer.message, answer.thread) == (second, ThreadRef.under(first))
    assert (answer.text, answer.addressed) == ("status", True)


async def test_an_answer_to_an_answer_continues_the_thread(anna: Player, ben: Player, inbox: MemoryInbox) -> None:
    root = anna.says("help", "The VPN is down")
    answer = ben.says("help", "Since when?", thread=root)
    anna.says("help", "Nine", thread=answer)

    *_, last = await inbox.has(3)

    assert isinstance(last, MessagePosted)
    assert last.thread == ThreadRef.under(root)
    assert [one.text for one in ben.sees("help", thread=root)] == ["Since when?", "Nine"]


async def test_in_the_direct_room_every_word_is_for_the_bot(anna: Player, ben: Player, inbox: MemoryInbox) -> None:
    anna.says(anna.direct, "!swarm help")

    (heard,) = await inbox.has(1)

    assert isinstance(heard, MessagePosted)
    assert (heard.direct, heard.addressed, heard.text) == (True, True, "help")
    with pytest.raises(NotPossible, match="no_such_room"):
        ben.says(anna.direct, "let me in")


async def test_edits_deletions_and_reactions_are_heard(anna: Player, ben: Player, inbox: MemoryInbox) -> None:
    message = anna.says("help", "The VPN is done")
    anna.edits(message, "The VPN is down")
    ben.reacts(message, "🙋")
    ben.reacts(message, "🙋")
    ben.unreacts(message, "🙋")
    anna.deletes(message)

    _, edited, reacted, unreacted, deleted = await inbox.has(5)

    assert isinstance(edited, MessageEdited)
    assert edited.text == "The VPN is down"
    assert isinstance(reacted, ReactionAdded)
    assert (reacted.message, reacted.emoji, reacted.by.id) == (message, "🙋", "ben")
    assert isinstance(unreacted, ReactionRemoved)
    assert isinstance(deleted, MessageDeleted)
    assert ben.sees("help") == ()


async def test_only_the_author_may_edit_or_delete(anna: Player, ben: Player) -> None:
    message = anna.says("help", "The VPN is down")

    with pytest.raises(NotPossible, match="not_your_message"):
        ben.edits(message, "All is well")
    with pytest.raises(NotPossible, match="not_your_message"):
        ben.deletes(message)

    assert [one.text for one in ben.sees("help")] == ["The VPN is down"]


async def test_a_card_is_seen_and_its_button_tapped(
    chat: LocalChat, ben: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    root = ben.says("help", "The VPN is down")
    await chat.post(HELP, CARD, once("k1"), thread=ThreadRef.under(root))

    card = await ben.wait_for(lambda: ben.sees("help", thread=root))
    ben.taps(card[0], "Me too")

    _, tapped = await inbox.has(2)
    assert isinstance(tapped, ActionTaken)
    assert (tapped.action, tapped.value, tapped.thread) == ("me_too", "INC-1", ThreadRef.under(root))
    assert tapped.trigger
    assert "It is <b>down</b>" in card[0].text
    assert "Service: VPN" in card[0].text


async def test_a_button_that_is_no_longer_there_cannot_be_tapped(
    chat: LocalChat, anna: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    message = await chat.post(HELP, CARD, once("k1"))
    await chat.edit(message, Card(summary="INC-1 is closed"), once("k2"))

    with pytest.raises(NotPossible, match="no_such_action"):
        anna.taps(message, "me_too", "INC-1")
    with pytest.raises(NotPossible, match="no_such_action"):
        anna.taps(message, "delete_everything")

    assert inbox.events == []


async def test_an_act_with_the_same_key_has_its_effect_once(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    posted = [await chat.post(HELP, CARD, once("k1", doubtful=True)) for _ in range(3)]
    opened = [await chat.open_room("inc-1", "VPN", once("k2")) for _ in range(3)]
    other = await chat.open_room("inc-1", "VPN", once("k3"))
    await chat.edit(posted[0], Card(summary="first"), once("k4"))
    await chat.edit(posted[0], Card(summary="second"), once("k5"))
    await chat.edit(posted[0], Card(summary="first"), once("k4"))

    assert len(set(posted)) == 1
    assert len(set(opened)) == 1
    assert (opened[0].id, other.id) == ("inc-1", "inc-1-2")
    assert [one.summary for one in anna.sees("help")] == ["second"]


async def test_a_whisper_is_seen_by_one_person(
    chat: LocalChat, anna: Player, ben: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    await chat.answer(HELP, ANNA, CARD, once("k1"))

    (whisper,) = anna.sees("help")
    assert whisper.whisper
    assert ben.sees("help") == ()
    with pytest.raises(NotPossible, match="no_such_message"):
        ben.taps(whisper, "me_too", "INC-1")
    anna.hides(whisper)
    assert anna.sees("help") == ()


async def test_a_form_is_filled_in_by_the_one_it_was_shown_to(
    chat: LocalChat, anna: Player, ben: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    await chat.ask(HELP, ANNA, _form(), "any", once("k1"))
    await chat.ask(HELP, ANNA, _form(), "any", once("k1"))

    (form,) = anna.forms()
    with pytest.raises(NotPossible, match="no_such_form"):
        ben.submits(form, {"how": "mine"})
    with pytest.raises(NotPossible, match="field_missing"):
        anna.submits(form, {"why": "dns"})
    with pytest.raises(NotPossible, match="field_too_long"):
        anna.submits(form, {"how": "x" * 21})
    with pytest.raises(NotPossible, match="no_such_choice"):
        anna.submits(form, {"how": "restart", "why": "magic"})
    anna.submits(form, {"how": "restart", "why": "dns", "other": "dropped"})

    (submitted,) = await inbox.has(1)
    assert isinstance(submitted, FormSubmitted)
    assert (submitted.form, submitted.context) == ("solve", "INC-1")
    assert submitted.values == {"how": "restart", "why": "dns"}
    assert anna.forms() == ()
    with pytest.raises(NotPossible, match="no_such_form"):
        anna.submits(form, {"how": "again"})


async def test_a_form_without_a_trigger_comes_too_late(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    with pytest.raises(ChatRefused) as refused:
        await chat.ask(HELP, ANNA, _form(), "", once("k1"))

    assert refused.value.code == "expired_trigger"


async def test_a_command_is_heard_and_not_seen_by_the_room(anna: Player, ben: Player, inbox: MemoryInbox) -> None:
    anna.commands("help", "status INC-1")

    (heard,) = await inbox.has(1)

    assert isinstance(heard, CommandGiven)
    assert heard.text == "status INC-1"
    assert ben.sees("help") == ()


async def test_a_private_room_is_seen_by_those_invited(
    chat: LocalChat, anna: Player, ben: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    room = await chat.open_room("INC-1 VPN is down!", "Bring it back", once("k1"), private=True)
    refused = await chat.invite(room, [ANNA, UserRef(Platform.LOCAL, "nobody")], once("k2"))
    await chat.set_topic(room, "Nearly there", once("k3"))
    message = await chat.post(room, CARD, once("k4"))
    await chat.pin(message, once("k5"))

    assert room.id == "inc-1-vpn-is-down"
    assert refused == {UserRef(Platform.LOCAL, "nobody"): WhyNot.UNKNOWN}
    assert anna.rooms()[room.id]["topic"] == "Nearly there"
    assert anna.sees(room)[0].pinned
    assert room.id not in ben.rooms()
    assert ben.sees(room) == ()
    assert await chat.members(room) == [ANNA]
    (joined,) = await inbox.has(1)
    assert isinstance(joined, MemberJoined)
    assert (joined.by, joined.invited) == (ANNA, True)


async def test_somebody_is_taken_out_of_a_room(
    chat: LocalChat, anna: Player, ben: Player, inbox: MemoryInbox, once: KeyOf
) -> None:
    room = await chat.open_room("INC-1", "", once("k1"))
    ben.joins(room)
    assert await chat.remove(room, ben.ref, once("k2"))
    assert await chat.remove(room, anna.ref, once("k3")), "whoever is not in is out already"

    assert await chat.members(room) == []
    joined, left = await inbox.has(2)
    assert isinstance(joined, MemberJoined)
    assert not joined.invited
    assert isinstance(left, MemberLeft)


async def test_a_closed_room_is_read_only(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    room = await chat.open_room("inc-1", "VPN", once("k1"))
    anna.says(room, "done")
    await chat.close_room(room, once("k2"))
    await chat.close_room(room, once("k3"))

    with pytest.raises(NotPossible, match="room_closed"):
        anna.says(room, "one more thing")
    with pytest.raises(ChatRefused, match="room_closed"):
        await chat.post(room, CARD, once("k4"))
    assert [one.text for one in anna.sees(room)] == ["done"]


async def test_a_thread_is_read_back_without_whispers_and_deleted_words(
    chat: LocalChat, anna: Player, ben: Player, once: KeyOf
) -> None:
    root = anna.says("help", "The VPN is down")
    thread = ThreadRef.under(root)
    ben.says("help", "Since when?", thread=root)
    ben.deletes(ben.says("help", "my password is hunter2", thread=root))
    await chat.answer(HELP, ANNA, CARD, once("k1"), thread=thread)
    await chat.post(HELP, CARD, once("k2"), thread=thread)

    read = await chat.read_thread(thread)

    assert [(one.by_name, one.text, one.from_bot) for one in read] == [
        ("Anna Arendt", "The VPN is down", False),
        ("Ben Bakker", "Since when?", False),
        ("Swarmbridge", "INC-1 is registered", True),
    ]


async def test_what_cannot_be_done_is_refused_by_name(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    own = anna.says("help", "mine")
    nowhere = RoomRef(Platform.LOCAL, "nowhere")

    for key, act in {
        "no_such_room": chat.post(nowhere, CARD, once("k1")),
        "not_your_message": chat.edit(own, CARD, once("k2")),
        "no_such_message": chat.pin(MessageRef(HELP, "m9999"), once("k3")),
        "no_such_person": chat.answer(HELP, UserRef(Platform.LOCAL, "nobody"), CARD, once("k4")),
    }.items():
        with pytest.raises(ChatRefused, match=key):
            await act


async def test_members_and_links_are_told(chat: LocalChat, anna: Player) -> None:
    message = anna.says("help", "hello")

    assert [user.id for user in await chat.members(HELP)] == ["anna", "ben", "carla"]
    assert await chat.link_to(message) == f"http://127.0.0.1:8080/chat/#help/{message.id}"
    assert await chat.direct_room(ANNA) == anna.direct
    assert (await chat.check())[0].ok


async def test_links_that_are_no_web_address_become_words(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    bad = Card(summary="s", blocks=(Paragraph((link("click", "javascript:alert(1)"), Span("x", Style.STRONG))),))
    await chat.post(HELP, bad, once("k1"))

    card = anna.sees("help")[0].card

    assert card is not None
    assert card["blocks"][0]["text"][0] == {"text": "click", "style": "plain", "target": ""}


async def test_what_was_said_while_nobody_listened_is_heard_once(chat: LocalChat, anna: Player) -> None:
    inbox = MemoryInbox()
    anna.says("help", "one")
    async with listening(chat, inbox):
        anna.says("help", "two")
        await inbox.has(2)
    anna.says("help", "three")
    async with listening(chat, inbox):
        await inbox.has(3)
        anna.says("help", "four")
        await inbox.has(4)

    assert [one.text for one in inbox.events if isinstance(one, MessagePosted)] == ["one", "two", "three", "four"]


async def test_when_the_inbox_is_away_nothing_is_lost(
    chat: LocalChat, anna: Player, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        anna.says("help", "one")
        await inbox.has(1)
        inbox.away = True
        anna.says("help", "two")
        await asyncio.sleep(0.8)
        states = [chat.connected]
        inbox.away = False
        await inbox.has(2)
        await asyncio.sleep(0.1)
        states.append(chat.connected)

    assert states == [False, True]
    assert [record.message.split(" the inbox ")[1][:5] for record in caplog.records] == ["and t", "again"]


async def test_the_cursor_of_another_file_is_not_taken_for_its_own(chat: LocalChat, anna: Player) -> None:
    inbox = MemoryInbox()
    inbox.cursors["local"] = "another:999999"
    anna.says("help", "one")

    async with listening(chat, inbox):
        await inbox.has(1)

    assert inbox.cursors["local"].startswith(f"{chat.store.id}:")


async def test_deleted_words_are_not_kept_once_the_bot_has_heard(
    chat: LocalChat, anna: Player, inbox: MemoryInbox
) -> None:
    anna.deletes(anna.says("help", "my password is hunter2"))
    await inbox.has(2)
    await asyncio.sleep(0.05)

    assert chat.store.heard_after(0) == []


async def test_text_of_any_kind_is_carried_and_bad_text_is_refused_kindly(anna: Player, inbox: MemoryInbox) -> None:
    hostile = "\u202e<script>alert(1)</script> {{ 7*7 }} <!channel> @room \ud800 \x00 👩‍👩‍👧"
    anna.says("help", hostile)

    (heard,) = await inbox.has(1)

    assert isinstance(heard, MessagePosted)
    assert "<script>" in heard.text
    assert heard.text.encode()
    with pytest.raises(NotPossible, match="no_text"):
        anna.says("help", " \n ")
    with pytest.raises(NotPossible, match="too_long"):
        anna.says("help", "x" * 100_001)
    with pytest.raises(NotPossible, match="not_an_emoji"):
        anna.reacts(heard.message, "<b>")


async def test_a_closed_chat_stays_closed_whoever_is_still_at_it(chat: LocalChat, anna: Player, once: KeyOf) -> None:
    async def keep_reading() -> None:
        while True:
            await asyncio.to_thread(anna.sees, "help")

    readers = [asyncio.create_task(keep_reading()) for _ in range(4)]
    await asyncio.sleep(0.1)
    chat.store.close()

    ends = await asyncio.gather(*readers, return_exceptions=True)
    assert [type(end) for end in ends] == [Closed] * 4
    with pytest.raises(ChatUnavailable):
        await chat.post(HELP, CARD, once("k1"))


async def test_waiting_in_vain_shows_what_was_seen_instead(anna: Player) -> None:
    anna.says("help", "The VPN is down")

    with pytest.raises(AssertionError, match="The VPN is down"):
        await anna.wait_for(lambda: len(anna.sees("help")) > 1, timeout=0.05)

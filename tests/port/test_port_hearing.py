"""What people do, as the bot hears it on each network: once each, also when it is delivered again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from bot.cards import Action, Actions, Card, Paragraph, plain
from bot.chat import Chat
from bot.events import (
    ActionTaken,
    ChatEvent,
    CommandGiven,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageUnreadable,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.refs import RoomRef, ThreadRef
from tests.port import ledger
from tests.port.ledger import covers
from tests.port.matrix_network import MatrixNetwork
from tests.port.network import FORM, Network, card, once
from tests.port.slack_network import SlackNetwork

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOICE = Card(
    summary="INC-4",
    blocks=(
        Paragraph(plain("INC-4: is it you?")),
        Actions((Action("me_too", "Me too", "INC-4", "me too INC-4"), Action("undo", "Not a request", "INC-5"))),
    ),
)

Event = TypeVar("Event")


def only(kind: type[Event], heard: Sequence[ChatEvent]) -> Event:
    """The one thing heard, which is of this kind."""
    [event] = heard
    assert isinstance(event, kind), heard
    return event


@covers("listen", "MessagePosted")
async def test_a_message_is_heard_with_who_said_it_where_and_when(network: Network, room: RoomRef) -> None:
    said = await network.says("anna", room, "VPN & mail <broken> since 9, see https://example.org/a?b=1&c=2")

    heard = only(MessagePosted, await network.heard(room))

    assert heard == MessagePosted(
        delivery=heard.delivery, at=heard.at, by=network.people["anna"], by_name="Anna Arendt", room=room,
        by_language=heard.by_language, by_zone=heard.by_zone, message=said,
        text="VPN & mail <broken> since 9, see https://example.org/a?b=1&c=2",
    )  # fmt: skip
    assert heard.delivery
    assert abs(heard.at - datetime.now(UTC)) < timedelta(minutes=1)


@covers("MessagePosted")
async def test_an_answer_in_a_thread_says_so(network: Network, room: RoomRef) -> None:
    root = await network.says("anna", room, "wifi is slow")
    await network.says("ben", room, "here too", under=root)

    _, answer = await network.heard(room)

    assert isinstance(answer, MessagePosted)
    assert (answer.text, answer.thread, answer.direct) == ("here too", ThreadRef.under(root), False)


@covers("MessagePosted")
async def test_a_message_to_the_bot_alone_is_direct(network: Network) -> None:
    room = await network.direct("carla")
    said = await network.says("carla", room, "status INC-4")

    [*_, heard] = await network.heard(room)

    assert isinstance(heard, MessagePosted)
    assert (heard.message, heard.text, heard.direct, heard.room) == (said, "status INC-4", True, room)


@covers("MessagePosted")
async def test_a_message_that_calls_the_bot_is_addressed_and_names_the_others(network: Network, room: RoomRef) -> None:
    await network.says("anna", room, "{bot} hand over INC-4 {ben}")

    heard = only(MessagePosted, await network.heard(room))

    assert (heard.text, heard.addressed) == ("hand over INC-4 @Ben Bakker", True)
    assert heard.mentions == (network.people["ben"],)


@covers("MessagePosted", only_done=True)
async def test_a_file_comes_as_its_name_and_address(network: Network, room: RoomRef) -> None:
    await network.says("anna", room, "the error", file="error.png")

    heard = only(MessagePosted, await network.heard(room))

    [file] = heard.files
    assert (heard.text, file.name) == ("the error", "error.png")
    assert file.url.startswith("https://")


@covers("MessageEdited")
async def test_an_edit_says_what_the_message_says_now(network: Network, room: RoomRef) -> None:
    said = await network.says("anna", room, "VPN is done")
    await network.edits("anna", said, "VPN is down")

    _, edited = await network.heard(room)

    assert isinstance(edited, MessageEdited)
    assert (edited.message, edited.text, edited.by) == (said, "VPN is down", network.people["anna"])


@covers("MessageDeleted")
@pytest.mark.parametrize("answered", [False, True])
async def test_a_message_taken_back_is_heard_of(network: Network, room: RoomRef, answered: bool) -> None:
    said = await network.says("anna", room, "my password is hunter2")
    if answered:
        await network.says("ben", room, "oh", under=said)
    await network.deletes("anna", said)

    deleted = (await network.heard(room))[-1]

    assert isinstance(deleted, MessageDeleted)
    assert (deleted.message, deleted.by) == (said, network.people["anna"])


@covers("ReactionAdded", "ReactionRemoved")
@pytest.mark.parametrize("emoji", ["🎫", "🙋", "✅", "📌"])
async def test_reactions_come_as_characters_and_go_as_they_came(network: Network, room: RoomRef, emoji: str) -> None:
    said = await network.says("anna", room, "VPN is down")
    await network.reacts("ben", said, emoji)
    await network.unreacts("ben", said, emoji)

    _, added, removed = await network.heard(room)

    assert isinstance(added, ReactionAdded)
    assert isinstance(removed, ReactionRemoved)
    for reaction in (added, removed):
        assert (reaction.message, reaction.emoji, reaction.by) == (said, emoji, network.people["ben"])
    assert added.delivery != removed.delivery


@covers("post", "edit", "react", "pin", "set_topic", "listen")
async def test_the_bot_does_not_hear_itself(network: Network, chat: Chat, swarm: RoomRef) -> None:
    posted = await chat.post(swarm, CHOICE, once())
    await chat.edit(posted, card("INC-4"), once())
    await chat.react(posted, "🎫", once())
    await chat.pin(posted, once())
    await chat.set_topic(swarm, "Nearly there", once())
    await chat.retract(posted, once())

    assert [event for event in await network.heard(swarm) if not isinstance(event, MemberJoined)] == []


@covers("ActionTaken")
@pytest.mark.parametrize("in_thread", [False, True])
async def test_an_action_says_what_was_chosen_and_where(
    network: Network, chat: Chat, room: RoomRef, in_thread: bool
) -> None:
    thread = ThreadRef.under(await network.says("anna", room, "VPN is down")) if in_thread else None
    posted = await chat.post(room, CHOICE, once(), thread=thread)
    await network.taps("ben", posted, "Not a request")

    taken = only(ActionTaken, [e for e in await network.heard(room) if not isinstance(e, MessagePosted)])

    assert (taken.action, taken.value, taken.by) == ("undo", "INC-5", network.people["ben"])
    assert (taken.message, taken.by_name) == (posted, "Ben Bakker")
    assert taken.thread in (thread, ThreadRef.under(posted))
    assert thread is None or taken.thread == thread


@covers("ask", "FormSubmitted")
@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_form_comes_back_as_it_was_filled_in(
    network: Network, chat: Chat, room: RoomRef, in_thread: bool
) -> None:
    thread = ThreadRef.under(await network.says("anna", room, "VPN is down")) if in_thread else None
    await network.taps("ben", await chat.post(room, CHOICE, once()), "Me too")
    tapped = (await network.heard(room))[-1]
    assert isinstance(tapped, ActionTaken)

    await chat.ask(room, network.people["ben"], FORM, tapped.trigger, once(), thread=thread)
    assert await network.form("ben") == ["What solved it?", "How", "Cause", "Sure?"]
    await network.fills("ben", {"how": " new <b>toner</b>\nfor all ", "sure": "yes"})

    submitted = (await network.heard(room))[-1]
    assert isinstance(submitted, FormSubmitted)
    assert (submitted.form, submitted.context, submitted.by) == ("resolve", "INC-4", network.people["ben"])
    assert (submitted.room, submitted.thread) == (room, thread)
    assert {id_: value.strip() for id_, value in submitted.values.items()} == {
        "how": "new <b>toner</b>\nfor all", "cause": "", "sure": "yes",
    }  # fmt: skip


@covers("FormSubmitted")
async def test_what_is_asked_in_the_thread_instead_of_a_form_is_answered_there(
    network: Network, chat: Chat, room: RoomRef
) -> None:
    root = await network.says("anna", room, "VPN is down")
    for question, answer in {"How": "new toner", "Cause": "-"}.items():
        await chat.post(room, card(question), once(), thread=ThreadRef.under(root))
        await network.says("anna", room, answer, under=root)

    [_, *answers] = await network.heard(room)

    assert [type(event).__name__ for event in answers] == ["MessagePosted"] * 2
    assert [(e.text, e.thread) for e in answers if isinstance(e, MessagePosted)] == [
        ("new toner", ThreadRef.under(root)), ("-", ThreadRef.under(root)),
    ]  # fmt: skip


@covers("CommandGiven")
async def test_a_command_is_heard_without_the_word_that_calls_the_bot(network: Network, room: RoomRef) -> None:
    await network.commands("anna", room, "status INC-4")

    [heard] = await network.heard(room)

    stands_for_it = ledger.EVENTS["CommandGiven", network.platform].heard_as or CommandGiven.__name__
    assert type(heard).__name__ == stands_for_it
    assert isinstance(heard, CommandGiven | MessagePosted)
    assert (heard.text, heard.by, heard.room) == ("status INC-4", network.people["anna"], room)
    assert isinstance(heard, CommandGiven) or heard.addressed


@covers("ShortcutUsed")
async def test_any_message_can_be_marked_for_the_bot(network: Network, room: RoomRef) -> None:
    said = await network.says("anna", room, "VPN is down")
    if isinstance(network, SlackNetwork):
        await network.marks("ben", said)
    else:
        await network.reacts("ben", said, "🎫")

    _, heard = await network.heard(room)

    assert type(heard).__name__ == (ledger.EVENTS["ShortcutUsed", network.platform].heard_as or "ShortcutUsed")
    assert isinstance(heard, ShortcutUsed | ReactionAdded)
    assert (heard.message, heard.by) == (said, network.people["ben"])
    if isinstance(heard, ShortcutUsed):
        assert (heard.text, heard.author, heard.author_name) == ("VPN is down", network.people["anna"], "Anna Arendt")


@covers("MessageUnreadable")
async def test_a_message_whose_key_never_comes_is_told_of(network: Network, room: RoomRef) -> None:
    assert isinstance(network, MatrixNetwork)
    said = await network.says_sealed("anna", room)

    heard = only(MessageUnreadable, await network.heard_of(room, MessageUnreadable))

    assert (heard.message, heard.by, heard.by_name) == (said, network.people["anna"], "Anna Arendt")


@covers("MemberJoined", "MemberLeft", "invite", "remove")
async def test_coming_and_going_is_heard_once_and_whether_the_bot_asked_for_it(network: Network, chat: Chat) -> None:
    room = await chat.open_room("open", "", once())
    await chat.invite(room, [network.people["carla"]], once())
    await network.accepts("carla", room)
    async with network.twice():
        await network.joins("anna", room)
        await network.leaves("anna", room)
        await chat.invite(room, [network.people["ben"]], once())
        await network.accepts("ben", room)
        await chat.remove(room, network.people["ben"], once())

    [first, *heard] = await network.heard(room)

    assert isinstance(first, MemberJoined)
    assert (first.by, first.invited) == (network.people["carla"], True)
    assert [(type(event), event.by_name, getattr(event, "invited", None)) for event in heard] == [
        (MemberJoined, "Anna Arendt", False), (MemberLeft, "Anna Arendt", None),
        (MemberJoined, "Ben Bakker", True), (MemberLeft, "Ben Bakker", None),
    ]  # fmt: skip
    assert [event.by for event in heard] == [network.people[who] for who in ("anna", "anna", "ben", "ben")]
    assert [network.inbox.told[event.delivery] >= 2 for event in heard] == [True] * 4


@covers("listen")
async def test_what_is_delivered_again_is_the_same_thing(network: Network, chat: Chat, room: RoomRef) -> None:
    posted = await chat.post(room, CHOICE, once())
    gone = await network.says("anna", room, "my password is hunter2")
    marked = await network.says("anna", room, "VPN is slow")
    await network.reacts("ben", marked, "🎫")
    before = await network.heard(room)
    async with network.twice():
        said = await network.says("anna", room, "VPN is done")
        await network.edits("anna", said, "VPN is down")
        await network.reacts("ben", said, "🙋")
        await network.unreacts("ben", marked, "🎫")
        await network.taps("ben", posted, "Me too")
        await network.deletes("anna", gone)

    [_that_is_all, *heard] = (await network.heard(room))[len(before) :]

    assert [type(event) for event in heard] == [
        MessagePosted, MessageEdited, ReactionAdded, ReactionRemoved, ActionTaken, MessageDeleted,
    ]  # fmt: skip
    assert [network.inbox.told[event.delivery] >= 2 for event in heard] == [True] * 6

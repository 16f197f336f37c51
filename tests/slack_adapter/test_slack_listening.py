"""What is said on Slack reaches the inbox once, through the socket and over HTTP alike."""

from __future__ import annotations

from bot.events import (
    ActionTaken,
    CommandGiven,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.refs import MessageRef, ThreadRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import room, user
from tests.strict_slack import Person, Room, StrictSlack


async def test_a_message_is_heard_with_who_said_it_where(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, it_help: Room
) -> None:
    said = await alice.says(it_help, "VPN & mail <broken> since 9")
    [heard] = await inbox.has(1)
    assert heard == MessagePosted(
        delivery=f"slack:{it_help.id}:{said.ts}", at=heard.at, by=user(alice), by_name="Alice Meyer",
        by_language="de", by_zone="Europe/Berlin", room=room(it_help), message=MessageRef(room(it_help), said.ts),
        text="VPN & mail <broken> since 9",
    )  # fmt: skip
    assert f"{heard.at.timestamp():.6f}" == said.ts
    slack.assert_clean()


async def test_a_mention_is_told_twice_and_heard_once(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, bob: Person, it_help: Room
) -> None:
    await alice.says(it_help, "@Swarmbridge hand over INC-4 @bob")
    await slack.settle()
    [heard] = inbox.events
    assert isinstance(heard, MessagePosted)
    assert heard.addressed
    assert heard.text == "hand over INC-4 @Bob Bakker"
    assert heard.mentions == (user(bob),)
    assert len([p for p in slack.delivery.attempts if p.parcel.payload["type"] == "event_callback"]) >= 2


async def test_what_is_delivered_three_times_is_stored_once(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, it_help: Room
) -> None:
    slack.delivery.copies = 3
    said = await alice.says(it_help, "printer jam")
    await alice.edits(said, "printer jam on 3")
    await alice.reacts(said, "ticket")
    await alice.unreacts(said, "ticket")
    await alice.deletes(said)
    await slack.settle()
    assert [type(event) for event in inbox.events] == [
        MessagePosted, MessageEdited, ReactionAdded, ReactionRemoved, MessageDeleted,
    ]  # fmt: skip


async def test_answers_in_a_thread_and_direct_messages_say_so(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, bob: Person, it_help: Room
) -> None:
    root = await alice.says(it_help, "wifi is slow")
    await bob.says(it_help, "here too", thread=root)
    await bob.says(it_help, "and also in the channel", thread=root, broadcast=True)
    await alice.direct("status")
    _, answer, broadcast, direct = await inbox.has(4)
    assert isinstance(answer, MessagePosted)
    assert isinstance(broadcast, MessagePosted)
    assert isinstance(direct, MessagePosted)
    assert answer.thread == broadcast.thread == ThreadRef(room(it_help), root.ts)
    assert direct.direct
    assert not answer.direct


async def test_people_coming_and_going_are_heard(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, it_help: Room
) -> None:
    carol = slack.person("carol")
    await carol.joins(it_help)
    await carol.leaves(it_help)
    joined, left = await inbox.has(2)
    assert isinstance(joined, MemberJoined)
    assert isinstance(left, MemberLeft)
    assert joined.by == left.by == user(carol)


async def test_a_command_is_acknowledged_at_once(inbox: MemoryInbox, alice: Person, it_help: Room) -> None:
    outcome = await alice.command("/swarm", "status INC-4", it_help)
    [heard] = await inbox.has(1)
    assert isinstance(heard, CommandGiven)
    assert (heard.text, heard.by, heard.room) == ("status INC-4", user(alice), room(it_help))
    assert heard.trigger
    assert not outcome.answer


async def test_the_shortcut_brings_the_message_and_its_author(
    inbox: MemoryInbox, alice: Person, bob: Person, it_help: Room
) -> None:
    said = await alice.says(it_help, "door 4 does not open")
    await inbox.has(1)
    await bob.shortcut("report_message", said)
    _, heard = await inbox.has(2)
    assert isinstance(heard, ShortcutUsed)
    assert (heard.by, heard.author, heard.author_name) == (user(bob), user(alice), "Alice Meyer")
    assert (heard.text, heard.message) == ("door 4 does not open", MessageRef(room(it_help), said.ts))


async def test_what_could_not_be_stored_is_delivered_again(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, it_help: Room
) -> None:
    inbox.away = True
    await alice.says(it_help, "nobody writes this down yet")
    await slack.wait_for(lambda: any(not attempt.outcome.acked for attempt in slack.delivery.attempts), 8)
    inbox.away = False
    await slack.settle()
    assert len(inbox.events) == 1
    assert slack.delivery.lost == []


async def test_a_forged_or_broken_payload_harms_nothing(
    slack: StrictSlack, inbox: MemoryInbox, alice: Person, it_help: Room
) -> None:
    for payload in (
        {"type": "event_callback", "event": {"type": "message", "channel": it_help.id, "user": "U1"}},
        {"type": "event_callback", "event": {}},
        {"type": "block_actions", "actions": [{}], "user": {"id": alice.id}, "channel": {"id": it_help.id}},
        {"type": "block_actions", "actions": [{"action_id": "gone"}], "user": {"id": alice.id}},
        {"type": "view_submission", "user": {"id": alice.id}, "view": {"id": "V1", "private_metadata": "{"}},
        {"type": "a_new_kind"},
    ):
        outcome = await slack.send_raw("interactive", payload)
        assert outcome.acked, payload
    await alice.says(it_help, "still there?")
    await inbox.has(1)
    assert not [event for event in inbox.events if isinstance(event, ActionTaken)]

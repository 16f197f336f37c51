"""What Slack never delivered is found again in the history, once, and nothing older."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.platform import SlackChat
from bot.events import ChatEvent, MessageEdited, MessagePosted
from bot.refs import Platform, RoomRef, ThreadRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import card, connected, eventually, listening, once, settings_for, web_server
from tests.strict_slack import Person, Room, StrictSlack


def texts(inbox: MemoryInbox) -> list[str]:
    return [event.text for event in inbox.events if isinstance(event, MessagePosted)]


@pytest.fixture
def lossy(slack: StrictSlack) -> StrictSlack:
    """A Slack that never delivers again."""
    slack.delivery.retries = False
    return slack


async def test_what_was_said_while_the_bot_was_down_is_found_at_the_next_start(
    lossy: StrictSlack, chat: SlackChat, alice: Person, bob: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    await alice.says(it_help, "before the bot ever came")
    async with listening(chat, inbox):
        root = await alice.says(it_help, "heard live")
        await inbox.has(1)
    missed = [await alice.says(it_help, f"missed {number}") for number in range(100)]
    await bob.says(it_help, "an answer missed", thread=root)
    await bob.says(it_help, "in the channel too", thread=missed[0], broadcast=True)
    await alice.edits(root, "heard live, edited later")
    await alice.direct("direct, missed")
    await lossy.settle()
    assert texts(inbox) == ["heard live"]
    async with listening(chat, inbox):
        await inbox.has(1 + 103 + 1)
    assert sorted(texts(inbox)) == sorted(
        ["heard live", "an answer missed", "in the channel too", "direct, missed", *(f"missed {n}" for n in range(100))]
    )
    assert [event.text for event in inbox.events if isinstance(event, MessageEdited)] == ["heard live, edited later"]
    ordered = [text for text in texts(inbox) if text.startswith("missed")]
    assert ordered == [f"missed {number}" for number in range(100)]


async def test_nothing_is_found_twice_by_later_sweeps(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    inbox = CountingInbox()
    async with connected(settings_for(slack, sweep_every=timedelta(milliseconds=50))) as chat, listening(chat, inbox):
        await alice.says(it_help, "once")
        swept = len(slack.called("conversations.history"))
        await slack.wait_for(lambda: len(slack.called("conversations.history")) > swept + 5)
    assert texts(inbox) == ["once"]
    assert {event.delivery for event in inbox.put_in} == {event.delivery for event in inbox.events}


class CountingInbox(MemoryInbox):
    def __init__(self) -> None:
        super().__init__()
        self.put_in: list[ChatEvent] = []

    async def put(self, events: Any, cursors: Any = ()) -> None:
        self.put_in += events
        await super().put(events, cursors)


async def said_into_the_gap(slack: StrictSlack, person: Person, room: Room) -> None:
    slack.sockets.drop()
    await slack.wait_for(lambda: not slack.sockets.connections)
    await person.says(room, "into the gap")


async def test_what_a_broken_socket_swallowed_is_found_after_the_reconnection(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await alice.says(it_help, "before")
        await inbox.has(1)
        await said_into_the_gap(lossy, alice, it_help)
        await inbox.has(2)
        await alice.says(it_help, "after")
        await inbox.has(3)
        assert lossy.delivery.lost
    assert texts(inbox) == ["before", "into the gap", "after"]


async def test_order_is_kept_however_many_rooms_are_looked_through_and_however_slowly(
    lossy: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    rooms = [lossy.channel(f"room-{number}", alice) for number in range(12)]
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await alice.says(rooms[-1], "before")
        await inbox.has(1)
        lossy.faults.add("rate_limited", "conversations.history", every=2, retry_after=1)
        await said_into_the_gap(lossy, alice, rooms[-1])
        await lossy.wait_for(lambda: bool(lossy.sockets.connections))
        await alice.says(rooms[-1], "after")
        await inbox.has(3)
    assert texts(inbox) == ["before", "into the gap", "after"]


async def test_what_cannot_wait_for_a_slow_look_is_found_in_its_turn(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await alice.says(it_help, "before")
        await inbox.has(1)
        await slack.settle()
        slack.delivery.retries = False
        await said_into_the_gap(slack, alice, it_help)
        slack.faults.add("hang_before", "conversations.history", times=2, seconds=3)
        await slack.wait_for(lambda: bool(slack.delivery.lost))
        slack.delivery.retries = True
        await slack.wait_for(lambda: bool(slack.sockets.connections))
        await alice.says(it_help, "after")
        await inbox.has(3)
    assert texts(inbox) == ["before", "into the gap", "after"]


async def test_threads_in_which_the_bot_alone_answered_are_not_read_again(
    lossy: StrictSlack, chat: SlackChat, alice: Person, bob: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        roots = [await alice.says(it_help, f"report {number}") for number in range(3)]
        await inbox.has(3)
        for number, root in enumerate(roots):
            thread = ThreadRef(RoomRef(Platform.SLACK, it_help.id), root.ts)
            await chat.post(thread.room, card("registered"), once(f"k{number}"), thread=thread)
    await bob.says(it_help, "me too", thread=roots[1])
    async with listening(chat, inbox):
        await inbox.has(4)
        await eventually(lambda: len(lossy.called("conversations.history")) >= 2)
    assert texts(inbox)[3:] == ["me too"]
    assert {call.args["ts"] for call in lossy.called("conversations.replies")} == {roots[1].ts}


async def test_rooms_in_which_something_was_said_lately_are_looked_through_first(
    lossy: StrictSlack, chat: SlackChat, alice: Person, bob: Person, it_help: Room
) -> None:
    inbox, lively = MemoryInbox(), lossy.channel("lively", alice)
    async with listening(chat, inbox):
        told = [(await person.direct("hello")).room for person in (alice, bob)]
        await inbox.has(2)
    for minutes, one in enumerate([lively, it_help, *reversed(told)]):
        inbox.cursors[f"slack:{one.id}"] = f"{time.time() - minutes * 60:.6f}"
    before = len(lossy.called("conversations.history"))
    async with listening(chat, inbox):
        await eventually(lambda: len(lossy.called("conversations.history")) >= before + 5)
    looked = [call.args["channel"] for call in lossy.called("conversations.history")][before:]
    assert looked.index(lively.id) < looked.index(it_help.id)
    assert looked[3:5] == [one.id for one in reversed(told)]


async def test_what_was_looked_through_is_not_new_again_when_its_delivery_is_forgotten(
    lossy: StrictSlack, alice: Person, it_help: Room
) -> None:
    inbox, a_minute_ago = CountingInbox(), time.time() - 60
    inbox.cursors |= dict.fromkeys(("slack:rooms", f"slack:{it_help.id}"), f"{a_minute_ago - 60:.6f}")
    lossy.world.clock.advance(-60)
    await alice.says(it_help, "help")
    async with connected(settings_for(lossy, sweep_every=timedelta(milliseconds=50))) as chat, listening(chat, inbox):
        await inbox.has(1)
        put, swept = len(inbox.put_in), len(lossy.called("conversations.history"))
        await lossy.wait_for(lambda: len(lossy.called("conversations.history")) > swept + 5)
    assert len(inbox.put_in) == put


async def test_channels_are_looked_through_again_before_thousands_of_direct_conversations_are(
    lossy: StrictSlack, alice: Person, it_help: Room
) -> None:
    inbox, people = MemoryInbox(), [lossy.person(f"p{number}") for number in range(20)]
    async with connected(settings_for(lossy)) as chat, listening(chat, inbox):
        directs = {(await person.direct("hello")).room.id for person in people}
        await inbox.has(20)
    known, before = inbox.cursors["slack:rooms"], len(lossy.called("conversations.history"))
    async with connected(settings_for(lossy, sweep_every=timedelta(milliseconds=1))) as chat, listening(chat, inbox):
        await eventually(lambda: inbox.cursors["slack:rooms"] != known)
    looked = [call.args["channel"] for call in lossy.called("conversations.history")][before:]
    assert directs <= set(looked)
    assert looked.count(it_help.id) > 5


async def test_what_was_said_into_a_gap_does_not_wait_for_a_sweep_that_goes_on(
    lossy: StrictSlack, alice: Person, it_help: Room
) -> None:
    inbox, people = MemoryInbox(), [lossy.person(f"p{number}") for number in range(15)]
    async with connected(settings_for(lossy)) as chat, listening(chat, inbox):
        for person in people:
            await person.direct("hello")
        await inbox.has(15)
        lossy.faults.add("rate_limited", "conversations.history", every=2, retry_after=1)
        await said_into_the_gap(lossy, alice, it_help)
        await inbox.has(16)
        await lossy.wait_for(lambda: bool(lossy.sockets.connections))
        await eventually(lambda: lossy.called("conversations.history")[-1].args["channel"].startswith("D"))
        lossy.sockets.drop()
        await lossy.wait_for(lambda: not lossy.sockets.connections)
        await alice.says(it_help, "into the next one")
        await inbox.has(17)
    assert texts(inbox)[15:] == ["into the gap", "into the next one"]


async def test_over_http_gaps_are_found_by_the_regular_sweep(lossy: StrictSlack, alice: Person, it_help: Room) -> None:
    inbox = MemoryInbox()
    async with (
        connected(settings_for(lossy, "http", sweep_every=timedelta(milliseconds=100))) as chat,
        listening(chat, inbox),
        web_server(chat) as url,
    ):
        await lossy.use_http(f"{url}/slack/events")
        await lossy.use_http("http://127.0.0.1:9/slack/events", verify=False)
        await alice.says(it_help, "nobody was at the door")
        await inbox.has(1)


async def test_a_room_joined_while_down_is_heard_from_the_joining_on(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    elsewhere = lossy.channel("elsewhere", alice, bot=False)
    async with listening(chat, inbox):
        pass
    await alice.says(elsewhere, "not for the bot")
    await alice.invites(lossy.bot, elsewhere)
    await alice.says(elsewhere, "now for the bot")
    async with listening(chat, inbox):
        await inbox.has(1)
        await eventually(lambda: f"slack:{elsewhere.id}" in inbox.cursors)
    assert texts(inbox) == ["now for the bot"]


async def test_a_room_joined_live_is_swept_from_the_joining_on(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    elsewhere = lossy.channel("elsewhere", alice, bot=False)
    async with listening(chat, inbox):
        await alice.says(elsewhere, "not for the bot")
        await alice.invites(lossy.bot, elsewhere)
        await eventually(lambda: f"slack:{elsewhere.id}" in inbox.cursors)
    await alice.says(elsewhere, "missed")
    async with listening(chat, inbox):
        await inbox.has(1)
    assert texts(inbox) == ["missed"]


async def test_a_room_that_the_bot_comes_back_to_is_heard_from_then_on(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await alice.says(it_help, "heard live")
        await inbox.has(1)
    await alice.removes(lossy.bot, it_help)
    await alice.says(it_help, "among us")
    await alice.invites(lossy.bot, it_help)
    await alice.says(it_help, "for the bot again")
    async with listening(chat, inbox):
        await inbox.has(2)
    assert texts(inbox) == ["heard live", "for the bot again"]


async def test_limits_slow_the_sweep_and_lose_nothing(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    rooms = [lossy.channel(f"team-{number}", alice) for number in range(5)]
    async with listening(chat, inbox):
        pass
    for there in rooms:
        await alice.says(there, f"missed in {there.name}")
    lossy.faults.add("rate_limited", "conversations.history", every=2, retry_after=0)
    lossy.faults.add("server_error", "users.conversations", times=1)
    async with listening(chat, inbox):
        await inbox.has(5)
    assert sorted(texts(inbox)) == [f"missed in team-{number}" for number in range(5)]


async def test_a_lost_database_moves_no_cursor(
    lossy: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        pass
    before = dict(inbox.cursors)
    await alice.says(it_help, "missed")
    inbox.away = True
    async with listening(chat, inbox, until_connected=False):
        await eventually(lambda: chat.connected)
        await asyncio.sleep(0.3)
        assert inbox.cursors == before
        inbox.away = False
        await inbox.has(1)
    assert texts(inbox) == ["missed"]

"""Acts of chat on Slack: done once, whatever becomes of the answer, and refused in words an operator understands."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from adapters.slack import accounts, web
from adapters.slack.platform import SlackChat
from adapters.slack.settings import SlackSettings
from bot.cards import Action, Actions, Card, Paragraph, plain
from bot.errors import ChatRefused, ChatUnavailable
from bot.forms import Choice, Field, FieldKind, Form
from bot.refs import MessageRef, Platform, ThreadRef, UserRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import card, connected, listening, once, room, settings_for, user
from tests.strict_slack import Person, Room, StrictSlack

T = TypeVar("T")

FORM = Form(
    id="resolve", title="What solved it, in a sentence or two?", submit="Send", cancel="Not now", context="INC-4",
    fields=(
        Field(id="how", label="What solved it?", kind=FieldKind.LONG, max_length=500),
        Field(id="cause", label="Cause", required=False, hint="If known"),
        Field(
            id="kind", label="Lasting?", kind=FieldKind.CHOICE, initial="yes",
            choices=(Choice("yes", "Yes"), Choice("no", "No")),
        ),
    ),
)  # fmt: skip


async def test_a_card_is_posted_in_its_thread_and_edited(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    said = await alice.says(it_help, "printer")
    thread = ThreadRef(room(it_help), said.ts)
    message = await chat.post(room(it_help), card("Registered as INC-1. <!channel>"), once(), thread=thread)
    [answer] = it_help.replies(said)
    assert message == MessageRef(room(it_help), answer.ts)
    assert answer.plain == "Registered as INC-1. <!channel>"
    assert answer.pings == []
    await chat.edit(message, card("Solved."), once("k2"))
    assert answer.plain == "Solved."
    slack.assert_clean()


@pytest.mark.parametrize("in_thread", [False, True])
@pytest.mark.parametrize("fault", ["drop_after", "hang_after"])
async def test_a_post_that_was_performed_without_an_answer_is_not_repeated(
    slack: StrictSlack, alice: Person, it_help: Room, fault: str, in_thread: bool
) -> None:
    async with connected(settings_for(slack, patience=0.5)) as chat:
        said = await alice.says(it_help, "printer")
        thread = ThreadRef(room(it_help), said.ts) if in_thread else None
        slack.faults.add(fault, "chat.postMessage", times=1, seconds=2)  # type: ignore[arg-type]
        with pytest.raises(ChatUnavailable) as lost:
            await chat.post(room(it_help), card("INC-1"), once(), thread=thread)
        assert lost.value.doubtful
        again = await chat.post(room(it_help), card("INC-1"), once(doubtful=True), thread=thread)
        assert [m.ts for m in it_help.messages if m.user == slack.bot.id] == [again.id]
        other = await chat.post(room(it_help), card("INC-1"), once("another", doubtful=True), thread=thread)
        assert other != again


async def test_a_connection_that_never_was_leaves_no_doubt(it_help: Room) -> None:
    settings = SlackSettings(bot_token="xoxb-1", api_url="http://127.0.0.1:9/api/")
    async with connected(settings) as away:
        with pytest.raises(ChatUnavailable) as lost:
            await away.post(room(it_help), card("INC-1"), once())
    assert not lost.value.doubtful


async def test_a_rate_limit_says_how_long_to_wait(slack: StrictSlack, chat: SlackChat, it_help: Room) -> None:
    slack.faults.add("rate_limited", "chat.*", retry_after=17)
    with pytest.raises(ChatUnavailable) as limited:
        await chat.post(room(it_help), card("INC-1"), once())
    assert limited.value.retry_after == timedelta(seconds=17)
    assert not limited.value.doubtful


@pytest.mark.parametrize(("fault", "code"), [("server_error", ""), ("error", "fatal_error")])
async def test_a_server_error_leaves_a_doubt(
    slack: StrictSlack, chat: SlackChat, it_help: Room, fault: str, code: str
) -> None:
    slack.faults.add(fault, "chat.*", code=code)  # type: ignore[arg-type]
    with pytest.raises(ChatUnavailable) as away:
        await chat.post(room(it_help), card("INC-1"), once())
    assert away.value.doubtful


async def test_a_refusal_names_the_reason_and_what_to_do(slack: StrictSlack, chat: SlackChat, alice: Person) -> None:
    elsewhere = slack.channel("elsewhere", alice, bot=False)
    with pytest.raises(ChatRefused) as refused:
        await chat.post(room(elsewhere), card("INC-1"), once())
    assert refused.value.code == "not_in_channel"
    assert "/invite" in refused.value.advice


async def test_a_missing_scope_is_named(slack: StrictSlack, chat: SlackChat, it_help: Room) -> None:
    slack.grant("users:read")
    with pytest.raises(ChatRefused) as refused:
        await chat.post(room(it_help), card("INC-1"), once())
    assert refused.value.code == "missing_scope"
    assert "chat:write" in refused.value.advice


async def test_with_a_revoked_token_what_is_to_be_said_waits(
    slack: StrictSlack, chat: SlackChat, it_help: Room
) -> None:
    slack.revoke()
    with pytest.raises(ChatUnavailable, match="SLACK_BOT_TOKEN") as dead:
        await chat.post(room(it_help), card("INC-1"), once())
    assert dead.value.retry_after is not None
    assert not dead.value.doubtful


async def test_reactions_pins_and_closing_done_already_are_success(
    slack: StrictSlack, chat: SlackChat, it_help: Room
) -> None:
    message = await chat.post(room(it_help), card("INC-1"), once())
    for _ in range(2):
        await chat.react(message, "🎫", once("r"))
        await chat.react(message, "1️⃣", once("r1"))
        await chat.pin(message, once("p"))
    assert set(it_help.messages[-1].reactions) == {"ticket", "one"}
    assert [pinned.ts for pinned in it_help.pinned] == [message.id]
    opened = await chat.open_room("inc-1", "VPN", once("open"))
    for _ in range(2):
        await chat.close_room(opened, once("c"))
    assert slack.workspace.rooms[opened.id].archived


async def test_only_the_asker_sees_an_answer(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person, it_help: Room
) -> None:
    await chat.answer(room(it_help), user(alice), card("only for you"), once())
    assert [whisper.plain for whisper in alice.ephemerals] == ["only for you"]
    assert bob.ephemerals == []
    assert it_help.messages == []


async def test_where_the_bot_is_not_the_answer_comes_directly(
    slack: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    elsewhere = slack.channel("elsewhere", alice, bot=False)
    await chat.answer(room(elsewhere), user(alice), card("only for you"), once())
    assert [message.plain for message in alice.app_room.messages] == ["only for you"]


async def test_a_form_comes_back_with_its_context(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        thread = ThreadRef(room(it_help), (await alice.says(it_help, "printer")).ts)
        await inbox.has(1)
        await alice.command("/swarm", "resolve INC-4", it_help)
        command = (await inbox.has(2))[1]
        await chat.ask(room(it_help), user(alice), FORM, command.trigger, once(), thread=thread)  # type: ignore[union-attr]
        assert alice.view.title == "What solved it, in a…"
        blank = await alice.submits(values={"What solved it?": "   "})
        assert blank.errors == {"how": "I need this one. A short answer is enough."}
        await alice.submits(values={"What solved it?": "toner <b>", "Lasting?": "No"})
        heard = (await inbox.has(3))[2]
    assert (heard.form, heard.context, heard.by) == ("resolve", "INC-4", user(alice))  # type: ignore[union-attr]
    assert heard.values == {"how": "toner <b>", "cause": "", "kind": "no"}  # type: ignore[union-attr]
    assert (heard.room, heard.thread) == (room(it_help), thread)  # type: ignore[union-attr]
    slack.assert_clean()


async def test_a_form_that_comes_too_late_is_refused(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    trigger = slack.world.trigger(alice.id)
    slack.world.clock.advance(4)
    for late in (trigger, "made.up"):
        with pytest.raises(ChatRefused, match="expired_trigger"):
            await chat.ask(room(it_help), user(alice), FORM, late, once())


async def test_a_form_that_was_shown_without_an_answer_is_not_refused(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    trigger = slack.world.trigger(alice.id)
    slack.faults.add("drop_after", "views.open", times=1)
    with pytest.raises(ChatUnavailable):
        await chat.ask(room(it_help), user(alice), FORM, trigger, once())
    await chat.ask(room(it_help), user(alice), FORM, trigger, once(doubtful=True))
    assert len(alice.views) == 1


async def test_a_button_says_what_was_tapped_where(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    buttons = Actions((Action("me_too", "Me too", "INC-1"), Action("me_too", "Not me", "INC-2")))
    asked = Card(summary="INC-1", blocks=(Paragraph(plain("INC-1")), buttons))
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        root = await alice.says(it_help, "printer")
        message = await chat.post(room(it_help), asked, once(), thread=ThreadRef(room(it_help), root.ts))
        await alice.clicks(it_help.replies(root)[0], "Not me")
        await chat.answer(room(it_help), user(alice), asked, once("w"))
        await alice.clicks(alice.ephemerals[0], "Me too")
        _, tapped, whispered = await inbox.has(3)
    assert (tapped.action, tapped.value, tapped.message) == ("me_too", "INC-2", message)  # type: ignore[union-attr]
    assert tapped.thread == ThreadRef(room(it_help), root.ts)  # type: ignore[union-attr]
    assert (whispered.action, whispered.value, whispered.message) == ("me_too", "INC-1", None)  # type: ignore[union-attr]


async def test_members_links_and_threads_are_read(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person, it_help: Room
) -> None:
    assert set(await chat.members(room(it_help))) >= {user(alice), user(bob)}
    assert slack.bot.id not in {member.id for member in await chat.members(room(it_help))}
    root = await alice.says(it_help, "printer")
    await chat.post(room(it_help), card("INC-1"), once(), thread=ThreadRef(room(it_help), root.ts))
    await bob.says(it_help, "toner?", thread=root)
    read = await chat.read_thread(ThreadRef(room(it_help), root.ts))
    assert [(m.by_name, m.text, m.from_bot) for m in read] == [
        ("Alice Meyer", "printer", False), ("Swarmbridge", "INC-1", True), ("Bob Bakker", "toner?", False),
    ]  # fmt: skip
    assert root.ts.replace(".", "") in await chat.link_to(read[0].message)
    slack.assert_clean()


async def test_what_is_denied_once_is_no_dead_token(slack: StrictSlack, chat: SlackChat, it_help: Room) -> None:
    slack.faults.add("error", "chat.postMessage", code="access_denied")
    with pytest.raises(ChatRefused, match="access_denied"):
        await chat.post(room(it_help), card("INC-1"), once())


@pytest.fixture
def distributed(slack: StrictSlack) -> StrictSlack:
    """To an app distributed outside its Marketplace Slack answers one page of fifteen messages a minute."""
    slack.rates.mode, slack.rates.minute = "realistic", 1.0
    for reading in ("conversations.history", "conversations.replies"):
        slack.rates.overrides[reading], slack.rates.most_objects[reading] = 1, 15
    return slack


async def tried(act: Callable[[], Awaitable[T]]) -> tuple[T, int]:
    """What comes of it, and how often Slack could not be asked before."""
    for tries in itertools.count():
        try:
            return await act(), tries
        except ChatUnavailable as away:
            await asyncio.sleep((away.retry_after or timedelta(0)).total_seconds())
    raise AssertionError


async def test_a_long_thread_is_read_however_short_and_rare_the_pages_are(
    distributed: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    root = await alice.says(it_help, "answer 0")
    for number in range(1, 40):
        await alice.says(it_help, f"answer {number}", thread=root)
    for _ in range(2):
        read, tries = await tried(lambda: chat.read_thread(ThreadRef(room(it_help), root.ts)))
        assert [message.text for message in read] == [f"answer {number}" for number in range(40)]
        assert tries in (2, 3)


async def test_a_message_in_doubt_is_found_however_short_and_rare_the_pages_are(
    distributed: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    posted = await chat.post(room(it_help), card("INC-1"), once("k"))
    for number in range(40):
        await alice.says(it_help, f"meanwhile {number}")
    in_doubt = once("k", doubtful=True)
    found, tries = await tried(lambda: chat.post(room(it_help), card("INC-1"), in_doubt))
    assert found == posted
    assert tries in (2, 3)


async def test_names_that_are_not_to_be_had_do_not_keep_anybody_waiting(
    slack: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    api = web.Web(slack.bot_token, slack.api_url)
    known = accounts.Accounts(api)
    slack.faults.add("rate_limited", "users.info", retry_after=60)
    assert await known.names([alice.id]) == {}
    assert await known.names([alice.id]) == {}
    assert len(slack.called("users.info")) == 1
    await api.close()


async def test_the_first_thousand_names_are_learned_at_once(slack: StrictSlack, chat: SlackChat, it_help: Room) -> None:
    people = [slack.person(f"p{number}", real_name=f"Person {number}") for number in range(50)]
    for person in people:
        it_help.members.append(person.id)
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await slack.wait_for(lambda: slack.called("users.list"))
        for person in people:
            await person.says(it_help, "printer")
        heard = await inbox.has(50)
    assert [event.by_name for event in heard] == [f"Person {number}" for number in range(50)]
    assert len(slack.called("users.info")) < 10


async def test_writing_to_people_directly_opens_nothing_and_says_where_it_was_written(
    slack: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    first = await chat.post(await chat.direct_room(user(alice)), card("INC-1"), once("k1"))
    second = await chat.post(await chat.direct_room(user(alice)), card("INC-2"), once("k2"))
    await chat.edit(first, card("INC-1 is solved"), once("k3"))
    assert first.room == second.room == room(alice.app_room)
    assert [message.plain for message in alice.app_room.messages] == ["INC-1 is solved", "INC-2"]
    assert slack.called("conversations.open") == []
    slack.assert_clean()


async def test_what_may_have_been_written_directly_is_looked_for_before_it_is_written_again(
    slack: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    first = await chat.post(await chat.direct_room(user(alice)), card("INC-1"), once("k1"))
    async with connected(settings_for(slack)) as restarted:
        again = await restarted.post(await restarted.direct_room(user(alice)), card("INC-1"), once("k1", doubtful=True))
        other = await restarted.post(await restarted.direct_room(user(alice)), card("INC-2"), once("k2", doubtful=True))
    assert (again, other.room) == (first, first.room)
    assert len(alice.app_room.messages) == 2
    assert len(slack.called("conversations.open")) == 1


async def test_nobody_unknown_can_be_written_to(chat: SlackChat) -> None:
    nobody = await chat.direct_room(UserRef(Platform.SLACK, "U0NOBODY"))
    for doubtful in (False, True):
        with pytest.raises(ChatRefused, match="user_not_found"):
            await chat.post(nobody, card("INC-1"), once(doubtful=doubtful))

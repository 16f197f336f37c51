"""Rooms that the bot opens: each act has one, also when Slack fails at the worst moment."""

from __future__ import annotations

import pytest

from adapters.slack.platform import SlackChat
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import WhyNot
from bot.refs import Platform, RoomRef, UserRef
from tests.slack_adapter.conftest import once, room, user
from tests.strict_slack import Person, Room, StrictSlack


def opened_by_the_bot(slack: StrictSlack) -> list[Room]:
    return [there for there in slack.workspace.rooms.values() if there.creator == slack.bot.id and there.kind != "im"]


async def test_a_room_has_a_name_slack_takes_and_its_topic(slack: StrictSlack, chat: SlackChat) -> None:
    opened = await chat.open_room("INC-42 VPN ist weg (Köln) " + "x" * 90, "VPN <!channel> & mail", once())
    there = slack.workspace.rooms[opened.id]
    assert there.name == "inc-42-vpn-ist-weg-koeln"
    assert there.topic == "VPN &lt;!channel&gt; &amp; mail"
    slack.assert_clean()


async def test_a_private_room_is_private(slack: StrictSlack, chat: SlackChat) -> None:
    opened = await chat.open_room("inc-7", "HR", once(), private=True)
    assert slack.workspace.rooms[opened.id].kind == "private"


async def test_a_taken_name_gets_a_number(slack: StrictSlack, chat: SlackChat, alice: Person) -> None:
    await alice.creates("inc-42-vpn")
    first = await chat.open_room("inc-42-vpn", "", once("a"))
    second = await chat.open_room("inc-42-vpn", "", once("b"))
    assert [slack.workspace.rooms[there.id].name for there in (first, second)] == ["inc-42-vpn-2", "inc-42-vpn-3"]


@pytest.mark.parametrize("step", ["conversations.create", "conversations.setPurpose", "conversations.setTopic"])
@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "server_error", "rate_limited"])
async def test_one_act_opens_one_room(slack: StrictSlack, chat: SlackChat, step: str, fault: str) -> None:
    await chat.open_room("inc-1", "another", once("another"))
    slack.faults.add(fault, step, times=1)  # type: ignore[arg-type]
    with pytest.raises(ChatUnavailable) as away:
        await chat.open_room("inc-42", "VPN", once())
    opened = await chat.open_room("inc-42", "VPN", once(doubtful=away.value.doubtful))
    assert [there.name for there in opened_by_the_bot(slack)] == ["inc-1", "inc-42"]
    assert slack.workspace.rooms[opened.id].topic == "VPN"
    assert await chat.open_room("inc-42", "VPN", once(doubtful=True)) == opened


async def test_the_trace_of_another_act_is_left_alone(slack: StrictSlack, chat: SlackChat) -> None:
    other = await chat.open_room("inc-42", "VPN", once("other"))
    mine = await chat.open_room("inc-42", "VPN", once("mine", doubtful=True))
    assert mine != other
    assert slack.workspace.rooms[mine.id].name == "inc-42-2"


async def test_twelve_rooms_while_every_third_call_is_limited_and_some_answers_are_lost(
    slack: StrictSlack, chat: SlackChat
) -> None:
    slack.faults.add("rate_limited", "conversations.*", every=3)
    slack.faults.add("drop_after", "conversations.create conversations.set*", every=5)
    for number in range(12):
        doubtful, opened = False, None
        while opened is None:
            try:
                opened = await chat.open_room(f"inc-{number}", f"topic {number}", once(str(number), doubtful=doubtful))
            except ChatUnavailable as away:
                doubtful |= away.doubtful
    assert [there.name for there in opened_by_the_bot(slack)] == [f"inc-{number}" for number in range(12)]
    assert [there.topic for there in opened_by_the_bot(slack)] == [f"topic {number}" for number in range(12)]


async def test_a_full_channel_refuses_and_says_so(slack: StrictSlack, chat: SlackChat, alice: Person) -> None:
    there = await chat.open_room("inc-42", "", once())
    slack.faults.add("error", "conversations.invite", code="too_many_members")
    assert await chat.invite(there, [user(alice)], once("i")) == {user(alice): WhyNot.FULL}


async def test_one_bad_account_does_not_keep_the_others_out(slack: StrictSlack, chat: SlackChat, alice: Person) -> None:
    there = await chat.open_room("inc-42", "", once())
    crowd = [slack.person(f"p{number}") for number in range(120)]
    gone, guest = UserRef(Platform.SLACK, "U0GONE"), slack.person("guest", deleted=True)
    wanted = [user(alice), *map(user, crowd[:40]), gone, user(guest), *map(user, crowd[40:])]
    refused = await chat.invite(there, wanted, once("i"))
    assert refused == {gone: WhyNot.UNKNOWN, user(guest): WhyNot.GONE}
    assert set(slack.workspace.rooms[there.id].members) == {slack.bot.id, alice.id, *(one.id for one in crowd)}
    assert await chat.invite(there, [user(alice), UserRef(Platform.SLACK, slack.bot.id)], once("i2")) == {}
    slack.assert_clean()


@pytest.mark.parametrize("why", ["user_team_not_in_channel", "user_is_ultra_restricted", "user_is_restricted"])
async def test_a_guest_or_a_partner_who_may_not_come_keeps_nobody_else_out(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person, why: str
) -> None:
    there = await chat.open_room("inc-42", "", once())
    partner = slack.person("partner", barred=why)
    refused = await chat.invite(there, [user(alice), user(partner), user(bob)], once("i"))
    assert refused == {user(partner): WhyNot.NOT_ALLOWED}
    assert set(slack.workspace.rooms[there.id].members) == {slack.bot.id, alice.id, bob.id}
    slack.assert_clean()


async def test_a_room_the_bot_is_not_in_refuses_the_invitation(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person
) -> None:
    with pytest.raises(ChatRefused, match="not_in_channel"):
        await chat.invite(room(slack.channel("elsewhere", alice, bot=False)), [user(bob)], once())


async def test_somebody_is_taken_out_once_and_being_out_is_as_good(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person
) -> None:
    there = await chat.open_room("inc-42", "", once(), private=True)
    await chat.invite(there, [user(alice), user(bob)], once("i"))

    assert await chat.remove(there, user(alice), once("r1"))
    assert await chat.remove(there, user(alice), once("r2"))
    assert set(slack.workspace.rooms[there.id].members) == {slack.bot.id, bob.id}
    slack.assert_clean()


async def test_a_workspace_where_only_admins_take_people_out_says_so(
    slack: StrictSlack, chat: SlackChat, alice: Person
) -> None:
    there = await chat.open_room("inc-42", "", once())
    await chat.invite(there, [user(alice)], once("i"))
    slack.faults.add("error", "conversations.kick", code="restricted_action")

    assert not await chat.remove(there, user(alice), once("r"))
    assert alice.id in slack.workspace.rooms[there.id].members


async def test_a_topic_is_cut_to_what_fits(slack: StrictSlack, chat: SlackChat) -> None:
    opened = await chat.open_room("inc-42", "", once())
    await chat.set_topic(opened, "<&> " * 200, once("t"))
    topic = slack.workspace.rooms[opened.id].topic
    assert len(topic) <= 250
    assert topic.startswith("&lt;&amp;&gt;")
    assert topic.endswith("…")
    with pytest.raises(ChatRefused):
        await chat.set_topic(RoomRef(Platform.SLACK, "C0NONE"), "x", once("t2"))

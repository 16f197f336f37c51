"""Channels shared with another organisation: its people report like everybody, and learn what everybody may know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.slack.accounts import read
from adapters.slack.identity import Me
from bot.events import CommandGiven, MessagePosted
from tests.journey.worlds import Line, SlackWorld
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import connected, listening, settings_for
from tests.slack_adapter.organised import organised
from tests.strict_slack import Person, Room, StrictSlack

PARTNER = "T0PARTNER"


@pytest.fixture
def paula(slack: StrictSlack, it_help: Room) -> Person:
    """Somebody of another organisation, in a channel that is shared with it."""
    it_help.shared_with.append(PARTNER)
    paula = slack.person("paula", real_name="Paula Partner", team_id=PARTNER)
    slack.channel("it-help", paula)
    return paula


async def test_people_of_another_workspace_are_told_apart(
    slack: StrictSlack, alice: Person, paula: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    private = slack.channel("inside", alice)
    async with connected(settings_for(slack)) as chat, listening(chat, inbox):
        await alice.says(private, "one")
        await inbox.has(1)
        await alice.says(it_help, "two")
        await inbox.has(2)
        await paula.says(it_help, "three")
        await inbox.has(3)
        await paula.command("/swarm", "help", it_help)
        await inbox.has(4)

    heard = [event for event in inbox.events if isinstance(event, MessagePosted | CommandGiven)]
    assert [(event.by.id, event.outside, event.shared) for event in heard] == [
        (alice.id, False, False), (alice.id, False, True), (paula.id, True, True), (paula.id, True, True),
    ]  # fmt: skip


async def test_of_whom_slack_says_nothing_is_a_stranger_where_strangers_are(
    slack: StrictSlack, alice: Person, paula: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    private = slack.channel("inside", alice)
    async with connected(settings_for(slack)) as chat:
        slack.faults.add("server_error", "users.info users.list")
        async with listening(chat, inbox):
            await alice.says(private, "inside")
            await inbox.has(1)
            await alice.says(it_help, "where partners read")
            await inbox.has(2)

    assert [(event.by_name, event.outside) for event in inbox.events] == [("", False), ("", True)]


async def test_what_was_said_while_nobody_listened_is_told_apart_as_well(
    slack: StrictSlack, alice: Person, paula: Person, it_help: Room
) -> None:
    inbox = MemoryInbox()
    async with connected(settings_for(slack)) as chat:
        async with listening(chat, inbox):
            pass
        await paula.says(it_help, "while you slept")
        await alice.says(it_help, "me too")
        async with listening(chat, inbox):
            await inbox.has(2)

    assert [(event.outside, event.shared) for event in inbox.events] == [(True, True), (False, True)]


def test_all_workspaces_of_one_enterprise_are_home() -> None:
    me = Me.of({"user_id": "U0BOT", "team_id": "T1", "enterprise_id": "E1"})
    colleague = read({"id": "W1", "team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}, "profile": {}})
    stranger = read({"id": "W2", "team_id": "T3", "enterprise_user": {"enterprise_id": "E2"}, "profile": {}})
    nobodys = read({"id": "U3", "team_id": "T4", "profile": {}})

    assert me.is_home_of(colleague.team, colleague.enterprise)
    assert not me.is_home_of(stranger.team, stranger.enterprise)
    assert not me.is_home_of(nobodys.team, nobodys.enterprise)


def share(world: SlackWorld) -> Person:
    """Paula comes into the support channel, which is now shared with her organisation."""
    there = world.rooms["help"]
    there.shared_with.append(PARTNER)
    paula = world.slack.person("paula", real_name="Paula Partner", team_id=PARTNER)
    world.slack.channel("help", paula)
    world._people["paula"] = paula
    return paula


async def asks(world: SlackWorld, who: str, words: str, *answer: str) -> Line:
    await world.says(who, "help", f"@swarmbridge {words}")
    return await world.sees(who, *answer)


async def test_a_partner_reports_and_sees_their_own_and_outages_but_not_what_others_reported(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        paula = share(world)
        await world.says("tom", "direct", "report The printer on floor 3 smells of smoke")
        await world.sees("tom", "INC-1", "is registered")

        await asks(world, "paula", "status INC-1", "I do not know INC-1")
        await world.says("paula", "help", "The VPN does not connect")
        await world.sees("paula", "INC-2", "is registered")
        await asks(world, "paula", "status INC-2", "VPN", "State")
        await asks(world, "paula", "update INC-2 all is well", "people who work on")
        await asks(world, "paula", "outage INC-2", "Only people who are affected")
        await world.says("mehmet", "direct", "outage INC-2")
        await world.room_opens("inc-2-vpn")
        await asks(world, "paula", "join INC-2", "That is for people of this organisation")
        await asks(world, "paula", "who can help with vpn", "That is for people of this organisation")

    swarm = next(one for one in world.slack.workspace.rooms.values() if one.name.startswith("inc-2"))
    assert paula.id not in swarm.members
    seen = [line.text for line in await world.lines("paula")]
    assert not [text for text in seen if "smells of smoke" in text or "Piet" in text]


async def test_what_a_partner_may_not_read_is_told_to_the_asker_alone_in_a_shared_channel(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        share(world)
        await world.says("tom", "direct", "report The printer on floor 3 smells of smoke")
        await world.sees("tom", "INC-1", "is registered")

        await asks(world, "nils", "status INC-1", "smells of smoke")
        await asks(world, "nils", "who can help with vpn", "Piet")

    assert not [line for line in await world.lines("paula") if "smells of smoke" in line.text or "Piet" in line.text]


async def test_in_a_shared_channel_no_report_is_likened_to_one_that_partners_may_not_see(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        await world.says("tom", "direct", "report The printer on floor 3 smells of smoke")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("lena", "help", "The printer on floor 3 smells of smoke, help")
        told = await world.sees("lena", "INC-2", "is registered")
        share(world)
        await world.says("nils", "help", "The printer on floor 3 smells of smoke again")
        apart = await world.sees("nils", "INC-3", "is registered")

    assert "INC-1" in told.text
    assert "INC-1" not in apart.text


async def test_a_partner_never_learns_of_a_confidential_service(tmp_path: Path) -> None:
    def confide(catalogue: dict[str, Any]) -> None:
        catalogue["services"] += [
            {"id": "salaries", "name": "Salaries", "team": "network", "keywords": ["salary"], "confidential": True}
        ]

    async with organised(tmp_path, confide) as world:
        share(world)
        await world.says("tom", "direct", "report My salary is wrong")
        await world.sees("tom", "INC-1", "is registered")

        await asks(world, "paula", "status INC-1", "I do not know INC-1")
        await asks(world, "paula", "follow", "VPN")
        await asks(world, "paula", "follow Salaries", "Salaries")
        await asks(world, "paula", "join INC-1", "I know no swarm there")

    told = [line.text for line in await world.bot_lines("paula")]
    assert not [text for text in told if "alary is wrong" in text or "You now follow" in text]


async def test_a_partner_whom_the_catalogue_names_may_what_it_says(tmp_path: Path) -> None:
    def employ(catalogue: dict[str, Any]) -> None:
        catalogue["people"] += [{"id": "paula", "name": "Paula Partner", "accounts": {"slack": "U0PAULA"}}]
        catalogue["teams"] += [{"id": "carrier", "name": "Carrier", "kind": "partner", "members": ["paula"]}]

    async with organised(tmp_path, employ) as world:
        paula = share(world)
        members, people = world.rooms["help"].members, world.slack.workspace.users
        members[members.index(paula.id)] = "U0PAULA"
        people["U0PAULA"] = people.pop(paula.id)
        people["U0PAULA"].id = "U0PAULA"
        await world.says("tom", "direct", "report The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("mehmet", "direct", "outage INC-1")
        await world.room_opens("inc-1-vpn")

        await asks(world, "paula", "status INC-1", "VPN", "State")
        await asks(world, "paula", "who can help with vpn", "Piet")

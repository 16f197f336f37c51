"""Who is away and who does not want to be disturbed, as Slack says and as it is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.directory.file import CatalogueFile
from adapters.presence import AT_ONCE, KNOWN_FOR, NOT_AGAIN_WITHIN, Presences
from adapters.slack import presence
from adapters.slack.platform import SlackChat
from adapters.slack.scopes import SCOPES
from bot.presence import Presence
from bot.refs import Platform, UserRef
from tests.slack_adapter.conftest import connected, settings_for, user
from tests.slack_adapter.organised import organised
from tests.strict_slack import Person, StrictSlack

HOUR = 3600
NOBODY = UserRef(Platform.SLACK, "U0NOBODY0")


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


def now() -> float:
    return datetime.now(UTC).timestamp()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({}, Presence()),
        ({"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, Presence()),
        ({"dnd_enabled": False, "next_dnd_start_ts": 100, "next_dnd_end_ts": 200}, Presence()),
        ({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}, Presence()),
        ({"dnd_enabled": True, "next_dnd_start_ts": 100, "next_dnd_end_ts": 200},
         Presence(quiet_from=moment(100), quiet_until=moment(200))),
        ({"dnd_enabled": True, "next_dnd_start_ts": "100", "next_dnd_end_ts": None}, Presence()),
    ],
)  # fmt: skip
def test_a_time_of_quiet_is_read_only_where_there_is_one(said: dict[str, Any], meant: Presence) -> None:
    assert presence.read(said) == meant


def test_quiet_is_from_its_beginning_until_before_its_end() -> None:
    tonight = Presence(quiet_from=moment(100), quiet_until=moment(200))
    assert [tonight.is_quiet(moment(at)) for at in (99, 100, 199, 200)] == [False, True, True, False]


async def test_quiet_hours_of_all_are_asked_for_at_once_and_whether_each_is_there(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person
) -> None:
    slack.change_person(alice, dnd_from=now() - HOUR, dnd_until=now() + HOUR)
    slack.change_person(bob, presence="away")

    found = await chat.presence([user(alice), user(bob)])

    quiet = Presence(quiet_from=moment(alice.user.dnd_from), quiet_until=moment(alice.user.dnd_until or 0))
    assert found == {user(alice): quiet, user(bob): Presence(away=True)}
    assert [call.args["users"] for call in slack.called("dnd.teamInfo")] == [f"{alice.id},{bob.id}"]
    slack.assert_clean()


async def test_more_than_slack_takes_at_once_are_asked_for_in_parts(slack: StrictSlack, chat: SlackChat) -> None:
    people = [slack.person(f"p{number}") for number in range(51)]

    found = await chat.presence([user(one) for one in people])

    assert len(found) == 51
    assert [call.args["users"].count(",") + 1 for call in slack.called("dnd.teamInfo")] == [50, 1]
    slack.assert_clean()


async def test_one_account_that_slack_does_not_show_takes_nothing_from_the_others(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person
) -> None:
    slack.change_person(bob, dnd_from=now() - HOUR, dnd_until=now() + HOUR)

    found = await chat.presence([user(alice), NOBODY, user(bob)])

    assert set(found) == {user(alice), user(bob)}
    assert found[user(bob)].is_quiet(datetime.now(UTC))


async def test_without_the_scope_only_who_is_away_is_known_and_it_is_not_asked_for_again(
    slack: StrictSlack, alice: Person, bob: Person
) -> None:
    slack.grant(*(set(SCOPES) - {"dnd:read"}))
    slack.change_person(alice, dnd_from=now() - HOUR, dnd_until=now() + HOUR)
    slack.change_person(bob, presence="away")

    async with connected(settings_for(slack)) as chat:
        for _ in range(3):
            assert await chat.presence([user(alice), user(bob)]) == {
                user(alice): Presence(), user(bob): Presence(away=True)
            }  # fmt: skip

    assert len(slack.called("dnd.teamInfo")) == 1


async def test_the_check_names_the_scope_as_optional_with_what_is_lost(slack: StrictSlack) -> None:
    slack.grant(*(set(SCOPES) - {"dnd:read"}))
    async with connected(settings_for(slack)) as chat:
        found = await chat.check()
    assert [(finding.ok, finding.what) for finding in found if "scope" in finding.what] == [
        (True, "Slack: all needed scopes are granted"),
        (True, "Slack: the scope dnd:read is not granted, which is optional: the bot cannot ask those last who do not "
               "want to be disturbed"),
    ]  # fmt: skip


# -- what is remembered ---------------------------------------------------------------------------------------------


class Watch:
    """Presences of a catalogue with these people, by a clock one sets."""

    def __init__(self, folder: Path, chat: SlackChat, accounts: Mapping[str, str]) -> None:
        file = folder / "catalogue.yaml"
        everybody = {**accounts, "guest": "U0GUEST00"}
        file.write_text(yaml.safe_dump({
            "organisation": {"name": "Example"},
            "teams": [{"id": "it", "name": "IT", "members": [*accounts]}],
            "people": [{"id": one, "name": one, "accounts": {"slack": id_}} for one, id_ in everybody.items()],
        }))  # fmt: skip
        self.now = datetime.now(UTC)
        self._chat = chat
        self.presences = Presences(CatalogueFile(file).current, lambda: self.now)

    async def look(self, after: timedelta = timedelta()) -> None:
        self.now += after
        await self.presences.look([self._chat])

    def is_away(self, person: Person) -> bool:
        return self.presences.of(user(person)).away


async def test_nothing_is_known_before_one_has_looked_and_nothing_of_people_who_are_never_asked(
    slack: StrictSlack, chat: SlackChat, alice: Person, tmp_path: Path
) -> None:
    slack.change_person(alice, presence="away")
    watch = Watch(tmp_path, chat, {"alice": alice.id})

    assert not watch.is_away(alice)
    await watch.look()

    assert watch.is_away(alice)
    assert [call.args["user"] for call in slack.called("users.getPresence")] == [alice.id]


async def test_a_few_at_a_time_are_looked_at_and_the_same_not_again_within_a_minute(
    slack: StrictSlack, chat: SlackChat, tmp_path: Path
) -> None:
    people = [slack.person(f"p{number}") for number in range(AT_ONCE + 1)]
    watch = Watch(tmp_path, chat, {one.user.handle: one.id for one in people})

    for _ in range(3):
        await watch.look(timedelta(seconds=10))
    looked_at = [call.args["user"] for call in slack.called("users.getPresence")]
    assert sorted(looked_at) == sorted(one.id for one in people)

    await watch.look(NOT_AGAIN_WITHIN)
    assert len(slack.called("users.getPresence")) == len(people) + AT_ONCE


async def test_what_was_known_is_forgotten_after_a_while_when_slack_is_away(
    slack: StrictSlack, chat: SlackChat, alice: Person, tmp_path: Path
) -> None:
    slack.change_person(alice, presence="away", dnd_from=now() - HOUR, dnd_until=now() + HOUR)
    watch = Watch(tmp_path, chat, {"alice": alice.id})
    await watch.look()
    slack.faults.add("server_error", "dnd.* users.getPresence")

    await watch.look(NOT_AGAIN_WITHIN)
    assert watch.is_away(alice)
    await watch.look(KNOWN_FOR)

    assert watch.presences.of(user(alice)) == Presence()


# -- in an outage ---------------------------------------------------------------------------------------------------


def four_experts(catalogue: dict[str, Any]) -> None:
    """Mehmet is on duty; Piet, Femke and Lena are of the team."""
    catalogue["teams"][0] |= {"members": ["mehmet", "piet", "femke", "lena"], "on_duty": ["mehmet"]}


async def test_in_an_outage_whoever_wants_quiet_is_not_asked_unless_on_duty(tmp_path: Path) -> None:
    async with organised(tmp_path, four_experts) as world:
        for name in ("mehmet", "piet"):
            world.slack.change_person(world._people[name], dnd_from=now() - HOUR, dnd_until=now() + HOUR)
        await world.slack.wait_for(
            lambda: sum("presence" in call.answer for call in world.slack.called("users.getPresence")) == 4, 90
        )

        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("tom", "direct", "outage INC-1")

        await world.sees("mehmet", "Can you help", "on duty for Network")
        await world.sees("femke", "Can you help", "member of Network")
        await world.come_in("inc-1-vpn", {"mehmet", "femke", "lena"})
        charter = await world.sees("femke", "Piet Tester", "not asked: do not disturb until")
        assert (await world.room_opens("inc-1-vpn"))["pinned"]
        assert not [line for line in await world.bot_lines("piet") if "Can you help" in line.text]
        room = await world.room("inc-1-vpn")
        assert room is not None
        assert "piet" not in room["members"]

        await world._people["femke"].invites(world._people["piet"], room["name"])
        await world.gone("femke", charter, "not asked")


@pytest.mark.parametrize("trouble", ["scope", "away", "slow"])
async def test_when_presence_is_not_to_be_had_an_outage_goes_on_as_if_everybody_were_there(
    tmp_path: Path, trouble: str
) -> None:
    async with organised(tmp_path, four_experts) as world:
        if trouble == "scope":
            world.slack.grant(*(set(SCOPES) - {"dnd:read"}))
        else:
            world.slack.faults.add("server_error" if trouble == "away" else "hang_before", "dnd.* users.getPresence")
        world.slack.change_person(world._people["piet"], dnd_from=now() - HOUR, dnd_until=now() + HOUR)
        looks = "users.getPresence" if trouble == "scope" else "dnd.teamInfo"
        await world.slack.wait_for(lambda: world.slack.called(looks), 90)

        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("tom", "direct", "outage INC-1")

        await world.sees("piet", "Can you help", "member of Network")
        await world.come_in("inc-1-vpn", {"mehmet", "piet", "femke", "lena"})

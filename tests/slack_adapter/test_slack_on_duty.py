"""User groups of Slack as the rota of a team."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.directory import reading
from adapters.directory.file import CatalogueFile
from adapters.duty import OnDuty
from adapters.slack.platform import SlackChat
from bot.errors import ChatRefused
from bot.people import PersonId
from bot.refs import Platform
from incidents.catalogue.records import TeamId
from tests.slack_adapter.conftest import user
from tests.slack_adapter.organised import organised
from tests.strict_slack import Person, StrictSlack

CATALOGUE = """
organisation: {{name: Example, timezone: Europe/Berlin}}
teams:
  - {{id: it, name: IT, members: [anna], on_duty: [anna], on_duty_group: {{slack: {group}}}}}
people:
  - {{id: anna, name: Anna, accounts: {{slack: U0ANNA}}}}
  - {{id: alice, name: Alice, accounts: {{slack: {alice}}}}}
services:
  - {{id: vpn, name: VPN, team: it}}
"""


async def here(work: Any, *given: Any) -> Any:
    """What a thread would do."""
    return work(*given)


async def test_the_members_of_a_user_group_are_read(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person
) -> None:
    group = slack.group("it-on-duty", alice, bob)
    assert await chat.group(group.id) == [user(alice), user(bob)]
    slack.assert_clean()


async def test_a_group_that_is_not_there_says_where_to_look(chat: SlackChat) -> None:
    with pytest.raises(ChatRefused, match="no_such_subteam") as refused:
        await chat.group("S0GONE")
    assert "on_duty_group" in refused.value.advice


async def test_who_is_in_the_group_is_on_duty_before_those_listed_also_while_slack_is_away(
    slack: StrictSlack, chat: SlackChat, alice: Person, bob: Person, tmp_path: Path
) -> None:
    group = slack.group("it-on-duty", alice, bob)
    file = tmp_path / "catalogue.yaml"
    file.write_text(CATALOGUE.format(group=group.id, alice=alice.id))
    catalogue = CatalogueFile(file)
    duty = OnDuty(catalogue, Platform.SLACK, chat.group, here, between=0)  # type: ignore[arg-type]

    def on_duty() -> tuple[PersonId, ...]:
        return catalogue.current().teams[TeamId("it")].on_duty

    assert on_duty() == ("anna",)
    await duty.look()
    assert on_duty() == ("alice", "anna")

    slack.faults.add("server_error", "usergroups.*")
    await duty.look()
    assert on_duty() == ("alice", "anna")
    file.write_text(CATALOGUE.format(group=group.id, alice=alice.id) + "\n# changed\n")
    assert catalogue.reload_if_changed() is not None
    assert on_duty() == ("alice", "anna")


@pytest.mark.parametrize(
    ("written", "said"),
    [("slack: C061EG9SL", "does not look like one"), ("matrix: '#it:example.org'", "reads groups on Slack alone")],
)
def test_the_check_of_a_catalogue_points_out_what_is_no_user_group(written: str, said: str) -> None:
    text = CATALOGUE.format(group="S1", alice="U0ALICE").replace("slack: S1", written)
    found = reading.read(text.encode(), "catalogue.yaml")
    assert found.ok
    assert said in "\n".join(map(str, found.warnings))


async def test_in_an_outage_those_of_the_group_are_asked_and_told_why(tmp_path: Path) -> None:
    def rota(catalogue: dict[str, Any]) -> None:
        catalogue["teams"][0] |= {"members": ["mehmet"], "on_duty": ["mehmet"], "on_duty_group": {"slack": "S0ONDUTY"}}

    async with organised(tmp_path, rota) as world:
        group = world.slack.group("network-on-duty", world._people["piet"])
        world.slack.workspace.groups["S0ONDUTY"] = group
        await world.slack.wait_for(
            lambda: any("users" in c.answer for c in world.slack.called("usergroups.users.list")), 90
        )
        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("mehmet", "direct", "outage INC-1")
        await world.sees("piet", "Can you help", "on duty for Network")

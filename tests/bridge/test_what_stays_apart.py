"""What is confidential stays on the network where it was reported, unless an operator says otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bridge.conftest import Both

ALLOWED = {"confidential_on": ["matrix"]}


async def femke_joins_from_matrix(both: Both) -> None:
    """A confidential outage is reported and declared on Slack; Femke of HR is on Matrix alone."""
    await both.slack.says("tom", "direct", "My payslip shows the salary of somebody else")
    await both.slack.sees("tom", "INC-1")
    await both.slack.says("lena", "direct", "outage INC-1")
    await both.slack.room_opens("inc-1")
    await both.matrix.says("femke", "direct", "join INC-1")


async def test_a_confidential_swarm_gets_no_room_on_another_network(both: Both) -> None:
    await femke_joins_from_matrix(both)

    await both.matrix.sees("femke", "works in Slack alone")
    assert await both.matrix.room("inc-1") is None


@pytest.mark.parametrize("general", [ALLOWED])
async def test_where_it_is_allowed_it_gets_one_for_its_own_people(both: Both, general: dict[str, Any]) -> None:
    await femke_joins_from_matrix(both)

    await both.matrix.sees("femke", "You are in the swarm of INC-1")
    await both.matrix.says("piet", "direct", "join INC-1")
    await both.matrix.sees("piet", "I know no swarm there")

"""While one network is away the other goes on, and what was said meanwhile is caught up in order."""

from __future__ import annotations

from tests.bridge.conftest import Both
from tests.bridge.test_nothing_is_lost_between import numbers
from tests.bridge.test_one_swarm_on_both import both_rooms


async def test_what_was_said_while_slack_was_away_comes_over_in_order(both: Both) -> None:
    here, there = await both_rooms(both)
    strict = both.slack.slack
    strict.faults.add("server_error", "*")

    for number in range(3):
        await both.matrix.says("piet", there, f"message {number} of piet")
    await both.matrix.says("piet", "direct", "status INC-1")
    await both.matrix.sees("piet", "INC-1", "VPN")
    assert await numbers(both.slack, "mehmet", here) == []
    strict.faults.clear()

    await both.slack.sees("mehmet", "message 2 of piet", within=60)
    assert await numbers(both.slack, "mehmet", here) == [0, 1, 2]

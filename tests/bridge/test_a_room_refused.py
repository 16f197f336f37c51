"""A network that refuses the second room costs nobody the first one."""

from __future__ import annotations

from tests.bridge.conftest import Both
from tests.bridge.test_nothing_is_lost_between import numbers


async def test_the_lead_hears_once_that_there_is_no_room_and_nothing_is_carried_there(both: Both) -> None:
    strict = both.slack.slack
    strict.faults.add("error", "conversations.create", code="restricted_action")
    said = await both.matrix.says("piet", "help", "The leased line is down since this morning")
    await both.matrix.sees("piet", "INC-1")
    await both.matrix.says("piet", "help", "@swarmbridge outage INC-1", under=said)
    room = await both.matrix.room_opens("inc-1")

    await both.slack.says("mehmet", "direct", "join INC-1")

    await both.matrix.sees("piet", "could not open a room for INC-1 in Slack", "restricted_action")
    await both.slack.says("mehmet", "direct", "leave INC-1")
    await both.slack.says("mehmet", "direct", "join INC-1")
    await both.slack.sees("mehmet", "works in Matrix alone")
    for number in range(2):
        await both.matrix.says("piet", room["pinned"].room, f"message {number} of piet")
    await both.slack.says("mehmet", "direct", "status INC-1")
    await both.slack.sees("mehmet", "INC-1", "Leased line")
    assert await numbers(both.slack, "mehmet", "inc-1-leased-line") == []
    assert not [line for line in await both.matrix.bot_lines("piet") if "could not invite" in line.text]
    parked = [(one.what, one.about) for one in both.program.storage.parked()]
    assert parked == [("OpenRoom", "INC-1")], "one finding: neither the charter nor a message of Piet waits for it"

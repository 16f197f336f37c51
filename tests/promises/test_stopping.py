"""SIGTERM in a burst: it ends soon and well, and what was under way is done after the next start."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.matrix.people import eventually
from tests.promises.conftest import Begin
from tests.promises.places import MatrixPlace, Place, SlackPlace
from tests.promises.reports import assert_each_once, everything_registered, say_reports

SOON = 10.0


async def stopped_in_the_middle(place: Place, begin: Begin, database: str, reports: int) -> None:
    """A burst, SIGTERM while it is worked off, more reports, and a start."""
    child = await begin(place, database)
    await child.hears()
    burst = asyncio.create_task(say_reports(place, range(reports * 2 // 3)))

    async def has_answered() -> bool:
        return any(line.receipt is not None for line in await place.spoken())

    await eventually(has_answered, within=30)
    told_at = time.monotonic()
    code = await child.end()
    took = time.monotonic() - told_at

    assert code == 0, child.last_words()
    assert took < SOON, f"it took {took:.1f} s to stop"
    assert [line["event"] for line in child.lines() if line["level"] == "error"] == []
    said = await burst
    assert 0 < sum(line.receipt is not None for line in await place.spoken()) < len(said), "it was in the middle"
    said += await say_reports(place, range(reports * 2 // 3, reports))
    await child.begin()
    await everything_registered(child, database, reports)
    assert_each_once(said, await place.spoken())


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_burst_on_slack_outlives_a_stop(slack: SlackPlace, begin: Begin, database: str) -> None:
    await stopped_in_the_middle(slack, begin, database, 240)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_burst_on_a_homeserver_outlives_a_stop(matrix: MatrixPlace, begin: Begin, tmp_path: Path) -> None:
    await stopped_in_the_middle(matrix, begin, f"sqlite:///{tmp_path}/swarmbridge.db", 45)

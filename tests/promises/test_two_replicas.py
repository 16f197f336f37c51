"""Two replicas on one PostgreSQL: nothing is heard, registered, opened or said by both."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import psycopg
import pytest

from tests.matrix.people import eventually
from tests.promises.child import Child
from tests.promises.conftest import Begin
from tests.promises.outages import (
    CATALOGUE,
    ROOMS,
    assert_complete_rooms,
    assert_nothing_twice,
    assert_told_once,
    declare_all,
    report_all,
    update_all,
)
from tests.promises.places import MatrixPlace, SlackPlace
from tests.promises.reports import assert_each_once, everything_registered, say_reports

BOTH_SWEEP = 6.0
"""Seconds in which each replica looks for overdue updates at least once."""


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_each_replica_hears_everything_yet_each_thing_happens_once(
    begin: Begin, tmp_path: Path, postgres_url: str
) -> None:
    async with SlackPlace(tmp_path, ROOMS, **CATALOGUE) as place:
        place.slack.delivery.copies = 4
        first, second = await begin(place, postgres_url), await begin(place, postgres_url)
        await first.hears()
        await second.hears()

        reports = await report_all(place, first)
        await declare_all(place, first, reports)
        await update_all(place, first, reports)
        await assert_complete_rooms(place, reports)
        await assert_told_once(place, reports)

        await asyncio.to_thread(let_every_update_be_overdue_at_once, postgres_url)
        await asyncio.sleep(2 * BOTH_SWEEP)
        await first.quiet()

        spoken = await place.spoken()
        for reference in reports:
            assert sum(line.key.startswith(f"{reference}:overdue:") for line in spoken) == 1, "the lead"
            assert sum(line.key.startswith(f"{reference}:swarm:0:overdue:") for line in spoken) == 1, "the room"
        assert_nothing_twice(spoken)
        assert all(replica.lines("heard") and replica.lines("delivered") for replica in (first, second))
        place.slack.assert_clean()


def let_every_update_be_overdue_at_once(database: str) -> None:
    """The time of every promised update has passed, and both replicas come to see it in the same moment."""
    with psycopg.connect(database) as connection:
        connection.execute("LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE")
        connection.execute(
            "UPDATE incidents SET update_due_at = now() - interval '1 minute' WHERE update_due_at IS NOT NULL"
        )
        time.sleep(BOTH_SWEEP)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_one_replica_hears_the_homeserver_and_the_other_goes_on_within_seconds_when_it_is_killed(
    begin: Begin, matrix: MatrixPlace, postgres_url: str
) -> None:
    first, second = await begin(matrix, postgres_url), await begin(matrix, postgres_url)

    async def who_hears() -> Child | None:
        return first if await first.is_hearing() else second if await second.is_hearing() else None

    hearing = await eventually(who_hears)
    assert hearing is not None
    waiting = second if hearing is first else first
    said = await say_reports(matrix, range(15))
    assert not await waiting.is_hearing()

    await hearing.die()
    killed_at = time.monotonic()
    said += await say_reports(matrix, range(15, 30))
    await waiting.hears(within=20)
    took = time.monotonic() - killed_at
    said += await say_reports(matrix, range(30, 36))

    await everything_registered(waiting, postgres_url, len(said))
    assert_each_once(said, await matrix.spoken())
    assert took < 15, f"the other one took over after {took:.1f} s"

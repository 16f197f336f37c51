"""The database or the network goes away and comes back: nothing is lost, order is kept, nobody knocks in a hurry."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.matrix.bad_line import BadLine
from tests.promises.conftest import Begin
from tests.promises.places import MatrixPlace, Place, SlackPlace
from tests.promises.reports import assert_each_once, everything_registered, say_reports
from tests.servers.postgres import PostgresServer
from tests.servers.synapse import SynapseServer

AWAY = 12.0
"""Seconds, standing in for an hour: what matters is that the pauses grow."""


async def lost_in_a_burst(place: Place, begin: Begin, postgres: PostgresServer, reports: int) -> None:
    """Reports before, while and after the database is away."""
    url = postgres.database()
    child = await begin(place, url)
    await child.hears()
    third = reports // 3
    said = await say_reports(place, range(third))
    try:
        await asyncio.to_thread(postgres.stop)
        said += await say_reports(place, range(third, 2 * third))
        await asyncio.sleep(8)
        assert child.is_running
    finally:
        await asyncio.to_thread(postgres.start)
    said += await say_reports(place, range(2 * third, reports))

    await everything_registered(child, url, reports)

    assert_each_once(said, await place.spoken())
    told = [line["event"] for line in child.lines("database is")]
    assert told == ["database is away", "database is back"], "each said once"
    loud = [line for line in child.lines() if line["level"] in ("error", "warning")]
    assert len(loud) <= 4, f"it is said over and over: {[line['event'] for line in loud]}"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_slack_reports_outlive_a_database_that_is_away(
    begin: Begin, slack: SlackPlace, postgres: PostgresServer
) -> None:
    await lost_in_a_burst(slack, begin, postgres, 150)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_matrix_reports_outlive_a_database_that_is_away(
    begin: Begin, matrix: MatrixPlace, postgres: PostgresServer
) -> None:
    await lost_in_a_burst(matrix, begin, postgres, 30)


@asynccontextmanager
async def refusing(port: int) -> AsyncIterator[list[float]]:
    """Nobody is there but somebody who notes when it was knocked, and hangs up."""
    knocks: list[float] = []
    began = time.monotonic()

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(time.monotonic() - began)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", port)
    try:
        yield knocks
    finally:
        server.close()
        await server.wait_closed()


def assert_patient(knocks: Sequence[float]) -> None:
    """Knocked at once and soon again, then less and less: listening, one or two lanes, and a sweep."""
    early, late = [at for at in knocks if at < AWAY / 4], [at for at in knocks if at > AWAY / 2]
    assert len(early) >= 2, knocks
    assert len(late) <= len(early), f"the pauses do not grow: {knocks}"
    assert len(knocks) <= 50, f"{len(knocks)} attempts in {AWAY} s"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_slack_that_was_away_is_caught_up_with_in_order(
    begin: Begin, slack: SlackPlace, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/swarmbridge.db"
    child = await begin(slack, url)
    await child.hears()
    port = urlsplit(slack.slack.url).port
    assert port is not None
    said = await say_reports(slack, range(60))
    await slack.slack.stop()
    async with refusing(port) as knocks:
        said += await say_reports(slack, range(60, 120))
        await asyncio.sleep(AWAY)
    await slack.slack.start(port)
    said += await say_reports(slack, range(120, 150))

    await everything_registered(child, url, 150)

    assert_each_once(said, await slack.spoken())
    assert_patient(knocks)
    assert len(child.lines("slack is not heard")) == 1, "said once"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_homeserver_that_was_away_is_caught_up_with_in_order(
    begin: Begin, tmp_path: Path, synapse: SynapseServer
) -> None:
    url = f"sqlite:///{tmp_path}/swarmbridge.db"
    async with (
        BadLine(synapse.base_url) as line,
        MatrixPlace(tmp_path, synapse, base_url=line.base_url) as place,
    ):
        child = await begin(place, url)
        await child.hears()
        port = urlsplit(line.base_url).port
        assert port is not None
        said = await say_reports(place, range(15))
        await line.cut()
        async with refusing(port) as knocks:
            said += await say_reports(place, range(15, 30))
            await asyncio.sleep(AWAY)
        await line.connect()
        said += await say_reports(place, range(30, 36))

        await everything_registered(child, url, 36)

        assert_each_once(said, await place.spoken())
        assert_patient(knocks)
        assert len(child.lines("the homeserver is not heard")) == 1, "said once"

"""Twelve outages at once on a line that refuses, breaks and hangs: twelve whole rooms, everything told once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.matrix.bad_line import LOST_ANSWER, PROXY_ERROR, BadLine, Fault, rate_limited
from tests.promises.child import Child
from tests.promises.conftest import Begin
from tests.promises.outages import (
    CATALOGUE,
    ROOMS,
    assert_complete_rooms,
    assert_told_once,
    declare_all,
    report_all,
    update_all,
)
from tests.promises.places import Line, MatrixPlace, Place, SlackPlace
from tests.servers.synapse import SynapseServer


async def everything_goes_its_way(place: Place, child: Child, reports: Mapping[str, Line]) -> None:
    """Outages and updates of everything reported, and what is promised of them."""
    await declare_all(place, child, reports)
    await assert_complete_rooms(place, reports)

    await update_all(place, child, reports)
    await assert_told_once(place, reports)
    await assert_complete_rooms(place, reports)
    assert [job for job, count in (await child.jobs()).items() if job[1] == "parked" and count] == []


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_twelve_outages_on_slack_while_calls_are_refused_and_answers_lost(begin: Begin, tmp_path: Path) -> None:
    async with SlackPlace(tmp_path, ROOMS, **CATALOGUE) as place:
        child = await begin(place, f"sqlite:///{tmp_path}/swarmbridge.db")
        reports = await report_all(place, child)
        faults = place.slack.faults
        bad = [
            faults.add("rate_limited", "*", every=3, retry_after=1),
            faults.add("hang_after", "chat.postMessage conversations.create", every=5, seconds=2),
            faults.add("drop_after", "chat.* conversations.* pins.add", every=7),
        ]

        await everything_goes_its_way(place, child, reports)

        assert all(fault.struck >= 10 for fault in bad), [fault.struck for fault in bad]
        place.slack.assert_clean()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_twelve_outages_on_a_homeserver_while_requests_are_refused_and_answers_lost(
    begin: Begin, tmp_path: Path, synapse: SynapseServer
) -> None:
    async with (
        BadLine(synapse.base_url) as line,
        MatrixPlace(tmp_path, synapse, ROOMS, base_url=line.base_url, **CATALOGUE) as place,
    ):
        child = await begin(place, f"sqlite:///{tmp_path}/swarmbridge.db")
        await child.hears()
        reports = await report_all(place, child)
        line.faults = every_third(rate_limited(1000), PROXY_ERROR, LOST_ANSWER)

        await everything_goes_its_way(place, child, reports)


def every_third(*faults: Fault) -> Callable[[str, str], Fault | None]:
    """Every third request that changes something fails, in each of these ways in turn."""
    count, ways = itertools.count(1), itertools.cycle(faults)

    def fault(method: str, path: str) -> Fault | None:
        return next(ways) if method != "GET" and next(count) % 3 == 0 else None

    return fault

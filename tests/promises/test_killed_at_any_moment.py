"""Nothing heard is lost and nothing is done twice, though the program is killed at random moments and was away."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest

from tests.promises.child import Child
from tests.promises.conftest import FULL, Begin
from tests.promises.places import Line, MatrixPlace, Place, SlackPlace
from tests.promises.reports import assert_each_once, everything_registered, say_reports

KILLS = 10
SEED = 2026


async def killed_in_the_middle(
    child: Child, place: Place, reports: int, work: float, before: Callable[[int], None]
) -> list[Line]:
    """Say a burst of reports while the program is killed and started again, each time at a random moment.

    Every third life ends during its start, the others within ``work`` seconds after it. Returns what was said.
    """
    chance = random.Random(SEED)
    said: list[Line] = []
    for life in range(KILLS):
        before(life)
        share = range(reports * life // KILLS, reports * (life + 1) // KILLS)
        burst = asyncio.create_task(say_reports(place, share))
        if life % 3 == 2:
            await asyncio.sleep(chance.uniform(0.0, 2.0))
        else:
            await child.ready()
            await asyncio.sleep(chance.uniform(0.0, work))
        await child.die()
        said += await burst
        if life < KILLS - 1:
            await child.begin(until_ready=False)
    return said


async def the_whole_story(
    place: Place, begin: Begin, database: str, *, reports: int, while_down: int, work: float,
    before: Callable[[int], None] = lambda life: None,
) -> Child:  # fmt: skip
    """Reports in a burst with ten kills, more while it is down; then all that is promised is looked for."""
    old = await say_reports(place, range(9000, 9006))
    child = await begin(place, database)
    await child.hears()
    said = await killed_in_the_middle(child, place, reports, work, before)
    said += await say_reports(place, range(reports, reports + while_down))

    await child.begin()

    await everything_registered(child, database, len(said))
    assert_each_once(said, await place.spoken(), old)
    return child


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("deliveries", ["tripled", "only once"] if FULL else ["first tripled, then only once"])
async def test_slack_reports_are_registered_and_answered_once_through_ten_kills(
    slack: SlackPlace, begin: Begin, database: str, deliveries: str
) -> None:
    def deliver(life: int) -> None:
        once = deliveries == "only once" or (deliveries != "tripled" and life >= KILLS // 2)
        slack.slack.delivery.copies = 1 if once else 3
        slack.slack.delivery.retries = not once

    await the_whole_story(slack, begin, database, reports=300, while_down=100, work=0.8, before=deliver)

    slack.slack.assert_clean()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_matrix_reports_are_registered_and_answered_once_through_ten_kills(
    matrix: MatrixPlace, begin: Begin, database: str
) -> None:
    # A homeserver needs 20 to 70 ms of a processor for an event, and a report makes four of them.
    reports, while_down = (300, 100) if FULL else (60, 60)
    await the_whole_story(matrix, begin, database, reports=reports, while_down=while_down, work=1.2)

"""A homeserver that answers errors for an hour is asked seldom, spoken of once, and caught up with afterwards."""

from __future__ import annotations

import itertools
import logging
from pathlib import Path

import pytest

from adapters.matrix.reach import LONGEST_PAUSE
from adapters.matrix.refusals import TOKEN_PAUSE
from bot.events import MessagePosted
from tests.hours import hurry, run
from tests.matrix.bad_line import PROXY_ERROR, UNKNOWN_TOKEN, Fault
from tests.matrix.bots import on_a_line
from tests.matrix.people import eventually
from tests.servers.synapse import SynapseServer

HOUR = 3600.0
LOCKED = Fault(401, '{"errcode": "M_USER_LOCKED", "error": "This account is locked"}')


def most_tries(longest: float, asked_for: float) -> int:
    """So often something is tried in an hour that waits half of 1, 2, 4 … seconds at least, as chance has it, but no
    longer than half the longest pause; or what it is asked to wait."""
    pauses = (max(min(2.0**n, longest) / 2, asked_for) for n in itertools.count())
    return 1 + sum(1 for _ in itertools.takewhile(lambda passed: passed <= HOUR, itertools.accumulate(pauses)))


@pytest.mark.parametrize(
    ("fault", "asked_for"),
    [
        (Fault(500), 0.0),
        (PROXY_ERROR, 0.0),
        (LOCKED, TOKEN_PAUSE.total_seconds()),
        (UNKNOWN_TOKEN, TOKEN_PAUSE.total_seconds()),
    ],
)
def test_an_hour_of_errors_is_no_hour_of_calls(
    synapse: SynapseServer, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault, asked_for: float
) -> None:
    caplog.set_level(logging.WARNING, "adapters.matrix")

    async def story() -> None:
        async with on_a_line(synapse, tmp_path) as (bot, anna, line), bot.listening():

            async def only_listening() -> bool:
                return line.count("/receipt/") > 0

            room = await bot.enter(anna)
            await anna.say(room, "before")
            await bot.hears(MessagePosted)
            await eventually(only_listening)
            line.faults = lambda method, path: fault
            line.passed.clear()

            await hurry(HOUR / 2)
            await anna.say(room, "meanwhile")
            await hurry(HOUR / 2)

            assert HOUR / max(LONGEST_PAUSE, asked_for) <= line.count() <= most_tries(LONGEST_PAUSE, asked_for)
            assert not bot.chat.connected
            assert [finding.ok for finding in await bot.chat.check()].count(False) == 1
            line.faults = lambda method, path: None
            await anna.say(room, "after")
            line.passed.clear()
            while not line.passed:
                await hurry(1)
            assert [said.text for said in await bot.hears(MessagePosted, 3)] == ["before", "meanwhile", "after"]

    run(story())

    said = [record.message.partition(":")[0] for record in caplog.records if record.name.startswith("adapters.")]
    assert said == ["the homeserver is not heard", "the homeserver is back"]

"""What is measured, in which order: both bots alternately, under the same load, each with a Slack of its own."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp

from benchmarks.processes import Echo, Process, Slack, Swarmbridge

HEALTH_EVERY = 0.05
PATIENCE = aiohttp.ClientTimeout(total=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    starts: int = 5
    rounds: int = 5
    messages: int = 20
    bursts: int = 3
    reports: int = 300
    soak: float = 30
    """Minutes."""


@dataclass(slots=True)
class Figures:
    """What one bot did. Times are seconds, memory megabytes."""

    starts: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    triaged: list[float] = field(default_factory=list)
    """Rates of bursts in which every report was also shown in a triage room."""
    efforts: list[float] = field(default_factory=list)
    """Processor time of the bot for each report of a burst."""
    health: list[float] = field(default_factory=list)
    at_ready: float = 0.0
    after_bursts: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def median(self) -> float:
        """From a message to its answer, as half of them have it."""
        return statistics.median(self.latencies)

    @property
    def p95(self) -> float:
        """From a message to its answer, as all but one in twenty have it."""
        return quantile(self.latencies, 0.95)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


async def measure(plan: Plan, database: Callable[[], str], say: Callable[[str], None]) -> tuple[Figures, Figures]:
    """The figures of the echo bot and of Swarmbridge; ``database`` gives the address of a fresh one each time."""
    echo, ours = Figures(), Figures()
    async with AsyncExitStack() as processes:
        slack, echo_slack = (processes.enter_context(Slack()) for _ in range(2))
        session = await processes.enter_async_context(aiohttp.ClientSession(timeout=PATIENCE))
        say("starting")
        for _ in range(plan.starts):
            with Swarmbridge(slack, database()) as started:
                ours.starts.append(started.seconds_to_answer)
        echo_bot = processes.enter_context(Echo(echo_slack))
        with Swarmbridge(slack, database()) as bot:
            ours.at_ready = bot.megabytes
            sides = ((echo, echo_slack), (ours, slack))
            for _, where in sides:  # a few to warm up, not counted
                await _paced(session, where, Figures(), plan.messages)
            for number in range(plan.rounds):
                say(f"single messages, round {number + 1} of {plan.rounds}")
                for figures, where in sides:
                    await _paced(session, where, figures, plan.messages)
            for number in range(plan.bursts):
                say(f"burst {number + 1} of {plan.bursts}")
                with _effort(echo_bot, echo, plan.reports):
                    echo.rates.append(await _burst(session, echo_slack, Figures(), plan.reports))
                async with _watched(session, bot.health, ours):
                    with _effort(bot, ours, plan.reports):
                        ours.rates.append(await _burst(session, slack, ours, plan.reports, registers=True))
            ours.after_bursts = bot.megabytes
        with Swarmbridge(slack, database(), triage=True):
            for number in range(plan.bursts):
                say(f"burst {number + 1} of {plan.bursts}, each report shown for triage as well")
                ours.triaged.append(await _burst(session, slack, ours, plan.reports, registers=True))
    return echo, ours


async def _paced(session: aiohttp.ClientSession, slack: Slack, figures: Figures, count: int) -> None:
    async with session.post(f"{slack.url}/paced", json={"count": count}, raise_for_status=True) as answer:
        figures.latencies += (await answer.json())["latencies"]


async def _burst(
    session: aiohttp.ClientSession, slack: Slack, figures: Figures, count: int, *, registers: bool = False
) -> float:
    """How many were answered per second; what should not be is among the remarks."""
    async with session.post(f"{slack.url}/burst", json={"count": count}, raise_for_status=True) as answer:
        told = await answer.json()
    if registers and told["references"] != count:
        figures.remarks.append(f"{told['references']} of {count} reports were registered")
    if told["answered_twice"]:
        figures.remarks.append(f"{told['answered_twice']} messages were answered more than once")
    figures.remarks += told["violations"]
    return float(count / told["seconds"])


@contextmanager
def _effort(bot: Process, figures: Figures, count: int) -> Iterator[None]:
    before = bot.worked
    yield
    figures.efforts.append((bot.worked - before) / count)


@asynccontextmanager
async def _watched(session: aiohttp.ClientSession, address: str, figures: Figures) -> AsyncIterator[None]:
    """Ask whether it is alive, again and again, while something else goes on."""
    watching = asyncio.create_task(_watch(session, address, figures))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch(session: aiohttp.ClientSession, address: str, figures: Figures) -> None:
    while True:
        since = time.perf_counter()
        async with session.get(address, raise_for_status=True) as answer:
            await answer.read()
        figures.health.append(time.perf_counter() - since)
        await asyncio.sleep(HEALTH_EVERY)

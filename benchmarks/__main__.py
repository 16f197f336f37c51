"""``python -m benchmarks``: measure, print the table, and say whether the goals are met."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.measuring import Figures, Plan, measure
from benchmarks.soak import soak
from benchmarks.table import render, rows
from tests.servers.kept import ToolMissing
from tests.servers.postgres import PostgresServer

QUICK = Plan(starts=1, rounds=1, messages=10, bursts=1, reports=100, soak=0)


def main() -> None:
    """Measure on SQLite, the default, and on PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run: figures to look at while working")
    parser.add_argument(
        "--soak", type=float, metavar="MINUTES", help="how long everything goes wrong at the end; 0: never"
    )
    parser.add_argument("--on", choices=["sqlite", "postgresql"], help="only one of the databases")
    chosen = parser.parse_args()
    plan = QUICK if chosen.quick else Plan()
    print(_machine())
    print(
        f"{plan.rounds} × {plan.messages} single messages to each bot in turn, then {plan.bursts} × {plan.reports} "
        "reports at once;\neach bot with a strict local Slack in a process of its own, on this machine.\n"
    )
    if chosen.on != "postgresql":
        _print("SQLite (the default)", asyncio.run(measure(plan, lambda: "", _say)), rate_goal=True)
    if chosen.on != "sqlite":
        with ExitStack() as stack:
            if database := _postgres(stack):
                _print("PostgreSQL", asyncio.run(measure(plan, database, _say)), rate_goal=False)
    if minutes := plan.soak if chosen.soak is None else chosen.soak:
        print(f"{minutes:g} minutes on Slack and Matrix at once, with everything going wrong", flush=True)
        asyncio.run(soak(minutes))


def _postgres(stack: ExitStack) -> Callable[[], str] | None:
    try:
        return stack.enter_context(PostgresServer()).database
    except ToolMissing as missing:
        print(f"PostgreSQL: not measured: {missing}")
        return None


def _print(title: str, figures: tuple[Figures, Figures], *, rate_goal: bool) -> None:
    echo, ours = figures
    print(f"{title}\n{render(list(rows(echo, ours, rate_goal=rate_goal)))}")
    for remark in dict.fromkeys(ours.remarks):
        print(f"  ! {remark}")
    print(f"  now: load {_load()}, a million turns {_turns() * 1000:.0f} ms\n", flush=True)


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {_load()};"
        f" a million turns of an empty loop take {_turns() * 1000:.0f} ms"
    )


def _turns() -> float:
    """How fast this machine is for Python just now."""
    since = time.perf_counter()
    for _ in range(1_000_000):
        pass
    return time.perf_counter() - since


def _load() -> str:
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def _say(what: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"… {what}\n")


if __name__ == "__main__":
    main()

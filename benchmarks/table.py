"""The figures as a plain table, each beside its goal."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.measuring import Figures, quantile

TIMES_THE_ECHO = 4.0
REPORTS_A_SECOND = 100.0
MEGABYTES = 150.0
SECONDS_TO_START = 3.0
HEALTH_WITHIN = 0.1

_HEADINGS = ("", "echo", "Swarmbridge", "ratio", "goal", "")
_SIDES = "<>>>>>"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Without a goal there is no verdict."""

    what: str
    echo: str
    ours: str
    ratio: str = ""
    goal: str = ""
    holds: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in the columns."""
        verdict = {None: "", True: "holds", False: "MISSED"}[self.holds]
        return (self.what, self.echo, self.ours, self.ratio, self.goal, verdict)


def rows(echo: Figures, ours: Figures, *, rate_goal: bool) -> Iterator[Row]:
    """Every figure; the goal for reports a second is one for SQLite."""
    yield _beside("message to reply, median", echo.median, ours.median)
    yield _beside("message to reply, 95 %", echo.p95, ours.p95)
    rate, echo_rate = statistics.median(ours.rates), statistics.median(echo.rates)
    goal = f"≥ {REPORTS_A_SECOND:.0f} /s" if rate_goal else ""
    yield Row(
        "burst: registered and answered", f"{echo_rate:.0f} /s", f"{rate:.0f} /s", f"{rate / echo_rate:.2f} ×", goal,
        rate >= REPORTS_A_SECOND if rate_goal else None,
    )  # fmt: skip
    yield Row("burst: slowest of them", f"{min(echo.rates):.0f} /s", f"{min(ours.rates):.0f} /s")
    yield Row("burst: with a triage card for each", "", f"{statistics.median(ours.triaged):.0f} /s")
    effort, echo_effort = statistics.median(ours.efforts), statistics.median(echo.efforts)
    yield Row(
        "burst: processor time for each", f"{echo_effort * 1000:.1f} ms", f"{effort * 1000:.1f} ms",
        f"{effort / echo_effort:.2f} ×",
    )  # fmt: skip
    yield _at_most("/healthz in a burst, longest", max(ours.health), HEALTH_WITHIN, 1000, "ms")
    yield _at_most("/healthz in a burst, 99 %", quantile(ours.health, 0.99), HEALTH_WITHIN, 1000, "ms")
    yield _at_most("memory when ready", ours.at_ready, MEGABYTES, 1, "MB")
    yield _at_most("memory after the bursts", ours.after_bursts, MEGABYTES, 1, "MB")
    start = statistics.median(ours.starts)
    yield Row(
        "start to ready, fresh database", "", f"{start:.2f} s", "", f"≤ {SECONDS_TO_START:g} s",
        start <= SECONDS_TO_START,
    )  # fmt: skip


def _beside(what: str, echo: float, ours: float) -> Row:
    ratio = ours / echo
    return Row(
        what, f"{echo * 1000:.1f} ms", f"{ours * 1000:.1f} ms", f"{ratio:.2f} ×", f"≤ {TIMES_THE_ECHO:g} × echo",
        ratio <= TIMES_THE_ECHO,
    )  # fmt: skip


def _at_most(what: str, value: float, most: float, scale: float, unit: str) -> Row:
    return Row(what, "", f"{value * scale:.0f} {unit}", "", f"≤ {most * scale:.0f} {unit}", value <= most)


def render(found: Sequence[Row]) -> str:
    """The rows as lines, columns aligned."""
    cells = [_HEADINGS, *(row.cells for row in found)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(_HEADINGS))]
    return "\n".join("  ".join(map(_aligned, line, widths, _SIDES)) for line in cells)


def _aligned(cell: str, width: int, side: str) -> str:
    return f"{cell:{side}{width}}"

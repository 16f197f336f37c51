"""The table of a benchmark says of each goal whether it holds."""

from benchmarks.measuring import Figures, quantile
from benchmarks.table import render, rows


def figures(*, latency: float, rate: float) -> Figures:
    return Figures(
        starts=[2.0], latencies=[latency] * 20, rates=[rate], triaged=[rate], efforts=[0.005], health=[0.01],
        at_ready=120.0, after_bursts=160.0,
    )  # fmt: skip


def verdicts(ours: Figures) -> dict[str, bool | None]:
    return {row.what: row.holds for row in rows(figures(latency=0.005, rate=200), ours, rate_goal=True)}


def test_a_figure_within_its_goal_holds_and_one_beyond_it_is_missed() -> None:
    found = verdicts(figures(latency=0.030, rate=120))

    assert found["message to reply, median"] is False
    assert found["burst: registered and answered"] is True
    assert found["memory when ready"] is True
    assert found["memory after the bursts"] is False
    assert found["burst: slowest of them"] is None


def test_the_table_shows_the_ratio_to_the_echo_in_aligned_columns() -> None:
    echo = figures(latency=0.005, rate=200)

    lines = render(list(rows(echo, figures(latency=0.020, rate=50), rate_goal=True))).splitlines()

    assert "4.00 ×" in lines[1]
    assert lines[1].endswith("holds")
    assert lines[3].endswith("MISSED")
    assert len({len(line) for line in lines}) == 1


def test_a_quantile_is_a_value_that_was_measured() -> None:
    assert quantile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert quantile([5.0, 1.0, 3.0], 0.99) == 5.0

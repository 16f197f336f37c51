"""The figures of the table, against values worked out by hand."""

import pytest

from benchmarks.quality.figures import (
    area_under_roc,
    average_precision,
    hit_at,
    precision_and_recall,
    reciprocal_rank,
    share,
)

RANKED = [(["a", "b", "c"], {"b", "c"}), (["a", "b"], {"a"}), (["a"], {"z"})]


def test_precision_recall_and_both_in_one() -> None:
    assert precision_and_recall(3, 4, 6) == {"P": 0.75, "R": 0.5, "F1": 0.6}


def test_equal_scores_count_half_in_the_area_under_the_curve() -> None:
    assert area_under_roc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(0.875)
    assert area_under_roc([0.1, 0.9], [True, False]) == 0.0
    assert area_under_roc([0.3, 0.3], [True, False]) == 0.5


def test_what_is_right_counts_by_where_it_stands() -> None:
    assert hit_at(1, RANKED) == pytest.approx(1 / 3)
    assert hit_at(2, RANKED) == pytest.approx(2 / 3)
    assert reciprocal_rank(RANKED) == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert average_precision(RANKED) == pytest.approx(((1 / 2 + 2 / 3) / 2 + 1 + 0) / 3)


def test_nothing_right_beyond_the_tenth_place_counts_in_the_reciprocal_rank() -> None:
    assert reciprocal_rank([([str(n) for n in range(11)], {"10"})]) == 0.0


def test_of_nothing_every_figure_is_nothing() -> None:
    assert precision_and_recall(0, 0, 0) == {"P": 0.0, "R": 0.0, "F1": 0.0}
    assert area_under_roc([], []) == share([]) == hit_at(1, []) == reciprocal_rank([]) == average_precision([]) == 0.0

"""The figures of the table, each between 0 and 1; whoever needs more scores the written predictions."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection, Sequence

Ranked = tuple[Sequence[str], Collection[str]]
"""What was found, the best first, and what is right."""


def share(right: Sequence[bool]) -> float:
    """How many of them are so."""
    return sum(right) / len(right) if right else 0.0


def precision_and_recall(hits: int, taken: int, right: int) -> dict[str, float]:
    """Of what was taken, how much is right; of what is right, how much was taken; and both in one (F1)."""
    return {
        "P": hits / taken if taken else 0.0,
        "R": hits / right if right else 0.0,
        "F1": 2 * hits / (taken + right) if taken + right else 0.0,
    }


def area_under_roc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The chance that one that is right has a higher score than one that is not; half of it for equal scores."""
    other = Counter(score for score, is_right in zip(scores, right, strict=True) if not is_right)
    ours = Counter(score for score, is_right in zip(scores, right, strict=True) if is_right)
    below, wins = 0, 0.0
    for score in sorted(other.keys() | ours.keys()):
        wins += ours[score] * (below + other[score] / 2)
        below += other[score]
    pairs = ours.total() * other.total()
    return wins / pairs if pairs else 0.0


def hit_at(most: int, ranked: Sequence[Ranked]) -> float:
    """How often something right is among the first."""
    return share([any(one in right for one in found[:most]) for found, right in ranked])


def reciprocal_rank(ranked: Sequence[Ranked], most: int = 10) -> float:
    """The mean of 1/n where the first that is right stands at n, nothing beyond the first ten (MRR@10)."""
    firsts = (next((n for n, one in enumerate(found[:most], 1) if one in right), 0) for found, right in ranked)
    return statistics.fmean([1 / n if n else 0.0 for n in firsts] or [0.0])


def average_precision(ranked: Sequence[Ranked]) -> float:
    """The mean over all questions of the mean precision at each that is right (MAP)."""
    means = []
    for found, right in ranked:
        places = [n for n, one in enumerate(found, 1) if one in right]
        means.append(sum(hits / n for hits, n in enumerate(places, 1)) / len(right))
    return statistics.fmean(means or [0.0])

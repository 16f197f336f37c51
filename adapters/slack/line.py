"""The line in which the messages of broadcasts stand: evenly spread, in the order in which they first asked.

A message that asks too early is told when to ask again; what stops asking (its broadcast was stopped) loses its place.
Pure; times are seconds of any clock that only goes on.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left

_CAUGHT_UP = 25
"""So many turns that passed unused are made up for."""


class Line:
    """``spacing``: seconds between two; ``forgotten_after``: so many seconds after it asked last."""

    def __init__(self, spacing: float, forgotten_after: float) -> None:
        self._spacing = spacing
        self._forgotten_after = forgotten_after
        self._numbers = itertools.count()
        self._number_of: dict[str, int] = {}
        self._asked: dict[str, float] = {}
        self._standing: list[int] = []
        self._next_at = 0.0
        self._look_again_at = 0.0

    def wait(self, key: str, now: float, not_before: float) -> float:
        """Seconds until it is this one's turn, when nobody's is before ``not_before``."""
        self._forget(now)
        if key not in self._number_of:
            self._number_of[key] = number = next(self._numbers)
            self._standing.append(number)
        self._asked[key] = now
        ahead = bisect_left(self._standing, self._number_of[key])
        return max(max(self._next_at, not_before) + ahead * self._spacing - now, 0.0)

    def leave(self, key: str, now: float) -> None:
        """It had its turn. Who is late does not make all others later, or not by much."""
        self._remove(key)
        self._next_at = max(self._next_at, now - _CAUGHT_UP * self._spacing) + self._spacing

    def _forget(self, now: float) -> None:
        if now < self._look_again_at:
            return
        self._look_again_at = now + self._forgotten_after / 10
        for key in [key for key, asked in self._asked.items() if asked < now - self._forgotten_after]:
            self._remove(key)

    def _remove(self, key: str) -> None:
        number = self._number_of.pop(key, None)
        self._asked.pop(key, None)
        if number is not None:
            del self._standing[bisect_left(self._standing, number)]

"""How long to wait before the next try of something that keeps failing."""

from __future__ import annotations

import random
from datetime import timedelta

_FIRST, _LONGEST = 0.25, 60.0


class Backoff:
    """A quarter of a second, doubling to a minute, spread so that replicas do not march in step."""

    def __init__(self) -> None:
        self._tries = 0

    def reset(self) -> None:
        """It works: start from the beginning next time."""
        self._tries = 0

    def seconds(self, at_least: timedelta | None = None) -> float:
        """How long to wait now."""
        pause = min(_FIRST * 2.0**self._tries, _LONGEST) * random.uniform(0.8, 1.2)
        self._tries = min(self._tries + 1, 10)
        return max(pause, at_least.total_seconds() if at_least else 0.0)

"""Time, ids and chance of one strict Slack."""

from __future__ import annotations

import random
import time
from collections import defaultdict


class Clock:
    """The time of day, and message stamps that are unique and only ever grow."""

    def __init__(self) -> None:
        self._last_stamp = 0
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward: stamps, expiries and scheduled messages see it, sleeping tasks do not."""
        self._offset += seconds

    def stamp(self) -> str:
        """A new message ts such as ``1763791234.000200``."""
        self._last_stamp = max(int(self.now() * 1_000_000), self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"


class Ids:
    """Ids shaped as Slack's: a letter for the kind, then upper case letters and digits."""

    def __init__(self) -> None:
        self._counters: defaultdict[str, int] = defaultdict(int)

    def new(self, prefix: str) -> str:
        self._counters[prefix] += 1
        return f"{prefix}0{_base36(self._counters[prefix]):0>9}"


def _base36(number: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text or "0"


def chance(seed: int) -> random.Random:
    """The one source of randomness, so that a failing run can be repeated."""
    return random.Random(seed)

"""One rate limit: so many calls within any span of time. Pure; times are seconds of any clock that only goes on."""

from __future__ import annotations

import itertools
from collections import OrderedDict


class Gate:
    """Says how long a call must wait, and counts those that were made."""

    def __init__(self, calls: int, span: float) -> None:
        self.calls = calls
        self._span = span
        self._numbers = itertools.count()
        self._made: OrderedDict[int, float] = OrderedDict()  # when, by number, oldest first
        self._closed_until = 0.0

    def wait(self, now: float, ahead: int = 0) -> float:
        """Seconds until one more call fits when so many others are made before it; 0 when it does now."""
        self._forget(now)
        due = max(now, self._closed_until)
        missing = len(self._made) + ahead + 1 - self.calls
        if missing > 0:
            # Those that are made before it free their places again a span after they were made.
            whole, part = divmod(missing - 1, max(1, len(self._made)))
            oldest = next(itertools.islice(self._made.values(), part, None), now)
            due = max(due, oldest + self._span * (1 + whole))
        return due - now

    def begin(self, now: float) -> int:
        """A call is made, and somewhere on its way; returns its number."""
        call = next(self._numbers)
        self._made[call] = now
        return call

    def end(self, call: int, now: float) -> None:
        """It was answered: whoever counts it at the other end has done so by now, perhaps as late as now."""
        if self._made.pop(call, None) is not None:
            self.begin(now)

    def close(self, until: float) -> None:
        """Let nothing through until then."""
        self._closed_until = max(self._closed_until, until)

    def closed(self, now: float) -> bool:
        """Whether nothing gets through just now, because Slack said so."""
        return self._closed_until > now

    def idle(self, now: float) -> bool:
        """Whether it can be forgotten."""
        self._forget(now)
        return not self._made and not self.closed(now)

    def _forget(self, now: float) -> None:
        while self._made and next(iter(self._made.values())) <= now - self._span:
            self._made.popitem(last=False)

"""What Slack may not have delivered: until a room's history was looked through, what is delivered there was said later.

Pure but for the loop's clock and its events.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 60.0
"""Seconds after which nothing waits any more, however much of the history is still to be looked through: that something
is heard at all comes before its order."""

log = logging.getLogger(__name__)


class Gap:
    """Holds rooms back from the moment on that something may be missing, each until it was looked through."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._since: float | None = None
        self.begun = 0
        """How many there were."""
        self._passed_over: Counter[str] = Counter()
        self._looked_through: set[str] = set()
        self._waiting: Counter[str] = Counter()
        self.asked = asyncio.Event()
        """Set when one more room may be wanted."""
        self.changed = asyncio.Event()
        """Set when a room need not wait any more; whoever waits clears it."""

    def begin(self) -> None:
        """Something may be missing in every room. Connections that come and go make nothing wait for longer."""
        self.begun += 1
        if not self._lasts():
            self._since = asyncio.get_running_loop().time()
        self._looked_through.clear()
        self.asked.set()

    def end(self) -> None:
        """Every room was looked through."""
        self._since = None
        self._passed_over.clear()
        self.changed.set()

    def holds(self, room: str) -> bool:
        """Whether what is delivered in this room has to wait."""
        return bool(room) and room not in self._looked_through and self._lasts()

    def _lasts(self) -> bool:
        if self._since is None:
            return False
        if asyncio.get_running_loop().time() - self._since < self._longest:
            return True
        log.info("what slack delivers no longer waits for what it did not deliver")
        self.end()
        return False

    @contextmanager
    def look(self, room: str) -> Iterator[None]:
        """While its history is being looked through. It is not done with when more is missing by its end."""
        before = self.begun, self._passed_over[room]
        yield
        if before == (self.begun, self._passed_over[room]):
            self.let_go(room)

    def let_go(self, room: str) -> None:
        """What is delivered in this room need not wait."""
        self._looked_through.add(room)
        self.changed.set()

    def pass_over(self, room: str) -> None:
        """Something of this room could not wait: it is to be found in its history as well."""
        if not self._passed_over[room]:
            log.info("what slack delivers here waits for the room's history", extra={"room": room})
        self._passed_over[room] += 1
        self.asked.set()

    def wait_in(self, room: str) -> None:
        """Something waits in this room."""
        self._waiting[room] += 1
        self.asked.set()

    def go_on_in(self, room: str) -> None:
        """It waits no more."""
        self._waiting -= Counter((room,))  # those in which nothing waits any more are forgotten

    def wanted(self) -> str:
        """A room in which something waits or was passed over, to be looked through now; empty when there is none."""
        self.asked.clear()
        return next((room for room in self._waiting | self._passed_over if self.holds(room)), "")

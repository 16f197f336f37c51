"""Whether the homeserver is heard, and how long to wait before it is asked again."""

from __future__ import annotations

import logging
import random
from datetime import timedelta

from bot.errors import ChatRefused, ChatUnavailable

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0


class Reach:
    """Says once that the homeserver is away, and once that it is back."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._failures = 0
        self.connected = False

    def answered(self) -> None:
        """It is heard."""
        if self._failures:
            log.warning("the homeserver is back", extra={"user": self._user})
        self._failures = 0
        self.connected = True

    def pause_after(self, error: Exception) -> float:
        """Seconds to wait: half a second to one, doubling to a minute, or as long as the homeserver asks for."""
        self.connected = False
        self._failures += 1
        if self._failures == 1:
            expected = isinstance(error, ChatUnavailable | ChatRefused)
            log.error(
                "the homeserver is not heard: %s", error, exc_info=None if expected else error,
                extra={"user": self._user},
            )  # fmt: skip
        asked_for = getattr(error, "retry_after", None) or timedelta(0)
        growing = min(2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        return float(max(growing, asked_for.total_seconds()))

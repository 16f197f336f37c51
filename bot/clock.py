"""Time comes in from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Clock = Callable[[], datetime]
"""Says what time it is: an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


@lru_cache(maxsize=500)
def zone(*names: str) -> tzinfo:
    """The first of these IANA zones that exists, else UTC: profiles and rooms may say anything."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a continent, a directory
            continue
    return UTC

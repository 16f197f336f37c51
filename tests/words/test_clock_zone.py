"""The time zones that profiles and rooms name."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from bot import clock


@pytest.mark.parametrize("wrong", ["Mars/Olympus", "../etc/passwd", "\0", "Europe", "", "x" * 5000])
def test_a_zone_that_does_not_exist_is_passed_over(wrong: str) -> None:
    assert clock.zone(wrong, "Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert clock.zone(wrong) is UTC


def test_without_any_zone_it_is_utc() -> None:
    assert clock.zone() is UTC

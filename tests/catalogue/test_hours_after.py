"""Time that counts only while somebody works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.catalogue import hours

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = hours.parse({"mon-fri": ["08:00-12:00", "13:00-17:00"]}, BERLIN)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_time_within_an_opening_simply_passes() -> None:
    assert DAYS.after(berlin("2026-03-02T09:00"), timedelta(hours=2)) == berlin("2026-03-02T11:00")


def test_breaks_nights_and_weekends_do_not_count() -> None:
    assert DAYS.after(berlin("2026-03-02T11:30"), timedelta(hours=1)) == berlin("2026-03-02T13:30")
    assert DAYS.after(berlin("2026-03-06T16:30"), timedelta(hours=4)) == berlin("2026-03-09T11:30")
    assert DAYS.after(berlin("2026-03-07T03:00"), timedelta(minutes=30)) == berlin("2026-03-09T08:30")


def test_the_end_of_an_opening_still_belongs_to_it() -> None:
    assert DAYS.after(berlin("2026-03-02T16:00"), timedelta(hours=1)) == berlin("2026-03-02T17:00")


def test_day_and_night_is_the_clock_itself_over_a_change_of_it() -> None:
    begin = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert hours.always(BERLIN).after(begin, timedelta(days=3)) == begin + timedelta(days=3)


def test_who_never_works_never_gets_there() -> None:
    assert hours.parse({}, BERLIN).after(berlin("2026-03-02T09:00"), timedelta(minutes=1)) is None

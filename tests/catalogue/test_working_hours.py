"""When somebody works: spans over midnight, clock changes, and the next opening."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.catalogue import hours
from incidents.catalogue.hours import Hours, HoursError

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "Europe/London", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[str]]:
    week: dict[str, list[str]] = {}
    for day in draw(st.lists(st.sampled_from(hours.DAYS), min_size=1, unique=True)):
        start = draw(st.integers(0, 1439))
        end = (start + draw(st.integers(1, 1439))) % 1440
        week[day] = [f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"]
    return week


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_a_span_begins_with_its_first_minute_and_ends_before_its_last() -> None:
    office = hours.parse({"mon": ["08:00-17:00"]}, BERLIN)
    assert not office.open_at(berlin("2026-11-23T07:59:59"))
    assert office.open_at(berlin("2026-11-23T08:00"))
    assert office.open_at(berlin("2026-11-23T16:59:59"))
    assert not office.open_at(berlin("2026-11-23T17:00"))


def test_a_moment_counts_in_the_zone_of_the_team() -> None:
    office = hours.parse({"mon": ["08:00-17:00"]}, BERLIN)
    assert office.open_at(datetime(2026, 11, 23, 7, 30, tzinfo=UTC))
    assert not office.open_at(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))


def test_a_span_that_ends_before_it_starts_runs_past_midnight() -> None:
    night = hours.parse({"fri": ["22:00-06:00"]}, BERLIN)
    assert night.open_at(berlin("2026-11-27T23:00"))
    assert night.open_at(berlin("2026-11-28T05:59"))
    assert not night.open_at(berlin("2026-11-28T06:00"))
    assert not night.open_at(berlin("2026-11-27T05:00"))


def test_the_night_of_sunday_reaches_into_monday() -> None:
    assert hours.parse({"sun": ["22:00-06:00"]}, BERLIN).open_at(berlin("2026-11-23T02:00"))


@pytest.mark.parametrize(
    ("saturday", "length"),
    [("2026-03-28", 9), ("2026-10-24", 11), ("2026-11-21", 10)],
    ids=["spring", "autumn", "usual"],
)
def test_a_night_shift_is_shorter_in_spring_and_longer_in_autumn(saturday: str, length: int) -> None:
    night = hours.parse({"sat": ["20:00-06:00"]}, BERLIN)
    start = berlin(f"{saturday}T20:00").astimezone(UTC)
    open_minutes = sum(night.open_at(start + timedelta(minutes=minute)) for minute in range(13 * 60))
    assert open_minutes == length * 60


def test_an_opening_in_the_hour_that_spring_skips_comes_an_hour_later_by_the_clock() -> None:
    early = hours.parse({"sun": ["02:30-05:00"]}, BERLIN)
    opening = early.next_opening(berlin("2026-03-29T00:00"))
    assert opening is not None
    assert opening.isoformat() == "2026-03-29T03:30:00+02:00"


def test_an_opening_in_the_hour_that_autumn_repeats_is_the_first_of_the_two() -> None:
    early = hours.parse({"sun": ["02:30-05:00"]}, BERLIN)
    opening = early.next_opening(berlin("2026-10-25T00:00"))
    assert opening is not None
    assert opening.isoformat() == "2026-10-25T02:30:00+02:00"


def test_the_next_opening_after_friday_evening_is_monday_morning() -> None:
    office = hours.parse({"mon-fri": ["08:00-12:00", "13:00-17:00"]}, BERLIN)
    assert office.next_opening(berlin("2026-11-27T18:00")) == berlin("2026-11-30T08:00")
    assert office.next_opening(berlin("2026-11-30T12:15")) == berlin("2026-11-30T13:00")


def test_whoever_is_open_opens_now() -> None:
    now = berlin("2026-11-27T10:00")
    assert hours.parse({"fri": ["08:00-17:00"]}, BERLIN).next_opening(now) is now


def test_whoever_never_opens_has_no_next_opening() -> None:
    never = hours.parse({}, BERLIN)
    assert never.next_opening(berlin("2026-11-27T10:00")) is None
    assert not never.open_at(berlin("2026-11-27T10:00"))


def test_a_range_of_days_may_run_over_the_weekend() -> None:
    late = hours.parse({"sat-mon": ["10:00-11:00"]}, BERLIN)
    assert [span.day for span in late.spans] == [0, 5, 6]


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({"monday": ["08:00-17:00"]}, "“monday” is not a day"),
        ({"mon-": ["8-17"]}, "“8-17” is not a time span"),
        ({"mon": ["08:00-25:00"]}, "hours go from 00:00 to 24:00"),
        ({"mon": ["08:60-17:00"]}, "hours go from 00:00 to 24:00"),
        ({"mon": ["08:00-08:00"]}, "a whole day is"),
        ({"mon": ["24:00-08:00"]}, "a whole day is"),
    ],
)
def test_hours_nobody_can_read_are_refused_with_a_sentence(week: dict[str, list[str]], said: str) -> None:
    with pytest.raises(HoursError, match=said):
        hours.parse(week, BERLIN)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        hours.always(BERLIN).open_at(datetime(2026, 11, 22, 12))


@given(week=weeks(), moment=MOMENTS)
def test_in_a_zone_without_clock_changes_hours_are_what_the_week_says(
    week: dict[str, list[str]], moment: datetime
) -> None:
    minute_of_week = moment.weekday() * 1440 + moment.hour * 60 + moment.minute
    spans = hours.parse(week, ZoneInfo("UTC")).spans
    expected = any((minute_of_week - span.day * 1440 - span.start) % 10080 < span.end - span.start for span in spans)
    assert hours.parse(week, ZoneInfo("UTC")).open_at(moment) == expected


@given(week=weeks(), zone=ZONES, moment=MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    week: dict[str, list[str]], zone: ZoneInfo, moment: datetime
) -> None:
    office = hours.parse(week, zone)
    opening = office.next_opening(moment)
    assert opening is not None
    assert opening >= moment
    assert office.open_at(opening)
    wait = opening - moment
    assert not any(office.open_at(moment + wait * share / 97) for share in range(97) if wait)


@given(zone=ZONES, moment=MOMENTS, offset=st.integers(-14 * 60, 14 * 60))
def test_always_is_always_however_the_moment_is_written(zone: ZoneInfo, moment: datetime, offset: int) -> None:
    around_the_clock: Hours = hours.always(zone)
    assert around_the_clock.open_at(moment.astimezone(timezone(timedelta(minutes=offset))))

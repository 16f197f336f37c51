"""When somebody works: a week of opening times in one time zone.

Times are wall-clock times and follow RFC 5545: a time that a clock change skips is read with the offset before the
change, a time that happens twice means its first occurrence.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = "always"
_DAY_MINUTES = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})")


class HoursError(ValueError):
    """Opening times nobody can read; the message says which and how to write them."""


@dataclass(frozen=True, slots=True)
class Span:
    """One opening on one weekday (0 is Monday), in minutes after midnight; `end` is beyond 1440 past midnight."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The weekly opening times of a team or person, in their own zone."""

    spans: tuple[Span, ...]
    zone: ZoneInfo

    def open_at(self, moment: datetime) -> bool:
        """Whether they work at this moment (an aware datetime of any zone)."""
        instant = _utc(moment)
        return any(start <= instant < end for start, end in self._openings(instant, days=1))

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first moment from here on when they work: `moment` itself if open, None if they never open."""
        instant = _utc(moment)
        ahead = self._ahead(instant)
        if not ahead:
            return None
        first = ahead[0][0]
        return moment if first <= instant else first.astimezone(self.zone)

    def after(self, moment: datetime, span: timedelta) -> datetime | None:
        """When they will have worked for so long from this moment on; None if they never open. In UTC."""
        instant, left = _utc(moment), span
        while openings := self._ahead(instant):
            for start, end in openings:
                begins = max(start, instant)
                if end - begins >= left:
                    return begins + left
                if end > begins:  # openings may overlap
                    left -= end - begins
                    instant = end
        return None

    def _ahead(self, instant: datetime) -> list[tuple[datetime, datetime]]:
        """The openings that are not over yet, in order; empty when there are none in two weeks."""
        return sorted(one for one in self._openings(instant, days=15) if one[0] < one[1] and instant < one[1])

    def _openings(self, instant: datetime, *, days: int) -> Sequence[tuple[datetime, datetime]]:
        """The openings as UTC pairs, from the evening before (whose span may reach over midnight) onwards."""
        return _openings_from(self, instant.astimezone(self.zone).date(), days)


@lru_cache(maxsize=1_024)
def _openings_from(hours: Hours, today: date, days: int) -> Sequence[tuple[datetime, datetime]]:
    """Remembered, as the hours of the same few teams are asked for again and again."""
    return tuple(
        (_instant(day, span.start, hours.zone), _instant(day, span.end, hours.zone))
        for day in (today + timedelta(days=offset) for offset in range(-1, days + 1))
        for span in hours.spans
        if span.day == day.weekday()
    )


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    further_days, minute = divmod(minutes, _DAY_MINUTES)
    wall = datetime.combine(day + timedelta(days=further_days), time(minute // 60, minute % 60), zone)
    return wall.astimezone(UTC)


def parse(week: Mapping[str, Iterable[str]], zone: ZoneInfo) -> Hours:
    """Reads `{"mon": ["08:00-12:00", "13:00-17:00"], "tue-fri": ["08:00-17:00"]}`.

    A span that ends before it starts runs past midnight. Raises HoursError.
    """
    spans = [span for days, texts in week.items() for day in _days(days) for span in _spans(day, texts)]
    return Hours(tuple(sorted(spans, key=lambda span: (span.day, span.start, span.end))), zone)


def always(zone: ZoneInfo) -> Hours:
    """Open day and night."""
    return Hours(tuple(Span(day, 0, _DAY_MINUTES) for day in range(7)), zone)


def _days(text: str) -> Iterable[int]:
    first, _, last = text.strip().lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise HoursError(f"“{text}” is not a day: write one of {', '.join(DAYS)}, or a range such as mon-fri.")
    start = DAYS.index(first)
    length = (DAYS.index(last) - start) % 7 if last else 0
    return [(start + step) % 7 for step in range(length + 1)]


def _spans(day: int, texts: Iterable[str]) -> Iterator[Span]:
    for text in texts:
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise HoursError(f'“{text}” is not a time span: write it as "08:00-17:00".')
        start = _minutes(text, found[1], found[2])
        end = _minutes(text, found[3], found[4])
        if start in (_DAY_MINUTES, end):
            raise HoursError(f'“{text}” leaves no time in between: a whole day is "00:00-24:00".')
        yield Span(day, start, end if end > start else end + _DAY_MINUTES)


def _minutes(text: str, hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > _DAY_MINUTES:
        raise HoursError(f"“{text}” is not a time of day: hours go from 00:00 to 24:00.")
    return minutes


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone was given where one with a zone is needed.")
    return moment.astimezone(UTC)

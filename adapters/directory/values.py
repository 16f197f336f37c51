"""Reads the small values of a catalogue: zones, hours, days, durations. Each raises ValueError with a sentence."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from adapters.directory.entries import texts
from incidents.catalogue import hours

_DURATION = re.compile(r"(\d+)\s*([mhd])[a-z]*")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


def zone(name: str) -> ZoneInfo:
    """A time zone by name."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        near = difflib.get_close_matches(name, available_timezones(), 1, 0.7)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"There is no time zone “{name}”.{meant}") from None


def working_hours(value: object, of_zone: ZoneInfo) -> hours.Hours:
    """`always`, or spans for days."""
    if not isinstance(value, dict):
        return hours.always(of_zone)
    return hours.parse({str(days): texts(spans) for days, spans in value.items()}, of_zone)


def day(text: str) -> date:
    """A day such as 2028-06-30."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"The calendar has no day {text}.") from None


def duration(value: object) -> timedelta | None:
    """`1h30m`, or a number of minutes; None where nothing is given."""
    if value is None:
        return None
    if isinstance(value, int):
        return timedelta(minutes=value)
    parts = _DURATION.findall(str(value))
    return timedelta(minutes=sum(int(number) * _MINUTES[unit] for number, unit in parts))


def language(text: str) -> str:
    """A language code in its usual writing: de, de-AT."""
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)])

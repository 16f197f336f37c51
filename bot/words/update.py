"""The time of the next update at the end of an update's text: "… next in 30 min", "… nächstes um 14:30".

No library: parsedatetime finds times anywhere in a text and knows little German and Dutch, dateparser costs 27 MB and
0.8 s at the start; what is needed is a number with a unit, or a time of day, behind a word for "next".
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.words import references


@dataclass(frozen=True, slots=True)
class Update:
    """An update as typed: whom it is about, what it says, and how long until the next one was promised."""

    reference: str | None
    text: str
    next_in: timedelta | None


LONGEST = timedelta(days=31)

_UNITS = {
    timedelta(minutes=1): "minutes|minuten|minute|minuut|mins|min|m",
    timedelta(hours=1): "stunden|stunde|hours|hour|uren|hrs|uur|std|hr|h|u",
    timedelta(days=1): "tagen|dagen|days|tage|day|tag|dag|d",
}
_SPOKEN = {
    timedelta(
        minutes=15
    ): "an? quarter of an hour|quarter of an hour|einer viertelstunde|viertelstunde|(?:een )?kwartier",
    timedelta(minutes=30): "half an hour|half hour|(?:einer |eine )?halben? stunde|een half uur|half uur",
    timedelta(minutes=90): "one and a half hours|anderthalb stunden|eineinhalb stunden|anderhalf uur",
    timedelta(hours=1): "an hour|one hour|einer stunde|eine stunde|een uur",
    timedelta(hours=2): "two hours|zwei stunden|twee uur",
}
_UNIT = "|".join(_UNITS.values())
_AMOUNT = rf"[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?\s*(?:{_UNIT})\b\.?"
_SPAN = (
    rf"(?P<spoken>{'|'.join(_SPOKEN.values())})"
    rf"|(?P<amounts>{_AMOUNT}(?:\s*(?:and|und|en|,)?\s*{_AMOUNT})?)"
)
_WITHIN = r"(?:(?:in|within|after|about|over|binnen|nach|na|ca\.?|etwa|ongeveer|innerhalb von)\s+){0,2}"
_CLOCK = (
    r"(?P<tomorrow>(?:tomorrow|morgen)\s+)?(?:(?:at|by|um|gegen|bis|om|rond|tegen|@)\s*)?"
    r"(?:(?P<hour>[01]?[0-9]|2[0-3])(?:(?::|\.|h)(?P<minute>[0-5][0-9]))?\s*(?P<mark>am|pm|a\.m\.|p\.m\.|uhr|uur|h)?)"
)
_NEXT = (
    r"(?:the\s+)?(?:next|following|n(?:ä|ae|a)chste[srn]?|volgende?)"
    r"(?:\s+(?:update|news|message|meldung|info|infos|nachricht|bericht|stand|zwischenstand))?"
)
_AT_END = re.compile(
    rf"(?:^|(?<=[\s.;,!?(\[–—|-])){_NEXT}\s*[:=]?\s*(?:{_WITHIN}(?:{_SPAN})|{_CLOCK})\s*[.)\]!]*\s*$",
    re.IGNORECASE,
)
_ONE_AMOUNT = re.compile(rf"([0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?)\s*({_UNIT})\b", re.IGNORECASE)
_TAIL = 120  # characters at the end in which the time stands


def parse_update(rest: str, *, now: datetime, zone: tzinfo = UTC) -> Update:
    """Reads what followed the word "update". A time of day is the next such time in `zone`, and a promise of nothing or
    of more than a month is left in the text. `now` must carry a zone. The text keeps everything but the promise."""
    found = references.take_first(rest)
    reference, text = (found.reference, found.rest.lstrip(" \t\n:,;.–—-")) if found else (None, rest)
    text = text.strip()
    tail_start = max(0, len(text) - _TAIL)
    promise = _AT_END.search(text[tail_start:])
    if promise is None:
        return Update(reference, text, None)
    span = _until_clock(promise, now, zone) if promise["hour"] is not None else _span(promise)
    if span is None or not timedelta(0) < span <= LONGEST:
        return Update(reference, text, None)
    return Update(reference, text[: tail_start + promise.start()].rstrip(" \t\n,;–—-|(["), span)


def _span(promise: re.Match[str]) -> timedelta:
    if promise["spoken"]:
        return _among(_SPOKEN, promise["spoken"])
    amounts = _ONE_AMOUNT.findall(promise["amounts"])
    return sum((float(amount.replace(",", ".")) * _among(_UNITS, unit) for amount, unit in amounts), timedelta(0))


def _among(table: dict[timedelta, str], said: str) -> timedelta:
    return next(span for span, pattern in table.items() if re.fullmatch(pattern, said, re.IGNORECASE))


def _until_clock(promise: re.Match[str], now: datetime, zone: tzinfo) -> timedelta | None:
    if promise["minute"] is None and promise["mark"] is None:
        return None  # "next 3" may be anything
    hour, minute = int(promise["hour"]), int(promise["minute"] or 0)
    mark = (promise["mark"] or "").lower().replace(".", "")
    if mark in {"am", "pm"}:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if mark == "pm" else 0)
    day = now.astimezone(zone).date()
    if promise["tomorrow"]:
        day += timedelta(days=1)
    due = datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
    if due <= now:
        due = datetime.combine(day + timedelta(days=1), time(hour, minute), zone).astimezone(UTC)
    return due - now.astimezone(UTC)

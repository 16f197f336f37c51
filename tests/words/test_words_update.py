"""The time of the next update at the end of what somebody typed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.words import Update

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=BERLIN)

SPANS = [
    ("found it, next in 30 min", "found it", 30),
    ("found it. Next update in 30 minutes.", "found it.", 30),
    ("found it (next: 2h)", "found it", 120),
    ("found it - next in 1 h 30 min", "found it", 90),
    ("found it next in 90m", "found it", 90),
    ("found it, next update in about an hour", "found it", 60),
    ("found it; next in half an hour", "found it", 30),
    ("Ursache gefunden, nächstes in 30 Minuten", "Ursache gefunden", 30),
    ("Ursache gefunden, naechstes Update in 30 Min.", "Ursache gefunden", 30),
    ("Ursache gefunden! Nächste Meldung in einer halben Stunde", "Ursache gefunden!", 30),
    ("Ursache gefunden, nächste in 1,5 Std.", "Ursache gefunden", 90),
    ("Ursache gefunden, nächster Zwischenstand in einer Viertelstunde", "Ursache gefunden", 15),
    ("oorzaak gevonden, volgende over 30 minuten", "oorzaak gevonden", 30),
    ("oorzaak gevonden, volgende update over een half uur", "oorzaak gevonden", 30),
    ("oorzaak gevonden. Volgend bericht binnen 2 uur", "oorzaak gevonden.", 120),
    ("found it, next at 14:30", "found it", 150),
    ("found it, next by 3 pm", "found it", 180),
    ("found it, next at 11:00", "found it", 23 * 60),
    ("found it, next tomorrow at 9:00", "found it", 21 * 60),
    ("Ursache gefunden, nächstes um 14 Uhr", "Ursache gefunden", 120),
    ("Ursache gefunden, nächstes gegen 14.15 Uhr", "Ursache gefunden", 135),
    ("oorzaak gevonden, volgende om 15 uur", "oorzaak gevonden", 180),
    ("next in 20 min", "", 20),
]

NO_PROMISE = [
    "we restart in 30 min",
    "the next 3 machines follow",
    "next step is 3 min of waiting",
    "next in 0 min",
    "next in 9999 days",
    "next in 32 days",
    "next at 25:00",
    "next at 13 pm",
    "next in 30 min we know more",
    "kontext in 5 min",
    "",
]


@pytest.mark.parametrize(("typed", "text", "minutes"), SPANS)
def test_a_promise_at_the_end_is_read_and_taken_off(typed: str, text: str, minutes: int) -> None:
    update = words.parse_update(f"INC-42 {typed}", now=NOON, zone=BERLIN)

    assert update == Update("INC-42", text, timedelta(minutes=minutes))


@pytest.mark.parametrize("typed", NO_PROMISE)
def test_what_is_no_promise_stays_in_the_text(typed: str) -> None:
    assert words.parse_update(typed, now=NOON, zone=BERLIN) == Update(None, typed, None)


def test_a_time_of_day_is_right_on_the_night_the_clocks_change() -> None:
    before_the_change = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)

    update = words.parse_update("x, next at 4:00", now=before_the_change, zone=BERLIN)

    assert update.next_in == timedelta(hours=4)  # five by the clock on the wall, one of which does not exist


@given(
    st.text(max_size=300), st.sampled_from(["", " next in ", " nächstes um ", " volgende over "]), st.text(max_size=20)
)
def test_no_text_makes_it_fail_or_promises_nothing(text: str, promise: str, span: str) -> None:
    update = words.parse_update(text + promise + span, now=datetime(2026, 3, 2, tzinfo=UTC))

    assert update.next_in is None or timedelta(0) < update.next_in <= timedelta(days=31)


def test_a_long_update_is_read_at_once() -> None:
    typed = "next in 1 h and " * 6_000

    assert words.parse_update(typed, now=NOON).next_in is None

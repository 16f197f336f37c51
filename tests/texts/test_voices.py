"""Voices: sentences and times in three languages, whatever people put into them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.text.voices import BabelVoices
from bot.cards import Span, Style, as_plain, strong
from bot.texts import LANGUAGES, phrase

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""A Sunday; one o'clock in Berlin and Amsterdam."""

HOSTILE = [
    "{ref}",
    "{service}",
    "{0}",
    "{0.__class__}",
    "{ref.__class__.__mro__}",
    "{n!r:>99999999}",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{",
    "}",
    "%s %(ref)s %n",
    "\\1 \\g<0>",
    "<b>&amp;</b>",
    "<!channel> <@U1> @room",
    "*_~`",
    "\u202eright to left",
    "",
]


@pytest.fixture(scope="module")
def voices() -> BabelVoices:
    return BabelVoices(lambda text: None, "Europe/Berlin", lambda: NOON)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "INC-4 is registered."), ("de", "INC-4 ist aufgenommen."), ("nl", "INC-4 is geregistreerd.")],
)
def test_a_sentence_is_said_in_the_readers_language(voices: BabelVoices, language: str, sentence: str) -> None:
    said = voices.voice(language).say("{ref} is registered.", ref=strong("INC-4"))

    assert as_plain(said) == sentence
    assert said[0] == Span("INC-4", Style.STRONG)


@pytest.mark.parametrize("language", ["", "fr", "xx-YY", "../../etc"])
def test_a_language_nobody_translated_is_answered_in_english(voices: BabelVoices, language: str) -> None:
    assert voices.voice(language).line("Me too") == "Me too"


@pytest.mark.parametrize("language", ["de-AT", "de_CH", "de"])
def test_every_kind_of_german_is_german(voices: BabelVoices, language: str) -> None:
    assert voices.voice(language).line("Me too") == "Ich auch"


@pytest.mark.parametrize(
    ("language", "n", "sentence"),
    [
        ("en", 1, "1 person is affected."), ("en", 0, "0 people are affected."), ("en", 2, "2 people are affected."),
        ("de", 1, "Eine Person ist betroffen."), ("de", 0, "0 Leute sind betroffen."),
        ("de", 21, "21 Leute sind betroffen."),
        ("nl", 1, "Eén persoon heeft er last van."), ("nl", 21, "21 mensen hebben er last van."),
    ],
)  # fmt: skip
def test_a_number_gets_the_form_that_fits(voices: BabelVoices, language: str, n: int, sentence: str) -> None:
    said = voices.voice(language).plural("{n} person is affected.", "{n} people are affected.", n)

    assert as_plain(said) == sentence


def test_a_phrase_kept_for_later_is_said_in_each_readers_language(voices: BabelVoices) -> None:
    kept = phrase("You no longer follow {service}.", service="VPN")

    said = [as_plain(voices.voice(language).phrase(kept)) for language in LANGUAGES]

    assert said == ["You no longer follow VPN.", "Du folgst VPN nicht mehr.", "Je volgt VPN niet meer."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_today_is_told_by_the_hour_alone(voices: BabelVoices, language: str) -> None:
    assert voices.voice(language, "Europe/Amsterdam").time(NOON + timedelta(minutes=30)) == "13:30"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Mon 23 Nov, 08:05"), ("de", "Mo., 23. Nov., 08:05"), ("nl", "ma 23 nov, 08:05")],
)
def test_another_day_is_told_as_the_language_writes_it(voices: BabelVoices, language: str, said: str) -> None:
    assert voices.voice(language).time(datetime(2026, 11, 23, 7, 5, tzinfo=UTC)) == said


def test_what_is_today_depends_on_where_the_reader_is(voices: BabelVoices) -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert voices.voice("en", "Europe/London").time(late) == "23:30"
    assert voices.voice("en", "Europe/Amsterdam").time(late) == "Mon 23 Nov, 00:30"


def test_summer_time_is_kept(voices: BabelVoices) -> None:
    assert voices.voice("nl", "Europe/Amsterdam").time(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "wo 1 jul, 14:00"


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Berlin", "13:00 CET"),
        ("de", "Europe/Berlin", "13:00 MEZ"),
        ("nl", "Europe/Amsterdam", "13:00 CET"),
        ("de", "Europe/London", "12:00 GMT"),
        ("en", "America/New_York", "07:00 EST"),
        ("nl", "Asia/Kathmandu", "17:45 GMT+05:45"),
    ],
)
def test_where_many_read_it_a_time_names_its_zone(voices: BabelVoices, language: str, zone: str, said: str) -> None:
    assert voices.voice(language, zone, shared=True).time(NOON) == said


def test_of_an_hour_that_comes_twice_each_has_its_own_zone(voices: BabelVoices) -> None:
    voice = voices.voice("de", "Europe/Berlin", shared=True)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert [voice.time(first + timedelta(hours=hours))[-4:].strip() for hours in (0, 1)] == ["MESZ", "MEZ"]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "\0", "Europe"])
def test_a_zone_that_does_not_exist_is_the_default_one(voices: BabelVoices, zone: str) -> None:
    assert voices.voice("en", zone).time(NOON) == "13:00"


@pytest.mark.parametrize(
    ("language", "past", "future"),
    [
        ("en", "20 minutes ago", "in 2 hours"),
        ("de", "vor 20 Minuten", "in 2 Stunden"),
        ("nl", "20 minuten geleden", "over 2 uur"),
    ],
)
def test_how_far_away_a_time_is(voices: BabelVoices, language: str, past: str, future: str) -> None:
    voice = voices.voice(language)

    assert voice.ago(NOON - timedelta(minutes=20), NOON) == past
    assert voice.ago(NOON + timedelta(hours=2), NOON) == future


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_typed_stays_text(voices: BabelVoices, typed: str, language: str) -> None:
    said = voices.voice(language).say("{ref} is registered for {service}.", ref=strong("INC-4"), service=typed)

    frame = as_plain(voices.voice(language).say("{ref} is registered for {service}.", ref="INC-4", service="\uffff"))
    assert as_plain(said) == frame.replace("\uffff", typed)
    assert [span for span in said if span.style is not Style.PLAIN] == [Span("INC-4", Style.STRONG)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", HOSTILE)
def test_what_people_typed_stays_text_in_plurals_lines_and_phrases(
    voices: BabelVoices, typed: str, language: str
) -> None:
    voice = voices.voice(language)
    one, many = (
        "It looks like {ref} ({title}), which one other person has. If it is the same, tap “Me too”.",
        "It looks like {ref} ({title}), which {n} other people have. If it is the same, tap “Me too”.",
    )

    plural = as_plain(voice.plural(one, many, 3, ref="INC-4", title=typed))

    assert f"INC-4 ({typed})" in plural
    assert plural.replace(typed, "").count("3") == 1
    assert typed in voice.line("Found for “{what}”", what=typed)
    assert typed in as_plain(voice.phrase(phrase("{ref} is archived.", ref=typed)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_nobody_translated_is_said_in_english(voices: BabelVoices, language: str) -> None:
    """A new sentence is understood before its translation is there."""
    assert voices.voice(language).line("Nobody says {this}.", this="that") == "Nobody says that."

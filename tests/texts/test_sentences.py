"""The German and Dutch sentences: all there, whole, and in one hand."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime

import pytest
from jinja2 import nodes

from adapters.text.voices import BabelVoices
from scripts import catalogues
from tests.texts import said

LANGUAGES = catalogues.LANGUAGES
SAME_IN = {
    "de": {"Status"},
    "nl": {"Status", "Open", "update {ref}"},
}
ROOM_ON_A_FORM = 24
"""Characters that Slack gives the title and the buttons of a form."""
PASSED_ON = "adapters/web/render.py"
"""Hands the voice to templates, whose sentences are looked at apart."""
END = re.compile(r"[.?!:…]$")


def test_every_sentence_is_said_where_the_extraction_sees_it() -> None:
    found = {text for message in said.english() for text in catalogues.texts(message.id)}

    hidden = [
        f"{place}: {ast.unparse(sentence)}"
        for place, sentence in said.in_the_code()
        if not isinstance(sentence, ast.Constant) and not place.startswith(PASSED_ON)
    ]
    missed = [
        f"{place}: {sentence.value!r}"
        for place, sentence in said.in_the_code()
        if isinstance(sentence, ast.Constant) and sentence.value not in found
    ]

    assert hidden == []
    assert missed == []


def test_every_sentence_on_a_page_is_found_too() -> None:
    found = {text for message in said.english() for text in catalogues.texts(message.id)}
    on_pages = list(said.on_pages())

    hidden = [(page, sentence) for page, sentence in on_pages if not isinstance(sentence, nodes.Const)]
    missed = [
        (page, sentence.value)
        for page, sentence in on_pages
        if isinstance(sentence, nodes.Const) and sentence.value not in found
    ]

    assert len(on_pages) > 40
    assert hidden == []
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_voice_knows_every_sentence(language: str) -> None:
    voice = BabelVoices(lambda text: None, "UTC", lambda: datetime(2026, 11, 22, tzinfo=UTC)).voice(language)

    english = [catalogues.english_of(message) for message in said.english()]
    silent = [sentence for sentence in english if sentence and sentence not in voice.sentences]

    assert silent == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_both_forms_and_only_the_one_may_leave_out_the_number(language: str) -> None:
    plurals = [message for message in said.catalogue(language) if isinstance(message.id, tuple)]

    wrong = [
        message.id
        for message in plurals
        if len(catalogues.texts(message.string)) != 2
        or not all(catalogues.texts(message.string))
        or "{n}" not in catalogues.texts(message.string)[1]
    ]

    assert plurals
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_in_english(language: str) -> None:
    same = {english for english, theirs in said.pairs(language) if english == theirs}

    assert same <= SAME_IN[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_begins_and_ends_as_in_english(language: str) -> None:
    """A translation that lost its full stop or gained a space shows in the middle of a card."""

    def rim(text: str) -> tuple[bool, bool, list[str]]:
        return text.startswith(" "), text.endswith(" "), END.findall(text)

    differing = [(english, theirs) for english, theirs in said.pairs(language) if rim(english) != rim(theirs)]

    assert differing == []


@pytest.mark.parametrize(
    ("language", "foreign"),
    [("de", re.compile("[\"”‘’']|(?<!„)(?<=\\s)“")), ("nl", re.compile("[\"“”„']"))],
)
def test_quotation_marks_are_those_of_the_language(language: str, foreign: re.Pattern[str]) -> None:
    wrong = [theirs for _, theirs in said.pairs(language) if foreign.search(theirs)]

    assert wrong == []


@pytest.mark.parametrize(
    ("language", "formal"),
    [
        ("de", re.compile(r"(?<![.?!:] )(?<!^)\b(?:Sie|Ihr|Ihre[mnrs]?|Ihnen)\b")),
        ("nl", re.compile(r"\b(?:u|uw)\b", re.IGNORECASE)),
    ],
)
def test_people_are_spoken_to_as_colleagues(language: str, formal: re.Pattern[str]) -> None:
    wrong = [theirs for _, theirs in said.pairs(language) if formal.search(theirs)]

    assert wrong == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_title_and_the_buttons_of_a_form_fit(language: str) -> None:
    voice = BabelVoices(lambda text: None, "UTC", lambda: datetime(2026, 11, 22, tzinfo=UTC)).voice(language)

    shown = [voice.line(sentence, ref="INC-12345") for sentence in said.on_forms()]

    assert len(shown) >= 9
    assert [text for text in shown if len(text) > ROOM_ON_A_FORM] == []

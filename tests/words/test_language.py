"""Which of the three languages a short text is in, and when it does not say."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import language

SAID = {
    "en": ["the VPN keeps dropping", "my laptop won't boot", "can someone help me?", "thank you for the help",
           "VPN is down", "where do I find the leave form?",
           "printer on 3rd floor prints nothing", "THE MAIL SERVER IS DOWN"],
    "de": ["das VPN bricht ständig ab", "mein Laptop startet nicht mehr", "kann mir jemand helfen?", "Danke",
           "danke, läuft wieder", "VPN kaputt", "Wo finde ich das Urlaubsformular?", "Drucker im 3. OG druckt nix mehr",
           "bei mir auch", "wer kümmert sich um die Heizung?"],
    "nl": ["de VPN valt steeds weg", "mijn laptop start niet meer op", "kan iemand me helpen?", "bedankt, werkt weer",
           "waar vind ik het verlofformulier?", "printer op de 3e verdieping print niks meer", "bij mij ook",
           "wie gaat er over de verwarming?", "de lift zit vast"],
}  # fmt: skip

UNSAID = ["", " ", "ok", "Jira", "VPN", "hi", "hallo", "🎫", "12345", "SAP GUI 500", "https://example.org/the/only/thing",
          "INC-42", "@anna", "`the quick brown fox`", "Привет, как дела?", "漢字かな", "???"]  # fmt: skip


@pytest.mark.parametrize(("expected", "text"), [(code, text) for code, texts in SAID.items() for text in texts])
def test_the_language_of_a_chat_line_is_known(expected: str, text: str) -> None:
    assert language.detect(text) == expected


@pytest.mark.parametrize("text", UNSAID)
def test_a_text_that_does_not_say_its_language_has_none(text: str) -> None:
    assert language.detect(text) is None


def test_english_command_words_are_everybodys_and_german_and_dutch_ones_are_not() -> None:
    typed = ["resolve INC-4", "help", "works again", "update INC-4 Ursache gefunden, wir starten neu", "Hilfe", "hulp",
             "report the VPN is down", "report de printer doet het niet"]  # fmt: skip

    assert [language.detect(text) for text in typed] == [None, None, None, "de", "de", "nl", "en", "nl"]


def test_links_code_and_names_do_not_count() -> None:
    assert (
        language.detect("geht nicht: `the error is that this does not work with the file` https://the.and/is/not")
        == "de"
    )


def test_the_likeliest_is_always_one_of_the_three() -> None:
    assert {language.likeliest(text) for text in [*UNSAID, "kaputt", "kapot"]} <= set(language.LANGUAGES)
    assert language.likeliest("") == "en"


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert language.detect(text) in {*language.LANGUAGES, None}


def test_a_hundred_thousand_characters_are_read_at_once() -> None:
    language.detect("load the table")
    started = time.perf_counter()
    for text in ("das ist " * 12_000, "```" * 30_000, "<" * 100_000, "@" * 100_000, "a" * 100_000):
        language.detect(text)

    assert time.perf_counter() - started < 1

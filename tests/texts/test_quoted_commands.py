"""What a sentence tells people to type works when they type it, in each language."""

from __future__ import annotations

import ast
import re

import pytest

from bot import words
from bot.words import Command, Opinion, Verb
from scripts import catalogues
from tests.texts import said

LANGUAGES = catalogues.LANGUAGES
QUOTED = {"en": re.compile("“([^”]*)”"), "de": re.compile("„([^“]*)“"), "nl": re.compile("‘([^’]*)’")}
BUTTONS_THAT_ARE_COMMANDS = {
    "Me too": Verb.ME_TOO,
    "Not a request": Verb.NOT_A_REQUEST,
    "Undo": Verb.UNDO,
    "Works again": Verb.WORKS_AGAIN,
    "Still broken": Verb.STILL_BROKEN,
    "Solved it": Verb.SOLVED_IT,
    "Report": Verb.REPORT,
    "Resolve": Verb.RESOLVE,
    "Declare outage": Verb.OUTAGE,
    "Publish": Verb.PUBLISH,
    "Discard": Verb.DISCARD,
    "I’m in": Verb.ACCEPT,
    "Not this time": Verb.DECLINE,
    "I’ll take care of it": Verb.HAND_OVER,
    "Cancel": Verb.CANCEL,
}


def assigned(place: str, name: str) -> ast.expr:
    """What a variable was last given before a place in the code."""
    file, _, line = place.rpartition(":")
    given = [node for node in ast.walk(ast.parse((catalogues.ROOT / file).read_text("utf-8")))
             if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name
             and node.lineno < int(line)]  # fmt: skip
    return max(given, key=lambda node: node.lineno).value


TYPED_INSTEAD = sorted({
    str(node.value)
    for place, typed in said.typed_instead()
    for node in ast.walk(assigned(place, typed.id) if isinstance(typed, ast.Name) else typed)
    if isinstance(node, ast.Constant)
})  # fmt: skip


def quoted(text: str, language: str) -> list[str]:
    """The phrases in quotation marks, with a reference where one belongs."""
    return [phrase.replace("{ref}", "INC-42") for phrase in QUOTED[language].findall(text)]


def understood(phrase: str) -> tuple[Verb, str | None] | None:
    command = words.parse(phrase)
    return (command.verb, command.reference) if isinstance(command, Command) else None


def test_english_sentences_quote_commands_that_work() -> None:
    commands = {phrase for message in said.english() for text in catalogues.texts(message.id)
                for phrase in quoted(text, "en") if understood(phrase)}  # fmt: skip

    assert {"help", "cancel", "status", "follow", "join INC-42", "reopen INC-42", "undo INC-42"} <= commands


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quoted_command_means_the_same_in_every_language(language: str) -> None:
    wrong = []
    for english, theirs in said.pairs(language):
        ours, translated = quoted(english, "en"), quoted(theirs, language)
        if [understood(phrase) for phrase in ours] != [understood(phrase) for phrase in translated]:
            wrong.append((english, theirs))

    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quoted_command_is_in_the_language_of_its_sentence(language: str) -> None:
    foreign = []
    for _, theirs in said.pairs(language):
        for phrase in quoted(theirs, language):
            command = words.parse(phrase)
            if isinstance(command, Command) and command.language not in (None, language):
                foreign.append(phrase)

    assert foreign == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_and_placeholders_in_quotation_marks_stay_as_they_are(language: str) -> None:
    kept = re.compile(r"-|\{\w+\}")

    differing = [
        (english, theirs)
        for english, theirs in said.pairs(language)
        if [p for p in quoted(english, "en") if kept.fullmatch(p)]
        != [p for p in quoted(theirs, language) if kept.fullmatch(p)]
    ]

    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("button", "verb"), BUTTONS_THAT_ARE_COMMANDS.items())
def test_what_a_button_says_can_be_typed(button: str, verb: Verb, language: str) -> None:
    message = said.catalogue(language).get(button)

    assert message is not None
    assert understood(str(message.string)) == (verb, None)


def test_what_to_type_instead_of_tapping_is_a_sentence_with_a_translation() -> None:
    unsaid = []
    for place, typed in said.typed_instead():
        while isinstance(typed, ast.Name):  # said in the line before
            typed = assigned(place, typed.id)
        if not (isinstance(typed, ast.Call) and isinstance(typed.func, ast.Attribute) and typed.func.attr == "line"):
            unsaid.append((place, ast.unparse(typed)))

    assert unsaid == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_to_type_instead_of_tapping_does_the_same_in_every_language(language: str) -> None:
    wrong = []
    for english in TYPED_INSTEAD:
        message = said.english().get(english) if language == "en" else said.catalogue(language).get(english)
        assert message is not None
        theirs = str(message.string or message.id)
        command = words.parse(theirs.replace("{ref}", "INC-42"))
        known = isinstance(command, Command) and command.language in (None, language)
        if understood(english.replace("{ref}", "INC-42")) != understood(theirs.replace("{ref}", "INC-42")) or not known:
            wrong.append(theirs)

    assert len(TYPED_INSTEAD) > 15
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rating_that_is_offered_can_be_typed(language: str) -> None:
    offered = "Please say “good”, “all right” or “poor”, for example “rate {ref} good”."
    rate = words.example(Verb.RATE, language).split()[0]
    theirs = said.catalogue(language).get(offered)

    assert theirs is not None
    good, fair, poor, whole = quoted(str(theirs.string), language)

    for word in (good, fair, poor):
        assert understood(f"{rate} INC-42 {word}") == (Verb.RATE, "INC-42")
    assert whole == f"{rate} INC-42 {good}"
    assert [words.opinion_of(word) for word in (good, fair, poor)] == list(Opinion)


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_label_that_is_a_rating_is_the_word_of_the_sentence(language: str) -> None:
    """What the buttons say is what the sentence tells people to type."""
    catalogue = said.english() if language == "en" else said.catalogue(language)
    offered = next(m for m in catalogue if "“all right”" in catalogues.english_of(m))
    sentence = str(offered.string or offered.id)

    labels = [catalogue.get(label) for label in ("Good", "All right", "Poor")]

    words_said = [str(label.string or label.id).casefold() for label in labels if label is not None]
    assert words_said == [phrase.casefold() for phrase in quoted(sentence, language)[:3]]


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_guide_of_the_browser_chat_types_commands_that_work(language: str) -> None:
    words_file = catalogues.ROOT / "adapters/local/static/words.js"
    own = words_file.read_text("utf-8").split(f"\n  {language}: {{")[1].split("\n  }")[0]

    typed = dict(re.findall(r'(say_\d): "([^"]*)"', own))

    said_by = {name: understood(text.replace("{inc}", "INC-42")) for name, text in typed.items()}
    assert said_by == {
        "say_1": None,
        "say_2": None,
        "say_3": (Verb.OUTAGE, "INC-42"),
        "say_4": (Verb.UPDATE, "INC-42"),
        "say_5": (Verb.RESOLVE, "INC-42"),
    }

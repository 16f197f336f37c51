"""README's tables say everything there is to say: each command in each language, each setting by its names."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters import settings
from bot import words
from bot.words import Verb
from bot.words.phrases import LANGUAGES

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
SECTIONS = {name: field.annotation for name, field in settings.Settings.model_fields.items()}


@pytest.mark.parametrize("verb", Verb)
def test_what_can_be_said_is_written_as_the_bot_shows_it(verb: Verb) -> None:
    said = [words.example(verb, language) for language in LANGUAGES]

    assert [example for example in said if f"`{example}`" not in README] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_has_a_line(section: str) -> None:
    model = SECTIONS[section]
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)

    assert [key for key in (section, *model.model_fields) if f"`{key}`" not in README] == []


def test_every_short_name_of_a_setting_is_there() -> None:
    assert [name for name in settings._KNOWN_NAMES if f"`{name}`" not in README] == []

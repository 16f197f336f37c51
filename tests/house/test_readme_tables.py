"""README's tables say everything there is to say, and nothing else: each command in each language, each setting."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from adapters import settings
from bot import words
from bot.words import Verb
from bot.words.phrases import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACES = {
    (section, key): field
    for section, model in settings.Settings.model_fields.items()
    if isinstance(model.annotation, type) and issubclass(model.annotation, BaseModel)
    for key, field in model.annotation.model_fields.items()
}
SHORT_NAMES = {place: name for name, place in settings._KNOWN_NAMES.items()}


def told() -> dict[tuple[str, str], tuple[str, str]]:
    """The rows of the table of settings: its short name and its default by section and key."""
    table = README.split("\n## Settings\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("|")]
    found = {}
    section = ""
    for first, keys, short, defaults, _ in rows[2:]:
        section = first.strip("`") or section
        several = keys.split(", ")
        for key, default in zip(several, defaults.split(", ") if len(several) > 1 else [defaults], strict=True):
            found[section, key.strip("`")] = (short.strip("`"), default)
    return found


def written(default: Any) -> str:
    """A default as the file of settings has it."""
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    plain = sorted(default) if isinstance(default, frozenset) else default
    return plain if isinstance(plain, str) else json.dumps(plain, default=str).strip('"')


@pytest.mark.parametrize("verb", Verb)
def test_what_can_be_said_is_written_as_the_bot_shows_it(verb: Verb) -> None:
    said = [words.example(verb, language) for language in LANGUAGES]

    assert [example for example in said if f"`{example}`" not in README] == []


def test_the_settings_told_of_are_those_there_are_with_their_short_names() -> None:
    assert {place: short for place, (short, _) in told().items()} == {
        place: SHORT_NAMES.get(place, "") for place in PLACES
    }


def test_the_container_is_given_every_short_name_that_is_set_outside_of_it() -> None:
    inside = {"SWARMBRIDGE_HTTP_HOST", "SWARMBRIDGE_HTTP_PORT"}
    given = re.findall(r"^ +- ([A-Z_]+)$", (ROOT / "compose.yaml").read_text(), flags=re.MULTILINE)

    assert set(SHORT_NAMES.values()) - inside <= set(given)


def test_a_default_told_of_is_the_one_that_holds() -> None:
    in_words = {("slack", "store_key"), ("matrix", "store_key"), ("local", "enabled"), ("catalogue", "path")}
    defaults = {
        place: written(field.get_default(call_default_factory=True))
        for place, field in PLACES.items()
        if place not in in_words
    }

    assert {place: default.strip("`") for place, (_, default) in told().items() if place not in in_words} == {
        place: "" if default == "null" else default for place, default in defaults.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_no_setting_that_is_not_there(page: Path) -> None:
    named = re.findall(r"SWARMBRIDGE_([A-Z]+)__([A-Z_]+)", page.read_text())

    known = {*PLACES, ("section", "key")}
    assert [one for one in named if (one[0].lower(), one[1].lower()) not in known] == []

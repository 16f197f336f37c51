"""The small language in which Block Kit's rules are written down: a rule looks at a value and notes what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass
class Finding:
    """What one look at a message or view brought up."""

    surface: Surface
    problems: list[str] = field(default_factory=list)
    block_ids: list[str] = field(default_factory=list)
    inputs: int = 0
    focused: int = 0
    markdown_length: int = 0


@dataclass(frozen=True)
class Place:
    """A place in the JSON, written as Slack writes it in its answers (a JSON pointer)."""

    finding: Finding
    pointer: str

    def at(self, key: str | int) -> Place:
        return Place(self.finding, f"{self.pointer}/{key}")

    def wrong(self, problem: str) -> None:
        self.finding.problems.append(f"[ERROR] {problem} [json-pointer:{self.pointer or '/'}]")


Rule = Callable[[Any, Place], None]


@dataclass(frozen=True)
class Shape:
    """An object: the fields it must have, those it may have, and rules over the whole."""

    required: dict[str, Rule] = field(default_factory=dict)
    optional: dict[str, Rule] = field(default_factory=dict)
    also: tuple[Rule, ...] = ()

    def __call__(self, value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.wrong("must be an object")
            return
        fields = self.required | self.optional
        for name in self.required:
            if value.get(name) is None:
                place.wrong(f"missing required field: {name}")
        for name, inside in value.items():
            if name == "type" and name not in fields:
                continue
            if name not in fields:
                place.wrong(f"invalid additional property: {name}")
            elif inside is not None:
                fields[name](inside, place.at(name))
        for rule in self.also:
            rule(value, place)


def anything(_value: Any, _place: Place) -> None:
    """Accepts whatever is there."""


def flag(value: Any, place: Place) -> None:
    if not isinstance(value, bool):
        place.wrong("must be a boolean")


def string(longest: int, shortest: int = 1) -> Rule:
    """A string of so many characters."""

    def rule(value: Any, place: Place) -> None:
        if not isinstance(value, str):
            place.wrong("must be a string")
        elif len(value) > longest:
            place.wrong(f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            place.wrong(f"must be more than {shortest - 1} characters")

    return rule


def url(longest: int = 3000) -> Rule:
    """An absolute web address."""
    fits = string(longest)

    def rule(value: Any, place: Place) -> None:
        fits(value, place)
        if isinstance(value, str) and not value.startswith(("https://", "http://", "mailto:", "slack://")):
            place.wrong("must be a valid url")

    return rule


def number(least: int, most: int) -> Rule:
    def rule(value: Any, place: Place) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            place.wrong("must be an integer")
        elif not least <= value <= most:
            place.wrong(f"must be between {least} and {most}")

    return rule


def one_of(*allowed: str) -> Rule:
    def rule(value: Any, place: Place) -> None:
        if value not in allowed:
            place.wrong(f"must be one of: {', '.join(allowed)}")

    return rule


def listing(inside: Rule, least: int, most: int) -> Rule:
    """A list with so many items, each under the same rule."""

    def rule(value: Any, place: Place) -> None:
        if not isinstance(value, list):
            place.wrong("must be an array")
            return
        if len(value) > most:
            place.wrong(f"no more than {most} items allowed")
        if len(value) < least:
            place.wrong(f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            inside(item, place.at(index))

    return rule


def by_type(kinds: dict[str, Rule], what: str) -> Rule:
    """An object whose ``type`` says which rule counts."""

    def rule(value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.wrong("must be an object")
        elif value.get("type") not in kinds:
            place.at("type").wrong(f"unsupported type: {value.get('type')} is no {what} allowed here")
        else:
            kinds[value["type"]](value, place)

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: Any, place: Place) -> None:
        if sum(value.get(name) is not None for name in names) != 1:
            place.wrong(f"exactly one of these is needed: {', '.join(names)}")

    return rule


def at_least_one(*names: str) -> Rule:
    def rule(value: Any, place: Place) -> None:
        if not any(value.get(name) for name in names):
            place.wrong(f"missing required field: {' or '.join(names)}")

    return rule


def unique(key: str, inside: str) -> Rule:
    """No two items of the list ``inside`` share this key."""

    def rule(value: Any, place: Place) -> None:
        items = value.get(inside)
        if not isinstance(items, list):
            return
        keys = [item[key] for item in items if isinstance(item, dict) and item.get(key)]
        for doubled in sorted({str(one) for one in keys if keys.count(one) > 1}):
            place.at(inside).wrong(f"`{key}` {doubled!r} already exists")

    return rule

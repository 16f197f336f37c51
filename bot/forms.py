"""What the bot asks: a form of a few fields. Where no form can be shown, ``bot.dialogs`` asks field by field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """What may be entered."""

    LINE = "line"
    LONG = "long"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a choice field takes."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing asked. ``max_length`` counts characters."""

    id: str
    label: str
    kind: FieldKind = FieldKind.LINE
    required: bool = True
    hint: str = ""
    initial: str = ""
    choices: tuple[Choice, ...] = ()
    max_length: int = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A few fields asked together. ``id`` routes the answer; ``context`` comes back with it unchanged."""

    id: str
    title: str
    fields: tuple[Field, ...]
    submit: str
    cancel: str
    context: str = ""
    language: str = "en"

"""What the bot says: cards made of a few plain blocks. Renderers of each network own limits, cutting and escaping.

Any ``str`` in a card is plain text: it can never ping anybody or become markup. Emphasis, links and deliberate
mentions are spans with a style of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a span is shown."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"
    """``target`` is an http(s) address."""
    PERSON = "person"
    """``target`` is the text form of a UserRef; that one person is notified."""
    ROOM = "room"
    """``target`` is the text form of a RoomRef."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style."""

    text: str
    style: Style = Style.PLAIN
    target: str = ""


Text = tuple[Span, ...]


def plain(text: str) -> Text:
    """Text without any styling."""
    return (Span(text),)


def strong(text: str) -> Span:
    """An emphasised run."""
    return Span(text, Style.STRONG)


def link(text: str, url: str) -> Span:
    """A link to an http(s) address."""
    return Span(text, Style.LINK, url)


def as_plain(text: Text) -> str:
    """The text as a person would read it aloud."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that says what the card is about."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: Text


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: why the bot says this, what to type instead of tapping."""

    text: Text


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, shown as pairs."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words."""

    text: str
    by: str = ""


class Tone(StrEnum):
    """How an action looks: most are ordinary, at most one in a card is the likely one."""

    ORDINARY = "ordinary"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Action:
    """Something to tap. ``words`` is what to type to do the same; ``url`` makes it a link that does nothing else."""

    id: str
    label: str
    value: str = ""
    words: str = ""
    tone: Tone = Tone.ORDINARY
    url: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """Actions side by side."""

    actions: tuple[Action, ...]


Block = Heading | Paragraph | Note | Facts | Quote | Actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message of the bot.

    ``summary`` says the whole in one line: it is the notification, the screen reader's text and the fallback.
    ``language`` is the language it is written in (``en``, ``de``, ``nl``).
    """

    summary: str
    blocks: tuple[Block, ...] = ()
    language: str = "en"

    def actions(self) -> tuple[Action, ...]:
        """Every action of the card that can be chosen, in the order shown; number n is the n-th of them."""
        return tuple(a for b in self.blocks if isinstance(b, Actions) for a in b.actions if not a.url)

"""Sentences for people, in their language.

Sentences are written in English where they are used and marked for translation: ``voice.say("Registered as {ref}.",
ref=strong("INC-4"))``. Catalogues under ``bot/locales`` hold the German and Dutch ones. Placeholders take text or
spans; what people typed goes in as a placeholder and so can never become markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.cards import Span, Text, as_plain

LANGUAGES = ("en", "de", "nl")

Value = str | int | Span | Text

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrase:
    """A sentence to be said later, when the reader's language is known."""

    msgid: str
    values: Mapping[str, Value] = field(default_factory=dict)


def phrase(msgid: str, **values: Value) -> Phrase:
    """Mark a sentence for translation and keep what goes into it."""
    return Phrase(msgid, values)


class Voice(Protocol):
    """Says things in one language and time zone."""

    @property
    def language(self) -> str:
        """``en``, ``de`` or ``nl``."""
        ...

    def say(self, msgid: str, **values: Value) -> Text:
        """The sentence in this language, with its placeholders filled."""
        ...

    def line(self, msgid: str, **values: Value) -> str:
        """The same as one plain line: for labels, headings and summaries."""
        ...

    def plural(self, one: str, many: str, n: int, **values: Value) -> Text:
        """The sentence that fits the number; ``{n}`` is filled with it."""
        ...

    def phrase(self, phrase: Phrase) -> Text:
        """A sentence that was marked earlier."""
        ...

    def time(self, at: datetime) -> str:
        """A point in time as people say it in this language and zone: the hour today, else day and hour."""
        ...

    def ago(self, at: datetime, now: datetime) -> str:
        """How far away a point in time is: ``20 minutes ago``, ``in 2 hours``."""
        ...


class Voices(Protocol):
    """Finds the voice for a reader."""

    def voice(self, language: str, zone: str = "", *, shared: bool = False) -> Voice:
        """The voice for this language and IANA zone; English and the default zone for unknown ones. ``shared``: many
        read it, perhaps elsewhere, so times name their zone."""
        ...

    def detect(self, text: str) -> str:
        """The language a text is written in (``en``, ``de``, ``nl``), or empty when unsure."""
        ...


def fill(sentence: str, values: Mapping[str, Value]) -> Text:
    """Put values into the placeholders of a sentence; neighbours of the same plain style become one span."""
    spans: list[Span] = []
    end = 0
    for match in _PLACEHOLDER.finditer(sentence):
        spans.append(Span(sentence[end : match.start()]))
        spans.extend(_as_text(values.get(match[1], match[0])))
        end = match.end()
    spans.append(Span(sentence[end:]))
    return _joined(spans)


def fill_line(sentence: str, values: Mapping[str, Value]) -> str:
    """The same as one plain string."""
    return as_plain(fill(sentence, values))


def _as_text(value: Value) -> Text:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, Span) else (Span(str(value)),)


def _joined(spans: list[Span]) -> Text:
    joined: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        if joined and joined[-1].style == span.style and not span.target and not joined[-1].target:
            joined[-1] = Span(joined[-1].text + span.text, span.style)
        else:
            joined.append(span)
    return tuple(joined)

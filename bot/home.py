"""The bot's home: a place of one's own beside the conversations, on networks that have one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import Card


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to type something into. What is typed comes back as ``HomeOpened.looking_for``."""

    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What one person sees there: cards under one another. ``more`` is said where they do not all fit."""

    cards: tuple[Card, ...]
    search: Entry
    more: str
    language: str = "en"

"""What the bot's home shows when somebody looks for something there. Typed: ``search …``."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards import Card
from bot.homes import Visit
from bot.plain import is_blank
from bot.router import Router
from knowledge import search, views

router = Router()


@router.home(10)
def found(visit: Visit) -> Iterable[Card]:
    """What a search brought up."""
    if not is_blank(visit.looking_for):
        yield views.results(visit.voice, visit.looking_for, search.search(visit.work, visit.looking_for, visit.person))

"""Facts about swarms."""

from __future__ import annotations

from dataclasses import dataclass

from bot.people import PersonId
from incidents.events import IncidentFact


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAnswered(IncidentFact):
    """Somebody accepted, declined, joined or left."""

    person: PersonId


FACTS = (SeatAnswered,)

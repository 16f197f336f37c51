"""The swarm: who works on an incident together, in which room, and why each of them was asked.

A seat: invited → accepted or declined; accepted → left. Declining is never scored and can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.intents import RoomOf
from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.model import IncidentId, reference


class SeatState(StrEnum):
    """How somebody stands to the swarm."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"


class Why(StrEnum):
    """Why somebody was asked."""

    DECLARED = "declared"
    ON_DUTY = "on_duty"
    MEMBER = "member"
    SKILL = "skill"
    JOINED = "joined"
    HANDED_OVER = "handed_over"


@dataclass(slots=True, kw_only=True)
class Seat:
    """One person's place. ``detail`` goes with ``why``: the team's name, or the skills."""

    person: PersonId
    name: str
    account: UserRef
    why: Why
    detail: str = ""
    language: str = "en"
    state: SeatState = SeatState.INVITED
    asked_at: datetime
    answered_at: datetime | None = None

    def answer(self, state: SeatState, now: datetime) -> None:
        """They accept, decline or leave."""
        self.state, self.answered_at = state, now


@dataclass(slots=True, kw_only=True)
class Swarm:
    """The swarm of one incident; ``round`` counts from 0 and grows when the incident is reopened."""

    incident: IncidentId
    round: int
    platform: Platform
    room_name: str
    private: bool
    opened_at: datetime
    language: str = "en"
    zone: str = ""
    room: RoomRef | None = None
    closed_at: datetime | None = None
    seats: list[Seat] = field(default_factory=list)
    version: int = 0

    @property
    def reference(self) -> str:
        """The incident's reference."""
        return reference(self.incident)

    @property
    def key(self) -> str:
        """The key of everything that belongs to this swarm's room."""
        return f"{self.reference}:swarm:{self.round}"

    @property
    def place(self) -> RoomOf:
        """Where it works, also while the room is still being opened."""
        return RoomOf(self.platform, f"{self.key}:room")

    def seat(self, person: PersonId) -> Seat | None:
        """This person's seat."""
        return next((seat for seat in self.seats if seat.person == person), None)

    def present(self) -> tuple[Seat, ...]:
        """Who has not declined or left."""
        return tuple(seat for seat in self.seats if seat.state in (SeatState.INVITED, SeatState.ACCEPTED))

    def add(self, seat: Seat) -> Seat:
        """Offer a seat; somebody who has one keeps it."""
        known = self.seat(seat.person)
        if known is None:
            self.seats.append(seat)
            return seat
        return known

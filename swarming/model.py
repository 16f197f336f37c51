"""The swarm: who works on an incident together, in which room, and why each of them was asked.

A seat: invited → accepted or declined; accepted → left. Declining is never scored and can be taken back. Whoever does
not want to be disturbed begins spared, and becomes invited when nobody else comes; they may come without being asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.intents import RoomOf
from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.model import IncidentId, reference

WAIT_FOR_OTHERS = timedelta(minutes=5)
"""How long those who were asked have to come before the others are disturbed."""


class SeatState(StrEnum):
    """How somebody stands to the swarm."""

    SPARED = "spared"
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
    LEADS = "handed_over"


EXPERTS = frozenset({Why.ON_DUTY, Why.MEMBER, Why.SKILL})
"""Why the experts of a service are asked."""


@dataclass(slots=True, kw_only=True)
class Seat:
    """One person's place. ``detail`` goes with ``why``: the team's name, or the skills. ``card`` is the key of the
    ``Post`` that asked them, if one did; ``quiet_until`` how long they do not want to be disturbed. ``before``
    is who had the seat until their account was linked to somebody else’s."""

    person: PersonId
    name: str
    account: UserRef
    why: Why
    detail: str = ""
    language: str = "en"
    state: SeatState = SeatState.INVITED
    asked_at: datetime
    answered_at: datetime | None = None
    card: str = ""
    quiet_until: datetime | None = None
    before: PersonId | None = None

    @property
    def present(self) -> bool:
        """Whether they are asked or here: not spared, and they have not declined or left."""
        return self.state in (SeatState.INVITED, SeatState.ACCEPTED)

    def answer(self, state: SeatState, at: datetime) -> None:
        """They accept, decline or leave."""
        self.state, self.answered_at = state, at

    def knows_better(self, at: datetime) -> bool:
        """Whether they have answered after this moment, so that what happened then says nothing any more."""
        return self.answered_at is not None and at < self.answered_at


@dataclass(slots=True, kw_only=True)
class Outpost:
    """A further room of a swarm, on another network, for those who are only there; or that there can be none."""

    platform: Platform
    room: RoomRef | None = None
    refused: bool = False


@dataclass(slots=True, kw_only=True)
class Swarm:
    """The swarm of one incident; ``round`` counts from 0 and grows when the incident is reopened. ``earlier`` is the
    closed room of the round before; ``asked_at`` is when its experts were asked. ``room`` is on the network where the
    incident was reported; ``outposts`` are the rooms on others."""

    incident: IncidentId
    round: int
    platform: Platform
    room_name: str
    private: bool
    opened_at: datetime
    language: str = "en"
    zone: str = ""
    room: RoomRef | None = None
    earlier: RoomRef | None = None
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    seats: list[Seat] = field(default_factory=list)
    outposts: list[Outpost] = field(default_factory=list)
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

    def places(self) -> tuple[RoomOf, ...]:
        """All its rooms, one on a network, also while they are still being opened."""
        return (self.place, *(self._place_of(one) for one in self.outposts if not one.refused))

    def _place_of(self, outpost: Outpost) -> RoomOf:
        return RoomOf(outpost.platform, f"{self.place.key}:{outpost.platform}")

    def place_on(self, platform: Platform) -> RoomOf | None:
        """Its room on this network, if it has one."""
        return next((place for place in self.places() if place.platform is platform), None)

    def room_on(self, platform: Platform) -> RoomRef | None:
        """Its room on this network, once it is open."""
        return next((room for room in self.rooms() if room.platform is platform), None)

    def rooms(self) -> frozenset[RoomRef]:
        """Its rooms that are open."""
        return frozenset(room for room in (self.room, *(one.room for one in self.outposts)) if room is not None)

    def outpost(self, key: str) -> Outpost | None:
        """The outpost whose room this key opens."""
        return next((one for one in self.outposts if self._place_of(one).key == key), None)

    def refused(self) -> tuple[RoomOf, ...]:
        """The rooms that there are not and will not be."""
        return tuple(self._place_of(one) for one in self.outposts if one.refused)

    def is_shut_out_of(self, platform: Platform) -> bool:
        """Whether this network refused a room."""
        return any(one.refused for one in self.outposts if one.platform is platform)

    def opened(self, key: str, room: RoomRef) -> bool:
        """One of its rooms is there now; False when the key is that of another one, or it was known."""
        if room in self.rooms():
            return False
        if key == self.place.key:
            self.room = room
            return True
        outpost = self.outpost(key)
        if outpost is not None:
            outpost.room = room
            return True
        return False

    def seat(self, person: PersonId) -> Seat | None:
        """This person's seat."""
        return next((seat for seat in self.seats if seat.person == person), None)

    def present(self) -> tuple[Seat, ...]:
        """Who is asked or here: not spared, and has not declined or left."""
        return tuple(seat for seat in self.seats if seat.present)

    def spared(self) -> tuple[Seat, ...]:
        """Who was not asked, as they do not want to be disturbed."""
        return tuple(seat for seat in self.seats if seat.state is SeatState.SPARED)

    @property
    def has_help(self) -> bool:
        """Whether one of the experts came: whoever declared it, leads it or looks in may not be one."""
        return any(seat.state is SeatState.ACCEPTED and seat.why in EXPERTS for seat in self.seats)

    @property
    def rest_due_at(self) -> datetime | None:
        """When those who were spared are asked after all: some minutes after the others, or as soon as none of these
        can come any more; None while somebody is here, or nobody was spared."""
        if self.asked_at is None or self.closed_at is not None or self.has_help or not self.spared():
            return None
        still_asked = any(seat.state is SeatState.INVITED for seat in self.seats)
        return self.asked_at + WAIT_FOR_OTHERS if still_asked else self.asked_at

    def unite(self, before: PersonId, person: PersonId) -> bool:
        """Somebody turned out to be somebody else, and one seat is enough: theirs, unless they had given it up. False
        when nothing changes."""
        theirs, other = self.seat(person), self.seat(before)
        if other is None:
            return False
        if theirs is not None and theirs.present:
            self.seats.remove(other)
            if other.state is SeatState.ACCEPTED and theirs.state is not SeatState.ACCEPTED:
                theirs.answer(other.state, other.answered_at or other.asked_at)
            return True
        if theirs is not None:
            self.seats.remove(theirs)
        other.person, other.before = person, other.before or before
        return True

    def part(self, person: PersonId, account: UserRef, left: UserRef | None) -> bool:
        """An account is no longer this person's, who has ``left`` another one. It keeps the seat it had by itself, and
        no other. False when nothing changes."""
        own, seat = PersonId(str(account)), self.seat(person)
        if seat is None or (seat.before != own and seat.account != account):
            return False
        if seat.before == own:
            seat.person, seat.before = own, None
        elif left is not None:
            seat.account = left
        return True

    def add(self, seat: Seat) -> Seat:
        """Offer a seat; somebody who has one keeps it."""
        known = self.seat(seat.person)
        if known is None:
            self.seats.append(seat)
            return seat
        return known

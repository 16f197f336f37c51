"""What swarms need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.intents import RoomOf
from bot.people import PersonId
from bot.presence import Presence
from bot.refs import MessageRef, RoomRef, UserRef
from incidents.model import IncidentId
from swarming.model import Swarm


class Swarms(Protocol):
    """The swarms, within one unit of work."""

    def current(self, incident: IncidentId) -> Swarm | None:
        """The newest swarm of an incident, closed or not."""
        ...

    def by_room(self, room: RoomRef) -> Swarm | None:
        """The swarm that works in this room, closed or not."""
        ...

    def of_person(self, person: PersonId) -> Sequence[Swarm]:
        """The open swarms that this person has joined or is asked into, oldest first."""
        ...

    def with_rest_due(self, now: datetime) -> Sequence[Swarm]:
        """The swarms in which those who were spared are to be asked by now, at most 100; locked for this unit."""
        ...

    def naming(self, account: str) -> Sequence[Swarm]:
        """Every swarm, whatever became of it, in which this account, or the person made of it, stands."""
        ...

    def add(self, swarm: Swarm) -> None:
        """Keep a new swarm."""
        ...

    def save(self, swarm: Swarm) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        ...


class Quietness(Protocol):
    """What is known of who is away and who does not want to be disturbed. It only remembers and asks no network, so
    that nothing waits for it."""

    def of(self, account: UserRef) -> Presence:
        """How somebody stands as far as is known now: there and not quiet, when nothing is."""
        ...


class NothingKnown:
    """``Quietness`` where no network is looked at."""

    def of(self, account: UserRef) -> Presence:
        """There, and not quiet."""
        return Presence()


class Crossings(Protocol):
    """What is carried from one room of a swarm to another, and who reacted to what in them; within one unit of work."""

    def react(self, message: MessageRef, emoji: str, by: UserRef) -> bool:
        """Keep a reaction; True when it is the first of its kind."""
        ...

    def unreact(self, message: MessageRef, emoji: str, by: UserRef) -> bool:
        """Forget a reaction; True when it was the last of its kind."""
        ...

    def give_up(self, place: RoomOf) -> None:
        """There is no such room and will be none: what waits to be done in it, or was set aside for want of it, is
        forgotten. That the room was refused stays with the operator."""
        ...

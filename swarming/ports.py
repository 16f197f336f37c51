"""What swarms need from outside."""

from __future__ import annotations

from typing import Protocol

from bot.refs import RoomRef
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

    def add(self, swarm: Swarm) -> None:
        """Keep a new swarm."""
        ...

    def save(self, swarm: Swarm) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        ...

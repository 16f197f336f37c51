"""``incidents.ports.Crew`` over the swarms of one unit of work."""

from __future__ import annotations

from collections.abc import Sequence

from bot.people import PersonId
from bot.refs import RoomRef, UserRef
from bot.uow import Work
from incidents.model import IncidentId
from swarming.ports import Swarms


class SwarmCrew:
    """Who works on an incident, and where."""

    def __init__(self, work: Work) -> None:
        self._swarms = work.get(Swarms)

    def includes(self, incident: IncidentId, person: PersonId) -> bool:
        """Whether this person has a seat in its swarm and did not decline or leave."""
        swarm = self._swarms.current(incident)
        return swarm is not None and any(seat.person == person for seat in swarm.present())

    def incident_of(self, room: RoomRef) -> IncidentId | None:
        """The incident whose swarm has this room."""
        swarm = self._swarms.by_room(room)
        return swarm.incident if swarm is not None else None

    def room_of(self, incident: IncidentId) -> RoomRef | None:
        """The open room of its swarm."""
        swarm = self._swarms.current(incident)
        return swarm.room if swarm is not None and swarm.closed_at is None else None

    def seated(self, incident: IncidentId) -> Sequence[tuple[str, UserRef]]:
        """The name and account of everybody who has, or had, a seat in its swarm."""
        swarm = self._swarms.current(incident)
        return [(seat.name, seat.account) for seat in swarm.seats] if swarm is not None else ()

    def works_on(self, person: PersonId) -> Sequence[IncidentId]:
        """The incidents in whose open swarm this person sits."""
        return [swarm.incident for swarm in self._swarms.of_person(person)]

"""Keeps swarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam

from adapters.sql.aggregates import Aggregates, holding, saying, whole
from adapters.sql.statements import put
from adapters.sql.tables import swarm_rooms, swarms
from adapters.sql.work import SqlWork
from bot.people import PersonId
from bot.refs import RoomRef
from incidents.model import IncidentId
from swarming.model import Swarm


class SqlSwarms:
    """``swarming.ports.Swarms`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection
        self._kept = Aggregates(work, swarms, Swarm, _columns)

    def current(self, incident: IncidentId) -> Swarm | None:
        """The newest swarm of an incident, closed or not."""
        return self._kept.first(_CURRENT, of=incident)

    def by_room(self, room: RoomRef) -> Swarm | None:
        """The swarm that works in this room, closed or not."""
        return self._kept.first(_IN_ROOM, where=str(room))

    def of_person(self, person: PersonId) -> Sequence[Swarm]:
        """The open swarms that this person has joined or is asked into, oldest first."""
        named = self._kept.all(_OPEN_NAMING, said=saying("person", person))
        return [swarm for swarm in named if any(seat.person == person for seat in swarm.present())]

    def with_rest_due(self, now: datetime) -> Sequence[Swarm]:
        """The swarms in which those who were spared are to be asked by now, at most 100; locked for this unit."""
        return self._kept.all(_REST_DUE, now=now)

    def naming(self, account: str) -> Sequence[Swarm]:
        """Every swarm in which this account, or the person made of it, stands."""
        return self._kept.all(_NAMING, said=holding(account))

    def add(self, swarm: Swarm) -> None:
        """Keep a new swarm."""
        self.save(swarm)

    def save(self, swarm: Swarm) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        before = self._kept.stored(swarm.incident, swarm.round)
        self._kept.put(swarm)
        if new := swarm.rooms() - (before.rooms() if before is not None else frozenset()):
            rows = [{"room": str(room), "incident": swarm.incident, "round": swarm.round} for room in new]
            put(self._connection, swarm_rooms, rows)


_CURRENT = whole(swarms).where(swarms.c.incident == bindparam("of")).order_by(swarms.c.round.desc()).limit(1)
_OPEN_NAMING = (
    whole(swarms)
    .where(swarms.c.body.like(bindparam("said"), escape="\\"), ~swarms.c.body.contains('"closed_at":'))
    .order_by(swarms.c.incident, swarms.c.round)
)
_REST_DUE = (
    whole(swarms)
    .where(swarms.c.rest_due_at <= bindparam("now"))
    .order_by(swarms.c.rest_due_at)
    .limit(100)
    .with_for_update(skip_locked=True)
)
_NAMING = (
    whole(swarms).where(swarms.c.body.like(bindparam("said"), escape="\\")).order_by(swarms.c.incident, swarms.c.round)
)
_IN_ROOM = (
    whole(swarms)
    .join(swarm_rooms, and_(swarm_rooms.c.incident == swarms.c.incident, swarm_rooms.c.round == swarms.c.round))
    .where(swarm_rooms.c.room == bindparam("where"))
)


def _columns(swarm: Swarm) -> dict[str, Any]:
    return {"incident": swarm.incident, "round": swarm.round, "rest_due_at": swarm.rest_due_at}

"""Keeps swarms."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam

from adapters.sql.aggregates import Aggregates, whole
from adapters.sql.tables import swarms
from adapters.sql.work import SqlWork
from bot.refs import RoomRef
from incidents.model import IncidentId
from swarming.model import Swarm


class SqlSwarms:
    """``swarming.ports.Swarms`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._kept = Aggregates(work, swarms, Swarm, _columns)

    def current(self, incident: IncidentId) -> Swarm | None:
        """The newest swarm of an incident, closed or not."""
        return self._kept.first(_CURRENT, of=incident)

    def by_room(self, room: RoomRef) -> Swarm | None:
        """The swarm that works in this room, closed or not."""
        return self._kept.first(_IN_ROOM, where=str(room))

    def add(self, swarm: Swarm) -> None:
        """Keep a new swarm."""
        self._kept.put(swarm)

    def save(self, swarm: Swarm) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        self._kept.put(swarm)


_CURRENT = whole(swarms).where(swarms.c.incident == bindparam("of")).order_by(swarms.c.round.desc()).limit(1)
_IN_ROOM = (
    whole(swarms)
    .where(swarms.c.room == bindparam("where"))
    .order_by(swarms.c.incident.desc(), swarms.c.round.desc())
    .limit(1)
)


def _columns(swarm: Swarm) -> dict[str, Any]:
    room = None if swarm.room is None else str(swarm.room)
    return {"incident": swarm.incident, "round": swarm.round, "room": room}

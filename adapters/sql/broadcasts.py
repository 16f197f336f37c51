"""Keeps what is told to many, and counts its messages in the outbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Delete, Select, bindparam, case, delete, func, or_, select

from adapters.sql.statements import put
from adapters.sql.tables import DONE, OUTBOX, PARKED, READY, broadcasts, jobs
from adapters.sql.work import SqlWork
from bot.broadcasts import Broadcast, Tally


class SqlBroadcasts:
    """``bot.broadcasts.Broadcasts`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection
        self._codec = work.codec
        self._now = work.now

    def put(self, broadcast: Broadcast) -> None:
        """Keep it, in place of an earlier one of that name."""
        body = self._codec.to_json(broadcast, Broadcast)
        put(self._connection, broadcasts, [{"name": broadcast.name, "body": body}])

    def under_way(self) -> list[Broadcast]:
        """All of them, by name."""
        return [self._codec.from_json(body, Broadcast) for body in self._connection.execute(_ALL).scalars()]

    def end(self, broadcast: Broadcast) -> None:
        """Forget it."""
        self._connection.execute(_END, {"which": broadcast.name})

    def tally(self, broadcast: Broadcast) -> Tally:
        """How far it has come."""
        row = self._connection.execute(_TALLY, _keys(broadcast)).one()
        return Tally(row.sent or 0, row.waiting or 0, row.refused or 0)

    def take_back(self, broadcast: Broadcast) -> int:
        """Take back what nobody has out for delivery."""
        return self._connection.execute(_TAKE_BACK, _keys(broadcast) | {"now": self._now}).rowcount


def _keys(broadcast: Broadcast) -> dict[str, Any]:
    beginning = f"{broadcast.name}:"
    return {"about": broadcast.about, "beginning": beginning, "length": len(beginning)}


_its_own = (
    jobs.c.queue == OUTBOX, jobs.c.about == bindparam("about"),
    func.substr(jobs.c.key, 1, bindparam("length")) == bindparam("beginning"),
)  # fmt: skip


def _tally() -> Select[Any]:
    counts = {"sent": DONE, "waiting": READY, "refused": PARKED}
    return select(
        *(func.sum(case((jobs.c.state == state, 1), else_=0)).label(name) for name, state in counts.items())
    ).where(*_its_own)


def _take_back() -> Delete:
    free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= bindparam("now"))
    # What was tried and left a doubt may have been sent: it is looked for first, and so it stays.
    return delete(jobs).where(*_its_own, jobs.c.state == READY, free, ~jobs.c.doubtful)


_ALL = select(broadcasts.c.body).order_by(broadcasts.c.name)
_END = delete(broadcasts).where(broadcasts.c.name == bindparam("which"))
_TALLY = _tally()
_TAKE_BACK = _take_back()

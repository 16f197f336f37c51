"""What an operator sees of the queues and does to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from adapters.sql.queues import IS_PARKED, IS_READY
from adapters.sql.tables import DONE, FACTS, INBOX, OUTBOX, PARKED, READY, dialogs, homes, jobs
from bot.uow import Parked

_BITE = 500


def parked(connection: Connection) -> Sequence[Parked]:
    """What waits for an operator, oldest first."""
    return [
        Parked(row.id, row.queue, row.about, f"{row.type} {row.handler}".rstrip(), row.error, row.ended_at)
        for row in connection.execute(select(jobs).where(IS_PARKED).order_by(jobs.c.id))
    ]


def retry_parked(connection: Connection, id_: int, now: datetime) -> bool:
    """Put a parked item back in its place, as if never tried; False when it is not parked."""
    values: dict[str, Any] = {"state": READY, "attempts": 0, "error": "", "due_at": now, "ended_at": None}
    return connection.execute(update(jobs).where(jobs.c.id == id_, IS_PARKED).values(values)).rowcount == 1


def drop_parked(connection: Connection, id_: int) -> bool:
    """Give a parked item up; its key stays, so it never comes again. False when it is not parked."""
    values = {"state": DONE, "payload": ""}
    return connection.execute(update(jobs).where(jobs.c.id == id_, IS_PARKED).values(values)).rowcount == 1


def depths(connection: Connection) -> dict[str, dict[str, int]]:
    """How many items of each queue are ready (due or waiting) and parked."""
    counts = {queue: {READY: 0, PARKED: 0} for queue in (INBOX, FACTS, OUTBOX)}
    for state, condition in ((READY, IS_READY), (PARKED, IS_PARKED)):
        counted = select(jobs.c.queue, func.count().label("n")).where(condition).group_by(jobs.c.queue)
        for row in connection.execute(counted):
            counts[row.queue][state] = row.n
    return counts


def oldest(connection: Connection) -> Mapping[str, datetime]:
    """When the oldest item still to be done was stored, for each queue that has one."""
    stored = select(jobs.c.queue, func.min(jobs.c.created_at).label("at")).where(IS_READY).group_by(jobs.c.queue)
    return {row.queue: row.at for row in connection.execute(stored)}


def done_before(connection: Connection, before: datetime) -> Sequence[int]:
    """A few items done before this time."""
    old = select(jobs.c.id).where(jobs.c.state == DONE, jobs.c.ended_at < before).order_by(jobs.c.id).limit(_BITE)
    return connection.execute(old).scalars().all()


def forget(connection: Connection, ids: Sequence[int], before: datetime) -> None:
    """Forget these items, forms that nobody answered in time, and homes not opened since."""
    connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))
    connection.execute(delete(dialogs).where(dialogs.c.until < before))
    connection.execute(delete(homes).where(homes.c.opened_at < before))

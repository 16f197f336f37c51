"""Where the next thing to do is found, and how it is taken.

A lane is what must happen in order: a room, the facts about one thing for one feature. Only the first ready row of a
lane, its head, can be due; parked rows do not count. On PostgreSQL a lane is locked before its head is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, func, literal_column, select

from adapters.sql.columns import Words
from adapters.sql.statements import free_lanes
from adapters.sql.tables import OUTBOX, jobs

RUN = 10
"""So many intents of one lane are taken out together."""
_WINDOW = 4 * RUN
"""So many rows of a lane are looked at for edits that a later one replaces."""
_LANES = 50
"""So many lanes are looked at for one that nobody else is busy with."""

Job = Row[Any]
"""A row of ``jobs``."""

# literals, so that the planner sees that a partial index fits
IS_PARKED = jobs.c.state == literal_column("'parked'", Words)
IS_READY = jobs.c.state == literal_column("'ready'", Words)
_ready = literal_column("'ready'", Words)


def _heads() -> Select[Any]:
    """The first ready row of each lane of ``:queue``: hops from lane to lane along the index, however long they are."""
    following, first = jobs.alias("following"), jobs.alias("first")
    here = and_(IS_READY, jobs.c.queue == bindparam("queue"))
    lanes = select(func.min(jobs.c.lane).label("lane")).where(here).cte("lanes", recursive=True)
    next_lane = select(func.min(following.c.lane)).where(
        following.c.state == _ready, following.c.queue == bindparam("queue"), following.c.lane > lanes.c.lane
    )
    lanes = lanes.union_all(select(next_lane.scalar_subquery()).where(lanes.c.lane.is_not(None)))
    head = select(func.min(first.c.id)).where(
        first.c.state == _ready, first.c.queue == bindparam("queue"), first.c.lane == lanes.c.lane
    )
    return select(jobs).select_from(lanes.join(jobs, jobs.c.id == head.scalar_subquery()))


def _leased() -> Select[Any]:
    """Rows of the same lane that somebody has out for delivery."""
    out = jobs.alias("out")
    return select(out.c.id).where(
        out.c.queue == jobs.c.queue,
        out.c.lane == jobs.c.lane,
        out.c.lease_until.is_not(None),
        out.c.lease_until > bindparam("now"),
    )


_HEADS = _heads()
_TO_MANY = jobs.c.lane.like("% broadcast")
"""What is told to many comes after everything else that is due."""
_DUE_HEADS = _HEADS.where(jobs.c.due_at <= bindparam("now")).order_by(_TO_MANY, jobs.c.id).limit(bindparam("most"))
_DUE_LANES = _DUE_HEADS.with_only_columns(jobs.c.lane, maintain_column_froms=True)
_IDLE_LANES = _DUE_LANES.where(~exists(_leased()))
_NEXT_DUE = _HEADS.with_only_columns(
    func.min(case((jobs.c.lease_until > jobs.c.due_at, jobs.c.lease_until), else_=jobs.c.due_at)),
    maintain_column_froms=True,
)
_FIRST = (
    select(jobs)
    .where(IS_READY, jobs.c.queue == bindparam("queue"), jobs.c.lane == bindparam("lane"))
    .order_by(jobs.c.id)
    .limit(1)
)


def _lane_starts() -> Select[Any]:
    """The first rows of each of ``:lanes`` in order, of those lanes that have nothing out."""
    place = func.row_number().over(partition_by=jobs.c.lane, order_by=jobs.c.id).label("place")
    ranked = (
        select(jobs, place)
        .where(IS_READY, jobs.c.queue == OUTBOX, jobs.c.lane.in_(bindparam("lanes", expanding=True)))
        .where(~exists(_leased()))
        .subquery()
    )
    return select(ranked).where(ranked.c.place <= _WINDOW).order_by(ranked.c.lane, ranked.c.id)


_LANE_STARTS = _lane_starts()


def due_heads(connection: Connection, queue: str, now: datetime) -> Iterable[Job]:
    """The heads of lanes that are due, oldest first. For SQLite, where nobody else writes meanwhile."""
    return connection.execute(_DUE_HEADS, {"queue": queue, "now": now, "most": _LANES}).all()


def take_heads(connection: Connection, queue: str, now: datetime) -> Iterator[Job]:
    """The same for PostgreSQL: of lanes that nobody else is busy with. A lane whose head is given is ours until the
    transaction ends."""
    for lane in connection.execute(_DUE_LANES, {"queue": queue, "now": now, "most": _LANES}).scalars().all():
        if free_lanes(connection, queue, [lane]):
            head = connection.execute(_FIRST, {"queue": queue, "lane": lane}).first()
            if head is not None and head.due_at <= now:
                yield head


def idle_runs(connection: Connection, now: datetime, limit: int) -> Iterator[Sequence[Job]]:
    """The first rows of lanes of the outbox that are due and have nothing out, oldest lane first."""
    lanes = connection.execute(_IDLE_LANES, {"queue": OUTBOX, "now": now, "most": limit}).scalars().all()
    free = free_lanes(connection, OUTBOX, lanes)
    if not free:
        return
    rows = connection.execute(_LANE_STARTS, {"now": now, "lanes": [*free]}).all()
    runs = {lane: list(run) for lane, run in groupby(rows, key=lambda row: row.lane)}
    yield from (runs[lane] for lane in lanes if lane in runs)


def next_due(connection: Connection, of: Iterable[str]) -> datetime | None:
    """When a head of any lane of these queues is due, or comes back because its lease ends."""
    found = [connection.execute(_NEXT_DUE, {"queue": queue}).scalar() for queue in of]
    return min((moment for moment in found if moment is not None), default=None)

"""Intents on their way out: taken for delivery under a lease, and settled."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Update, bindparam, or_, select, update

from adapters.sql import queues
from adapters.sql.codec import Codec
from adapters.sql.statements import insert_new
from adapters.sql.tables import DONE, OUTBOX, PARKED, READY, jobs, receipts
from bot.facts import Fact
from bot.intents import AnyIntent, Edit
from bot.uow import Claimed, Outcome

log = logging.getLogger(__name__)


class Outbox:
    """Takes and settles intents in the name of one owner. ``alone``: leases of any other owner are a dead process's."""

    def __init__(self, codec: Codec, owner: str, *, alone: bool) -> None:
        self._codec = codec
        self._owner = owner
        self._may_inherit = alone

    def claim(self, connection: Connection, now: datetime, limit: int, lease: timedelta) -> Sequence[Claimed]:
        """Take up to ``limit`` intents that are due, runs of a lane together.

        An intent whose lease ended unsettled may have been performed: it counts as tried, and is doubtful.
        """
        if self._may_inherit:
            connection.execute(_END_LEASES, {"by": self._owner, "at": now})
            self._may_inherit = False
        taken: dict[int, tuple[AnyIntent, datetime, str]] = {}
        for run in queues.idle_runs(connection, now, limit):
            room = min(queues.RUN, limit - len(taken))
            chosen = self._choose(connection, run, now, room)
            taken |= {row.id: (intent, row.created_at, row.cause) for row, intent in chosen}
        if not taken:
            return ()
        about = {"jobs": [*taken], "until": now + lease, "by": self._owner}
        leased = {row.id: row for row in connection.execute(_LEASE, about)}
        return [
            Claimed(id_, intent, said_at, leased[id_].attempts, leased[id_].doubtful, cause)
            for id_, (intent, said_at, cause) in taken.items()
            if id_ in leased
        ]

    def _choose(
        self, connection: Connection, run: Sequence[queues.Job], now: datetime, room: int
    ) -> Iterable[tuple[queues.Job, AnyIntent]]:
        """The intents of a run that can go out now; edits that a later one replaces are done with."""
        edits = [(row, self._read(connection, row, now)) for row in run if row.type == Edit.__name__]
        known = {row.id: intent for row, intent in edits}
        replaced = _replaced(known)
        chosen: list[tuple[queues.Job, AnyIntent]] = []
        for row in run:
            if row.due_at > now or len(chosen) >= room:
                break
            if row.id in replaced:
                connection.execute(_DONE, {"job": row.id, "at": now})
                continue
            intent = known[row.id] if row.id in known else self._read(connection, row, now)
            if intent is not None:
                chosen.append((row, intent))
        return chosen

    def _read(self, connection: Connection, row: queues.Job, now: datetime) -> AnyIntent | None:
        """The intent of a row; one that cannot be read is parked and holds nobody up."""
        try:
            intent: AnyIntent = self._codec.load(row.type, row.payload)
        except Exception as error:
            log.exception("an intent cannot be read", extra={"job": row.id, "kind": row.type})
            connection.execute(_PARK, {"job": row.id, "at": now, "why": f"{type(error).__name__}: {error}"[:500]})
            return None
        return intent

    def settle(
        self, connection: Connection, now: datetime, outcomes: Sequence[Outcome]
    ) -> Sequence[tuple[str, str, Sequence[Fact]]]:
        """Record outcomes; returns the facts that follow, with a name of what they follow from, and its cause.

        An intent settled before stays as it is. One that another owner has taken over is only settled when it is done.
        """
        settled = {"jobs": [outcome.id for outcome in outcomes]}
        rows = {row.id: row for row in connection.execute(_WAITING, settled).all()}
        made: list[dict[str, Any]] = []
        changes: dict[Update, list[dict[str, Any]]] = {}
        follows: list[tuple[str, str, Sequence[Fact]]] = []
        for outcome in outcomes:
            row = rows.pop(outcome.id, None)
            if row is None or not (outcome.done or row.lease_owner == self._owner):
                log.info("settled before, or taken over", extra={"job": outcome.id})
                continue
            if outcome.done and outcome.receipt:
                made.append({"key": row.key, "made": outcome.receipt, "about": row.about})
            change, values = _change(now, row, outcome)
            changes.setdefault(change, []).append({"job": row.id} | values)
            follows.append((f"{row.id}-{row.attempts}", row.cause, outcome.facts))
        for change, rows_changed in changes.items():
            connection.execute(change, rows_changed)
        insert_new(connection, receipts, made)
        return follows


def _change(now: datetime, row: queues.Job, outcome: Outcome) -> tuple[Update, dict[str, Any]]:
    if outcome.done:
        return _DONE, {"at": now}
    if outcome.retry_in is not None:
        unsure = outcome.doubtful or row.doubtful
        failed = 0 if outcome.asked else 1
        return _RETRY, {"due": now + outcome.retry_in, "why": outcome.error, "unsure": unsure, "failed": failed}
    if outcome.parked:
        return _PARK, {"at": now, "why": outcome.parked}
    return _RETURN, {}


def _replaced(edits: Mapping[int, AnyIntent | None]) -> set[int]:
    """Ids of edits, given in order, whose message a later one edits again."""
    last = {str(edit.message): id_ for id_, edit in edits.items() if isinstance(edit, Edit)}
    return {id_ for id_, edit in edits.items() if isinstance(edit, Edit) and last[str(edit.message)] != id_}


_one = update(jobs).where(jobs.c.id == bindparam("job"), jobs.c.state == READY)
_free = {"lease_until": None, "lease_owner": None}

_WAITING = (
    select(jobs)
    .where(jobs.c.id.in_(bindparam("jobs", expanding=True)), jobs.c.state == READY)
    .order_by(jobs.c.id)
    .with_for_update()
)
_LEASE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("jobs", expanding=True)), jobs.c.state == READY)
    .values(
        attempts=jobs.c.attempts + (jobs.c.lease_until.is_not(None)).cast(jobs.c.attempts.type),
        doubtful=or_(jobs.c.doubtful, jobs.c.lease_until.is_not(None)),
        lease_until=bindparam("until"),
        lease_owner=bindparam("by"),
    )
    .returning(jobs.c.id, jobs.c.attempts, jobs.c.doubtful)
)
_END_LEASES = (
    update(jobs)
    .where(jobs.c.queue == OUTBOX, jobs.c.lease_until.is_not(None), jobs.c.lease_owner != bindparam("by"))
    .values(lease_until=bindparam("at"))
)
_DONE = _one.values(state=DONE, payload="", ended_at=bindparam("at"), **_free)
_RETRY = _one.values(
    due_at=bindparam("due"), attempts=jobs.c.attempts + bindparam("failed"), doubtful=bindparam("unsure"),
    error=bindparam("why"), **_free,
)  # fmt: skip
_PARK = _one.values(state=PARKED, error=bindparam("why"), ended_at=bindparam("at"), **_free)
_RETURN = _one.values(**_free)

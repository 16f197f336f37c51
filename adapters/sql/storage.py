"""The storage that the core uses: what is heard, handled and said, in order and never twice."""

from __future__ import annotations

import itertools
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from adapters.sql import outbox, queues
from adapters.sql.codec import Codec
from adapters.sql.engine import Database
from adapters.sql.failures import is_clash
from adapters.sql.statements import insert_new, put
from adapters.sql.tables import DONE, FACTS, INBOX, PARKED, READY, cursors, jobs, receipts
from adapters.sql.work import Repositories, SqlWork, Subscriptions, event_row
from bot.chat import Cursor
from bot.clock import Clock
from bot.errors import Conflict, StorageUnavailable
from bot.events import ChatEvent
from bot.uow import Claimed, Due, FactFor, Outcome, Parked, Work

log = logging.getLogger(__name__)

BACKOFF = tuple(timedelta(seconds=s) for s in (0.1, 0.5, 2, 10, 60, 300))
TRIES = 8
"""After so many failures an act is parked."""
CLASHES = 4
"""So many times an act is tried again at once when somebody else was faster."""


class SqlStorage:
    """``bot.uow.Storage`` over a database. Callable from any number of threads."""

    def __init__(
        self,
        database: Database,
        codec: Codec,
        *,
        subscriptions: Subscriptions,
        repositories: Repositories,
        clock: Clock,
    ) -> None:
        self._database = database
        self._codec = codec
        self._subscriptions = subscriptions
        self._repositories = repositories
        self._clock = clock
        self._bells: list[Callable[[], None]] = []
        self._facts_first = itertools.cycle((False, True))
        self._outbox = outbox.Outbox(codec, database.owner, alone=not database.is_postgres)

    def on_new(self, bell: Callable[[], None]) -> None:
        """Have this called, from whichever thread it was, after every commit that made something ready to be done."""
        self._bells.append(bell)

    def hear(self, events: Sequence[ChatEvent], cursors_: Sequence[Cursor]) -> int:
        """Store what was heard and how far, in one transaction; returns how many were new."""
        now = self._clock()
        with self._database.write() as connection:
            new = insert_new(connection, jobs, [event_row(self._codec, event, now) for event in events])
            put(connection, cursors, [{"name": cursor.name, "value": cursor.value} for cursor in cursors_])
        self._ring(new > 0)
        return new

    def cursor(self, name: str) -> str | None:
        """A stored cursor."""
        with self._database.read() as connection:
            return connection.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar()

    def act(self, handle: Callable[[Work, Due], None]) -> bool:
        """Take the next due event or fact and handle it in one transaction; see ``bot.uow.Storage``."""
        for _ in range(CLASHES):
            taken: list[queues.Job] = []
            try:
                return self._act(handle, taken)
            except StorageUnavailable:
                raise
            except Exception as error:
                if not taken:
                    raise
                if not is_clash(error):
                    self._put_back(taken[0], error)
                    return True
                clash = error
        self._put_back(taken[0], clash)
        return True

    def _act(self, handle: Callable[[Work, Due], None], taken: list[queues.Job]) -> bool:
        order = (FACTS, INBOX) if next(self._facts_first) else (INBOX, FACTS)
        now = self._clock()
        with self._database.write() as connection:
            heads = (queues.take_head(connection, queue, now) for queue in order)
            job = next((head for head in heads if head is not None), None)
            if job is None:
                return False
            taken.append(job)
            work = self._work_over(connection, now, f"{job.id}")
            handle(work, self._due(job))
            if connection.execute(_FINISH, {"job": job.id, "at": now}).rowcount != 1:
                raise Conflict(f"job {job.id} was taken away meanwhile")
            ready = work.finish()
        self._ring(ready)
        return True

    def _due(self, job: queues.Job) -> Due:
        item = self._codec.load(job.type, job.payload)
        return FactFor(job.handler, item) if job.queue == FACTS else item

    def _put_back(self, job: queues.Job, error: Exception) -> None:
        """Count the failure and try again later; after too many tries the item is parked."""
        attempts = job.attempts + 1
        said = "".join(traceback.format_exception_only(error)).strip().splitlines()[-1][:500]
        now = self._clock()
        parked = attempts >= TRIES
        about = {"job": job.id, "kind": job.type, "handler": job.handler, "attempts": attempts, "parked": parked}
        log.error("an act failed", extra=about, exc_info=error)
        values: dict[str, Any] = {"attempts": attempts, "error": said, "due_at": now + _pause(attempts)}
        if parked:
            values |= {"state": PARKED, "ended_at": now}
        same = (jobs.c.id == job.id, jobs.c.state == READY, jobs.c.attempts == job.attempts)
        with self._database.write() as connection:
            connection.execute(update(jobs).where(*same).values(values))

    @contextmanager
    def work(self) -> Iterator[SqlWork]:
        """A transaction for anything else: commits at the end, rolls back on an error."""
        with self._database.write() as connection:
            work = self._work_over(connection, self._clock())
            yield work
            ready = work.finish()
        self._ring(ready)

    @contextmanager
    def reading(self) -> Iterator[SqlWork]:
        """A transaction that only reads, for pages and counts: it does not wait for writers."""
        with self._database.read() as connection:
            yield self._work_over(connection, self._clock())

    def claim(self, limit: int, lease: timedelta) -> Sequence[Claimed]:
        """Take intents that are due, in order within each lane; a lane with an intent out is left alone."""
        with self._database.write() as connection:
            return self._outbox.claim(connection, self._clock(), limit, lease)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Record how deliveries ended, with the facts that follow, in one transaction."""
        now = self._clock()
        with self._database.write() as connection:
            ready = False
            for source, facts in self._outbox.settle(connection, now, outcomes):
                work = self._work_over(connection, now, source)
                for fact in facts:
                    work.tell(fact)
                ready |= work.finish()
        self._ring(ready)

    def receipts(self, keys: Sequence[str]) -> dict[str, str]:
        """What intents already performed made, by key."""
        with self._database.read() as connection:
            rows = connection.execute(select(receipts.c.key, receipts.c.made).where(receipts.c.key.in_(keys)))
            return {row.key: row.made for row in rows}

    def next_due(self) -> datetime | None:
        """When the next item of any queue becomes due.

        On PostgreSQL a time that is past means that another replica is busy with that lane.
        """
        with self._database.read() as connection:
            return queues.next_due(connection)

    def parked(self) -> Sequence[Parked]:
        """What waits for an operator, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(jobs).where(queues.IS_PARKED).order_by(jobs.c.id)).all()
        return [
            Parked(row.id, row.queue, row.about, f"{row.type} {row.handler}".rstrip(), row.error, row.ended_at)
            for row in rows
        ]

    def _work_over(self, connection: Connection, now: datetime, source: str = "") -> SqlWork:
        return SqlWork(connection, now, self._codec, self._subscriptions, self._repositories, source)

    def _ring(self, ready: bool) -> None:
        if ready:
            for bell in self._bells:
                bell()


_FINISH = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == READY)
    .values(state=DONE, payload="", error="", ended_at=bindparam("at"))
)


def _pause(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]

"""The storage that the core uses: what is heard, handled and said, in order and never twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from adapters.sql import outbox, queues, replicas, upkeep
from adapters.sql.acting import TOGETHER, Acting, Writing
from adapters.sql.codec import Codec
from adapters.sql.engine import Database
from adapters.sql.failures import again_after_clashes
from adapters.sql.statements import insert_new, put
from adapters.sql.tables import FACTS, INBOX, OUTBOX, cursors, jobs, receipts
from adapters.sql.work import Repositories, SqlWork, Subscriptions, event_row
from bot.chat import Cursor
from bot.clock import Clock
from bot.events import ChatEvent
from bot.uow import Claimed, Due, Outcome, Parked, Work

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""How long what was done is remembered, so that it is not done twice."""


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
        longest: float = TOGETHER,
    ) -> None:
        self._database = database
        self._codec = codec
        self._subscriptions = subscriptions
        self._repositories = repositories
        self._clock = clock
        self._bells: list[Callable[[], None]] = []
        self._outbox = outbox.Outbox(codec, database.owner, alone=not database.is_postgres)
        self._acting = Acting(
            codec, clock, self._writing, self._work_over, together=not database.is_postgres, longest=longest
        )

    def on_new(self, bell: Callable[[], None]) -> None:
        """Have this called, from whichever thread it was, after every commit that made something ready to be done."""
        self._bells.append(bell)

    def listening(self) -> AbstractContextManager[None]:
        """While open, what other replicas made ready rings the same bells."""
        return replicas.listening(self._database, self._ring)

    @again_after_clashes
    def hear(self, events: Sequence[ChatEvent], cursors_: Sequence[Cursor]) -> int:
        """Store what was heard and how far, in one transaction; returns how many were new. What happened before that
        which is remembered is left alone: nobody could say any more whether it was dealt with."""
        now = self._clock()
        rows = [event_row(self._codec, event, now) for event in events if event.at >= now - KEPT]
        if len(rows) < len(events):
            log.info("left alone: it happened too long ago", extra={"events": len(events) - len(rows)})
        with self._writing() as writing:
            new = insert_new(writing.connection, jobs, rows)
            put(writing.connection, cursors, [{"name": cursor.name, "value": cursor.value} for cursor in cursors_])
            writing.ready = new > 0
        return new

    def cursor(self, name: str) -> str | None:
        """A stored cursor."""
        with self._database.read() as connection:
            return connection.execute(select(cursors.c.value).where(cursors.c.name == name)).scalar()

    def act(self, handle: Callable[[Work, Due], None], most: int = 1) -> int:
        """Take up to ``most`` events and facts that are due and handle them; see ``bot.uow.Storage``."""
        return self._acting.act(handle, most)

    @contextmanager
    def work(self) -> Iterator[SqlWork]:
        """A transaction for anything else: commits at the end, rolls back on an error."""
        with self._writing() as writing:
            work = self._work_over(writing.connection, self._clock())
            yield work
            writing.ready = work.finish()

    @contextmanager
    def reading(self) -> Iterator[SqlWork]:
        """A transaction that only reads, for pages and counts: it does not wait for writers."""
        with self._database.read() as connection:
            yield self._work_over(connection, self._clock())

    @again_after_clashes
    def claim(self, limit: int, lease: timedelta) -> Sequence[Claimed]:
        """Take intents that are due, in order within each lane; a lane with an intent out is left alone."""
        with self._database.write() as connection:
            return self._outbox.claim(connection, self._clock(), limit, lease)

    @again_after_clashes
    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Record how deliveries ended, with the facts that follow, in one transaction."""
        now = self._clock()
        with self._writing() as writing:
            for source, cause, facts in self._outbox.settle(writing.connection, now, outcomes):
                work = self._work_over(writing.connection, now, source, cause)
                for fact in facts:
                    work.tell(fact)
                writing.ready |= work.finish()

    def receipts(self, keys: Sequence[str]) -> dict[str, str]:
        """What intents already performed made, by key."""
        with self._database.read() as connection:
            rows = connection.execute(select(receipts.c.key, receipts.c.made).where(receipts.c.key.in_(keys)))
            return {row.key: row.made for row in rows}

    def next_due(self, *of: str) -> datetime | None:
        """When the next item of any queue, or of those named (inbox, facts, outbox), becomes due.

        On PostgreSQL a time that is past means that another replica is busy with that lane.
        """
        with self._database.read() as connection:
            return queues.next_due(connection, of or (INBOX, FACTS, OUTBOX))

    def parked(self) -> Sequence[Parked]:
        """What waits for an operator, oldest first."""
        with self._database.read() as connection:
            return upkeep.parked(connection)

    def retry_parked(self, id_: int) -> bool:
        """Put a parked item back in its place, as if never tried; False when it is not parked."""
        with self._writing() as writing:
            writing.ready = upkeep.retry_parked(writing.connection, id_, self._clock())
        return writing.ready

    def drop_parked(self, id_: int) -> bool:
        """Give a parked item up for good; False when it is not parked."""
        with self._database.write() as connection:
            return upkeep.drop_parked(connection, id_)

    def purge(self, before: datetime) -> int:
        """Forget items done before this time, a few per transaction; the same thing heard again would then be new."""
        forgotten = 0
        while True:
            with self._database.read() as connection:
                some = upkeep.done_before(connection, before)
            with self._database.write() as connection:
                upkeep.forget(connection, some, before)
            forgotten += len(some)
            if not some:
                return forgotten

    def depths(self) -> Mapping[str, Mapping[str, int]]:
        """How many items of each queue (inbox, facts, outbox) are ready and parked."""
        with self._database.read() as connection:
            return upkeep.depths(connection)

    def oldest(self) -> Mapping[str, datetime]:
        """When the oldest item still to be done was stored, for each queue that has one."""
        with self._database.read() as connection:
            return upkeep.oldest(connection)

    @contextmanager
    def _writing(self) -> Iterator[Writing]:
        with self._database.write() as connection:
            writing = Writing(connection)
            yield writing
            if writing.ready:
                replicas.wake_others(connection, self._database.owner)
        if writing.ready:
            self._ring()

    def _work_over(self, connection: Connection, now: datetime, source: str = "", cause: str = "") -> SqlWork:
        return SqlWork(connection, now, self._codec, self._subscriptions, self._repositories, source, cause)

    def _ring(self) -> None:
        for bell in self._bells:
            bell()

"""What was heard, and facts, are taken in order and handled, each whole or not at all."""

from __future__ import annotations

import itertools
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from adapters.sql import queues
from adapters.sql.codec import Codec
from adapters.sql.failures import CLASHES, is_away, is_clash
from adapters.sql.statements import savepoint
from adapters.sql.tables import DONE, FACTS, INBOX, PARKED, READY, jobs
from adapters.sql.work import SqlWork
from bot.clock import Clock
from bot.errors import Conflict, StorageUnavailable
from bot.uow import Due, FactFor, Work

log = logging.getLogger(__name__)

BACKOFF = tuple(timedelta(seconds=s) for s in (0.1, 0.5, 2, 10, 60, 300))
TRIES = 8
"""After so many failures an act is parked."""
TOGETHER = 0.04
"""Seconds after which acts that share a transaction make room for other writers."""

Handle = Callable[[Work, Due], None]


@dataclass(slots=True)
class Writing:
    """A transaction that writes, and whether it makes something ready to be done."""

    connection: Connection
    ready: bool = False


class Acting:
    """Takes what is due. ``writing`` gives a transaction, ``work_over`` a unit of work in it for a time, a source and
    a cause. ``together``: acts of different lanes may share a transaction."""

    def __init__(
        self,
        codec: Codec,
        clock: Clock,
        writing: Callable[[], AbstractContextManager[Writing]],
        work_over: Callable[[Connection, datetime, str, str], SqlWork],
        *,
        together: bool,
    ) -> None:
        self._codec = codec
        self._clock = clock
        self._writing = writing
        self._work_over = work_over
        self._together = together
        self._facts_first = itertools.cycle((False, True))

    def act(self, handle: Handle, most: int) -> int:
        """Take up to ``most`` items that are due and handle them; see ``bot.uow.Storage``."""
        return self._several(handle, most) if self._together and most > 1 else self._one(handle)

    def _several(self, handle: Handle, most: int) -> int:
        """Items of different lanes in one transaction: for SQLite to begin and commit one costs as much as an act.

        Each has its own part of it; one that fails leaves no trace and keeps nobody from anything.
        """
        failed: list[tuple[queues.Job, Exception]] = []
        now, until, taken = self._clock(), time.monotonic() + TOGETHER, 0
        with self._writing() as writing:
            heads = [head for queue in self._order() for head in queues.due_heads(writing.connection, queue, now, most)]
            for job in heads[:most]:
                if taken and time.monotonic() > until:
                    break
                taken += 1
                try:
                    with savepoint(writing.connection):
                        writing.ready |= self._handle(writing.connection, job, handle, now)
                except Exception as error:
                    if is_away(error):
                        raise
                    failed.append((job, error))
        for job, why in failed:
            self._put_back(job, why)
        return taken

    def _one(self, handle: Handle) -> int:
        """One item; tried again at once when somebody else was faster."""
        taken: list[queues.Job] = []
        for _ in range(CLASHES):
            taken.clear()
            try:
                return self._take_one(handle, taken)
            except StorageUnavailable:
                raise
            except Exception as error:
                failure = error
                if not is_clash(error):
                    break
        if not taken:
            raise failure
        self._put_back(taken[0], failure)
        return 1

    def _take_one(self, handle: Handle, taken: list[queues.Job]) -> int:
        now = self._clock()
        with self._writing() as writing:
            heads = (queues.take_head(writing.connection, queue, now) for queue in self._order())
            taken += itertools.islice((head for head in heads if head is not None), 1)
            if taken:
                writing.ready = self._handle(writing.connection, taken[0], handle, now)
        return len(taken)

    def _order(self) -> Sequence[str]:
        return (FACTS, INBOX) if next(self._facts_first) else (INBOX, FACTS)

    def _handle(self, connection: Connection, job: queues.Job, handle: Handle, now: datetime) -> bool:
        """Handle one item and mark it done; True when that made something ready to be done."""
        work = self._work_over(connection, now, f"{job.id}", job.cause)
        handle(work, self._due(job))
        if connection.execute(_FINISH, {"job": job.id, "at": now}).rowcount != 1:
            raise Conflict(f"job {job.id} was taken away meanwhile")
        return work.finish()

    def _due(self, job: queues.Job) -> Due:
        item = self._codec.load(job.type, job.payload)
        return FactFor(job.handler, item, job.cause) if job.queue == FACTS else item

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
        with self._writing() as writing:
            writing.connection.execute(update(jobs).where(*same).values(values))


_FINISH = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == READY)
    .values(state=DONE, payload="", error="", ended_at=bindparam("at"))
)


def _pause(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]

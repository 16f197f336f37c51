"""What was heard, and facts, are taken in order and handled, each whole or not at all."""

from __future__ import annotations

import itertools
import logging
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from adapters.sql import queues
from adapters.sql.codec import Codec
from adapters.sql.failures import CLASHES, is_clash
from adapters.sql.statements import insert_new
from adapters.sql.tables import DONE, FACTS, INBOX, PARKED, READY, jobs
from adapters.sql.work import SqlWork
from bot.clock import Clock
from bot.errors import Conflict, StorageUnavailable
from bot.uow import Due, FactFor, Work

log = logging.getLogger(__name__)

BACKOFF = tuple(timedelta(seconds=s) for s in (0.1, 0.5, 2, 10, 60, 300))
TRIES = 8
"""After so many failures an act is parked."""
TOGETHER = 0.1
"""Seconds after which acts that share a transaction make room for other writers, unless told otherwise."""

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
        longest: float = TOGETHER,
    ) -> None:
        self._codec = codec
        self._clock = clock
        self._writing = writing
        self._work_over = work_over
        self._together = together
        self._longest = longest
        self._facts_first = itertools.cycle((False, True))

    def act(self, handle: Handle, most: int) -> int:
        """Take up to ``most`` items that are due and handle them; see ``bot.uow.Storage``."""
        return self._several(handle, most) if self._together and most > 1 else self._one(handle)

    def _several(self, handle: Handle, most: int) -> int:
        """Items of different lanes in one transaction: for SQLite to begin and commit one costs as much as an act.

        When any of them fails all are undone and done again, each in a transaction of its own.
        """
        try:
            return self._take(handle, most, [])
        except StorageUnavailable:
            raise
        except Exception:
            log.info("one of several acts failed; each is done again alone")
        return sum(itertools.takewhile(bool, (self._one(handle) for _ in range(most))))

    def _one(self, handle: Handle) -> int:
        """One item; tried again at once when somebody else was faster."""
        taken: list[queues.Job] = []
        for _ in range(CLASHES):
            taken.clear()
            try:
                return self._take(handle, 1, taken)
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

    def _take(self, handle: Handle, most: int, taken: list[queues.Job]) -> int:
        """Handle items and mark them done, in one transaction; ``taken`` gets them as they are begun."""
        now, until = self._clock(), time.monotonic() + self._longest
        with self._writing() as writing:
            rows: list[dict[str, Any]] = []
            for job in self._heads(writing.connection, now, most):
                if taken and time.monotonic() > until:
                    break
                taken.append(job)
                work = self._work_over(writing.connection, now, f"{job.id}", job.cause)
                handle(work, self._due(job))
                rows += work.rows()
            if taken:
                done = [{"job": job.id, "at": now} for job in taken]
                if writing.connection.execute(_FINISH, done).rowcount != len(done):
                    raise Conflict(f"one of the jobs {[job.id for job in taken]} was taken away meanwhile")
                writing.ready = insert_new(writing.connection, jobs, rows) > 0
        return len(taken)

    def _heads(self, connection: Connection, now: datetime, most: int) -> Iterable[queues.Job]:
        """What is to be taken: messages and facts take turns in being first."""
        order = (FACTS, INBOX) if next(self._facts_first) else (INBOX, FACTS)
        find = queues.due_heads if self._together else queues.take_heads
        heads = (head for queue in order for head in find(connection, queue, now))
        return itertools.islice(heads, most)

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

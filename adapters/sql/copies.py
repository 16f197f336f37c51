"""What the bot said for somebody in a room on another network, taken back when the person is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Row, select, update

from adapters.sql.codec import Codec
from adapters.sql.statements import insert_new
from adapters.sql.tables import DONE, OUTBOX, READY, entries, jobs, receipts
from adapters.sql.traces import GONE
from adapters.sql.work import intent_row
from bot.cards import Card, Paragraph, plain
from bot.intents import Edit, MessageOf, Place, Post, Retract
from bot.refs import MessageRef, Platform
from swarming.crossing import copy_of

_BITE = 500
_CODEC = Codec()

_KINDS = [kind.__name__ for kind in (Post, Edit, Retract)]

Job = Row[tuple[object, ...]]


def take_back(connection: Connection, ids: Collection[str], now: datetime) -> int:
    """What was never tried is dropped; what stands there, or may, is retracted. Returns how many rows that changes."""
    said = select(entries.c.message).where(entries.c.by.in_(ids), entries.c.message.is_not(None)).distinct()
    messages = [MessageRef.parse(message) for message in connection.execute(said).scalars()]
    copies = {copy_of(message, to) for message in messages for to in Platform if to is not message.room.platform}
    about_them = [job for job in _jobs(connection) if _copy_in(job.key) in copies]
    waiting = [job for job in about_them if job.state != DONE and job.type != Retract.__name__]
    in_doubt = [job for job in waiting if job.type == Post.__name__ and _may_stand(job)]
    dropped = [job for job in waiting if job not in in_doubt]
    _drop(connection, [job.id for job in dropped])
    gone = {_copy_in(job.key) for job in about_them if job.type == Retract.__name__}
    retractions = {**_made_unreadable(connection, in_doubt), **_made(connection, copies)}
    rows = [
        intent_row(_CODEC, Retract(key=f"{copy} erased", place=place, message=message), now, "")
        for copy, (place, message) in retractions.items()
        if copy not in gone
    ]
    return len(dropped) + insert_new(connection, jobs, rows)


def _jobs(connection: Connection) -> Sequence[Job]:
    crossing = (jobs.c.queue == OUTBOX, jobs.c.key.contains(" > "), jobs.c.type.in_(_KINDS))
    return connection.execute(select(jobs).where(*crossing).order_by(jobs.c.id)).all()


def _copy_in(key: str) -> str:
    """The key of the copy that a key begins with."""
    return " ".join(key.split(" ", 4)[:4])


def _may_stand(job: Job) -> bool:
    """Whether somebody has it in hand, or tried and does not know."""
    return bool(job.state == READY and (job.attempts or job.doubtful or job.lease_until is not None))


def _drop(connection: Connection, ids: Sequence[int]) -> None:
    done = {"state": DONE, "payload": "", "error": "", "ended_at": jobs.c.created_at}
    for start in range(0, len(ids), _BITE):
        connection.execute(update(jobs).where(jobs.c.id.in_(ids[start : start + _BITE])).values(**done))


def _made_unreadable(
    connection: Connection, in_doubt: Iterable[Job]
) -> dict[str, tuple[Place, MessageRef | MessageOf]]:
    """What may stand there has to be looked for by its key before it can be retracted; it says nothing any more."""
    found: dict[str, tuple[Place, MessageRef | MessageOf]] = {}
    nothing = Card(summary=GONE, blocks=(Paragraph(plain(GONE)),))
    for job in in_doubt:
        post = _CODEC.load(job.type, job.payload)
        _, payload = _CODEC.dump(replace(post, card=nothing))
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(payload=payload))
        found[job.key] = (post.place, MessageOf(job.key))
    return found


def _made(connection: Connection, copies: Collection[str]) -> dict[str, tuple[Place, MessageRef | MessageOf]]:
    """What stands there."""
    found: dict[str, tuple[Place, MessageRef | MessageOf]] = {}
    keys = sorted(copies)
    for start in range(0, len(keys), _BITE):
        some = receipts.c.key.in_(keys[start : start + _BITE])
        for row in connection.execute(select(receipts.c.key, receipts.c.made).where(some)):
            message = MessageRef.parse(row.made)
            found[row.key] = (message.room, message)
    return found

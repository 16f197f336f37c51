"""The file the local chat lives in: transactions one after another, numbered changes, acts done once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from adapters.local import tables
from adapters.wake import Changes

SCHEMA = "1"

BOT = "swarmbridge"
"""The bot's own account; no person can have it."""

BOT_NAME = "Swarmbridge"

Payload = Mapping[str, Any]
"""What happened, as this network tells it; ``adapters.local.translate`` reads it."""


class NotPossible(Exception):
    """What was asked cannot be done here; ``code`` is this network's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Closed(Exception):
    """The file was closed: the program ends, and what is left is done after the next start."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A change the bot is to hear of."""

    number: int
    event: Payload


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LocalStore:
    """The local chat's own SQLite file. Safe to use from any thread; whoever commits wakes those who wait.

    With no path it lives in memory, for tests. Everything committed survives ``kill -9`` and a loss of power.
    """

    def __init__(self, path: Path | None = None, *, now: Callable[[], datetime] = _utc_now) -> None:
        self.changes = Changes()
        self.now = now
        self._lock = threading.RLock()
        self._closed = False
        self._engine = _engine(path)
        try:
            with self.transaction() as connection:
                tables.metadata.create_all(connection)
                self.id = _identity(connection)
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Close the file, once whoever is at it has finished; nothing can be read or changed afterwards."""
        with self._lock:
            self._closed = True
            self._engine.dispose()

    @contextmanager
    def transaction(self, *, announce: bool = True) -> Iterator[Connection]:
        """Change something; commits when the context ends well and then announces the change."""
        with self._turn() as connection:
            yield connection
        if announce:
            self.changes.announce()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read a consistent state."""
        with self._turn() as connection:
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[Connection]:
        with self._lock:
            if self._closed:
                raise Closed("the local chat is closed")
            with self._engine.begin() as connection:
                yield connection

    def perform(self, key: str, act: Callable[[Connection], str]) -> str:
        """Do an act of the bot, unless one with this key was done before; its result either way."""
        with self.transaction() as connection:
            done = connection.execute(select(tables.act.c.result).where(tables.act.c.key == key)).scalar_one_or_none()
            if done is not None:
                return str(done)
            result = act(connection)
            connection.execute(insert(tables.act).values(key=key, result=result))
            return result

    def heard_after(self, number: int, limit: int = 200) -> Sequence[Happening]:
        """What the bot is to hear, in the order it happened."""
        rows = tables.happening
        query = select(rows).where(rows.c.number > number, rows.c.event.is_not(None)).order_by(rows.c.number)
        with self.reading() as connection:
            return [Happening(row.number, row.event) for row in connection.execute(query.limit(limit))]

    def forget_heard(self, number: int) -> None:
        """The bot has stored everything up to here, so the copies kept for it can go (deleted words with them)."""
        rows = tables.happening
        with self.transaction(announce=False) as connection:
            connection.execute(
                update(rows).where(rows.c.number <= number, rows.c.event.is_not(None)).values(event=None)
            )


def happened(connection: Connection, event: Payload | None = None) -> int:
    """Number a change; ``event`` is what the bot is to hear of it, if anything."""
    payload = None if event is None else dict(event)
    new = insert(tables.happening).values(event=payload).returning(tables.happening.c.number)
    return int(connection.execute(new).scalar_one())


def latest(connection: Connection) -> int:
    """The number of the last change."""
    return int(connection.execute(select(func.coalesce(func.max(tables.happening.c.number), 0))).scalar_one())


def carried(text: str) -> str:
    """The text as this network carries it: lone surrogates and NUL exist in no text file, everything else passes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _engine(path: Path | None) -> Engine:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    # One connection for all threads, taken in turn: the writes of a chat are short, and none can meet a lock.
    engine = create_engine(
        f"sqlite:///{path}" if path else "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=5000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _identity(connection: Connection) -> str:
    """A name of this very file, so that a cursor of another one is not taken for its own."""
    rows = tables.about
    for name, value in (("schema", SCHEMA), ("identity", secrets.token_hex(8))):
        connection.execute(upsert(rows).values(name=name, value=value).on_conflict_do_nothing())
    kept = {row.name: row.value for row in connection.execute(select(rows))}
    if kept["schema"] != SCHEMA:
        raise NotPossible(f"the local chat's file is of version {kept['schema']}, this program reads {SCHEMA}")
    return str(kept["identity"])

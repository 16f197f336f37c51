"""Opens the database: how transactions begin on SQLite and PostgreSQL, and who may write."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from adapters.sql.address import read_address
from adapters.sql.failures import Watch, naming_loss
from adapters.sql.turns import Turns


class DatabaseInUse(RuntimeError):
    """Another process has this SQLite file; the text says what to do."""


class Database:
    """An open database. ``write`` and ``read`` give transactions; both raise ``StorageUnavailable`` when it is away.

    SQLite belongs to one process at a time, which is held to by a lock on a file beside it; its writers take turns
    and its readers never wait. What is committed there outlives a killed process; a power cut may take the last moment.
    ``owner`` names this opening of the database: leases taken are in its name.
    """

    def __init__(self, url: URL, *, alone: bool = True) -> None:
        self.url = url
        self.owner = uuid.uuid4().hex
        self._watch = Watch()
        self.is_postgres = url.get_backend_name() == "postgresql"
        self._turns = nullcontext() if self.is_postgres else Turns()
        self._lock = _lock(Path(str(url.database))) if alone and not self.is_postgres else None
        self.engine = _postgres(url) if self.is_postgres else _sqlite(url, pool_size=1)
        self._reader = self.engine if self.is_postgres else _sqlite(url, pool_size=4, read_only=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, rolled back on an error."""
        with self._turns, self._watch.over(), _begun(self.engine, "BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads one state of the database; on SQLite it does not wait for writers."""
        with self._watch.over(), _begun(self._reader, "BEGIN") as connection:
            yield connection

    @contextmanager
    def alter(self) -> Iterator[Connection]:
        """A transaction that changes tables: one process at a time, however long it takes."""
        if self.is_postgres:
            with self.write() as connection:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended('swarmbridge schema', 0))")
                yield connection
            return
        engine = _sqlite(self.url, pool_size=1, foreign_keys=False)
        try:
            with self._turns, naming_loss(), _begun(engine, "BEGIN IMMEDIATE") as connection:
                yield connection
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"rows point to rows that are not there: {broken[:5]}")
        finally:
            engine.dispose()

    def close(self) -> None:
        """Close every connection and let another process have the file."""
        self._reader.dispose()
        self.engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def open_database(address: str, *, alone: bool = True) -> Database:
    """Open the database at an address as people write it; see ``adapters.sql.address``.

    Raises ``BadDatabaseAddress`` or ``DatabaseInUse``; whether a server can be reached shows at the first use.
    Not ``alone`` is for tools that look while the program runs: they leave SQLite's lock file be and take no intents.
    """
    return Database(read_address(address), alone=alone)


def _lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise DatabaseInUse(
            f"{path} is in use by another running Swarmbridge. Stop that one first, or use PostgreSQL, "
            "which any number of processes can share."
        ) from None
    return lock


def _sqlite(url: URL, *, pool_size: int, foreign_keys: bool = True, read_only: bool = False) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=30, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in (*_PRAGMAS, f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}").close()
        if read_only:
            connection.execute("PRAGMA query_only=ON").close()

    return engine


_PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY")
"""What parts of a transaction may be undone to is kept in memory, not in a file for each."""


@contextmanager
def _begun(engine: Engine, begin: str) -> Iterator[Connection]:
    """A transaction, on SQLite begun in this way; by an event of the engine it would cost every statement something."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(begin)
        yield connection


def _postgres(url: URL) -> Engine:
    limits = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    own = url.query.get("options", "")
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=5,
        max_overflow=15,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={
            "application_name": "swarmbridge",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": f"{limits} {own}".strip(),
        },
    )

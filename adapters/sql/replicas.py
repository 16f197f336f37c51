"""How replicas on one PostgreSQL wake each other, and agree on who does what only one may do.

On SQLite there is one process: nobody to wake, and it always leads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from adapters.sql.engine import Database
from adapters.sql.failures import naming_loss
from bot.errors import StorageUnavailable

log = logging.getLogger(__name__)

_NOTIFY = text("SELECT pg_notify('swarmbridge', :sender)")
_LEAD = "SELECT pg_try_advisory_lock(hashtextextended('swarmbridge leader ' || %(name)s, 0))"
_GLANCE = 0.5
"""Seconds between looks at whether to stop listening."""


def wake_others(connection: Connection, sender: str) -> None:
    """Once this transaction is committed, wake the other replicas."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"sender": sender})


@contextmanager
def listening(database: Database, bell: Callable[[], None]) -> Iterator[None]:
    """While open, ``bell`` is called from a thread of its own whenever another replica made something ready.

    Also called after every new connection, since something may have been missed.
    """
    if not database.is_postgres:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_listen, args=(database, bell, stop), name="listening", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _listen(database: Database, bell: Callable[[], None], stop: threading.Event) -> None:
    pause = 0.5
    while not stop.is_set():
        try:
            with closing(_own_connection(database)) as connection:
                connection.execute("LISTEN swarmbridge")
                bell()
                pause = 0.5
                while not stop.is_set():
                    for note in connection.notifies(timeout=_GLANCE, stop_after=1):
                        if note.payload != database.owner:
                            bell()
        except (StorageUnavailable, psycopg.Error) as error:
            log.info("not listening to the database", extra={"why": str(error).partition("\n")[0]})
            stop.wait(pause)
            pause = min(pause * 2, 10)


def _own_connection(database: Database) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection outside the pool and outside any transaction; raises ``StorageUnavailable``."""
    try:
        with naming_loss():
            pooled = database.engine.raw_connection()
    except psycopg.OperationalError as error:  # as the driver says it: nobody has translated it here
        raise StorageUnavailable(str(error)) from error
    driver = pooled.driver_connection
    pooled.detach()
    assert isinstance(driver, psycopg.Connection)
    driver.rollback()
    driver.autocommit = True
    return driver


class Leaders:
    """Which singletons this process leads, such as hearing one Matrix account. Callable from any thread; blocks.

    Each is held by a connection of its own: when the process or its connection dies, another replica may take over.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[str, psycopg.Connection[tuple[Any, ...]]] = {}
        self._mutex = threading.Lock()

    def acquire(self, name: str) -> bool:
        """Try to lead; True also when this process already does. Raises ``StorageUnavailable``."""
        if not self._database.is_postgres:
            return True
        with self._mutex:
            if self._alive(name):
                return True
            connection = _own_connection(self._database)
            try:
                row = connection.execute(_LEAD, {"name": name}).fetchone()
            except psycopg.Error as error:
                connection.close()
                raise StorageUnavailable(str(error)) from error
            leads = row is not None and bool(row[0])
            if leads:
                self._held[name] = connection
            else:
                connection.close()
            return leads

    def holds(self, name: str) -> bool:
        """Whether this process leads right now; False once its connection was lost."""
        if not self._database.is_postgres:
            return True
        with self._mutex:
            return self._alive(name)

    def release(self, name: str) -> None:
        """Let somebody else lead."""
        with self._mutex:
            if connection := self._held.pop(name, None):
                connection.close()

    def close(self) -> None:
        """Let go of everything."""
        for name in list(self._held):
            self.release(name)

    def _alive(self, name: str) -> bool:
        connection = self._held.get(name)
        if connection is None:
            return False
        try:
            connection.execute("SELECT 1")
        except psycopg.Error as error:
            log.info("no longer leads", extra={"leader": name, "why": str(error).partition("\n")[0]})
            self._held.pop(name).close()
            return False
        return True

"""An inbox as small as can be, and just as durable: one SQLite file, one transaction for each put."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bot.chat import Cursor
from bot.events import ChatEvent


class TinyInbox:
    """The port ``bot.chat.Inbox`` over one file, which another process may open at the same time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._failures = 0
        self._db = sqlite3.connect(file, isolation_level=None, timeout=10)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("create table if not exists heard (delivery text primary key, event blob) without rowid")
        self._db.execute("create table if not exists ordered (n integer primary key, delivery text unique)")
        self._db.execute("create table if not exists cursors (name text primary key, value text)")

    def close(self) -> None:
        self._db.close()

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        if self._failures and events:
            self._failures -= 1
            raise sqlite3.OperationalError("disk I/O error")
        self._db.execute("begin immediate")
        for event in events:
            row = (event.delivery, pickle.dumps(event))
            if self._db.execute("insert or ignore into heard values (?, ?)", row).rowcount:
                self._db.execute("insert into ordered (delivery) values (?)", row[:1])
        for cursor in cursors:
            self._db.execute("insert or replace into cursors values (?, ?)", (cursor.name, cursor.value))
        self._db.execute("commit")

    async def cursor(self, name: str) -> str | None:
        row = self._db.execute("select value from cursors where name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def fail_next(self, times: int) -> None:
        """Fail to store what is heard, so many times."""
        self._failures = times

    def forget(self) -> None:
        """Lose everything, as a bot whose database was thrown away."""
        for table in ("heard", "ordered", "cursors"):
            self._db.execute(f"delete from {table}")

    @property
    def heard(self) -> list[ChatEvent]:
        """Everything heard, in the order it came."""
        rows = self._db.execute("select event from ordered join heard using (delivery) order by n")
        return [pickle.loads(row[0]) for row in rows]

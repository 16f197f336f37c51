"""Keeps the installations of an app in many workspaces, sealed by whoever keeps them, and what was used up."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from adapters.sql.engine import Database
from adapters.sql.failures import again_after_clashes
from adapters.sql.statements import insert_new, put
from adapters.sql.tables import slack_installations as kept
from adapters.sql.tables import slack_states as used
from bot.clock import Clock


class SqlInstallations:
    """``adapters.slack.installations.Store`` over a database. Callable from any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> Mapping[str, tuple[int, str]]:
        """Every workspace with the version of its row and what was sealed."""
        with self._database.read() as connection:
            return {row.workspace: (row.version, row.sealed) for row in connection.execute(select(kept))}

    @again_after_clashes
    def put(self, workspace: str, sealed: str) -> None:
        """Keep this from now on, whatever was kept before."""
        with self._database.write() as connection:
            row = {"workspace": workspace, "version": _version(), "sealed": sealed, "leased_until": None}
            put(connection, kept, [row])

    def lease(self, workspace: str, version: int, lasting: timedelta) -> bool:
        """Whether only the caller may replace this version for so long."""
        now = self._clock()
        with self._database.write() as connection:
            row = {"this": workspace, "at": version, "now": now, "until": now + lasting}
            return connection.execute(_LEASE, row).rowcount > 0

    def replace(self, workspace: str, version: int, sealed: str) -> bool:
        """Keep this in place of that version; False when it is no longer that one."""
        with self._database.write() as connection:
            row = {"this": workspace, "at": version, "next": _version(), "new": sealed}
            return connection.execute(_REPLACE, row).rowcount > 0

    def remove(self, workspace: str, version: int) -> bool:
        """Keep nothing of that version any more; False when it is no longer that one."""
        with self._database.write() as connection:
            return connection.execute(_REMOVE, {"this": workspace, "at": version}).rowcount > 0

    def use_up(self, state: str, lasting: timedelta) -> bool:
        """Whether this is used for the first time, of which a note is kept for so long."""
        now = self._clock()
        with self._database.write() as connection:
            connection.execute(_FORGET, {"now": now})
            return insert_new(connection, used, [{"state": state, "until": now + lasting}]) > 0


def _version() -> int:
    """A number that no earlier row had, also of a workspace that was gone in between."""
    return secrets.randbits(60)


_SAME = (kept.c.workspace == bindparam("this"), kept.c.version == bindparam("at"))
_REMOVE = delete(kept).where(*_SAME).execution_options(preserve_rowcount=True)
_LEASE = (
    update(kept)
    .where(*_SAME, or_(kept.c.leased_until.is_(None), kept.c.leased_until < bindparam("now")))
    .values(leased_until=bindparam("until"))
    .execution_options(preserve_rowcount=True)
)
_REPLACE = (
    update(kept)
    .where(*_SAME)
    .values(version=bindparam("next"), sealed=bindparam("new"), leased_until=None)
    .execution_options(preserve_rowcount=True)
)
_FORGET = delete(used).where(used.c.until < bindparam("now"))

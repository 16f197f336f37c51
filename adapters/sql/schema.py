"""Brings the tables to what this version of the program needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from adapters.sql.engine import Database


def migrate(database: Database, to: str = "head") -> None:
    """Bring the tables to the newest revision, or to the one named, up or down; all of it or nothing.

    Any number of replicas may call this at once; one does it and the others find it done.
    """
    if to == "head" and is_current(database):
        return
    with database.alter() as connection:
        config = _config(connection)
        if to == "head" or not _is_behind(connection, to):
            command.upgrade(config, to)
        else:
            command.downgrade(config, to)


def is_current(database: Database) -> bool:
    """Whether the tables are those of this version."""
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_config(None)).get_current_head()


def _is_behind(connection: Connection, to: str) -> bool:
    """Whether the revision named is one the database has already passed."""
    current = MigrationContext.configure(connection).get_current_revision()
    if to == "base" or current is None:
        return to == "base"
    passed = ScriptDirectory.from_config(_config(None)).iterate_revisions(current, "base")
    return to in {script.revision for script in passed}


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

"""What differs between the two dialects, and the small statements everybody uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Table, Update, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.columns import WordList
from bot.errors import Conflict

_FREE_LANES = text(
    "SELECT lane FROM unnest(:lanes) AS lane"
    " WHERE pg_try_advisory_xact_lock(hashtextextended(:queue || ' ' || lane, 0))"
).bindparams(bindparam("lanes", type_=postgresql.ARRAY(postgresql.TEXT)))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows, leaving out those whose key is there already; returns how many were new."""
    if not rows:
        return 0
    return connection.execute(_insert_new(table, connection.dialect.name), list(rows)).rowcount


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    connection.execute(_put(table, connection.dialect.name, tuple(rows[0])), list(rows))


def put_version(connection: Connection, table: Table, row: Mapping[str, Any], version: int) -> None:
    """Store a row whose ``version`` was read as this number (0: it is new), as the next one.

    Raises ``Conflict`` when somebody else stored it meanwhile. Rows are found by their primary key.
    """
    values = dict(row) | {"version": version + 1}
    if version == 0:
        stored = insert_new(connection, table, [values])
    else:
        same = {f"same_{column.name}": values.pop(column.name) for column in table.primary_key}
        stored = connection.execute(_update(table, tuple(values)), values | same | {"same_version": version}).rowcount
    if stored != 1:
        raise Conflict(f"{table.name} {[row[c.name] for c in table.primary_key]} was changed by somebody else")


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Part of a transaction that may fail alone: when it raises, what it changed is undone. Parts may be nested."""
    connection.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        connection.exec_driver_sql("RELEASE SAVEPOINT part")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT part")


def one_of(column: ColumnElement[str], name: str, dialect: str) -> ColumnElement[bool]:
    """Whether a text is among those given under this name, a ``WordList``: however many they are, the statement stays
    the same."""
    given = bindparam(name, type_=WordList())
    if dialect == "postgresql":
        return column == func.any(given)
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def free_lanes(connection: Connection, queue: str, lanes: Sequence[str]) -> set[str]:
    """Those lanes nobody else is busy with; they are ours until the transaction ends.

    SQLite has one writer, so there all are free. On PostgreSQL what was read about a lane before this must be read
    again: its last owner may have committed in between.
    """
    if connection.dialect.name != "postgresql":
        return set(lanes)
    return set(connection.execute(_FREE_LANES, {"queue": queue, "lanes": list(lanes)}).scalars())


# Statements are put together once: that costs more than what SQLite does for most of them.


@cache
def _insert_new(table: Table, dialect: str) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@cache
def _put(table: Table, dialect: str, names: tuple[str, ...]) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    insert = make(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in names if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def _update(table: Table, names: tuple[str, ...]) -> Update:
    same = [column == bindparam(f"same_{column.name}") for column in (*table.primary_key, table.c.version)]
    return table.update().where(*same).values({name: bindparam(name) for name in names})

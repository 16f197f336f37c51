"""Everything the database keeps, as lines of JSON: to move between SQLite and PostgreSQL, or to keep a copy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from adapters.sql import shelf
from adapters.sql.columns import Moment
from adapters.sql.engine import Database
from adapters.sql.tables import metadata

FORMAT = 1
_BITE = 500


class CannotImport(Exception):
    """The lines cannot be taken in; nothing was changed."""


def export(database: Database) -> Iterator[str]:
    """Every row of every table, as it stood at one moment; leases are left out."""
    yield json.dumps({"swarmbridge": FORMAT})
    with database.read() as connection:
        for table in _kept():
            for row in connection.execute(select(table)).mappings():
                values = {name: _out(value) for name, value in row.items()}
                yield json.dumps({"table": table.name, "row": values}, ensure_ascii=False)


def take_in(database: Database, lines: Iterable[str]) -> int:
    """Fill an empty database of this version with exported lines, all or nothing; returns how many rows.

    Raises ``CannotImport``.
    """
    numbered = enumerate(lines, 1)
    try:
        _, first = next(numbered)
        if json.loads(first) != {"swarmbridge": FORMAT}:
            raise ValueError
    except (StopIteration, ValueError):
        raise CannotImport("This is no export of Swarmbridge, or of another version.") from None
    with database.write() as connection:
        if any(
            connection.execute(select(func.count()).select_from(table)).scalar() for table in metadata.sorted_tables
        ):
            raise CannotImport("The database is not empty. Name a new one, run “swarmbridge migrate”, then import.")
        taken = 0
        waiting: dict[str, list[dict[str, Any]]] = {table.name: [] for table in metadata.sorted_tables}
        for number, line in numbered:
            table, values = _read(number, line)
            waiting[table.name].append(values)
            taken += 1
        for table in metadata.sorted_tables:
            _fill(connection, table, waiting[table.name])
        shelf.rebuild(connection)
    return taken


def _kept() -> Sequence[Table]:
    """The tables that do not merely repeat what stands in others."""
    return [table for table in metadata.sorted_tables if table not in shelf.DERIVED]


def _fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BITE):
        connection.execute(insert(table), rows[start : start + _BITE])
    if connection.dialect.name == "postgresql" and rows and "id" in table.c and table.c.id.autoincrement is not False:
        newest = max(row["id"] for row in rows)
        sequence = connection.execute(text("select pg_get_serial_sequence(:name, 'id')"), {"name": table.name}).scalar()
        if sequence:
            connection.execute(text("select setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})


def _read(number: int, line: str) -> tuple[Table, dict[str, Any]]:
    try:
        read = json.loads(line)
        table = metadata.tables[read["table"]]
        values = {name: _in(table, name, value) for name, value in read["row"].items()}
    except (ValueError, KeyError, TypeError) as wrong:
        raise CannotImport(f"Line {number} cannot be read: {type(wrong).__name__}: {wrong}") from None
    if values.keys() != set(table.c.keys()):
        raise CannotImport(f"Line {number} does not fit this version of the table {table.name}.")
    return table, values


def _out(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _in(table: Table, name: str, value: Any) -> Any:
    moment = isinstance(table.c[name].type, Moment) and value is not None
    if name in ("lease_until", "lease_owner"):
        return None
    return datetime.fromisoformat(value) if moment else value

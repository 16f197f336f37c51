"""Aggregates kept whole as JSON, beside the columns they are looked for by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Insert, Select, Table, bindparam, insert, select

from adapters.sql.statements import put_version
from adapters.sql.work import SqlWork


class Versioned(Protocol):
    """An aggregate: its version grows each time it is stored; 0 is one that never was."""

    version: int


A = TypeVar("A", bound=Versioned)


class Aggregates(Generic[A]):
    """The aggregates of one table within one unit of work; the same one is the same object each time it is asked for.

    ``columns`` gives what an aggregate is found by, the primary key among it; the table adds ``version`` and ``body``.
    """

    def __init__(self, work: SqlWork, table: Table, kind: type[A], columns: Callable[[A], Mapping[str, Any]]) -> None:
        self._connection = work.connection
        self._codec = work.codec
        self._table = table
        self._kind = kind
        self._columns = columns
        self._key = tuple(column.name for column in table.primary_key)
        self._known: dict[tuple[Any, ...], A] = {}
        self._bodies: dict[tuple[Any, ...], str] = {}

    def all(self, query: Select[Any], **values: Any) -> Sequence[A]:
        """The aggregates that a query made with ``whole`` finds for these values, in its order."""
        return [self._read(row) for row in self._connection.execute(query, values).mappings()]

    def first(self, query: Select[Any], **values: Any) -> A | None:
        """The first aggregate that a query finds."""
        row = self._connection.execute(query, values).mappings().first()
        return None if row is None else self._read(row)

    def get(self, *key: Any) -> A | None:
        """The aggregate with this primary key."""
        if key in self._known:
            return self._known[key]
        return self.first(_by_key(self._table), **dict(zip(self._key, key, strict=True)))

    def stored(self, *key: Any) -> A | None:
        """The aggregate as it was read or put last, whatever happened to it since; None when it was neither."""
        return self._codec.recall(self._bodies[key], self._kind) if key in self._bodies else None

    def put(self, aggregate: A) -> None:
        """Store a new or changed aggregate; ``Conflict`` when somebody else stored it meanwhile. Its version grows."""
        columns = self._columns(aggregate)
        row = {**columns, "body": self._codec.to_json(aggregate, self._kind)}
        put_version(self._connection, self._table, row, aggregate.version)
        self._codec.learn(row["body"], aggregate)
        aggregate.version += 1
        key = self._key_of(columns)
        self._known[key], self._bodies[key] = aggregate, row["body"]

    def _read(self, row: Mapping[Any, Any]) -> A:
        key = self._key_of(row)
        if key not in self._known:
            aggregate = self._codec.recall(row["body"], self._kind)
            aggregate.version = row["version"]
            self._known[key], self._bodies[key] = aggregate, row["body"]
        return self._known[key]

    def _key_of(self, row: Mapping[Any, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._key)


def next_number(work: SqlWork, numbers: Table) -> int:
    """A number never given before."""
    return int(work.connection.execute(_next(numbers)).scalar_one())


def whole(table: Table) -> Select[Any]:
    """A query of aggregates, to be narrowed. Putting it together costs more than most of them: do it once."""
    return select(*table.primary_key, table.c.version, table.c.body)


def saying(field: str, value: str) -> str:
    """A LIKE pattern, escaped with a backslash, for the bodies in which this field has this value somewhere."""
    return _like(f'"{field}":{json.dumps(value)}')


def holding(value: str) -> str:
    """The same for the bodies in which any field has this value."""
    return _like(json.dumps(value))


def _like(said: str) -> str:
    return "%" + re.sub(r"([%_\\])", r"\\\1", said) + "%"


@cache
def _by_key(table: Table) -> Select[Any]:
    return whole(table).where(*(column == bindparam(column.name) for column in table.primary_key))


@cache
def _next(numbers: Table) -> Insert:
    return insert(numbers).returning(numbers.c.id)

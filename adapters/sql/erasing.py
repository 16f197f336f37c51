"""Takes a person out of everything that is kept: their names, accounts and words; what happened stays countable."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from adapters.sql import copies, shelf
from adapters.sql.columns import Words
from adapters.sql.engine import Database
from adapters.sql.tables import (
    DONE,
    INBOX,
    OUTBOX,
    SEALED,
    affected,
    articles,
    crossed_reactions,
    cursors,
    dialogs,
    entries,
    follows,
    homes,
    incidents,
    jobs,
    link_codes,
    links,
    metadata,
)
from adapters.sql.traces import GONE, Traces, names_in
from bot.clock import Clock, system_clock

_BODIES = ("body", "payload")

_THEIRS = (
    (follows, follows.c.person), (follows, follows.c.account), (dialogs, dialogs.c.asked), (homes, homes.c.account),
    (links, links.c.account), (links, links.c.person), (link_codes, link_codes.c.account),
    (crossed_reactions, crossed_reactions.c.by),
)  # fmt: skip
"""Rows that are about nothing but the person."""


def erase(database: Database, ids: Collection[str], names: Collection[str], *, clock: Clock = system_clock) -> int:
    """Erase whoever has these person ids and accounts (text form) and these names, in one transaction.

    What they reported and said is blanked, their name gives way to a neutral word wherever others wrote it, they get an
    id that leads nowhere, and what waits to be heard from them or told to them is dropped. What they said and the bot
    carried to a room on another network it takes back, as soon as it runs. Returns how many rows changed. What was
    written in chat itself is the network's to delete.
    """
    with database.write() as connection:
        ids = _everyone(connection, ids)
        known, texts = _known_names(connection, ids), _own_texts(connection, ids)
        traces = Traces(ids, {*names, *known}, f"erased-{secrets.token_hex(6)}", set(texts))
        changed = sum(_gone(connection, delete_from, column.in_(ids)) for delete_from, column in _THEIRS)
        changed += _drop_waiting(connection, traces) + copies.take_back(connection, ids, clock())
        changed += _forget_places(connection, traces)
        said = update(entries).where(entries.c.by.in_(ids)).values(text="", by_name=GONE, files="")
        changed += connection.execute(said).rowcount
        for table in metadata.sorted_tables:
            if table not in (*shelf.DERIVED, *SEALED, affected):
                changed += _rewrite(connection, table, traces)
        changed += _rewrite(connection, affected, traces)
    return changed


def everyone(database: Database, ids: Collection[str]) -> frozenset[str]:
    """These person ids and accounts, and the accounts that the person linked to them."""
    with database.read() as connection:
        return _everyone(connection, ids)


def _everyone(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    same = select(links).where(or_(links.c.account.in_(ids), links.c.person.in_(ids)))
    return frozenset({*ids, *(one for row in connection.execute(same) for one in (row.account, row.person))})


def _known_names(connection: Connection, ids: Collection[str]) -> Iterable[str]:
    named = select(entries.c.by_name).where(entries.c.by.in_(ids)).distinct()
    yield from connection.execute(named).scalars()
    bodies = (column for table in metadata.sorted_tables for column in table.columns if column.name in _BODIES)
    for column in bodies:
        holds = or_(*(column.contains(json.dumps(one), autoescape=True) for one in ids))
        for text in connection.execute(select(column).where(holds)).scalars():
            yield from names_in(_read(text), ids)


def _own_texts(connection: Connection, ids: Collection[str]) -> Iterable[str]:
    """What they wrote, as it stands in cards that wait to be shown."""
    for line in connection.execute(select(entries.c.text, entries.c.files).where(entries.c.by.in_(ids))):
        yield line.text
        yield from (file[part] for file in _read(line.files) or () for part in ("name", "url"))
    for body in connection.execute(select(incidents.c.body)).scalars():
        read = _read(body)
        if isinstance(read, dict) and read.get("opened_by") in ids:
            yield from (str(read.get(name, "")).removesuffix(GONE) for name in ("words", "title"))


def _drop_waiting(connection: Connection, traces: Traces) -> int:
    """What they did and nobody has heard yet, and what was to be told to them alone, counts as done."""
    waiting = select(jobs.c.id, jobs.c.queue, jobs.c.payload).where(jobs.c.state != DONE)
    dropped = [row.id for row in connection.execute(waiting).all() if _is_theirs(row.queue, _read(row.payload), traces)]
    for start in range(0, len(dropped), 500):
        these = jobs.c.id.in_(dropped[start : start + 500])
        done = {"state": DONE, "payload": "", "error": "", "ended_at": jobs.c.created_at, "lease_until": None}
        connection.execute(update(jobs).where(these).values(**done))
    return len(dropped)


def _forget_places(connection: Connection, traces: Traces) -> int:
    """What a network keeps under their name, and what it heard last in a conversation of that name."""
    names = [name for name in connection.execute(select(cursors.c.name)).scalars() if traces.text(name) != name]
    return _gone(connection, cursors, cursors.c.name.in_(names))


def _is_theirs(queue: str, payload: Any, traces: Traces) -> bool:
    if not isinstance(payload, dict):
        return False
    if queue == INBOX:
        return traces.are_of(payload.get("by"))
    place = payload.get("place")
    direct = isinstance(place, list) and isinstance(place[-1], dict) and traces.are_of(place[-1].get("user"))
    return queue == OUTBOX and (direct or traces.are_of(payload.get("user")))


def _rewrite(connection: Connection, table: Table, traces: Traces) -> int:
    """Each row of a table without them; how many were changed."""
    columns = [column.name for column in table.columns if isinstance(column.type, Words)]
    changed = 0
    for row in connection.execute(select(table)).mappings().all() if columns else ():
        new = {name: _without(traces, name, row[name]) for name in columns if row[name] is not None}
        values = {name: value for name, value in new.items() if value != row[name]}
        if not values:
            continue
        if "version" in table.c:
            values["version"] = row["version"] + 1
        same = [column == row[column.name] for column in table.primary_key.columns]
        connection.execute(update(table).where(*same).values(values))
        if table is articles and row["published"]:
            shelf.put(connection, row["id"], shelf.of_body(row["body"]), shelf.of_body(values["body"]))
        changed += 1
    return changed


def _without(traces: Traces, name: str, value: str) -> str:
    match name:
        case "body":
            return _body(traces, value)
        case "payload" | "dialog" | "files":
            return traces.json(value)
        case "by_name":
            return GONE if value in traces.names else value
        case _:
            return traces.text(value)


def _body(traces: Traces, text: str) -> str:
    """An aggregate: what they reported has no title any more, and the cards put up for them alone are not kept."""
    read = _read(text)
    if not isinstance(read, dict):
        return traces.json(text)
    new = traces.without(read)
    if traces.are_of(read.get("opened_by")):
        new["title"] = GONE
    if isinstance(read.get("boards"), list):
        kept = [not _to_them(board, traces) for board in read["boards"]]
        new["boards"] = [board for board, keep in zip(new["boards"], kept, strict=True) if keep]
    return text if new == read else json.dumps(new, separators=(",", ":"))


def _to_them(board: Mapping[str, Any], traces: Traces) -> bool:
    place = board.get("place")
    return isinstance(place, list) and isinstance(place[-1], dict) and traces.are_of(place[-1].get("user"))


def _gone(connection: Connection, table: Table, theirs: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(theirs)).rowcount


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

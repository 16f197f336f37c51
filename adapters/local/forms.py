"""Forms the bot shows to one person, until they are filled in or put away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from adapters.local import rooms, tables
from adapters.local.store import NotPossible, carried, happened


def show(connection: Connection, person: str, room: str, thread: str | None, form: Mapping[str, Any]) -> str:
    """Show a form to a person; returns its id."""
    rooms.named(connection, person)
    number = happened(connection)
    id_ = f"f{number}"
    connection.execute(
        insert(tables.form).values(
            id=id_, person=person, room=room, thread=thread, form=dict(form), open=True, changed=number
        )
    )
    return id_


def pending(connection: Connection, person: str) -> Sequence[Row[Any]]:
    """The forms this person has before them, oldest first."""
    rows = tables.form
    query = select(rows).where(rows.c.person == person, rows.c.open.is_(True))
    return connection.execute(query.order_by(rows.c.changed)).all()


def submit(connection: Connection, person: str, form: str, values: Mapping[str, str], now: datetime) -> None:
    """A person hands in a form; what does not fit its fields is refused and the form stays open."""
    row = _open(connection, person, form)
    taken = {field["id"]: _fitting(field, carried(values.get(field["id"], ""))) for field in row.form["fields"]}
    who = rooms.named(connection, person)
    event = {
        "type": "submitted", "room": row.room, "by": who.id, "by_name": who.name, "at": now.isoformat(),
        "thread": row.thread, "form": row.form["id"], "context": row.form["context"], "values": taken,
    }  # fmt: skip
    _put_away(connection, form, happened(connection, event))


def dismiss(connection: Connection, person: str, form: str) -> None:
    """A person closes a form without handing it in; nobody hears of it."""
    _open(connection, person, form)
    _put_away(connection, form, happened(connection))


def _open(connection: Connection, person: str, form: str) -> Row[Any]:
    rows = tables.form
    query = select(rows).where(rows.c.id == form, rows.c.person == person, rows.c.open.is_(True))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotPossible("no_such_form")
    return row


def _put_away(connection: Connection, form: str, number: int) -> None:
    connection.execute(update(tables.form).where(tables.form.c.id == form).values(open=False, changed=number))


def _fitting(field: Mapping[str, Any], value: str) -> str:
    if field["required"] and not value.strip():
        raise NotPossible("field_missing")
    if len(value) > field["max_length"]:
        raise NotPossible("field_too_long")
    if field["kind"] == "choice" and value and value not in [choice["value"] for choice in field["choices"]]:
        raise NotPossible("no_such_choice")
    return value

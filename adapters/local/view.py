"""What one person sees: the same plain values for the page in the browser and for a test that looks at the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from adapters.local import forms, rooms, tables
from adapters.local.store import BOT, BOT_NAME, latest

MOST_MESSAGES = 2_000


def seen(connection: Connection, person: str, since: int = 0) -> dict[str, Any]:
    """Everything this person sees that changed after ``since``; rooms and pending forms are always whole.

    ``number`` is what to give as ``since`` next time.
    """
    rooms.named(connection, person)
    visible = rooms.seen_by(connection, person)
    names = {row.id: row.name for row in rooms.everybody(connection)} | {BOT: BOT_NAME}
    return {
        "number": latest(connection),
        "rooms": [_room(connection, row, person) for row in visible],
        "messages": messages(connection, person, [row.id for row in visible], names, since),
        "forms": [
            {"id": row.id, "room": row.room, "thread": row.thread, "form": row.form}
            for row in forms.pending(connection, person)
        ],
    }


def messages(
    connection: Connection, person: str, visible: Sequence[str], names: Mapping[str, str], since: int
) -> list[dict[str, Any]]:
    """The messages of these rooms this person sees, oldest first; the last ones where there are very many."""
    rows = tables.message
    query = select(rows).where(rows.c.changed > since, rows.c.room.in_(visible))
    query = query.where(or_(rows.c.only_for.is_(None), rows.c.only_for == person))
    found = list(reversed(connection.execute(query.order_by(rows.c.number.desc()).limit(MOST_MESSAGES)).all()))
    reactions = _reactions(connection, [row.id for row in found], names)
    return [_message(row, names, reactions[row.id]) for row in found]


def _room(connection: Connection, row: Row[Any], person: str) -> dict[str, Any]:
    members = rooms.members(connection, row.id)
    return {
        "id": row.id, "name": row.name, "topic": row.topic, "private": row.private, "closed": row.closed,
        "direct": bool(row.direct), "joined": person in members, "members": members,
    }  # fmt: skip


def _message(row: Row[Any], names: Mapping[str, str], reactions: list[dict[str, Any]]) -> dict[str, Any]:
    by = row.by or BOT
    return {
        "id": row.id, "number": row.number, "changed": row.changed, "room": row.room, "thread": row.thread, "by": by,
        "by_name": names.get(by, by), "bot": row.by is None, "at": row.at, "text": row.text, "card": row.card,
        "whisper": row.only_for is not None, "edited": row.edited, "deleted": row.deleted, "pinned": row.pinned,
        "reactions": reactions,
    }  # fmt: skip


def _reactions(
    connection: Connection, messages: Sequence[str], names: Mapping[str, str]
) -> Mapping[str, list[dict[str, Any]]]:
    rows = tables.reaction
    by_emoji: dict[tuple[str, str], list[str]] = defaultdict(list)
    for start in range(0, len(messages), 500):
        query = select(rows).where(rows.c.message.in_(messages[start : start + 500])).order_by(rows.c.emoji, rows.c.by)
        for row in connection.execute(query):
            by_emoji[row.message, row.emoji].append(row.by)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (message, emoji), people in by_emoji.items():
        found[message].append({"emoji": emoji, "by": people, "names": [names.get(one, one) for one in people]})
    return found

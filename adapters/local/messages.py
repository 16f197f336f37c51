"""What is said in the local chat, and what people do with it. Every act of a person is also an event for the bot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from adapters.local import rooms, tables
from adapters.local.store import BOT, NotPossible, carried, happened

MOST_CHARACTERS = 100_000

EMOJI = re.compile(r"[^\w\s<>&\"']{1,12}|[0-9]\ufe0f?\u20e3")

_AT = re.compile(r"(?<![\w@])@(?=\w)")


def say(connection: Connection, person: str, room: str, text: str, thread: str | None, now: datetime) -> str:
    """Somebody writes a message; returns its id. Writing in an open channel makes one a member of it."""
    who, where = rooms.named(connection, person), _open(connection, room, person)
    text = _written(text)
    if thread is not None:
        thread = _root(connection, room, thread, person)
    if not where.direct:
        rooms.join(connection, room, person, now)
    payload = _what_happened("message", room, who, now) | {
        "text": text,
        "direct": bool(where.direct),
        "mentions": _mentioned(text, rooms.everybody(connection)),
        "thread": thread,
    }
    return _add(connection, room, text, now, thread=thread, by=person, payload=payload)


def post(
    connection: Connection, room: str, summary: str, card: Mapping[str, Any], thread: str | None, now: datetime,
    only_for: str | None = None,
) -> str:  # fmt: skip
    """The bot posts a card, perhaps for one person only; returns the message's id."""
    if rooms.at(connection, room).closed:
        raise NotPossible("room_closed")
    if thread is not None:
        thread = _root(connection, room, thread, None)
    return _add(connection, room, summary, now, thread=thread, card=card, only_for=only_for)


def edit(connection: Connection, person: str, message: str, text: str, now: datetime) -> None:
    """Somebody changes what they wrote."""
    row = _own(connection, person, message)
    _open(connection, row.room, person)
    text = _written(text)
    event = _what_happened("edited", row.room, rooms.named(connection, person), now) | {"id": message, "text": text}
    _change(connection, message, happened(connection, event), text=text, edited=True)


def replace(connection: Connection, message: str, summary: str, card: Mapping[str, Any]) -> None:
    """The bot changes one of its own cards; the network does not call that edited."""
    if at(connection, message).by is not None:
        raise NotPossible("not_your_message")
    _change(connection, message, happened(connection), text=summary, card=dict(card))


def take_back(connection: Connection, person: str, message: str, now: datetime) -> None:
    """Somebody deletes what they wrote; the words are gone for good, the place in the thread stays."""
    row = _own(connection, person, message)
    event = _what_happened("deleted", row.room, rooms.named(connection, person), now) | {"id": message}
    _empty(connection, message, happened(connection, event))


def remove(connection: Connection, message: str) -> None:
    """The bot takes one of its own messages back."""
    if at(connection, message).by is not None:
        raise NotPossible("not_your_message")
    _empty(connection, message, happened(connection))


def hide(connection: Connection, person: str, message: str) -> None:
    """Somebody puts away a whisper meant for them."""
    if at(connection, message).only_for != person:
        raise NotPossible("not_your_message")
    _change(connection, message, happened(connection), text="", card=None, deleted=True)


def react(connection: Connection, by: str, message: str, emoji: str, now: datetime) -> None:
    """Somebody, or the bot, reacts to a message; doing so twice is once."""
    row = at(connection, message) if by == BOT else visible(connection, by, message)
    if not EMOJI.fullmatch(emoji) or row.deleted:
        raise NotPossible("not_an_emoji" if not row.deleted else "no_such_message")
    new = upsert(tables.reaction).values(message=message, by=by, emoji=emoji).on_conflict_do_nothing()
    if connection.execute(new).rowcount:
        _reaction_changed(connection, "reacted", by, row, emoji, now)


def unreact(connection: Connection, by: str, message: str, emoji: str, now: datetime) -> None:
    """Somebody, or the bot, takes their reaction back."""
    row = at(connection, message) if by == BOT else visible(connection, by, message)
    reaction = tables.reaction
    where = (reaction.c.message == message, reaction.c.by == by, reaction.c.emoji == emoji)
    if connection.execute(delete(reaction).where(*where)).rowcount:
        _reaction_changed(connection, "unreacted", by, row, emoji, now)


def tap(connection: Connection, person: str, message: str, action: str, value: str, now: datetime) -> None:
    """Somebody taps a button of a card; one that is not on the card (any more) is refused."""
    row = visible(connection, person, message)
    if not any(one["id"] == action and one["value"] == value for one in actions_of(row.card)):
        raise NotPossible("no_such_action")
    event = _what_happened("tapped", row.room, rooms.named(connection, person), now)
    happened(connection, event | {"id": message, "thread": row.thread, "action": action, "value": value})


def command(connection: Connection, person: str, room: str, text: str, now: datetime) -> None:
    """Somebody gives a command that the room does not see."""
    _open(connection, room, person)
    event = _what_happened("command", room, rooms.named(connection, person), now)
    text = carried(text)[:MOST_CHARACTERS]
    happened(connection, event | {"text": text, "mentions": _mentioned(text, rooms.everybody(connection))})


def pin(connection: Connection, message: str) -> None:
    """Pin a message to its room."""
    if at(connection, message).deleted:
        raise NotPossible("no_such_message")
    _change(connection, message, happened(connection), pinned=True)


def thread_of(connection: Connection, root: str) -> Sequence[Row[Any]]:
    """The message a thread hangs on and its answers that everybody sees, oldest first."""
    rows = tables.message
    query = select(rows, tables.person.c.name).join(tables.person, rows.c.by == tables.person.c.id, isouter=True)
    query = query.where((rows.c.id == root) | (rows.c.thread == root))
    query = query.where(rows.c.only_for.is_(None), rows.c.deleted.is_(False))
    return connection.execute(query.order_by(rows.c.number)).all()


def at(connection: Connection, message: str) -> Row[Any]:
    """The message with this id."""
    row = connection.execute(select(tables.message).where(tables.message.c.id == message)).one_or_none()
    if row is None:
        raise NotPossible("no_such_message")
    return row


def visible(connection: Connection, person: str, message: str) -> Row[Any]:
    """The message, if this person may see it; to anybody else it does not exist."""
    row = at(connection, message)
    if row.only_for not in (None, person) or row.deleted:
        raise NotPossible("no_such_message")
    rooms.entered(connection, row.room, person)
    return row


def actions_of(card: Mapping[str, Any] | None) -> Sequence[Mapping[str, str]]:
    """The buttons of a stored card that do something."""
    blocks = card["blocks"] if card else ()
    return [one for block in blocks if block["kind"] == "actions" for one in block["actions"] if not one["url"]]


def _add(
    connection: Connection, room: str, text: str, now: datetime, *, thread: str | None, by: str | None = None,
    card: Mapping[str, Any] | None = None, only_for: str | None = None, payload: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    number = happened(connection)
    id_ = f"m{number}"
    # The event names the message, which is named by the first number: so the event takes the next one.
    changed = number if payload is None else happened(connection, {**payload, "id": id_})
    connection.execute(
        insert(tables.message).values(
            id=id_, number=number, room=room, thread=thread, by=by, at=now.isoformat(), text=text,
            card=None if card is None else dict(card), only_for=only_for, changed=changed,
        )
    )  # fmt: skip
    return id_


def _change(connection: Connection, message: str, number: int, **values: object) -> None:
    rows = tables.message
    connection.execute(update(rows).where(rows.c.id == message).values(changed=number, **values))


def _empty(connection: Connection, message: str, number: int) -> None:
    connection.execute(delete(tables.reaction).where(tables.reaction.c.message == message))
    _change(connection, message, number, text="", card=None, deleted=True, pinned=False)


def _reaction_changed(connection: Connection, kind: str, by: str, row: Row[Any], emoji: str, now: datetime) -> None:
    event = None
    if by != BOT:
        event = _what_happened(kind, row.room, rooms.named(connection, by), now) | {"id": row.id, "emoji": emoji}
    _change(connection, row.id, happened(connection, event))


def _written(text: str) -> str:
    text = carried(text)
    if not text.strip():
        raise NotPossible("no_text")
    if len(text) > MOST_CHARACTERS:
        raise NotPossible("too_long")
    return text


def _open(connection: Connection, room: str, person: str) -> Row[Any]:
    row = rooms.entered(connection, room, person)
    if row.closed:
        raise NotPossible("room_closed")
    return row


def _own(connection: Connection, person: str, message: str) -> Row[Any]:
    row = visible(connection, person, message)
    if row.by != person:
        raise NotPossible("not_your_message")
    return row


def _root(connection: Connection, room: str, thread: str, person: str | None) -> str:
    """The message a thread hangs on; answering an answer continues its thread."""
    row = at(connection, thread)
    if row.room != room or row.only_for not in (None, person):
        raise NotPossible("no_such_message")
    return str(row.thread or row.id)


def _what_happened(kind: str, room: str, who: Row[Any], now: datetime) -> dict[str, Any]:
    return {"type": kind, "room": room, "by": who.id, "by_name": who.name, "at": now.isoformat()}


def _mentioned(text: str, people: Sequence[Row[Any]]) -> list[str]:
    """Who is named with an @: by id, by whole name, or by a first name that only one person has."""
    names: dict[str, str] = {}
    first_names = [row.name.split()[0].lower() for row in people]
    for row, first in zip(people, first_names, strict=True):
        if first_names.count(first) == 1:
            names[first] = row.id
    for row in people:
        names |= {row.name.lower(): row.id, row.id.lower(): row.id}
    longest_first = sorted(names, key=len, reverse=True)
    found: list[str] = []
    for match in _AT.finditer(text):
        rest = text[match.end() : match.end() + 100].lower()
        name = next((name for name in longest_first if re.match(re.escape(name) + r"\b", rest)), None)
        if name is not None and names[name] not in found:
            found.append(names[name])
    return found

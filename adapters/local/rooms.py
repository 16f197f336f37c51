"""Rooms of the local chat and who is in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from adapters.local import tables
from adapters.local.store import BOT_NAME, NotPossible, happened
from bot.plain import slug


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """Somebody who can be played in the local chat. ``title`` says in a few words what they do."""

    id: str
    name: str
    title: str = ""
    language: str = ""
    zone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LocalRoom:
    """A channel that is there from the start, with everybody in it unless ``members`` names some."""

    id: str
    name: str
    topic: str = ""
    private: bool = False
    members: tuple[str, ...] | None = None


def seed(connection: Connection, people: Sequence[LocalPerson], rooms: Sequence[LocalRoom]) -> None:
    """Make the people and rooms known, each person with a direct room to the bot; doing it again changes no talk."""
    number = happened(connection)
    for one in people:
        values = {"name": one.name, "title": one.title, "language": one.language, "zone": one.zone, "email": one.email}
        connection.execute(upsert(tables.person).values(id=one.id, **values).on_conflict_do_update(set_=values))
        direct(connection, one.id)
    for room in rooms:
        values_of_room = {"name": room.name, "private": room.private}
        new = upsert(tables.room).values(id=room.id, topic=room.topic, changed=number, **values_of_room)
        connection.execute(new.on_conflict_do_update(set_=values_of_room))
        for person in [one.id for one in people] if room.members is None else room.members:
            _add(connection, room.id, person)


def direct(connection: Connection, person: str) -> str:
    """The direct room of this person with the bot, made if there is none."""
    named(connection, person)
    id_ = direct_id(person)
    if connection.execute(select(tables.room.c.id).where(tables.room.c.id == id_)).first():
        return id_
    new = insert(tables.room).values(id=id_, name=BOT_NAME, private=True, direct=person, changed=happened(connection))
    connection.execute(new)
    _add(connection, id_, person)
    return id_


def direct_id(person: str) -> str:
    """What the direct room of this person is called."""
    return f"direct-{person}"


def named(connection: Connection, person: str) -> Row[Any]:
    """The person with this id."""
    row = connection.execute(select(tables.person).where(tables.person.c.id == person)).one_or_none()
    if row is None:
        raise NotPossible("no_such_person")
    return row


def everybody(connection: Connection) -> Sequence[Row[Any]]:
    """All people, in the order of their names."""
    return connection.execute(select(tables.person).order_by(tables.person.c.name)).all()


def at(connection: Connection, room: str) -> Row[Any]:
    """The room with this id."""
    row = connection.execute(select(tables.room).where(tables.room.c.id == room)).one_or_none()
    if row is None:
        raise NotPossible("no_such_room")
    return row


def seen_by(connection: Connection, person: str) -> Sequence[Row[Any]]:
    """The rooms this person can look into: open channels and whatever they are a member of."""
    mine = select(tables.member.c.room).where(tables.member.c.person == person)
    query = select(tables.room).where(or_(tables.room.c.private.is_(False), tables.room.c.id.in_(mine)))
    return connection.execute(query.order_by(tables.room.c.direct, tables.room.c.name)).all()


def entered(connection: Connection, room: str, person: str) -> Row[Any]:
    """The room, if this person may look into it; to anybody else it does not exist."""
    row = at(connection, room)
    if row.private and not is_member(connection, room, person):
        raise NotPossible("no_such_room")
    return row


def is_member(connection: Connection, room: str, person: str) -> bool:
    """Whether this person is in the room."""
    where = (tables.member.c.room == room, tables.member.c.person == person)
    return connection.execute(select(tables.member.c.room).where(*where)).first() is not None


def members(connection: Connection, room: str) -> Sequence[str]:
    """Who is in the room."""
    query = select(tables.member.c.person).where(tables.member.c.room == room).order_by(tables.member.c.person)
    return list(connection.execute(query).scalars())


def open_room(connection: Connection, name: str, topic: str, *, private: bool) -> str:
    """Open a channel; a taken name gets a number."""
    wanted = slug(name, limit=60)
    id_, tries = wanted, 1
    while connection.execute(select(tables.room.c.id).where(tables.room.c.id == id_)).first():
        tries += 1
        id_ = f"{wanted}-{tries}"
    number = happened(connection)
    connection.execute(insert(tables.room).values(id=id_, name=id_, topic=topic, private=private, changed=number))
    return id_


def join(connection: Connection, room: str, person: str, now: datetime, *, invited: bool = False) -> None:
    """Make this person a member; the bot hears of it when they were none. ``invited``: the bot does it."""
    who = named(connection, person)
    if _add(connection, room, person):
        number = happened(connection, _membership("joined", room, who, now) | {"invited": invited})
        connection.execute(update(tables.room).where(tables.room.c.id == room).values(changed=number))


def leave(connection: Connection, room: str, person: str, now: datetime) -> None:
    """Take this person out of the room; direct rooms stay."""
    if at(connection, room).direct:
        raise NotPossible("direct_room")
    where = (tables.member.c.room == room, tables.member.c.person == person)
    if connection.execute(delete(tables.member).where(*where)).rowcount:
        number = happened(connection, _membership("left", room, named(connection, person), now))
        connection.execute(update(tables.room).where(tables.room.c.id == room).values(changed=number))


def invite(connection: Connection, room: str, people: Iterable[str], now: datetime) -> Sequence[str]:
    """Make people members; returns those nobody knows here."""
    if at(connection, room).closed:
        raise NotPossible("room_closed")
    known = {row.id for row in everybody(connection)}
    wanted = list(people)
    for person in wanted:
        if person in known:
            join(connection, room, person, now, invited=True)
    return [person for person in wanted if person not in known]


def change(connection: Connection, room: str, **values: object) -> None:
    """Change the topic, or close the room."""
    at(connection, room)
    connection.execute(
        update(tables.room).where(tables.room.c.id == room).values(changed=happened(connection), **values)
    )


def _add(connection: Connection, room: str, person: str) -> bool:
    new = upsert(tables.member).values(room=room, person=person)
    return bool(connection.execute(new.on_conflict_do_nothing()).rowcount)


def _membership(kind: str, room: str, who: Row[Any], now: datetime) -> dict[str, object]:
    return {"type": kind, "room": room, "by": who.id, "by_name": who.name, "at": now.isoformat()}

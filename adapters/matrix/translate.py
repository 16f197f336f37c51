"""From a Matrix event to what the bot hears. Pure: what an event alone does not say comes as ``Around``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from adapters.matrix import links, reading, speech
from adapters.matrix.marks import CardMark
from adapters.matrix.reading import Event, string
from bot import plain, words
from bot.events import (
    ActionTaken,
    ChatEvent,
    File,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageUnreadable,
    ReactionAdded,
    ReactionRemoved,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction, as remembered for the day it is taken back: Matrix then no longer says what it was."""

    target: str
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around an event.

    ``direct``: the room is a conversation of one person with the bot. ``name``: what the sender is called.
    ``target``: the event it points at (edits, redactions), as far as it can be read. ``thread``: the root of the
    thread that a message belongs to, where that is not what it says itself. ``reaction``: what a redaction takes back,
    if it is a reaction. ``card``: the card that a number chooses from.
    """

    room: str
    direct: bool = False
    name: str = ""
    target: Event | None = None
    thread: str = ""
    reaction: Reaction | None = None
    card: CardMark | None = None


def translate(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    """What the bot hears in this event; None when it is nothing to it."""
    kind = _KINDS.get(string(event.get("type")))
    if kind is None or not string(event.get("event_id")) or not string(event.get("sender")):
        return None
    if event.get("sender") == me.user_id and event.get("type") != "m.room.member":
        return None
    return kind(event, me, around)


def unreadable(event: Event, around: Around) -> MessageUnreadable:
    """That somebody wrote what cannot be decrypted; one for all messages of the same key."""
    session = string(reading.content(event).get("session_id"))
    common = _heard(event, around)
    common["delivery"] = f"matrix:unreadable:{session}"
    message = MessageRef(_room(around), string(event.get("event_id")))
    return MessageUnreadable(**common, message=message, thread=_thread(event, around), direct=around.direct)


def number_in(event: Event, me: speech.Self) -> int | None:
    """The number 1 to 9 that somebody chose by a reaction or by typing nothing else; None for anything else."""
    if event.get("type") == "m.reaction":
        return _digit(string(reading.relation(event).get("key")))
    if event.get("type") != "m.room.message" or reading.relation(event).get("rel_type") == "m.replace":
        return None
    said = speech.read(reading.content(event), me)
    return _digit(said.text.rstrip(".)").lstrip("#(")) if said else None


def reaction_in(event: Event) -> Reaction | None:
    """The reaction to remember."""
    related = reading.relation(event)
    target, emoji = string(related.get("event_id")), string(related.get("key"))[:64]
    if event.get("type") != "m.reaction" or related.get("rel_type") != "m.annotation" or not (target and emoji):
        return None
    return Reaction(target, emoji)


def _message(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    if "state_key" in event:
        return None
    if reading.relation(event).get("rel_type") == "m.replace":
        return _edit(event, me, around)
    said = speech.read(reading.content(event), me)
    if said is None or not (said.text or said.addressed):
        return None
    if taken := _action(event, me, around):
        return taken
    return MessagePosted(
        **_heard(event, around),
        message=MessageRef(_room(around), string(event.get("event_id"))),
        text=said.text,
        thread=_thread(event, around),
        direct=around.direct,
        addressed=said.addressed,
        mentions=tuple(map(_user, said.mentions)),
        files=files_of(event, around.room),
    )


def files_of(event: Event, room: str) -> tuple[File, ...]:
    """What was sent along is shown by the message itself: only clients that are in the room can fetch it."""
    content = reading.content(event)
    if content.get("msgtype") not in ("m.image", "m.file", "m.video", "m.audio"):
        return ()
    server = string(event.get("sender")).partition(":")[2]
    name = string(content.get("filename")) or string(content.get("body"))
    info = reading.mapping(content.get("info"))
    size = info.get("size")
    return (
        File(
            name, links.to_room(room, server, string(event.get("event_id"))), string(info.get("mimetype")),
            size if isinstance(size, int) and size > 0 else 0,
        ),
    )  # fmt: skip


def _edit(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    target = around.target
    # Homeservers pass on anybody's edit of anybody's message; only the author's counts.
    if target is None or target.get("sender") != event.get("sender") or target.get("type") != "m.room.message":
        return None
    now = reading.mapping(reading.content(event).get("m.new_content"))
    said = speech.read(now, me)
    if said is None:
        return None
    return MessageEdited(
        **_heard(event, around),
        message=MessageRef(_room(around), string(target.get("event_id"))),
        text=said.text,
        files=files_of({**target, "content": now}, around.room),
    )


def _reaction(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    reaction = reaction_in(event)
    if reaction is None:
        return None
    if taken := _action(event, me, around):
        return taken
    return ReactionAdded(
        **_heard(event, around),
        message=MessageRef(_room(around), reaction.target),
        emoji=reaction.emoji,
    )


def _action(event: Event, me: speech.Self, around: Around) -> ActionTaken | None:
    card, number = around.card, number_in(event, me)
    if card is None or number is None or number > len(card.actions):
        return None
    room = _room(around)
    action, value = card.actions[number - 1]
    # Whatever is asked next belongs in the card's thread, where it disturbs nobody.
    thread = card.thread or ("" if around.direct else card.event_id)
    return ActionTaken(
        **_heard(event, around),
        action=action,
        value=value,
        message=MessageRef(room, card.event_id),
        thread=ThreadRef(room, thread) if thread else None,
    )


def _redaction(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    target = reading.redacted(event)
    if not target:
        return None
    if around.reaction is not None:
        return ReactionRemoved(
            **_heard(event, around),
            message=MessageRef(_room(around), around.reaction.target),
            emoji=around.reaction.emoji,
        )
    if around.target is None or around.target.get("type") not in ("m.room.message", "m.room.encrypted"):
        return None
    return MessageDeleted(
        **_heard(event, around),
        message=MessageRef(_room(around), target),
    )


def _member(event: Event, me: speech.Self, around: Around) -> ChatEvent | None:
    who = string(event.get("state_key"))
    now = reading.content(event).get("membership")
    before = reading.membership_before(event)
    if not who or who == me.user_id or (now == "join") == (before == "join"):
        return None
    common = _heard(event, around)
    common["by"] = _user(who)
    common["by_name"] = plain.excerpt(reading.name_of_member(event), 80)
    invited = before == "invite" and reading.sender_before(event) == me.user_id
    return MemberJoined(**common, invited=invited) if now == "join" else MemberLeft(**common)


class _Common(TypedDict):
    """What every event has."""

    delivery: str
    at: datetime
    by: UserRef
    by_name: str
    room: RoomRef


def _heard(event: Event, around: Around) -> _Common:
    return {
        "delivery": f"matrix:{string(event.get('event_id'))}",
        "at": reading.time_of(event),
        "by": _user(string(event.get("sender"))),
        "by_name": plain.excerpt(around.name, 80),
        "room": _room(around),
    }


def _room(around: Around) -> RoomRef:
    return RoomRef(Platform.MATRIX, around.room)


def _user(user_id: str) -> UserRef:
    return UserRef(Platform.MATRIX, user_id)


def _thread(event: Event, around: Around) -> ThreadRef | None:
    related = reading.relation(event)
    root = around.thread or (string(related.get("event_id")) if related.get("rel_type") == "m.thread" else "")
    return ThreadRef(_room(around), root) if root else None


def _digit(sign: str) -> int | None:
    return words.digit_of(sign.strip()) if 0 < len(sign) <= 8 else None


_KINDS: Mapping[str, Callable[[Event, speech.Self, Around], ChatEvent | None]] = {
    "m.room.message": _message,
    "m.reaction": _reaction,
    "m.room.redaction": _redaction,
    "m.room.member": _member,
}

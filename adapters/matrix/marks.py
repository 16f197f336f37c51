"""What the bot writes into its own events so that it knows them again, on any replica and after any restart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.matrix import reading
from adapters.matrix.reading import mapping, string
from bot import plain

ALIASES = "swarm-"
"""How the aliases of the bot's rooms begin."""
ENCRYPTED = "m.room.encrypted"
"""The kind of every event whose content is encrypted."""
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
"""State event that makes a room encrypted."""
CARD = "org.swarmbridge.card"
"""Key of a message's content: the intent it came from and what its numbers choose."""
THREAD = "org.swarmbridge.thread"
"""Key of a message's content: the thread it belongs to, begun in a room that this one replaced."""
ROOM = "org.swarmbridge.room"
"""State event of a room the bot opened: the intent it came from."""
CLOSED = "org.swarmbridge.closed"
"""State event of a room the bot closed."""


@dataclass(frozen=True, slots=True)
class CardMark:
    """One of the bot's cards as its event tells it: number n chooses ``actions[n - 1]``, an action id and a value."""

    event_id: str
    thread: str
    actions: tuple[tuple[str, str], ...]


def txn_id(*parts: str) -> str:
    """A transaction id: the same act always has the same one."""
    return "sb" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def alias_localpart(bot: str, key: str, number: int = 1) -> str:
    """The alias of the room that this intent opens; ``number`` tells apart those that were taken by others.

    A homeserver may have several bots of this kind, so the account is part of it.
    """
    suffix = f"-{number}" if number > 1 else ""
    return f"{ALIASES}{plain.slug(key, 40)}-{hashlib.sha256(f'{bot} {key}'.encode()).hexdigest()[:8]}{suffix}"


def card_content(key: str, actions: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """The mark itself."""
    return {"key": key, "actions": [{"id": string(id_), "value": string(value)} for id_, value in actions]}


def key_of(event: Mapping[str, Any]) -> str:
    """The intent that posted this message; empty for any other event."""
    return string(mapping(mapping(event.get("content")).get(CARD)).get("key"))


def thread_content(root: str) -> dict[str, Any]:
    """The mark of a message that goes on with a thread of a room that was replaced."""
    return {THREAD: {"root": root}}


def thread_of(event: Mapping[str, Any], bot: str) -> str:
    """The root of the thread that this message of the bot goes on with; empty for any other event."""
    if event.get("sender") != bot:
        return ""
    return string(mapping(mapping(event.get("content")).get(THREAD)).get("root"))


def card_of(event: Mapping[str, Any], bot: str) -> CardMark | None:
    """The card in an event as the server gives it, edits considered; None when it is not one of the bot's cards."""
    if event.get("sender") != bot or event.get("type") != "m.room.message":
        return None
    mark = mapping(reading.newest_content(event).get(CARD))
    if not mark:
        return None
    given = mark.get("actions")
    actions = tuple(
        (string(mapping(action).get("id")), string(mapping(action).get("value")))
        for action in (given if isinstance(given, list) else [])
    )
    relation = reading.relation(event)
    thread = string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else thread_of(event, bot)
    return CardMark(string(event.get("event_id")), thread, actions)

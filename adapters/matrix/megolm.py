"""Megolm: the keys of rooms. One key, shared with every device, encrypts the bot's messages until it is changed."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import vodozemac

from adapters.matrix.olm import MEGOLM, Olm, Peer
from adapters.matrix.reading import Event, content, mapping, string
from adapters.matrix.shelf import Shelf

WEEK = 7 * 24 * 3600.0
MESSAGES = 100
MOST_INDEXES = 20_000
READABLE = ("m.room.message", "m.reaction")


@dataclass(slots=True)
class Outbound:
    """A key the bot encrypts with, and which devices have it. It is not kept: a restart begins a new one, so that no
    step of it is ever used twice."""

    session: vodozemac.GroupSession
    most_messages: int
    until: float
    shared: set[Peer] = field(default_factory=set)
    messages: int = 0

    def is_used_up(self) -> bool:
        """Whether it has encrypted enough."""
        return self.messages >= self.most_messages or time.time() >= self.until

    def key_for(self, room: str) -> dict[str, Any]:
        """The key as a device is told it."""
        key = self.session.session_key.to_base64()
        return {"algorithm": MEGOLM, "room_id": room, "session_id": self.session.session_id, "session_key": key}


class RoomKeys:
    """Keys of rooms: those others gave to the bot are kept on the shelf, its own in memory."""

    def __init__(self, shelf: Shelf, olm: Olm) -> None:
        self._shelf = shelf
        self._olm = olm
        self._outbound: dict[str, Outbound] = {}
        self._heard: OrderedDict[tuple[str, str, int], str] = OrderedDict()

    async def learn(self, sender: str, sender_key: str, told: Mapping[str, Any], *, exported: bool = False) -> str:
        """Keep a key somebody gave; the session's id, empty when it is no good. The earliest step of a key wins."""
        room, id_, key = (string(told.get(name)) for name in ("room_id", "session_id", "session_key"))
        if told.get("algorithm") != MEGOLM or not (room and id_ and key):
            return ""
        try:
            if exported:
                session = vodozemac.InboundGroupSession.import_session(vodozemac.ExportedSessionKey(key))
            else:
                session = vodozemac.InboundGroupSession(vodozemac.SessionKey(key))
        except ValueError:
            return ""
        known = await self._shelf.get(_row(room, id_, sender))
        if session.session_id != id_ or (known is not None and not self._is_better(session, known)):
            return ""
        row = {"pickle": session.pickle(self._shelf.pickle_key), "sender_key": sender_key}
        self._shelf.put(_row(room, id_, sender), row)
        return id_

    async def open(self, room: str, event: Event) -> Event | None:
        """An encrypted event as it was before; None when its key is not known or does not fit."""
        told = content(event)
        id_, sender = string(told.get("session_id")), string(event.get("sender"))
        # A key speaks for the person who gave it, and for nobody else.
        row = await self._shelf.get(_row(room, id_, sender)) if told.get("algorithm") == MEGOLM and id_ else None
        if row is None:
            return None
        try:
            session = vodozemac.InboundGroupSession.from_pickle(row["pickle"], self._shelf.pickle_key)
            message = vodozemac.MegolmMessage.from_base64(string(told.get("ciphertext")))
            opened = session.decrypt(message)
            payload = mapping(json.loads(opened.plaintext))
        except ValueError:
            return None
        if payload.get("room_id") != room or self._is_replayed(id_, opened.message_index, event):
            return None
        return _as_sent(event, payload)

    def outbound(self, room: str, members: set[Peer]) -> Outbound | None:
        """The key in use, if it still may be: not used up, and nobody has it who should not read on."""
        current = self._outbound.get(room)
        if current is None or current.is_used_up() or not current.shared <= members:
            return None
        return current

    async def begin(self, room: str, rules: Mapping[str, Any]) -> Outbound:
        """A new key to encrypt with; the bot can read its own messages by it."""
        age, most = rules.get("rotation_period_ms"), rules.get("rotation_period_msgs")
        lasts = min(WEEK, age / 1000) if isinstance(age, int) and age > 0 else WEEK
        most_messages = min(MESSAGES, most) if isinstance(most, int) and most > 0 else MESSAGES
        made = Outbound(vodozemac.GroupSession(), most_messages, time.time() + lasts)
        await self.learn(self._olm.user, self._olm.curve, made.key_for(room))
        self._outbound[room] = made
        return made

    def seal(self, outbound: Outbound, room: str, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an encrypted event. Its relation to others stays readable: homeservers make threads of it."""
        payload = json.dumps({"room_id": room, "type": kind, "content": told}, ensure_ascii=False)
        ciphertext = outbound.session.encrypt(payload.encode("utf-8", "replace")).to_base64()
        outbound.messages += 1
        sealed = {
            "algorithm": MEGOLM, "ciphertext": ciphertext, "session_id": outbound.session.session_id,
            "sender_key": self._olm.curve, "device_id": self._olm.device,
        }  # fmt: skip
        return sealed | ({"m.relates_to": told["m.relates_to"]} if "m.relates_to" in told else {})

    def _is_better(self, session: vodozemac.InboundGroupSession, known: Mapping[str, Any]) -> bool:
        before = vodozemac.InboundGroupSession.from_pickle(known["pickle"], self._shelf.pickle_key)
        return bool(session.first_known_index < before.first_known_index)

    def _is_replayed(self, session_id: str, index: int, event: Event) -> bool:
        """Whether this step of the key was used for another event."""
        event_id = string(event.get("event_id"))
        first = self._heard.setdefault((string(event.get("sender")), session_id, index), event_id)
        if len(self._heard) > MOST_INDEXES:
            self._heard.popitem(last=False)
        return first != event_id


def _as_sent(event: Event, payload: Mapping[str, Any]) -> Event:
    """What comes encrypted may be words and reactions; redactions and state are the homeserver's to allow."""
    kind, told = string(payload.get("type")), dict(mapping(payload.get("content")))
    outside = content(event).get("m.relates_to")
    if outside is not None:
        told["m.relates_to"] = outside  # it is what the homeserver goes by
    return {**event, "type": kind if kind in READABLE else f"encrypted {kind}", "content": told}


def _row(room: str, session_id: str, sender: str) -> str:
    """Each has a row of their own: whoever was given a key can give it away, but not take its maker's place."""
    return f"roomkey {room} {session_id} {sender}"

"""Letters: what one device says to another outside of rooms. They bring keys, ask for keys, and mend sessions."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import math
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix import reading
from adapters.matrix.devices import Devices
from adapters.matrix.homeserver import LONGEST_ID, Homeserver, path
from adapters.matrix.megolm import RoomKeys
from adapters.matrix.olm import MEGOLM, Olm, Peer
from adapters.matrix.reading import Event, mapping, string
from adapters.matrix.shelf import Shelf
from bot.errors import ChatRefused

log = logging.getLogger(__name__)

BETWEEN_MENDINGS = 3600.0
MOST_REMEMBERED = 2_000
CANCEL = "m.key.verification.cancel"
DECLINED = {
    "code": "m.user",
    "reason": "This is a bot: nobody is there to compare signs. Its device is signed by its own identity.",
}

Letter = tuple[str, str, str, Mapping[str, Any]]
"""Kind, user, device (``*`` for all of theirs) and content."""


class Letters:
    """Reads letters to the bot's device and sends those it has to write."""

    def __init__(self, homeserver: Homeserver, olm: Olm, devices: Devices, keys: RoomKeys, shelf: Shelf) -> None:
        self._homeserver = homeserver
        self._olm = olm
        self._devices = devices
        self._keys = keys
        self._shelf = shelf
        self._to_send: list[Letter] = []
        self._to_mend: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._mended_at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._read: OrderedDict[str, Mapping[str, Any] | None] = OrderedDict()
        self._come: set[tuple[str, str]] = set()
        self._asked: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def read(self, letters: Sequence[Event]) -> set[tuple[str, str]]:
        """Take in letters; the rooms and sessions whose keys have come, and those from before until ``stored``."""
        for letter in letters:
            kind, sender, told = string(letter.get("type")), string(letter.get("sender")), reading.content(letter)
            if kind == "m.room.encrypted":
                self._come |= await self._open(letter, sender, told)
            elif kind in ("m.key.verification.request", "m.key.verification.start"):
                self._decline(sender, told)
            elif kind == "m.room_key.withheld":
                log.info("a key is withheld from the bot", extra={"user": sender, "code": string(told.get("code"))})
        return set(self._come)

    def stored(self) -> None:
        """What came of the letters is stored."""
        self._come.clear()

    def ask(self, room: str, event: Event) -> None:
        """Ask all devices of an event's author for its key."""
        told, author = reading.content(event), string(event.get("sender"))
        session = string(told.get("session_id"))
        if (room, session) in self._asked or not session:
            return
        _remember(self._asked, (room, session), author)
        wanted = {"algorithm": MEGOLM, "room_id": room, "session_id": session}
        if sender_key := string(told.get("sender_key")):
            wanted["sender_key"] = sender_key
        request = {
            "action": "request", "requesting_device_id": self._olm.device,
            "request_id": secrets.token_hex(8), "body": wanted,
        }  # fmt: skip
        self._to_send.append(("m.room_key_request", author, "*", request))

    async def send(self) -> None:
        """Send what is waiting; what cannot be sent now waits on, and what is refused is dropped."""
        await self._mend()
        await self._shelf.store()  # a session's steps are stored before they are used
        while self._to_send:
            kind, user, device, told = self._to_send[0]
            where = path("sendToDevice", kind, secrets.token_hex(12))
            try:
                await self._homeserver.put(where, {"messages": {user: {device: told}}})
            except ChatRefused as refused:  # one that never goes must not hold up those behind it
                log.warning("a letter is not sent: %s", refused, extra={"user": user, "kind": kind})
            self._to_send.pop(0)

    async def _open(self, letter: Event, sender: str, told: Mapping[str, Any]) -> set[tuple[str, str]]:
        seen = hashlib.sha256(json.dumps(letter, sort_keys=True).encode()).hexdigest()
        sender_key = string(told.get("sender_key"))
        if seen not in self._read:  # the same sync may come once more, because it could not be stored
            _remember(self._read, seen, await self._olm.decrypt(sender, told))
            if self._read[seen] is None:
                log.warning("a letter cannot be read", extra={"user": sender})
                _remember(self._to_mend, (sender, sender_key), None)
        if (payload := self._read[seen]) is None:
            return set()
        content = mapping(payload.get("content"))
        if payload.get("type") == "m.room_key":
            session = await self._keys.learn(sender, sender_key, content)
        elif payload.get("type") == "m.forwarded_room_key" and self._is_answer(sender, sender_key, content):
            session = await self._keys.learn(sender, sender_key, content, exported=True)
        else:
            return set()
        return {(string(content.get("room_id")), session)} if session else set()

    def _is_answer(self, sender: str, sender_key: str, content: Mapping[str, Any]) -> bool:
        """Whether a key handed on is one that was asked for, and comes from the very device that made it."""
        asked = self._asked.get((string(content.get("room_id")), string(content.get("session_id"))))
        return asked == sender and content.get("sender_key") == sender_key

    async def _mend(self) -> None:
        """Begin a new session with devices whose letters could not be read: once for what was unreadable until then,
        and at most once an hour each."""
        now = asyncio.get_running_loop().time()
        for user, sender_key in list(self._to_mend):
            if now - self._mended_at.get((user, sender_key), -math.inf) < BETWEEN_MENDINGS:
                continue
            peer = await self._devices.by_key(user, sender_key)
            _remember(self._mended_at, (user, sender_key), now)
            if peer is not None and await self.begin([peer]):
                told = await self._olm.encrypt(peer, "m.dummy", {})
                self._to_send.append(("m.room.encrypted", user, peer.id, told or {}))
            self._to_mend.pop((user, sender_key), None)

    async def begin(self, peers: Sequence[Peer]) -> list[Peer]:
        """Begin sessions with devices; those with which it could be done."""
        wanted: dict[str, dict[str, str]] = {}
        for peer in peers:
            wanted.setdefault(peer.user, {})[peer.id] = "signed_curve25519"
        try:
            answer = await self._homeserver.post(path("keys", "claim"), {"one_time_keys": wanted, "timeout": 8_000})
        except ChatRefused:
            return []
        given = mapping(answer.get("one_time_keys"))
        return [peer for peer in peers if await self._olm.begin(peer, _key_of(given, peer))]

    def _decline(self, sender: str, told: Mapping[str, Any]) -> None:
        id_, device = string(told.get("transaction_id")), string(told.get("from_device"))
        if 0 < len(id_) <= LONGEST_ID and 0 < len(device) <= LONGEST_ID:
            self._to_send.append((CANCEL, sender, device, DECLINED | {"transaction_id": id_}))


def _key_of(given: Mapping[str, Any], peer: Peer) -> Mapping[str, Any]:
    keys = mapping(mapping(given.get(peer.user)).get(peer.id))
    return next((mapping(key) for key in keys.values()), {})


def _remember(known: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    known[key] = value
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)

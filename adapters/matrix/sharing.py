"""Gives the key of a room to every device that shall read it, and changes it when somebody has left."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from adapters.matrix import reading
from adapters.matrix.devices import Devices
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.letters import Letters
from adapters.matrix.megolm import Outbound, RoomKeys
from adapters.matrix.olm import Olm, Peer
from adapters.matrix.reading import mapping, string
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.shelf import Shelf

log = logging.getLogger(__name__)

LETTERS_AT_ONCE = 200
BETWEEN_TRIES = 600.0
PATIENCE = 30.0
FIRST_MEETING = 1.5
"""Seconds between the first letter to a device and the message it is for. Strict clients look up who wrote to them;
what comes before they know is refused, and not tried again."""


class Sharing:
    """Encrypts what the bot says, with a key that all devices of the room's members have been given before."""

    def __init__(
        self, homeserver: Homeserver, olm: Olm, devices: Devices, keys: RoomKeys, letters: Letters, shelf: Shelf,
        settings: MatrixSettings,
    ) -> None:  # fmt: skip
        self._homeserver = homeserver
        self._olm = olm
        self._devices = devices
        self._keys = keys
        self._letters = letters
        self._shelf = shelf
        self._settings = settings
        self._members: dict[str, frozenset[str]] = {}
        self._asked: set[str] = set()
        self._doors: dict[str, asyncio.Lock] = {}
        self._unreached: dict[Peer, float] = {}

    def learn(self, joined: Mapping[str, Any]) -> None:
        """Take in from a sync where people came or went."""
        for room, told in joined.items():
            timeline = mapping(mapping(told).get("timeline"))
            state = mapping(mapping(told).get("state"))
            events = reading.events(timeline.get("events")) + reading.events(state.get("events"))
            if timeline.get("limited") or any(event.get("type") == "m.room.member" for event in events):
                self._members.pop(room, None)
                self._asked.discard(room)

    def forget(self) -> None:
        """Nothing of who is where is known any more."""
        self._members.clear()
        self._asked.clear()

    async def seal(self, room: str, kind: str, content: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an encrypted event; the keys to it are on their way before this returns."""
        async with self._doors.setdefault(room, asyncio.Lock()):
            readers = await self._readers(room)
            outbound = self._keys.outbound(room, readers) or await self._keys.begin(room, rules)
            await self._share(room, outbound, readers - outbound.shared)
            await self._shelf.store()
            return self._keys.seal(outbound, room, kind, content)

    async def _readers(self, room: str) -> set[Peer]:
        """The devices that may read what is said now."""
        peers = await self._devices.of(sorted(await self._people(room)))
        own = (self._olm.user, self._olm.device)
        only_signed = self._settings.only_signed_devices
        return {peer for peer in peers if (peer.user, peer.id) != own and (peer.signed or not only_signed)}

    async def _people(self, room: str) -> frozenset[str]:
        """Who is in the room or invited: those who come shall read what was said since they were asked to."""
        if (known := self._members.get(room)) is None:
            where = path("rooms", room, "members")
            self._asked.add(room)
            answer = await self._homeserver.get(where, query={"not_membership": "leave"}, patience=PATIENCE)
            known = frozenset(
                string(event.get("state_key"))
                for event in reading.events(answer.get("chunk"))
                if reading.content(event).get("membership") in ("join", "invite")
            )
            if room in self._asked:  # else somebody came or went meanwhile, and the answer may be of before
                self._asked.discard(room)
                self._members[room] = known
        return known

    async def _share(self, room: str, outbound: Outbound, missing: set[Peer]) -> None:
        now, met = time.monotonic(), False
        strangers = [peer for peer in missing if not await self._olm.has_session(peer)]
        if to_reach := [peer for peer in strangers if self._unreached.get(peer, 0.0) <= now]:
            reached = set(await self._letters.begin(to_reach))
            met = bool(reached)
            self._unreached.update((peer, now + BETWEEN_TRIES) for peer in to_reach if peer not in reached)
        key = outbound.key_for(room)
        sealed = [(peer, letter) for peer in missing if (letter := await self._olm.encrypt(peer, "m.room_key", key))]
        await self._shelf.store()  # a session's steps are stored before they are used
        for start in range(0, len(sealed), LETTERS_AT_ONCE):
            some = sealed[start : start + LETTERS_AT_ONCE]
            messages: dict[str, dict[str, Any]] = {}
            for peer, letter in some:
                messages.setdefault(peer.user, {})[peer.id] = letter
            await self._homeserver.put(
                path("sendToDevice", "m.room.encrypted", secrets.token_hex(12)), {"messages": messages}
            )
            outbound.shared.update(peer for peer, _ in some)
        if met:
            await asyncio.sleep(FIRST_MEETING)

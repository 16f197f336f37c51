"""End-to-end encryption of one account: reads encrypted events, and encrypts what the bot says in encrypted rooms.

One process at a time encrypts: the one that listens, for it alone hears who comes and goes and which devices are new.
Any process can read what the shelf has keys for.
"""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix import marks, reading
from adapters.matrix.devices import Devices
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.identity import Identity, Standing
from adapters.matrix.letters import CANCEL, DECLINED, Letters
from adapters.matrix.megolm import RoomKeys
from adapters.matrix.olm import KEY_KIND, ONE_TIME_KEYS, Olm
from adapters.matrix.reading import Event, mapping, string
from adapters.matrix.session import Session
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.sharing import Sharing
from adapters.matrix.shelf import Shelf
from adapters.matrix.vault import vault_for
from adapters.matrix.waiting import Waiting
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused
from bot.events import ChatEvent

log = logging.getLogger(__name__)

FALLBACK = "fallback"
BETWEEN_FALLBACKS = 3600.0

_NOT_OUR_DEVICE = Standing(
    False,
    "The access token is of a device whose keys another program has, or that were lost with a database",
    "Give the bot a new access token, of a login that nothing else uses.",
)


class Encryption:
    """The keys of one account and what is done with them. ``begin`` when listening begins, ``end`` when it ends.

    Without a place for keys it is off: encrypted events stay closed, and nothing is said in encrypted rooms.
    """

    def __init__(self, homeserver: Homeserver, session: Session, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._session = session
        self._vault = vault_for(settings)
        self._why_not = settings.why_not_encrypted
        shelf = Shelf(self._vault, f"matrix:{settings.user_id}", forgiving=settings.new_identity)
        self._shelf = shelf
        self._olm = Olm(shelf, settings.user_id)
        self._devices = Devices(homeserver, shelf)
        self._identity = Identity(homeserver, shelf, settings)
        self._keys = RoomKeys(shelf, self._olm)
        self._letters = Letters(homeserver, self._olm, self._devices, self._keys, shelf)
        self._sharing = Sharing(homeserver, self._olm, self._devices, self._keys, self._letters, shelf, settings)
        self._on_server: int | None = None
        self._fallback_used = False
        self._to_decline: list[tuple[str, Event]] = []
        self.waiting = Waiting(shelf, settings.seconds_for_keys)
        self.standing = Standing(False, "The bot has not started yet", "")

    @property
    def on(self) -> bool:
        """Whether there is a place for keys."""
        return self._vault is not None

    async def begin(self, inbox: Inbox) -> None:
        """Take the keys in hand: this process is now the one that encrypts."""
        self._shelf.open(inbox)
        if not self.on:
            return
        await self._session.share(self._shelf)
        made = await self._olm.load(await self._session.device())
        if made and await self._identity.is_another_ones(self._olm):
            # Its keys were lost with a database, or another program has them: nobody would believe in new ones.
            if not await self._session.renew():
                await self._shelf.store()
                self._stand(_NOT_OUR_DEVICE)
                return
            made = await self._olm.load(await self._session.device())
        await self._shelf.store()
        self._devices.epoch = string((await self._shelf.get("epoch") or {}).get("epoch"))
        await self._upload(0 if made else None)
        try:
            self._stand(await self._identity.stand_for(self._olm))
        except ChatRefused as refused:
            self._stand(Standing(False, f"The homeserver takes no signature ({refused.code})", refused.advice))

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        if not standing.signed:
            log.warning("the bot's device is not signed: %s. %s", standing.why, standing.advice)

    async def begin_epoch(self) -> None:
        """Changes of devices may have been missed: all are asked for anew."""
        if not self.on:
            return
        self._devices.epoch = secrets.token_hex(8)
        self._shelf.put("epoch", {"epoch": self._devices.epoch})

    def end(self) -> None:
        """Another process may encrypt from now on."""
        self._shelf.close()
        self._sharing.forget()

    async def take_in(self, answer: Mapping[str, Any]) -> set[tuple[str, str]]:
        """The part of a sync that is about keys; the rooms and sessions whose keys have come."""
        if not self.on:
            return set()
        lists = mapping(answer.get("device_lists"))
        await self._devices.changed(reading.strings(lists.get("changed")))
        counts = answer.get("device_one_time_keys_count")
        if isinstance(counts, dict):
            self._on_server = int(counts.get(KEY_KIND, 0))
        unused = answer.get("device_unused_fallback_key_types")
        self._fallback_used = isinstance(unused, list) and KEY_KIND not in unused
        self._sharing.learn(mapping(mapping(answer.get("rooms")).get("join")))
        return await self._letters.read(reading.events(mapping(answer.get("to_device")).get("events")))

    async def tend(self) -> None:
        """What a sync leaves to do: keys that others have used up, and letters to send."""
        if not self.on:
            return
        few = self._on_server is not None and self._on_server < ONE_TIME_KEYS * 2 // 3
        if await self._renewed_fallback() or few:
            await self._upload(self._on_server)
        await self._letters.send()
        while self._to_decline:
            room, request = self._to_decline[0]
            try:
                await self._decline(room, request)
            except ChatRefused as refused:  # the bot may not write there
                log.warning("signs are not declined: %s", refused, extra={"room": room})
            self._to_decline.pop(0)

    async def store(self, events: Sequence[ChatEvent] = (), cursors: Sequence[Cursor] = ()) -> None:
        """Store what was heard together with what it changed in the keys."""
        await self._shelf.store(events, cursors)
        self._letters.stored()

    async def open(self, room: str, event: Event) -> Event:
        """The event as it was before it was encrypted; itself when it was not, or cannot be read (yet)."""
        if event.get("type") != marks.ENCRYPTED or "state_key" in event or not self.on:
            return event
        opened = await self._keys.open(room, event)
        if opened is None:
            return event
        return await self._with_newest(room, opened)

    async def due_in(self) -> float:
        """Seconds until somebody is to be told that they cannot be read; endless when nobody is."""
        return await self.waiting.due_in() if self.on else math.inf

    async def ask_for_key(self, room: str, event: Event) -> None:
        """Ask the devices of an event's author for its key."""
        self._letters.ask(room, event)

    def decline(self, room: str, request: Event) -> None:
        """Say no to comparing signs, in the conversation where it was asked for."""
        self._to_decline.append((room, request))

    async def seal(self, room: str, kind: str, content: Mapping[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an encrypted event that every device in the room can read."""
        if not self.on:
            raise ChatRefused("encrypted_room", self._why_not)
        if rules.get("algorithm") != "m.megolm.v1.aes-sha2":
            raise ChatRefused("encrypted_room", "This room is encrypted in a way the bot does not know.")
        return await self._sharing.seal(room, kind, content, rules)

    async def _decline(self, room: str, request: Event) -> None:
        event_id = string(request.get("event_id"))
        content: dict[str, Any] = DECLINED | {"m.relates_to": {"rel_type": "m.reference", "event_id": event_id}}
        kind = CANCEL
        if rules := await self._homeserver.find(path("rooms", room, "state", "m.room.encryption", "")):
            kind, content = marks.ENCRYPTED, await self.seal(room, kind, content, rules)
        await self._homeserver.put(path("rooms", room, "send", kind, marks.txn_id(event_id, CANCEL)), content)

    async def _with_newest(self, room: str, event: Event) -> Event:
        """The event with the edit that the homeserver bundles with it opened, too."""
        unsigned = mapping(event.get("unsigned"))
        relations = mapping(unsigned.get("m.relations"))
        edit = mapping(relations.get("m.replace"))
        if edit.get("type") != marks.ENCRYPTED:
            return event
        opened = await self._keys.open(room, edit)
        replaced = {**relations, "m.replace": opened or {}}
        return {**event, "unsigned": {**unsigned, "m.relations": replaced}}

    async def _renewed_fallback(self) -> bool:
        """Whether there is a new fallback key to upload: others have used the last one, or there was none. Not more
        often than what others began with the one before can take to arrive."""
        at = (await self._shelf.get(FALLBACK) or {}).get("at", 0.0)
        if not self._fallback_used or time.time() - at < BETWEEN_FALLBACKS:
            return False
        self._olm.new_fallback_key()
        self._shelf.put(FALLBACK, {"at": time.time()})
        self._fallback_used = False
        return True

    async def _upload(self, on_server: int | None) -> None:
        """Bring the homeserver's stock of one-time keys to what it should be; at first the device's own keys, too."""
        where = path("keys", "upload")
        if on_server is None:
            answer = await self._homeserver.post(where, {})
            on_server = int(mapping(answer.get("one_time_key_counts")).get(KEY_KIND, 0))
        keys = self._olm.one_time_keys(on_server)
        await self._shelf.store()  # before anybody can use one
        try:
            told = {"device_keys": self._olm.device_keys(), "one_time_keys": keys}
            await self._homeserver.post(where, told | {"fallback_keys": self._olm.fallback_keys()})
        except ChatRefused as refused:
            # The homeserver knows other keys by these names: an older database was put back. New ones are made.
            log.warning("one-time keys not taken", extra={"code": refused.code, "why": refused.advice})
        self._olm.uploaded()
        self._on_server = None
        await self._shelf.store()

"""Rooms that were upgraded: a tombstone in the old room names the new one, and the new one its predecessor.

Inside the bot a room keeps the id it is known by, that of the catalogue or the one it had first; only here is it known
which room that is today. Both rooms have to name each other: nobody can lead the bot astray by a tombstone alone, nor
take the place of a room by naming it as a predecessor.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from adapters.matrix import reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import mapping, string
from adapters.matrix.settings import MatrixSettings
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import ChatEvent, MemberJoined, MemberLeft
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
SECONDS_KNOWN = 60.0
MOST_HOPS = 20
TO_FOLLOW = timedelta(minutes=5)
"""So long after an upgrade the bot may still be on its way; afterwards it is not let in."""
SOON = timedelta(seconds=3)


@dataclass(slots=True)
class Wanted:
    """A room to follow into. ``not_before``: when to try, by the machine's running clock."""

    room: str
    via: str
    not_before: float = 0.0
    tries: int = 0

    def put_off(self) -> None:
        """Try again after a second, doubling to a minute."""
        self.not_before = time.monotonic() + min(2.0**self.tries, LONGEST_PAUSE)
        self.tries = min(self.tries + 1, 10)


class Moves:
    """Which room follows which. ``named``: the room ids that the catalogue names."""

    def __init__(self, homeserver: Homeserver, settings: MatrixSettings, named: Callable[[], Collection[str]]) -> None:
        self._homeserver = homeserver
        self._settings = settings
        self._named = named
        self._next: dict[str, str] = {}
        self._wanted: dict[str, Wanted] = {}
        self._looked: dict[str, float] = {}
        self._recognised: set[str] = set()
        self.listening = False
        self.changed = False

    def load(self, stored: str | None) -> None:
        """What an earlier process had followed."""
        self._next |= json.loads(stored) if stored else {}

    def dump(self) -> str:
        """All that was followed, as text."""
        return json.dumps(self._next, separators=(",", ":"))

    def learn(self, rooms: Mapping[str, Any]) -> None:
        """Take in the tombstones of a sync, and invitations into rooms that could not be entered."""
        for room, joined in mapping(rooms.get("join")).items():
            for part in ("state", "timeline"):
                for event in reading.events(mapping(mapping(joined).get(part)).get("events")):
                    if event.get("type") == "m.room.tombstone" and event.get("state_key") == "":
                        self._want(room, event)
        for wanted in self._wanted.values():
            if wanted.room in mapping(rooms.get("invite")) or wanted.room in mapping(rooms.get("join")):
                wanted.not_before = 0.0

    def _want(self, room: str, tombstone: reading.Event) -> None:
        new, via = string(reading.content(tombstone).get("replacement_room")), _server(string(tombstone.get("sender")))
        if not new or self._next.get(room) == new or room in self._wanted:
            return
        if not self._settings.allows(via):
            log.warning("upgrade not followed: this homeserver is not allowed", extra={"room": room, "server": via})
            return
        self._wanted[room] = Wanted(new, via)

    def due_in(self) -> float:
        """Seconds until a room is to be tried again; endless when none is."""
        next_try = min((wanted.not_before for wanted in self._wanted.values()), default=math.inf)
        return max(0.0, next_try - time.monotonic())

    async def follow(self) -> list[tuple[str, str]]:
        """Enter the rooms that replace others; the pairs, old and new, that were followed now."""
        followed = []
        for old, wanted in list(self._wanted.items()):
            if wanted.not_before > time.monotonic():
                continue
            try:
                if await self._enter(old, wanted):
                    followed.append((old, wanted.room))
                del self._wanted[old]
            except ChatUnavailable as away:
                wanted.put_off()
                log.info("new room not entered yet", extra={"room": wanted.room, "why": str(away)})
            except ChatRefused as refused:
                wanted.not_before = math.inf  # an invitation, or a start, makes it try again
                log.warning(
                    "%s was upgraded, and the bot is not let into the new room: invite %s into %s",
                    old, self._settings.user_id, wanted.room, extra={"code": refused.code},
                )  # fmt: skip
        return followed

    async def _enter(self, old: str, wanted: Wanted) -> bool:
        via = urlencode({"via": wanted.via, "server_name": wanted.via})
        await self._homeserver.post(f"{path('join', wanted.room)}?{via}", {})
        if not await self._names(wanted.room, old):
            log.warning("upgrade not followed: the new room does not name the old one", extra={"room": old})
            return False
        self._next[old] = wanted.room
        self.changed = True
        log.warning("%s was upgraded; the bot followed into %s", old, wanted.room)
        return True

    async def recognise(self, room: str) -> None:
        """A room that is heard for the first time may replace another one, whoever it was that followed."""
        if room in self._recognised:
            return
        try:
            old = await self._replaced_by(room)
        except ChatRefused as refused:  # whatever it says it replaces: what is said in it is heard
            log.warning("what a room replaces cannot be looked at", extra={"room": room, "code": refused.code})
            old = ""
        if old and self._next.get(old) != room:
            self._next[old] = room
            self.changed = True
        self._recognised.add(room)

    async def _replaced_by(self, room: str) -> str:
        """The room that a room replaces, if each says so; empty otherwise."""
        created = await self._homeserver.find(path("rooms", room, "state", "m.room.create", ""))
        old = string(mapping((created or {}).get("predecessor")).get("room_id"))
        if not old or self._next.get(old) == room:
            return old
        where = path("rooms", old, "state", "m.room.tombstone", "")
        tombstone = await self._homeserver.find(f"{where}?format=event") or {}
        names_it = reading.content(tombstone).get("replacement_room") == room
        return old if names_it and self._settings.allows(_server(string(tombstone.get("sender")))) else ""

    async def _names(self, new: str, old: str) -> bool:
        """Whether a room says that it follows another."""
        created = await self._homeserver.find(path("rooms", new, "state", "m.room.create", ""))
        return mapping((created or {}).get("predecessor")).get("room_id") == old

    async def current(self, room: str) -> str:
        """The room that is meant by an id today. A process that does not listen asks the homeserver now and then."""
        for _ in range(MOST_HOPS):
            following = self._next.get(room) or ("" if self.listening else await self._ask(room))
            if not following:
                break
            room = following
        return room

    async def _ask(self, room: str) -> str:
        if self._looked.get(room, -math.inf) > time.monotonic() - SECONDS_KNOWN:
            return ""
        self._looked[room] = time.monotonic()
        tombstone = await self._homeserver.find(path("rooms", room, "state", "m.room.tombstone", ""))
        new = string((tombstone or {}).get("replacement_room"))
        if new and await self._names(new, room):
            self._next[room] = new
        return self._next.get(room, "")

    async def room_of(self, room: str, event_id: str) -> str:
        """The room that an event is in: the one meant by an id today, or one it replaced."""
        newest = await self.current(room)
        older = self._before(newest)
        for candidate in (newest, *older) if older else ():
            if await self._homeserver.find(path("rooms", candidate, "event", event_id)):
                return candidate
        return newest

    async def may_move(self, room: str) -> bool:
        """Whether a room was upgraded so lately that the bot may not have followed yet, or has meanwhile."""
        if self.is_replaced(room):
            return True
        tombstone = await self._homeserver.find(f"{path('rooms', room, 'state', 'm.room.tombstone', '')}?format=event")
        return tombstone is not None and datetime.now(UTC) - reading.time_of(tombstone) < TO_FOLLOW

    def is_replaced(self, room: str) -> bool:
        """Whether another room took the place of a room."""
        return room in self._next

    def replaces(self, room: str) -> bool:
        """Whether a room took the place of another."""
        return room in self._next.values()

    def known_as(self, room: str) -> str:
        """What a room is called inside: the id that the catalogue names, or else the one it had first."""
        line = (room, *self._before(room))
        named = self._named()
        return next((one for one in line if one in named), line[-1])

    def as_known(self, heard: ChatEvent) -> ChatEvent | None:
        """What was heard, told of the room as it is known; None for people who come into or leave a room that was
        replaced: that says nothing of the new one."""
        if heard.room.id in self._next and isinstance(heard, MemberJoined | MemberLeft):
            return None
        known = self.known_as(heard.room.id)
        return heard if known == heard.room.id else _moved(heard, RoomRef(Platform.MATRIX, known))

    def _before(self, room: str) -> tuple[str, ...]:
        """The rooms that a room replaced, the latest first."""
        line: list[str] = []
        while (old := next((o for o, new in self._next.items() if new == room), "")) and old not in line:
            line.append(old)
            room = old
        return tuple(line)


def _moved(heard: ChatEvent, room: RoomRef) -> ChatEvent:
    changes: dict[str, Any] = {"room": room}
    if isinstance(message := getattr(heard, "message", None), MessageRef):
        changes["message"] = MessageRef(room, message.id)
    if isinstance(thread := getattr(heard, "thread", None), ThreadRef):
        changes["thread"] = ThreadRef(room, thread.root)
    return replace(heard, **changes)


def _server(user: str) -> str:
    return user.partition(":")[2]

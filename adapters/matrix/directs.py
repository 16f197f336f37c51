"""Direct conversations: which rooms they are, and opening one with a person.

The account's ``m.direct`` data says which rooms are direct, to the bot and to any client its operator uses. Homeservers
let two replicas both open a room for the same person, so here too an alias is the lock.

Where somebody's homeserver is away a room takes long to open, and nobody else waits for it. Only the account data is
changed by one at a time, for it is written as a whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from adapters.matrix import marks
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import mapping, string, strings
from adapters.matrix.rooms import IN_TOUCH, MOST_ALIASES, Rooms
from adapters.matrix.settings import MatrixSettings
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import WhyNot


class Directs:
    """Knows and opens the direct rooms of the bot's account."""

    def __init__(self, homeserver: Homeserver, rooms: Rooms, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._rooms = rooms
        self._settings = settings
        self._known: dict[str, tuple[str, ...]] | None = None
        self._lock = asyncio.Lock()
        self._openings: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def learn(self, content: Mapping[str, Any]) -> None:
        """Take over the account data as the homeserver tells it."""
        self._known = {string(user): strings(rooms) for user, rooms in content.items()}

    def person_of(self, room: str) -> str:
        """Whom the bot talks with in this room; empty when it is not known as a direct one."""
        return next((user for user, rooms in (self._known or {}).items() if room in rooms), "")

    def forget(self) -> None:
        """Another replica may have opened one."""
        self._known = None

    async def load(self) -> None:
        """Ask the homeserver for them, unless it has told."""
        if self._known is None:
            async with self._lock:
                await self._all()

    async def is_direct(self, room: str) -> bool:
        """Whether a room is a direct one, also before anything was heard."""
        await self.load()
        return bool(self.person_of(room))

    async def room_with(self, user: str) -> str:
        """The direct room with a person, opened if there is none they are in."""
        async with self._openings.setdefault(user, asyncio.Lock()):
            if room := await self._known_room(user):
                return room
            self._known = None  # another replica may have opened one meanwhile
            if room := await self._known_room(user):
                return room
            room = await self._open(user)
            await self.record(user, room)
            return room

    async def record(self, user: str, room: str) -> None:
        """Write down that a room is direct."""
        async with self._lock:
            await self._record(user, room)

    async def _known_room(self, user: str) -> str:
        async with self._lock:
            rooms = (await self._all()).get(user, ())
        for room in reversed(rooms):
            if await self._rooms.membership(room, user) in IN_TOUCH and await self._is_for(room, user):
                return room
        return ""

    async def _is_for(self, room: str, user: str) -> bool:
        """Whether the bot can speak there, and nobody but this person hears it."""
        try:
            others = {*await self._rooms.members(room)} - {user, self._settings.user_id}
        except ChatRefused:
            return False
        return not others and (self._settings.encrypts or not await self._rooms.is_encrypted(room))

    async def _record(self, user: str, room: str) -> None:
        known = await self._all()
        if room in known.get(user, ()):
            return
        changed = {**known, user: (*known.get(user, ()), room)}
        await self._homeserver.put(self._path(), {user: list(rooms) for user, rooms in changed.items()})
        self._known = changed

    async def _all(self) -> dict[str, tuple[str, ...]]:
        if self._known is None:
            self.learn(mapping(await self._homeserver.find(self._path())))
        return self._known or {}

    def _path(self) -> str:
        return path("user", self._settings.user_id, "account_data", "m.direct")

    async def _open(self, user: str) -> str:
        for number in range(1, MOST_ALIASES + 1):
            alias = marks.alias_localpart(self._settings.user_id, f"direct {user}", number)
            try:
                made = await self._homeserver.post(path("createRoom"), self._plan(user, alias))
                return string(made.get("room_id"))
            except ChatRefused as refused:
                if refused.code != "M_ROOM_IN_USE":
                    raise
            room = await self._rooms.behind(alias)
            membership = await self._rooms.membership(room, self._settings.user_id) if room else ""
            if not membership:
                self._rooms.wait_until_made(alias)
            if membership == "join" and await self._is_for(room, user):
                await self._bring(user, room)
                return room
        raise ChatRefused("M_ROOM_IN_USE", f"All names for a direct conversation with {user} are taken by other rooms.")

    def _plan(self, user: str, alias: str) -> dict[str, Any]:
        return {
            "preset": "private_chat",
            "is_direct": True,
            "invite": [user],
            "room_alias_name": alias,
            "initial_state": [marks.ENCRYPTION] if self._settings.encrypts_new(private=True) else [],
        }

    async def _bring(self, user: str, room: str) -> None:
        """Invite the person into their direct room, unless they are."""
        if await self._rooms.membership(room, user) in IN_TOUCH:
            return
        why = (await self._rooms.invite(room, [user])).get(user)
        if why is WhyNot.AWAY:
            raise ChatUnavailable(f"the homeserver of {user} does not answer", doubtful=True)
        if why:
            raise ChatRefused("M_FORBIDDEN", f"{user} cannot be invited to a direct conversation.")

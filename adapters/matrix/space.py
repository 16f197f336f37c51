"""The space that holds the rooms of swarms, so that whoever wants to see what is going on finds them in one place.

An alias made of the bot's account is the lock: a homeserver gives it to one room only. So it is made once and found
again, after a restart and by other replicas, also when the database was lost. Nobody is invited into it.
"""

from __future__ import annotations

import logging
from typing import Any

from adapters.matrix import marks, reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.moves import Moves
from adapters.matrix.reading import string
from adapters.matrix.settings import MatrixSettings
from bot import plain
from bot.errors import ChatRefused

log = logging.getLogger(__name__)

KEY = "space"
CHILD, PARENT = "m.space.child", "m.space.parent"
MOST_ALIASES = 5
ONLY_THE_BOT = 100


class Space:
    """Puts rooms into the bot's space and takes them out. It is off where the settings give it no name."""

    def __init__(self, homeserver: Homeserver, moves: Moves, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._moves = moves
        self._settings = settings
        self._name = plain.clean(settings.space, 200)
        self._id = ""

    async def hold(self, room: str) -> None:
        """Put a room into the space; doing so twice is the same. A space that cannot be had is no reason not to have
        the room."""
        if not self._settings.space:
            return
        try:
            space = await self.id()
            via = {"via": [self._settings.server_name]}
            await self._homeserver.put(path("rooms", space, "state", CHILD, room), via)
            await self._homeserver.put(path("rooms", room, "state", PARENT, space), via | {"canonical": True})
        except ChatRefused as refused:
            log.warning("a room is not in the space: %s", refused, extra={"room": room})

    async def release(self, room: str) -> None:
        """Take a room out of the space."""
        if not self._settings.space:
            return
        try:
            space = await self._found()
            if space and await self._homeserver.find(path("rooms", space, "state", CHILD, room)):
                await self._homeserver.put(path("rooms", space, "state", CHILD, room), {})
        except ChatRefused as refused:
            log.warning("a room is still in the space: %s", refused, extra={"room": room})

    async def follow(self, old: str, new: str) -> None:
        """A room was upgraded: if the space holds the old one, it holds the new one instead."""
        if not self._settings.space or not (space := await self._found()):
            return
        if await self._homeserver.find(path("rooms", space, "state", CHILD, old)):
            await self.hold(new)
            await self.release(old)

    async def address(self) -> str:
        """The address of the space; empty while there is none."""
        for number in range(1, MOST_ALIASES + 1) if self._settings.space else ():
            if await self._ours(self._alias(number)):
                return f"#{self._alias(number)}:{self._settings.server_name}"
        return ""

    async def id(self) -> str:
        """The space's room id, made if there is none. Raises ``ChatRefused`` when it cannot be made."""
        if found := await self._found():
            return found
        for number in range(1, MOST_ALIASES + 1):
            try:
                made = await self._homeserver.post(path("createRoom"), self._plan(self._alias(number)))
                self._id = string(made.get("room_id"))
                return self._id
            except ChatRefused as refused:
                if refused.code != "M_ROOM_IN_USE":
                    raise
            if found := await self._ours(self._alias(number)):
                self._id = found
                return found
        raise ChatRefused("M_ROOM_IN_USE", "All names for the space are taken by rooms the bot did not make.")

    async def _found(self) -> str:
        """The space as far as it is there; looked for once."""
        for number in range(1, MOST_ALIASES + 1):
            if self._id:
                break
            self._id = await self._ours(self._alias(number))
        return await self._moves.current(self._id) if self._id else ""

    async def _ours(self, alias: str) -> str:
        """The space behind an alias, if the bot made it and is in it."""
        whole = f"#{alias}:{self._settings.server_name}"
        room = string((await self._homeserver.find(path("directory", "room", whole)) or {}).get("room_id"))
        if not room:
            return ""
        try:
            state = await self._homeserver.state(room)
        except ChatRefused:
            return ""
        created = next((event for event in state if event.get("type") == "m.room.create"), {})
        if created.get("sender") != self._settings.user_id or reading.content(created).get("type") != "m.space":
            return ""
        name = next((event for event in state if event.get("type") == "m.room.name"), {})
        if reading.content(name).get("name") != self._name:
            await self._homeserver.put(path("rooms", room, "state", "m.room.name", ""), {"name": self._name})
        return room

    def _alias(self, number: int) -> str:
        return marks.alias_localpart(self._settings.user_id, KEY, number)

    def _plan(self, alias: str) -> dict[str, Any]:
        servers = list(self._settings.welcome)
        return {
            "name": self._name,
            "room_alias_name": alias,
            "preset": "public_chat",
            "visibility": "private",
            "creation_content": {"type": "m.space"},
            "power_level_content_override": {"events_default": ONLY_THE_BOT, "invite": 0},
            "initial_state": [{"type": "m.room.server_acl", "state_key": "", "content": {"allow": servers}}],
        }

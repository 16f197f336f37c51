"""Who is of another organisation: everybody whose account is on another homeserver than those of the bot's own.

What they may see is asked where it is decided (``incidents.access``); here is only told that they are there. Whom the
catalogue names is treated as it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.matrix import reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import mapping, string
from adapters.matrix.settings import MatrixSettings
from bot.errors import ChatRefused
from bot.events import ChatEvent


class Partners:
    """Knows people of other homeservers, and the rooms they are in."""

    def __init__(self, homeserver: Homeserver, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._settings = settings
        self._rooms: dict[str, bool] = {}

    def learn(self, room: str, joined: Mapping[str, Any]) -> None:
        """Somebody of another homeserver may have come or gone."""
        for part in ("state", "timeline"):
            for event in reading.events(mapping(joined.get(part)).get("events")):
                if event.get("type") == "m.room.member" and self.is_one(string(event.get("state_key"))):
                    self._rooms.pop(room, None)

    def forget(self) -> None:
        """Another replica was told of what may have changed."""
        self._rooms.clear()

    async def introduced(self, heard: ChatEvent) -> ChatEvent:
        """What was heard, told whether its author, or somebody else who reads the room, is of another organisation."""
        outside = self.is_one(heard.by.id)
        return replace(heard, outside=outside, shared=outside or await self.are_in(heard.room.id))

    def is_one(self, user: str) -> bool:
        """Whether somebody has their account elsewhere."""
        return not self._settings.owns(user.partition(":")[2])

    async def are_in(self, room: str) -> bool:
        """Whether somebody of another homeserver reads along. Where that cannot be seen they may."""
        if room not in self._rooms:
            try:
                answer = await self._homeserver.get(path("rooms", room, "joined_members"))
            except ChatRefused:
                return True
            self._rooms[room] = any(map(self.is_one, mapping(answer.get("joined"))))
        return self._rooms[room]

"""Read receipts: people see how far the bot has read, that is, up to what it has registered.

Sparingly: one for all that a sync brought of a room, a few of them at a time, and for the same room not again before
some seconds have passed. What waits is replaced by what is newer. The bot never shows that it types: it answers at
once, and each such sign would be one more message to every device in the room.
"""

from __future__ import annotations

import logging
import math
import time

from adapters.matrix.homeserver import Homeserver, path
from bot.errors import ChatRefused, ChatUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 5
SECONDS_BETWEEN = 5.0
MOST_ROOMS = 5_000


class Receipts:
    """What is read and not yet shown to be."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._read: dict[str, str] = {}
        self._shown: dict[str, float] = {}

    def read(self, room: str, event_id: str) -> None:
        """Everything up to this event is stored."""
        self._read.pop(room, None)
        self._read[room] = event_id

    def due_in(self) -> float:
        """Seconds until the next one; endless when there is none."""
        next_one = min((self._due(room) for room in self._read), default=math.inf)
        return max(0.0, next_one - time.monotonic())

    async def show(self) -> None:
        """Show a few, those that wait longest first. None is worth a second try."""
        now = time.monotonic()
        for room in [room for room in self._read if self._due(room) <= now][:AT_ONCE]:
            event_id = self._read.pop(room)
            self._shown[room] = now
            try:
                await self._homeserver.post(path("rooms", room, "receipt", "m.read", event_id), {})
            except (ChatRefused, ChatUnavailable) as failed:
                log.info("no read receipt", extra={"room": room, "why": str(failed)})
                break
        if len(self._shown) > MOST_ROOMS:
            self._shown = {room: at for room, at in self._shown.items() if now - at < SECONDS_BETWEEN}

    def _due(self, room: str) -> float:
        return self._shown.get(room, -math.inf) + SECONDS_BETWEEN

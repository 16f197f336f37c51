"""Accepts invitations of people who may invite the bot, and declines all others."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.matrix import reading
from adapters.matrix.directs import Directs
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import mapping, string
from adapters.matrix.settings import MatrixSettings
from bot.errors import ChatRefused, ChatUnavailable

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
NOT_ENCRYPTED = "This bot cannot read encrypted rooms: invite it into a room without encryption."


@dataclass(slots=True)
class Invitation:
    """One room the bot was invited to. ``not_before``: when to try, by the machine's running clock."""

    by: str
    direct: bool
    encrypted: bool = False
    not_before: float = 0.0
    tries: int = 0

    def put_off(self, away: ChatUnavailable) -> None:
        """Try again after a second, doubling to half a minute, or when the homeserver says."""
        asked = away.retry_after.total_seconds() if away.retry_after else 0.0
        self.not_before = time.monotonic() + max(asked, min(2.0**self.tries, LONGEST_PAUSE))
        self.tries = min(self.tries + 1, 10)


class Invitations:
    """The invitations not answered yet. A start finds them anew in its first sync."""

    def __init__(self, homeserver: Homeserver, directs: Directs, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._directs = directs
        self._settings = settings
        self._open: dict[str, Invitation] = {}

    def learn(self, invited: Mapping[str, Any]) -> None:
        """Take in the invitations of a sync."""
        for room, told in invited.items():
            state = reading.events(mapping(mapping(told).get("invite_state")).get("events"))
            encrypted = any(event.get("type") == "m.room.encryption" for event in state)
            for event in state:
                if event.get("type") == "m.room.member" and event.get("state_key") == self._settings.user_id:
                    direct = reading.content(event).get("is_direct") is True
                    self._open[room] = Invitation(string(event.get("sender")), direct, encrypted)

    def load(self, stored: str | None) -> None:
        """Take over those that were open when ``dump`` told them."""
        self._open |= {room: Invitation(*told) for room, told in (json.loads(stored) if stored else {}).items()}

    def dump(self) -> str:
        """Those that are open, as text."""
        told = {room: (one.by, one.direct, one.encrypted) for room, one in self._open.items()}
        return json.dumps(told, separators=(",", ":"))

    def due_in(self) -> float:
        """Seconds until the next one is to be tried; endless when none is open."""
        next_try = min((invitation.not_before for invitation in self._open.values()), default=math.inf)
        return max(0.0, next_try - time.monotonic())

    async def accept(self) -> bool:
        """Answer what is open; whether a room was entered. One that cannot be entered now is tried again later."""
        entered = False
        for room, invitation in list(self._open.items()):
            if invitation.not_before > time.monotonic():
                continue
            try:
                entered |= await self._answer(room, invitation)
            except ChatUnavailable as away:
                invitation.put_off(away)
                log.info("invitation not answered yet", extra={"room": room, "why": str(away)})
                continue
            except ChatRefused as refused:
                log.warning("room not entered", extra={"room": room, "by": invitation.by, "code": refused.code})
            self._open.pop(room, None)
        return entered

    async def _answer(self, room: str, invitation: Invitation) -> bool:
        server = invitation.by.partition(":")[2]
        if not self._settings.allows(server):
            await self._homeserver.post(path("rooms", room, "leave"), {})
            log.warning(
                "invitation of %s into %s declined: set matrix.allowed_servers if %s may invite",
                invitation.by, room, server,
            )  # fmt: skip
            return False
        if invitation.encrypted and self._settings.appservice:
            await self._homeserver.post(path("rooms", room, "leave"), {"reason": NOT_ENCRYPTED})
            log.warning("invitation of %s into the encrypted room %s declined", invitation.by, room)
            return False
        await self._homeserver.post(path("rooms", room, "join"), {})
        log.info("room entered", extra={"room": room, "by": invitation.by})
        if invitation.direct:
            await self._directs.record(invitation.by, room)
        return True

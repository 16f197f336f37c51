"""Sends events so that doing it twice is harmless.

Homeservers remember a transaction id for a while only, and per device. So a doubtful message is looked for in the
room before it is sent again; the mark in its content says which intent it came from.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.matrix import marks, reading
from adapters.matrix.encryption import Encryption
from adapters.matrix.homeserver import V1, Homeserver, path
from adapters.matrix.reading import string
from adapters.matrix.render import number_sign
from bot.chat import Once
from bot.errors import ChatRefused, ChatUnavailable

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(minutes=10)
PAGE = 100
MOST_PAGES = 50
MOST_SEEDED = 9
KINDS = ["m.room.message", marks.ENCRYPTED]


SECONDS_KNOWN_OPEN = 60.0
"""For so long a room that was not encrypted is taken to be so still."""


class Sender:
    """Sends messages and reactions of the bot."""

    def __init__(self, homeserver: Homeserver, encryption: Encryption, bot: str) -> None:
        self._homeserver = homeserver
        self._encryption = encryption
        self._bot = bot
        self._rules: dict[str, Mapping[str, Any]] = {}
        self._open_until: dict[str, float] = {}

    async def send(self, room: str, kind: str, content: Mapping[str, Any], txn_id: str) -> str:
        """Send one event; the id of it, also of one sent before with this transaction id."""
        # Every event of the bot passes here. Reactions stay readable, as all clients send them.
        if kind != "m.reaction" and (rules := await self._rules_of(room)):
            content = await self._encryption.seal(room, kind, content, rules)
            kind = marks.ENCRYPTED
        answer = await self._homeserver.put(path("rooms", room, "send", kind, txn_id), content)
        return string(answer.get("event_id"))

    async def _rules_of(self, room: str) -> Mapping[str, Any]:
        """How the room is encrypted; empty when it is not. Once encrypted it stays so."""
        if self._open_until.get(room, 0.0) > time.monotonic():
            return {}
        if room not in self._rules:
            rules = await self._homeserver.find(path("rooms", room, "state", "m.room.encryption", ""))
            if not rules:
                self._open_until[room] = time.monotonic() + SECONDS_KNOWN_OPEN
                return {}
            self._rules[room] = rules
        return self._rules[room]

    async def post(self, room: str, content: Mapping[str, Any], once: Once) -> str:
        """Send a message once, and under it the numbers of its actions."""
        event_id = await self.find(room, once) if once.doubtful else ""
        if not event_id:
            event_id = await self.send(room, "m.room.message", content, marks.txn_id(once.key))
        await self.seed(room, event_id, content, once)
        return event_id

    async def seed(self, room: str, event_id: str, content: Mapping[str, Any], once: Once) -> None:
        """Put the numbers of a card's actions under it, so that one tap chooses.

        The message stands without them. A homeserver that is away meanwhile makes the whole act doubtful, once: the
        next try finds the message and only does this again. A limit of pace does so each time, for it ends, and each
        try gets further.
        """
        actions = reading.mapping(content.get(marks.CARD)).get("actions") or ()
        for number in range(1, min(len(actions), MOST_SEEDED) + 1):
            try:
                sign = number_sign(number)
                await self.react(room, event_id, sign, marks.txn_id(once.key, sign))
            except ChatRefused as refused:
                log.warning("numbers not put under a message", extra={"room": room, "code": refused.code})
                return
            except ChatUnavailable as away:
                if once.doubtful and (away.doubtful or not away.retry_after):
                    log.warning("numbers not put under a message", extra={"room": room, "why": str(away)})
                    return
                raise ChatUnavailable(str(away), retry_after=away.retry_after, doubtful=True) from away

    async def clear(self, room: str, event_id: str, once: Once) -> None:
        """Take the numbers under a card back: there is nothing to choose any more."""
        signs = {number_sign(number) for number in range(1, MOST_SEEDED + 1)}
        for event in await self._own_reactions(room, event_id):
            if reading.relation(event).get("key") in signs:
                reaction = string(event.get("event_id"))
                await self.redact(room, reaction, marks.txn_id(once.key, reaction))

    async def react(self, room: str, event_id: str, emoji: str, txn_id: str) -> None:
        """React to a message; having done so is success."""
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": emoji}}
        try:
            await self.send(room, "m.reaction", content, txn_id)
        except ChatRefused as refused:
            if refused.code != "M_DUPLICATE_ANNOTATION":
                raise

    async def unreact(self, room: str, event_id: str, emoji: str, txn_id: str) -> None:
        """Take the bot's own reaction back; not having reacted is success."""
        for event in await self._own_reactions(room, event_id):
            if reading.relation(event).get("key") == emoji:
                await self.redact(room, string(event.get("event_id")), txn_id)

    async def _own_reactions(self, room: str, event_id: str) -> list[reading.Event]:
        where = path("rooms", room, "relations", event_id, "m.annotation", "m.reaction", root=V1)
        found = await self._homeserver.get(where, query={"limit": PAGE})
        return [event for event in reading.events(found.get("chunk")) if event.get("sender") == self._bot]

    async def redact(self, room: str, event_id: str, txn_id: str) -> None:
        """Take one of the bot's own events back; the same twice is the same."""
        await self._homeserver.put(path("rooms", room, "redact", event_id, txn_id), {})

    async def find(self, room: str, once: Once) -> str:
        """The message that an earlier try of this act posted; empty when there is none."""
        oldest = once.since - CLOCKS_DIFFER
        query = {"dir": "b", "limit": PAGE, "filter": json.dumps({"senders": [self._bot], "types": KINDS})}
        for _ in range(MOST_PAGES):
            page = await self._homeserver.get(path("rooms", room, "messages"), query=query)
            found = reading.events(page.get("chunk"))
            for event in found:
                if marks.key_of(await self._encryption.open(room, event)) == once.key:
                    return string(event.get("event_id"))
            if not page.get("end") or _all_before(found, oldest):
                return ""
            query["from"] = string(page["end"])
        return ""


def _all_before(found: list[reading.Event], oldest: datetime) -> bool:
    return bool(found) and reading.time_of(found[-1]) < oldest

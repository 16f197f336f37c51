"""Reads single messages and threads back: what is needed to understand a reply, a number or a reaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.matrix import marks, reading
from adapters.matrix.encryption import Encryption
from adapters.matrix.homeserver import V1, Homeserver, path
from adapters.matrix.marks import CardMark
from adapters.matrix.reading import Event, string
from bot.errors import ChatRefused

PAGE = 100
MOST_PAGES = 20
MOST_HOPS = 10


class Threads:
    """Reads messages of the rooms the bot is in."""

    def __init__(self, homeserver: Homeserver, encryption: Encryption, bot: str) -> None:
        self._homeserver = homeserver
        self._encryption = encryption
        self._bot = bot

    async def event(self, room: str, event_id: str) -> Event | None:
        """One event, its last edit bundled with it; None when it cannot be read."""
        try:
            found = await self._homeserver.get(path("rooms", room, "event", event_id))
        except ChatRefused:
            return None
        return await self._encryption.open(room, found)

    async def whole(self, room: str, root: str) -> list[Event]:
        """The message a thread hangs on and its messages, oldest first."""
        first = await self._encryption.open(room, await self._homeserver.get(path("rooms", room, "event", root)))
        found: list[Event] = []
        query: dict[str, Any] = {"dir": "f", "limit": PAGE}
        for _ in range(MOST_PAGES):
            page = await self._relations(room, root, query)
            found += await self._opened(room, page)
            if not page.get("next_batch"):
                break
            query["from"] = string(page["next_batch"])
        return [first, *found]

    async def root_of_reply(self, room: str, event_id: str) -> str:
        """The root of the thread that an answer to this message belongs to: people whose client has no threads answer
        an answer of an answer."""
        for _ in range(MOST_HOPS):
            answered = await self.event(room, event_id)
            if answered is None:
                return event_id
            related = reading.relation(answered)
            if related.get("rel_type") == "m.thread":
                return string(related.get("event_id")) or event_id
            if not (further := reading.replied_to(answered)):
                return event_id
            event_id = further
        return event_id

    async def card(self, room: str, event_id: str) -> CardMark | None:
        """The card in a message, if it is one of the bot's."""
        event = await self.event(room, event_id)
        return marks.card_of(event, self._bot) if event else None

    async def last_card(self, room: str, thread: str, before: Event) -> CardMark | None:
        """The bot's last message in a thread before this event, or in the room's own timeline where ``thread`` is
        empty. Only the last: a number typed after a later question answers that question."""
        for event in await (self._last_in_thread(room, thread) if thread else self._last_in_room(room)):
            ours = event.get("sender") == self._bot and event.get("type") == "m.room.message"
            if ours and reading.time_of(event) <= reading.time_of(before):
                return marks.card_of(event, self._bot)
        return None

    async def _last_in_thread(self, room: str, root: str) -> list[Event]:
        page = await self._relations(room, root, {"dir": "b", "limit": PAGE})
        first = await self.event(room, root)
        return [*await self._opened(room, page), *([first] if first else [])]

    async def _last_in_room(self, room: str) -> list[Event]:
        wanted = json.dumps({"senders": [self._bot], "types": ["m.room.message", marks.ENCRYPTED]})
        query = {"dir": "b", "limit": 20, "filter": wanted}
        page = await self._homeserver.get(path("rooms", room, "messages"), query=query)
        return [e for e in await self._opened(room, page) if not reading.relation(e).get("rel_type")]

    async def _opened(self, room: str, page: Mapping[str, Any]) -> list[Event]:
        return [await self._encryption.open(room, event) for event in reading.events(page.get("chunk"))]

    async def _relations(self, room: str, root: str, query: dict[str, Any]) -> dict[str, Any]:
        return await self._homeserver.get(path("rooms", room, "relations", root, "m.thread", root=V1), query=query)

"""Finds out what an event alone does not say, by asking the homeserver where needed."""

from __future__ import annotations

import json
from collections import OrderedDict

from adapters.matrix import marks, reading, translate
from adapters.matrix.book import Book
from adapters.matrix.directs import Directs
from adapters.matrix.marks import CardMark
from adapters.matrix.moves import Moves
from adapters.matrix.reading import Event, string
from adapters.matrix.speech import Self
from adapters.matrix.threads import Threads
from adapters.matrix.translate import Around, Reaction

MOST_REACTIONS = 300


class Reactions:
    """The last reactions heard, by event id: once one is taken back, Matrix no longer says what it was.

    They are stored as a cursor, with the events they came in.
    """

    def __init__(self, stored: str | None = None) -> None:
        rows = json.loads(stored) if stored else []
        self._known = OrderedDict((event_id, Reaction(target, emoji)) for event_id, target, emoji in rows)
        self.changed = False

    def remember(self, event: Event) -> None:
        """Keep a reaction."""
        if reaction := translate.reaction_in(event):
            self._known[string(event.get("event_id"))] = reaction
            self.changed = True
            if len(self._known) > MOST_REACTIONS:
                self._known.popitem(last=False)

    def find(self, event_id: str) -> Reaction | None:
        """A reaction heard lately."""
        return self._known.get(event_id)

    def dump(self) -> str:
        """All of them as text."""
        rows = [(event_id, r.target, r.emoji) for event_id, r in self._known.items()]
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


class Surroundings:
    """Looks around events of the rooms the bot is in."""

    def __init__(self, threads: Threads, directs: Directs, moves: Moves, book: Book) -> None:
        self._threads = threads
        self._directs = directs
        self._moves = moves
        self._book = book

    async def of(self, room: str, event: Event, me: Self, reactions: Reactions) -> Around:
        """What ``translate`` needs to know."""
        direct = self.is_direct(room)
        name = self._book.name(string(event.get("sender")))
        kind = event.get("type")
        if kind == "m.room.redaction":
            reaction = reactions.find(reading.redacted(event))
            target = None if reaction else await self._threads.event(room, reading.redacted(event))
            return Around(room=room, direct=direct, name=name, reaction=reaction, target=target)
        if kind == "m.room.message" and reading.relation(event).get("rel_type") == "m.replace":
            target = await self._threads.event(room, string(reading.relation(event).get("event_id")))
            return Around(room=room, direct=direct, name=name, target=target)
        return Around(
            room=room,
            direct=direct,
            name=name,
            thread=await self._thread(room, event, me),
            card=await self._card(room, event, me, direct=direct),
        )

    def is_direct(self, room: str) -> bool:
        """Whether the room is a conversation of one person with the bot."""
        if self._directs.person_of(room):
            return self._book.is_small(room)
        return self._book.is_conversation(room)

    async def _thread(self, room: str, event: Event, me: Self) -> str:
        """The root of the thread a message is in. What is said under a message of the bot's that goes on with a thread
        of a room this one replaced belongs to that thread."""
        related, root = reading.relation(event), ""
        if related.get("rel_type") == "m.thread":
            root = string(related.get("event_id"))
        elif answered := reading.replied_to(event):
            root = await self._threads.root_of_reply(room, answered)
        if not root or not self._moves.replaces(room):
            return root
        first = await self._threads.event(room, root)
        return (marks.thread_of(first, me.user_id) if first else "") or root

    async def _card(self, room: str, event: Event, me: Self, *, direct: bool) -> CardMark | None:
        """The card that a number is about: the one reacted or answered to, else the last one where it was typed."""
        if translate.number_in(event, me) is None:
            return None
        related = reading.relation(event)
        pointed_at = string(related.get("event_id")) if event.get("type") == "m.reaction" else reading.replied_to(event)
        if pointed_at:
            return await self._threads.card(room, pointed_at)
        thread = string(related.get("event_id")) if related.get("rel_type") == "m.thread" else ""
        return await self._threads.last_card(room, thread, event) if thread or direct else None

"""Takes in what a homeserver tells, in whichever way it comes: learns of rooms and people, hears, and stores.

What is told has the shape of a sync's answer. What was heard is stored with everything that it changed in what the
bot must remember, in one transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.matrix import reading
from adapters.matrix.around import Reactions, Surroundings
from adapters.matrix.book import Book
from adapters.matrix.directs import Directs
from adapters.matrix.encryption import Encryption
from adapters.matrix.gaps import Gaps
from adapters.matrix.hearing import Ears
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.invitations import Invitations
from adapters.matrix.moves import Moves
from adapters.matrix.partners import Partners
from adapters.matrix.reading import mapping, string
from adapters.matrix.reasons import Reasons
from adapters.matrix.receipts import Receipts
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.space import Space
from adapters.matrix.threads import Threads
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import ChatEvent, MessagePosted

log = logging.getLogger(__name__)

SINCE, UNTIL = "since", "until"
"""Cursors of an application service: what happened before the one is not for it, and what happened before the other it
has taken. Empty once a sync has gone on from there."""
EVENTS_BE_LATE = timedelta(minutes=10)
LONGEST_LOOK = timedelta(days=14)
"""What was heard long before that is not remembered any more, and would be heard again."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Intake:
    """What one account hears. ``begin`` or ``reload`` comes first; ``name`` is the first word of its cursors."""

    def __init__(
        self, homeserver: Homeserver, directs: Directs, threads: Threads, encryption: Encryption,
        moves: Moves, space: Space, why: Reasons, settings: MatrixSettings,
    ) -> None:  # fmt: skip
        self._homeserver = homeserver
        self._encryption = encryption
        self._space = space
        self._reasons = why
        self._settings = settings
        self.name = f"matrix:{settings.user_id}"
        self.directs = directs
        self.moves = moves
        self.book = Book()
        self.partners = Partners(homeserver, settings)
        around = Surroundings(threads, directs, moves, self.book)
        self.ears = Ears(around, self.book, self.partners, encryption, settings)
        self.receipts = Receipts(homeserver)
        self.invitations = Invitations(homeserver, directs, settings)

    async def begin(self, inbox: Inbox) -> None:
        """Take everything in hand that an earlier process left."""
        await self._encryption.begin(inbox)
        await self.reload(inbox)

    async def reload(self, inbox: Inbox) -> None:
        """Remember what is stored, for another process may have heard since."""
        self.ears.reactions = Reactions(await inbox.cursor(f"{self.name} reactions"))
        self.moves.load(await inbox.cursor(f"{self.name} moves"))

    async def learn_own_name(self) -> None:
        """By which people call the bot."""
        me = await self._homeserver.find(path("profile", self._settings.user_id))
        self.book.name_is(self._settings.user_id, string((me or {}).get("displayname")))

    def learn(self, told: Mapping[str, Any]) -> None:
        """Take in rooms, people, invitations and upgrades."""
        rooms = mapping(told.get("rooms"))
        for room, joined in mapping(rooms.get("join")).items():
            self.book.learn_room(room, mapping(joined))
            self.partners.learn(room, mapping(joined))
        for room, left in mapping(rooms.get("leave")).items():
            self._say_left(room, mapping(left))
        self.moves.learn(rooms)
        self.invitations.learn(mapping(rooms.get("invite")))
        for event in reading.events(mapping(told.get("account_data")).get("events")):
            if event.get("type") == "m.direct":
                self.directs.learn(reading.content(event))

    async def follow(self) -> None:
        """Enter rooms that replace others; before anything of them is heard, so that all of it is."""
        for old, new in await self.moves.follow():
            try:
                await self._space.follow(old, new)
            except ChatUnavailable as away:
                log.warning("a new room is not in the space", extra={"room": new, "why": str(away)})

    async def heard(self, told: Mapping[str, Any], since: str = "", *, oldest: datetime = LONG_AGO) -> list[ChatEvent]:
        """What is heard in the rooms that are told of; also what was cut from them, back to the token ``since`` and
        nothing older than ``oldest``."""
        heard: list[ChatEvent] = []
        for room, joined in mapping(mapping(told.get("rooms")).get("join")).items():
            gaps = Gaps(self._homeserver, self._settings.user_id)
            try:
                whole = self.moves.replaces(room)
                events = await gaps.since(room, mapping(joined), since, oldest=oldest, whole=whole)
            except ChatRefused as refused:  # taken out of the room meanwhile
                if refused.code != "M_FORBIDDEN":
                    raise
                log.warning("what was said before cannot be read", extra={"room": room, "code": refused.code})
                events = reading.events(mapping(mapping(joined).get("timeline")).get("events"))
            self.book.learn_people(gaps.members)
            heard += await self.ears.hear(room, events)
        return heard

    async def store(self, heard: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        """Store what was heard, told of the rooms as they are known inside, with all there is to remember."""
        known = [one for event in heard if (one := self.moves.as_known(event)) is not None]
        await self._encryption.store(known, [*cursors, *self._to_remember()])
        self.ears.stored()
        self.ears.reactions.changed = self.moves.changed = False
        for event in heard:
            if isinstance(event, MessagePosted):
                self.receipts.read(event.room.id, event.message.id)

    def due_in(self) -> float:
        """Seconds until there is something to do by itself; endless when there is not."""
        return min(self.invitations.due_in(), self.moves.due_in(), self.receipts.due_in())

    def _to_remember(self) -> list[Cursor]:
        cursors = []
        if self.ears.reactions.changed:
            cursors.append(Cursor(f"{self.name} reactions", self.ears.reactions.dump()))
        if self.moves.changed:
            cursors.append(Cursor(f"{self.name} moves", self.moves.dump()))
        return cursors

    def _say_left(self, room: str, left: Mapping[str, Any]) -> None:
        """Tell the operator of a room the bot is no longer in, by whom and why."""
        events = [e for part in ("state", "timeline") for e in reading.events(mapping(left.get(part)).get("events"))]
        mine = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == self._settings.user_id]
        if mine and mine[-1].get("sender") != self._settings.user_id:
            log.warning(self._reasons.remember(room, mine[-1]), extra={"room": room})

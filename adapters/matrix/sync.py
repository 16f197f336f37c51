"""Hears a Matrix account: an own sync loop that loses nothing, doubles nothing and never spins.

The sync token is stored together with what was heard up to it. A process that ends at any moment therefore begins
again with the same token, and hears the same events again, which the inbox knows by their ids.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
from bot.errors import ChatRefused, ChatUnavailable, StorageUnavailable
from bot.events import ChatEvent, MessagePosted

log = logging.getLogger(__name__)

LONG_POLL = timedelta(seconds=30)
GRACE = 15.0
FIRST_ANSWER = 120.0
LONGEST_PAUSE = 60.0
WITHOUT_DATABASE = 2.0
_STATE = ["m.room.member", "m.room.name", "m.room.canonical_alias", "m.room.encryption", "m.room.tombstone"]


def sync_filter(messages: int, *, unlike: str = "") -> str:
    """What a sync is to bring: no presence, no typing, no receipts, of members only those who wrote.

    ``unlike`` makes it differ from every other one, without asking for anything else.
    """
    lazy = {"lazy_load_members": True, "include_redundant_members": True}
    return json.dumps(
        {
            "presence": {"types": []},
            "account_data": {"types": ["m.direct"]},
            "room": {
                "ephemeral": {"types": []},
                "account_data": {"types": []},
                "not_rooms": [f"!{unlike}:swarmbridge.invalid"] if unlike else [],
                "state": {"types": _STATE, **lazy},
                "timeline": {"limit": messages, **lazy},
            },
        }
    )


class Listener:
    """The sync loop of one account."""

    def __init__(
        self, homeserver: Homeserver, directs: Directs, threads: Threads, encryption: Encryption,
        moves: Moves, space: Space, why: Reasons, settings: MatrixSettings,
    ) -> None:  # fmt: skip
        self._homeserver = homeserver
        self._encryption = encryption
        self._directs = directs
        self._moves = moves
        self._space = space
        self._reasons = why
        self._settings = settings
        self._book = Book()
        self._partners = Partners(homeserver, settings)
        around = Surroundings(threads, directs, self._book)
        self._ears = Ears(around, self._book, self._partners, encryption, settings)
        self._receipts = Receipts(homeserver)
        self._invitations = Invitations(homeserver, directs, settings)
        self._name = f"matrix:{settings.user_id}"
        self._since = ""
        self._failures = 0
        self.connected = False

    async def run(self, inbox: Inbox) -> None:
        """Hear until cancelled. Says once that the homeserver is away and once that it is back."""
        self._since = ""
        try:
            while True:
                try:
                    await self._turn() if self._since else await self._start(inbox)
                except StorageUnavailable:
                    await asyncio.sleep(WITHOUT_DATABASE)  # what was not stored is asked for again
                except Exception as error:
                    await asyncio.sleep(self._pause_after(error))
        finally:
            self.connected = self._moves.listening = False
            self._encryption.end()

    async def _start(self, inbox: Inbox) -> None:
        """See which rooms there are. With no token stored, hear from now on: what was said before is not for us."""
        await self._encryption.begin(inbox)
        stored = await inbox.cursor(self._name)
        self._ears.reactions = Reactions(await inbox.cursor(f"{self._name} reactions"))
        self._moves.load(await inbox.cursor(f"{self._name} moves"))
        answer = await self._overview()
        if stored is None:
            if await self._invitations.accept():
                answer = await self._overview()
            stored = string(answer.get("next_batch"))
            await self._encryption.begin_epoch()
            await self._encryption.take_in(answer)
            await self._encryption.store([], [Cursor(self._name, stored)])
        await self._follow()
        self._moves.listening = True
        await self._encryption.store(self._known(await self._ears.hear_kept()))
        self._ears.stored()
        self._since = stored

    async def _overview(self) -> dict[str, Any]:
        # Homeservers answer the same first sync again from a cache for some minutes; ours must be of now.
        query = {"timeout": 0, "filter": sync_filter(1, unlike=secrets.token_hex(8))}
        answer = await self._homeserver.get(path("sync"), query=query, patience=FIRST_ANSWER)
        self._learn(answer)
        me = await self._homeserver.find(path("profile", self._settings.user_id))
        self._book.name_is(self._settings.user_id, string((me or {}).get("displayname")))
        return answer

    async def _turn(self) -> None:
        """One sync: everything since the token goes into the inbox, with the new token."""
        poll = await self._poll()
        query = {"timeout": int(poll * 1000), "filter": sync_filter(50), "since": self._since}
        asked = time.monotonic()
        answer = await self._homeserver.get(path("sync"), query=query, patience=poll + GRACE)
        self._learn(answer)
        await self._follow()  # before anything of a new room is heard, so that all of it is
        keys = await self._encryption.take_in(answer)
        heard = [*await self._ears.hear_late(keys), *await self._heard(answer), *await self._ears.tell_unreadable()]
        token = string(answer.get("next_batch")) or self._since
        await self._encryption.store(self._known(heard), self._cursors(token))
        self._ears.stored()
        self._ears.reactions.changed = self._moves.changed = False
        self._read(heard)
        self._answered()
        if poll and token == self._since and not heard and time.monotonic() - asked < 1:
            await asyncio.sleep(1)  # a homeserver that does not wait must not make us spin
        self._since = token
        await self._encryption.tend()
        await self._invitations.accept()
        await self._receipts.show()

    async def _follow(self) -> None:
        for old, new in await self._moves.follow():
            try:
                await self._space.follow(old, new)
            except ChatUnavailable as away:
                log.warning("a new room is not in the space", extra={"room": new, "why": str(away)})

    async def _poll(self) -> float:
        """How long the homeserver may wait for something to happen."""
        if not self.connected:
            return 0.0
        own = min(self._invitations.due_in(), self._moves.due_in(), self._receipts.due_in())
        return min(LONG_POLL.total_seconds(), own, await self._encryption.due_in())

    def _read(self, heard: Sequence[ChatEvent]) -> None:
        """What was said to the bot and is stored now may be shown to be read."""
        for event in heard:
            if isinstance(event, MessagePosted):
                self._receipts.read(event.room.id, event.message.id)

    def _known(self, heard: Sequence[ChatEvent]) -> list[ChatEvent]:
        """What was heard, told of the rooms as they are known inside."""
        return [known for event in heard if (known := self._moves.as_known(event)) is not None]

    def _cursors(self, token: str) -> list[Cursor]:
        cursors = [Cursor(self._name, token)] if token != self._since else []
        if self._ears.reactions.changed:
            cursors.append(Cursor(f"{self._name} reactions", self._ears.reactions.dump()))
        if self._moves.changed:
            cursors.append(Cursor(f"{self._name} moves", self._moves.dump()))
        return cursors

    def _learn(self, answer: Mapping[str, Any]) -> None:
        rooms = mapping(answer.get("rooms"))
        for room, joined in mapping(rooms.get("join")).items():
            self._book.learn_room(room, mapping(joined))
            self._partners.learn(room, mapping(joined))
        for room, left in mapping(rooms.get("leave")).items():
            self._say_left(room, mapping(left))
        self._moves.learn(rooms)
        self._invitations.learn(mapping(rooms.get("invite")))
        for event in reading.events(mapping(answer.get("account_data")).get("events")):
            if event.get("type") == "m.direct":
                self._directs.learn(reading.content(event))

    def _say_left(self, room: str, left: Mapping[str, Any]) -> None:
        """Tell the operator of a room the bot is no longer in, by whom and why."""
        events = [e for part in ("state", "timeline") for e in reading.events(mapping(left.get(part)).get("events"))]
        mine = [e for e in events if e.get("type") == "m.room.member" and e.get("state_key") == self._settings.user_id]
        if mine and mine[-1].get("sender") != self._settings.user_id:
            log.warning(self._reasons.remember(room, mine[-1]), extra={"room": room})

    async def _heard(self, answer: Mapping[str, Any]) -> list[ChatEvent]:
        heard: list[ChatEvent] = []
        for room, joined in mapping(mapping(answer.get("rooms")).get("join")).items():
            gaps = Gaps(self._homeserver, self._settings.user_id)
            try:
                events = await gaps.since(room, mapping(joined), self._since, whole=self._moves.replaces(room))
            except ChatRefused as refused:  # taken out of the room meanwhile
                if refused.code != "M_FORBIDDEN":
                    raise
                log.warning("what was said before cannot be read", extra={"room": room, "code": refused.code})
                events = reading.events(mapping(mapping(joined).get("timeline")).get("events"))
            self._book.learn_people(gaps.members)
            heard += await self._ears.hear(room, events)
        return heard

    def _answered(self) -> None:
        if self._failures:
            log.warning("the homeserver is back", extra={"user": self._settings.user_id})
        self._failures = 0
        self.connected = True

    def _pause_after(self, error: Exception) -> float:
        """How long to wait; says what is wrong when it begins."""
        self.connected = False
        self._failures += 1
        if self._failures == 1:
            expected = isinstance(error, ChatUnavailable | ChatRefused)
            log.error(
                "the homeserver is not heard: %s", error, exc_info=None if expected else error,
                extra={"user": self._settings.user_id},
            )  # fmt: skip
        asked_for = getattr(error, "retry_after", None) or timedelta(0)
        growing = min(2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        return float(max(growing, asked_for.total_seconds()))

"""From the events of a sync to what the bot hears: decrypted, looked around for, translated."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from adapters.matrix import marks, translate
from adapters.matrix.around import Reactions, Surroundings
from adapters.matrix.book import Book
from adapters.matrix.encryption import Encryption
from adapters.matrix.partners import Partners
from adapters.matrix.reading import Event, content, string
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.speech import Self
from bot.events import ChatEvent, ReactionAdded

log = logging.getLogger(__name__)


class Ears:
    """Hears events of one account. ``reactions`` are those to remember."""

    def __init__(
        self, around: Surroundings, book: Book, partners: Partners, encryption: Encryption, settings: MatrixSettings
    ) -> None:
        self._around = around
        self._book = book
        self._partners = partners
        self._encryption = encryption
        self._settings = settings
        self._why_not = settings.why_not_encrypted
        self._deaf_in: set[str] = set()
        self._late: list[ChatEvent] = []
        self._overdue: list[tuple[str, Event]] = []
        self.reactions = Reactions()

    async def hear(self, room: str, events: Sequence[Event]) -> list[ChatEvent]:
        """What is heard in events of a room; what cannot be read yet is kept, and its key asked for."""
        heard = [await self._hear_one(room, event) for event in events if not self._is_own(event)]
        return [event for event in heard if event is not None]

    async def hear_late(self, keys: Collection[tuple[str, str]]) -> list[ChatEvent]:
        """What was kept and can be read by keys (room and session) that came now. It is said again until it is
        ``stored``, for it is kept no more."""
        return await self._again(await self._encryption.waiting.for_keys(keys)) if keys else list(self._late)

    async def hear_kept(self) -> list[ChatEvent]:
        """What was kept by a process before this one and can be read now; keys of the rest are asked for again."""
        kept = await self._encryption.waiting.everything()
        heard = await self._again(kept)
        for room, event in await self._encryption.waiting.everything():
            await self._encryption.ask_for_key(room, event)
        return heard

    async def tell_unreadable(self) -> list[ChatEvent]:
        """For messages that stay unreadable: that they were written, so that their author is told. Said again until it
        is ``stored``."""
        self._overdue += await self._encryption.waiting.overdue()
        heard: list[ChatEvent] = []
        for room, event in self._overdue:
            log.warning("a message stays unreadable", extra={"room": room, "sender": string(event.get("sender"))})
            around = await self._around.of(room, event, self._me(), self.reactions)
            heard.append(await self._partners.introduced(translate.unreadable(event, around)))
        return heard

    def stored(self) -> None:
        """What was heard is stored."""
        self._late.clear()
        self._overdue.clear()

    async def _again(self, kept: Sequence[tuple[str, Event]]) -> list[ChatEvent]:
        for room, event in kept:
            opened = await self._encryption.open(room, event)
            if opened.get("type") != marks.ENCRYPTED:
                if (translated := await self._translated(room, opened)) is not None:
                    self._late.append(translated)
                await self._encryption.waiting.read(event)
        return list(self._late)

    async def _hear_one(self, room: str, event: Event) -> ChatEvent | None:
        opened = await self._encryption.open(room, event)
        if opened.get("type") == marks.ENCRYPTED and "state_key" not in opened:
            await self._keep(room, opened)
            return None
        if content(opened).get("msgtype") == "m.key.verification.request":
            if content(opened).get("to") == self._settings.user_id:
                self._encryption.decline(room, opened)
            return None
        return await self._translated(room, opened)

    async def _keep(self, room: str, event: Event) -> None:
        if not self._encryption.on:
            if room not in self._deaf_in:
                self._deaf_in.add(room)
                log.warning("an encrypted room cannot be read", extra={"room": room, "advice": self._why_not})
            return
        # A message taken back leaves an empty shell, which no key opens.
        if event.get("content") and await self._encryption.waiting.add(room, event):
            await self._encryption.ask_for_key(room, event)

    async def _translated(self, room: str, event: Event) -> ChatEvent | None:
        me = self._me()
        around = await self._around.of(room, event, me, self.reactions)
        try:
            heard = translate.translate(event, me, around)
        except Exception:
            # One event of a shape nobody thought of must not keep all others from being heard.
            log.exception("event not understood", extra={"room": room, "event": string(event.get("event_id"))})
            return None
        if isinstance(heard, ReactionAdded):
            self.reactions.remember(event)
        return await self._partners.introduced(heard) if heard else None

    def _is_own(self, event: Event) -> bool:
        """What the bot did itself; but that it took somebody out is heard as on other networks."""
        return event.get("sender") == self._settings.user_id and event.get("type") != "m.room.member"

    def _me(self) -> Self:
        me = self._settings.user_id
        return Self(me, (self._book.name(me),), self._settings.command_prefix)

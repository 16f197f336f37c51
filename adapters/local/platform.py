"""The local chat behind the port to a chat network."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from adapters.local import forms, messages, render, rooms, translate
from adapters.local.people import Player
from adapters.local.rooms import LocalPerson, LocalRoom
from adapters.local.store import BOT, BOT_NAME, Closed, LocalStore, NotPossible
from bot.cards import Card
from bot.chat import Cursor, Finding, Inbox, Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

T = TypeVar("T")

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
CURSOR = "local"


class LocalChat:
    """The bot's side of the local chat.

    A person's words are stored first and put to the inbox then; ``listen`` goes on where the inbox's cursor stands, so
    that nothing is lost or heard twice however the program ends.
    """

    platform = Platform.LOCAL

    def __init__(self, store: LocalStore, base_url: str = "http://127.0.0.1:8080") -> None:
        self.store = store
        self._base_url = base_url.rstrip("/")
        self._listening = False

    @property
    def connected(self) -> bool:
        """Whether people are heard right now."""
        return self._listening

    def seed(self, people: Sequence[LocalPerson], channels: Sequence[LocalRoom]) -> None:
        """Make people and channels known before the start, or again after the catalogue changed."""
        with self.store.transaction() as connection:
            rooms.seed(connection, people, channels)

    def person(self, id: str) -> Player:  # noqa: A002 - a person's id is called id everywhere
        """Somebody of the local chat, to act as them."""
        return Player(self.store, id)

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled: first what was said while nobody listened."""
        pause = FIRST_PAUSE
        with self.store.changes.subscribe() as changed:
            try:
                while True:
                    try:
                        await self._hear(inbox)
                    except Exception as error:
                        self._lost(error, first=pause == FIRST_PAUSE)
                        await asyncio.sleep(pause)
                        pause = min(pause * 2, LONGEST_PAUSE)
                    else:
                        self._found(again=pause > FIRST_PAUSE)
                        pause = FIRST_PAUSE
                        await changed.wait()
            finally:
                self._listening = False

    async def post(self, room: RoomRef, card: Card, once: Once, *, thread: ThreadRef | None = None) -> MessageRef:
        """Post a card."""
        summary, stored = render.summary(card), render.card(card)

        def act(connection: Connection) -> str:
            return messages.post(connection, room.id, summary, stored, _root(thread), self.store.now())

        return MessageRef(room, await self._perform(once, act))

    async def edit(self, message: MessageRef, card: Card, once: Once) -> None:
        """Replace one of the bot's cards."""
        summary, stored = render.summary(card), render.card(card)
        await self._do(once, lambda connection: messages.replace(connection, message.id, summary, stored))

    async def retract(self, message: MessageRef, once: Once) -> None:
        """Take one of the bot's own messages back."""
        await self._do(once, lambda connection: messages.remove(connection, message.id))

    async def react(self, message: MessageRef, emoji: str, once: Once) -> None:
        """React to a message."""
        await self._do(once, lambda connection: messages.react(connection, BOT, message.id, emoji, self.store.now()))

    async def unreact(self, message: MessageRef, emoji: str, once: Once) -> None:
        """Take the bot's reaction back."""
        await self._do(once, lambda connection: messages.unreact(connection, BOT, message.id, emoji, self.store.now()))

    async def pin(self, message: MessageRef, once: Once) -> None:
        """Pin a message."""
        await self._do(once, lambda connection: messages.pin(connection, message.id))

    async def answer(
        self, room: RoomRef, user: UserRef, card: Card, once: Once, *,
        thread: ThreadRef | None = None, message: MessageRef | None = None,
    ) -> None:  # fmt: skip
        """Whisper to one person."""
        summary, stored = render.summary(card), render.card(card)

        def act(connection: Connection) -> None:
            rooms.named(connection, user.id)
            messages.post(connection, room.id, summary, stored, _root(thread), self.store.now(), only_for=user.id)

        await self._do(once, act)

    async def ask(
        self, room: RoomRef, user: UserRef, form: Form, trigger: str, once: Once, *, thread: ThreadRef | None = None
    ) -> None:
        """Show a form; any trigger will do, and none runs out."""
        if not trigger:
            raise ChatRefused("expired_trigger", "Show the form in answer to something the person did.")
        stored = render.form(form)
        await self._perform(once, lambda connection: forms.show(connection, user.id, room.id, _root(thread), stored))

    async def direct_room(self, user: UserRef) -> RoomRef:
        """The direct room with a person."""

        def act() -> str:
            with self.store.transaction() as connection:
                return rooms.direct(connection, user.id)

        return RoomRef(Platform.LOCAL, await _in_thread(act))

    async def open_room(self, name: str, topic: str, once: Once, *, private: bool = False) -> RoomRef:
        """Open a channel."""
        id_ = await self._perform(once, lambda connection: rooms.open_room(connection, name, topic, private=private))
        return RoomRef(Platform.LOCAL, id_)

    async def invite(self, room: RoomRef, users: Sequence[UserRef], once: Once) -> Mapping[UserRef, WhyNot]:
        """Make people members of a room; nobody but strangers is refused."""
        elsewhere = {user: WhyNot.ELSEWHERE for user in users if user.platform is not Platform.LOCAL}
        wanted = [user.id for user in users if user.platform is Platform.LOCAL]

        def act(connection: Connection) -> str:
            return json.dumps(rooms.invite(connection, room.id, wanted, self.store.now()))

        strangers = json.loads(await self._perform(once, act))
        return elsewhere | {UserRef(Platform.LOCAL, id_): WhyNot.UNKNOWN for id_ in strangers}

    async def remove(self, room: RoomRef, user: UserRef, once: Once) -> bool:
        """Take somebody out of a room."""
        await self._do(once, lambda connection: rooms.leave(connection, room.id, user.id, self.store.now()))
        return True

    async def set_topic(self, room: RoomRef, topic: str, once: Once) -> None:
        """Change the topic."""
        await self._do(once, lambda connection: rooms.change(connection, room.id, topic=topic))

    async def close_room(self, room: RoomRef, once: Once) -> None:
        """Close a room: it can be read, and nothing more can be said in it."""
        await self._do(once, lambda connection: rooms.change(connection, room.id, closed=True))

    async def read_thread(self, thread: ThreadRef) -> Sequence[ThreadMessage]:
        """The message the thread hangs on and its answers."""

        def read() -> Sequence[ThreadMessage]:
            with self.store.reading() as connection:
                messages.at(connection, thread.root)
                return [
                    ThreadMessage(
                        message=MessageRef(thread.room, row.id),
                        by=UserRef(Platform.LOCAL, row.by or BOT),
                        by_name=row.name or BOT_NAME,
                        text=row.text,
                        at=datetime.fromisoformat(row.at),
                        from_bot=row.by is None,
                        thread=ThreadRef(thread.room, row.thread) if row.thread else None,
                    )
                    for row in messages.thread_of(connection, thread.root)
                ]

        return await _in_thread(read)

    async def members(self, room: RoomRef) -> Sequence[UserRef]:
        """Who is in a room."""

        def read() -> Sequence[UserRef]:
            with self.store.reading() as connection:
                rooms.at(connection, room.id)
                return [UserRef(Platform.LOCAL, id_) for id_ in rooms.members(connection, room.id)]

        return await _in_thread(read)

    async def link_to(self, message: MessageRef) -> str:
        """An address that opens the message in the browser."""
        return f"{self._base_url}/chat/#{message.room.id}/{message.id}"

    async def check(self) -> Sequence[Finding]:
        """Whether there is anybody to talk to."""

        def read() -> Sequence[Finding]:
            with self.store.reading() as connection:
                people = len(rooms.everybody(connection))
            if people:
                return [Finding(True, f"The local chat knows {people} people.")]
            return [Finding(False, "The local chat knows nobody.", "Add people to the catalogue.")]

        return await _in_thread(read)

    async def _hear(self, inbox: Inbox) -> None:
        """Put everything the inbox has not seen, in the order it happened."""
        identity, _, number = (await inbox.cursor(CURSOR) or "").partition(":")
        heard = int(number) if identity == self.store.id and number else 0
        while happenings := await asyncio.to_thread(self.store.heard_after, heard):
            heard = happenings[-1].number
            events = [translate.event(self.store.id, happening) for happening in happenings]
            known = [event for event in events if event is not None]
            await inbox.put(known, [Cursor(CURSOR, f"{self.store.id}:{heard}")])
            await asyncio.to_thread(self.store.forget_heard, heard)

    def _lost(self, error: Exception, *, first: bool) -> None:
        self._listening = False
        if first:
            log.warning("The local chat cannot reach the inbox and tries again until it can: %r", error)

    def _found(self, *, again: bool) -> None:
        self._listening = True
        if again:
            log.warning("The local chat reaches the inbox again; nothing was lost.")

    async def _perform(self, once: Once, act: Callable[[Connection], str]) -> str:
        return await _in_thread(lambda: self.store.perform(once.key, act))

    async def _do(self, once: Once, act: Callable[[Connection], None]) -> None:
        def without_result(connection: Connection) -> str:
            act(connection)
            return ""

        await self._perform(once, without_result)


def _root(thread: ThreadRef | None) -> str | None:
    return thread.root if thread else None


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except NotPossible as error:
        raise ChatRefused(error.code) from error
    except (OperationalError, Closed) as error:
        # A full disk, say, or the end of the program. Nothing of the act was done: its transaction went with it.
        raise ChatUnavailable(f"the local chat's file cannot be written: {error}") from error

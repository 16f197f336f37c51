"""The bot as tests start it, and its neutral references."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from bot.cards import Action, Actions, Card, Paragraph, plain
from bot.chat import Chat, Once
from bot.events import Heard
from bot.refs import Platform, RoomRef, UserRef
from tests.matrix.bad_line import BadLine
from tests.matrix.people import Person, eventually
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.synapse import Account, SynapseServer

Event = TypeVar("Event", bound=Heard)


@dataclass
class Bot:
    """One bot account, which can be started again with the same inbox."""

    account: Account
    settings: MatrixSettings
    inbox: TinyInbox
    chat: Chat
    started: list[MatrixChat] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.settings.user_id

    def another(self, **changes: Any) -> MatrixChat:
        """A second process of the same bot."""
        return self._started(MatrixChat(replace(self.settings, **changes)))

    def watching(self, rooms: Sequence[RoomRef]) -> MatrixChat:
        """A process whose operator relies on these rooms."""
        return self._started(MatrixChat(self.settings, rooms=lambda: rooms))

    def _started(self, chat: MatrixChat) -> MatrixChat:
        self.started.append(chat)
        return chat

    @contextlib.asynccontextmanager
    async def listening(self, chat: Chat | None = None) -> AsyncIterator[None]:
        """The bot hears as long as the block lasts."""
        listener = chat or self.chat
        task = asyncio.create_task(listener.listen(self.inbox))

        async def is_connected() -> bool:
            if task.done():
                task.result()
            return listener.connected

        try:
            await eventually(is_connected)
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def hears(self, kind: type[Event], count: int = 1, *, within: float = 20.0) -> list[Event]:
        """The first so many events of a kind, waited for."""

        async def found() -> list[Event]:
            heard: list[Heard] = list(self.inbox.heard)
            known = [event for event in heard if isinstance(event, kind)]
            return known if len(known) >= count else []

        return await eventually(found, within=within)

    async def enter(self, host: Person, name: str = "help", **more: Any) -> str:
        """A room of the host's that the bot is in."""
        room = await host.open_room(name, invite=[self.id], **more)

        async def is_in() -> bool:
            return (await host.state(room)).get(("m.room.member", self.id), {}).get("membership") == "join"

        await eventually(is_in)
        return room


Met = tuple[Bot, Person, BadLine]


@contextlib.asynccontextmanager
async def on_a_line(synapse: SynapseServer, folder: Path, *, encrypts: bool = False) -> AsyncIterator[Met]:
    """A bot, Anna, and the line on which the bot reaches the homeserver; in whatever loop runs."""
    account, anna = synapse.register("swarmbridge"), Person(synapse.base_url, synapse.register("anna"))
    async with BadLine(synapse.base_url) as line:
        settings = MatrixSettings(homeserver=line.base_url, user_id=account.user_id, access_token=account.access_token)
        if encrypts:
            settings = replace(settings, access_token="", password=account.password, store_path=folder / "keys")
        chat = MatrixChat(settings)
        bot = Bot(account, settings, TinyInbox(folder / "inbox.sqlite"), chat, [chat])
        try:
            yield bot, anna, line
        finally:
            await chat.close()
            await anna.close()
            bot.inbox.close()


def once(key: str, *, doubtful: bool = False, since: datetime | None = None) -> Once:
    return Once(key, since or datetime.now(UTC), doubtful)


def room_ref(room: str) -> RoomRef:
    return RoomRef(Platform.MATRIX, room)


def user_ref(person: Person | str) -> UserRef:
    return UserRef(Platform.MATRIX, person if isinstance(person, str) else person.id)


def card(summary: str) -> Card:
    """A card of one sentence."""
    return Card(summary=summary, blocks=(Paragraph(plain(summary)),))


def choice(summary: str) -> Card:
    """A card with two things to choose from."""
    actions = Actions((Action("me_too", "Me too", "INC-4", "me too INC-4"), Action("undo", "Not a request", "INC-4")))
    return Card(summary=summary, blocks=(Paragraph(plain(summary)), actions))

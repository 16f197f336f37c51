"""The local chat under the tests of the port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.local.people import Player
from adapters.local.people import Seen as LocalSeen
from adapters.local.platform import LocalChat
from adapters.local.rooms import LocalPerson, LocalRoom
from adapters.local.store import BOT, LocalStore, NotPossible
from bot.refs import MessageRef, Platform, RoomRef, UserRef
from tests.port.listening import Ear
from tests.port.network import PEOPLE, Network, RoomNow, Seen, unique


class LocalNetwork(Network):
    """Everything in one process."""

    platform = Platform.LOCAL

    def __init__(self) -> None:
        super().__init__()
        self._store = LocalStore()
        self._local = LocalChat(self._store)
        self._local.seed([LocalPerson(id_, name) for id_, name in PEOPLE.items()], [])
        closed = LocalStore()
        closed.close()
        self.chat, self.away = self._local, LocalChat(closed)
        self.bot, self.stranger = _user(BOT), _user("nobody")
        self.people = {id_: _user(id_) for id_ in PEOPLE}
        self._ear = Ear(self.chat, self.inbox)

    async def begin(self) -> None:
        """Let the bot hear."""
        await self._ear.open()

    async def close(self) -> None:
        await self._ear.shut()
        self._store.close()

    async def help_room(self) -> RoomRef:
        name = unique("help").replace(" ", "-")
        self._local.seed([LocalPerson(id_, name) for id_, name in PEOPLE.items()], [LocalRoom(name, name)])
        return RoomRef(Platform.LOCAL, name)

    async def direct(self, who: str) -> RoomRef:
        return self._player(who).direct

    async def accepts(self, who: str, room: RoomRef) -> None:
        """To be invited is to be in."""

    async def says(
        self, who: str, room: RoomRef, text: str, *, under: MessageRef | None = None, file: str = ""
    ) -> MessageRef:
        for id_, name in {"bot": "Swarmbridge", **PEOPLE}.items():
            text = text.replace(f"{{{id_}}}", f"@{name}")
        return self._player(who).says(room, text, under)

    async def edits(self, who: str, message: MessageRef, text: str) -> None:
        self._player(who).edits(message, text)

    async def deletes(self, who: str, message: MessageRef) -> None:
        self._player(who).deletes(message)

    async def reacts(self, who: str, message: MessageRef, emoji: str) -> None:
        self._player(who).reacts(message, emoji)

    async def unreacts(self, who: str, message: MessageRef, emoji: str) -> None:
        self._player(who).unreacts(message, emoji)

    async def taps(self, who: str, message: MessageRef, label: str) -> None:
        self._player(who).taps(message, label)

    async def commands(self, who: str, room: RoomRef, text: str) -> None:
        self._player(who).commands(room, text)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        player = self._player(who)
        player.submits(player.forms()[-1], values)

    async def joins(self, who: str, room: RoomRef) -> None:
        self._player(who).joins(room)

    async def leaves(self, who: str, room: RoomRef) -> None:
        self._player(who).leaves(room)

    async def all_seen(self, who: str, room: RoomRef) -> list[Seen]:
        return [_seen(one) for one in self._player(who).sees(room)]

    async def alone(self, who: str) -> list[Seen]:
        player = self._player(who)
        seen = [one for room in player.rooms() for one in player.sees(room)]
        return [_seen(one) for one in seen if one.whisper or (one.from_bot and one.message.room == player.direct)]

    async def now(self, room: RoomRef) -> RoomNow:
        found = next(rooms[room.id] for who in PEOPLE if room.id in (rooms := self._player(who).rooms()))
        return RoomNow(
            name=found["name"], topic=found["topic"], private=found["private"], closed=found["closed"],
            members=frozenset(map(_user, found["members"])),
        )  # fmt: skip

    async def form(self, who: str) -> Sequence[str]:
        shown = self._player(who).forms()[-1]
        return [shown.title, *(field["label"] for field in shown.fields.values())]

    async def can(self, who: str, act: str, room: RoomRef) -> bool:
        try:
            await (self.joins(who, room) if act == "joins" else self.says(who, room, "one more thing"))
        except NotPossible:
            return False
        return True

    @asynccontextmanager
    async def twice(self) -> AsyncIterator[None]:
        await self._ear.shut()
        yield
        self.inbox.fail_once()
        await self._ear.open()

    def kept(self, message: MessageRef) -> Any:
        """A card as it is kept for the page."""
        return next(one.card for one in self._player("anna").sees(message.room) if one.message == message)

    def _player(self, who: str) -> Player:
        return self._local.person(who)


def _user(id_: str) -> UserRef:
    return UserRef(Platform.LOCAL, id_)


def _seen(one: LocalSeen) -> Seen:
    blocks = one.card["blocks"] if one.card else []
    spans = [span for block in blocks if isinstance(block.get("text"), list) for span in block["text"]]
    return Seen(
        message=one.message, by=_user(one.by), summary=one.summary, thread=one.thread, pinned=one.pinned,
        text=one.text.removeprefix(one.summary).strip("\n") if one.card and blocks else one.text,
        buttons=tuple(button.label for button in one.buttons),
        pings=frozenset(span["target"] for span in spans if span["style"] == "person"),
        reactions=frozenset((emoji, _user(by)) for emoji, people in one.reactions.items() for by in people),
    )  # fmt: skip

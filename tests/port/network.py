"""A chat network as the tests of the port use it: people who act on it, and what they see."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cards import Card, Paragraph, plain
from bot.chat import Chat, Once
from bot.events import ChatEvent, MessagePosted
from bot.forms import Choice, Field, FieldKind, Form
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.port.kept_inbox import KeptInbox

PEOPLE = {"anna": "Anna Arendt", "ben": "Ben Bakker", "carla": "Carla Cox"}

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as one person sees it: the words on the screen, and ``summary``, what a notification says."""

    message: MessageRef
    by: UserRef
    text: str
    summary: str
    buttons: tuple[str, ...] = ()
    thread: ThreadRef | None = None
    pinned: bool = False
    pings: frozenset[str] = frozenset()
    """The text form of each account that is notified; anything else stands for a whole room."""
    reactions: frozenset[tuple[str, UserRef]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """A room as it is now."""

    name: str
    topic: str
    private: bool
    closed: bool
    members: frozenset[UserRef]


class Network(ABC):
    """One network with three people on it, and the bot's adapter listening. ``away`` is an adapter that has no
    connection; ``stranger`` an account that nobody has."""

    platform: Platform
    chat: Chat
    away: Chat
    bot: UserRef
    stranger: UserRef
    people: Mapping[str, UserRef]

    def __init__(self) -> None:
        self.inbox = KeptInbox()
        self._shared: dict[str, RoomRef] = {}
        self._pages: dict[RoomRef, MessageRef] = {}

    # -- rooms --------------------------------------------------------------------------------------------------------

    async def shared(self, kind: str) -> RoomRef:
        """The ``help`` or ``swarm`` room that the tests share, at a new page: what was said and heard there before is
        neither seen nor heard any more."""
        if kind not in self._shared:
            self._shared[kind] = await (self.help_room() if kind == "help" else self.swarm_room())
        room = self._shared[kind]
        self._pages[room] = await self._says_last(room, unique("A new page"))
        return room

    @abstractmethod
    async def help_room(self) -> RoomRef:
        """A new room of the people's own, with all of them and the bot in it."""

    @abstractmethod
    async def direct(self, who: str) -> RoomRef:
        """Somebody's conversation with the bot."""

    async def swarm_room(self) -> RoomRef:
        """A new room that the bot opened, with everybody in it."""
        room = await self.chat.open_room(unique("swarm"), "", once())
        await self.chat.invite(room, list(self.people.values()), once())
        for who in self.people:
            await self.accepts(who, room)
        return room

    @abstractmethod
    async def accepts(self, who: str, room: RoomRef) -> None:
        """Follow an invitation of the bot's, where it takes that to be in."""

    # -- what people do -----------------------------------------------------------------------------------------------

    @abstractmethod
    async def says(
        self, who: str, room: RoomRef, text: str, *, under: MessageRef | None = None, file: str = ""
    ) -> MessageRef:
        """Write a message, perhaps in the thread under another. ``{bot}`` and ``{ben}`` are mentions."""

    @abstractmethod
    async def edits(self, who: str, message: MessageRef, text: str) -> None:
        """Change one's message."""

    @abstractmethod
    async def deletes(self, who: str, message: MessageRef) -> None:
        """Take one's message back."""

    @abstractmethod
    async def reacts(self, who: str, message: MessageRef, emoji: str) -> None:
        """React to a message."""

    @abstractmethod
    async def unreacts(self, who: str, message: MessageRef, emoji: str) -> None:
        """Take one's reaction back."""

    @abstractmethod
    async def taps(self, who: str, message: MessageRef, label: str) -> None:
        """Choose an action of a card, in the way of this network."""

    @abstractmethod
    async def commands(self, who: str, room: RoomRef, text: str) -> None:
        """Give the bot a command."""

    @abstractmethod
    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        """Fill in the form before somebody, by field id."""

    @abstractmethod
    async def joins(self, who: str, room: RoomRef) -> None:
        """Enter a room uninvited."""

    @abstractmethod
    async def leaves(self, who: str, room: RoomRef) -> None:
        """Leave a room."""

    # -- what people see ----------------------------------------------------------------------------------------------

    async def sees(self, who: str, room: RoomRef) -> list[Seen]:
        """The messages somebody sees in a room, oldest first; on its last page, where it has pages."""
        seen = await self.all_seen(who, room)
        places = [n for n, one in enumerate(seen, 1) if one.message == self._pages.get(room)]
        return seen[places[0] if places else 0 :]

    @abstractmethod
    async def all_seen(self, who: str, room: RoomRef) -> list[Seen]:
        """The messages of a room at least since its last page."""

    @abstractmethod
    async def alone(self, who: str) -> list[Seen]:
        """What the bot said to somebody that nobody else sees, oldest first."""

    @abstractmethod
    async def now(self, room: RoomRef) -> RoomNow:
        """How a room stands."""

    @abstractmethod
    async def form(self, who: str) -> Sequence[str]:
        """The title and the labels of the form before somebody."""

    @abstractmethod
    async def can(self, who: str, act: str, room: RoomRef) -> bool:
        """Whether somebody is let to ``joins`` a room or to write (``says``) in it; does it if so."""

    async def one(self, who: str, message: MessageRef) -> Seen:
        """A message as somebody sees it."""
        [seen] = [seen for seen in await self.sees(who, message.room) if seen.message == message]
        return seen

    def pardon(self) -> None:  # noqa: B027 - most networks mind nothing
        """Overlook that a card said nothing, where the network minds."""

    # -- what the bot hears -------------------------------------------------------------------------------------------

    @abstractmethod
    def twice(self) -> AbstractAsyncContextManager[None]:
        """What happens inside is told to the bot twice."""

    async def heard(self, room: RoomRef) -> list[ChatEvent]:
        """Everything the bot heard in a room: somebody speaks last, and what came before that is everything."""
        last = await self._says_last(room, unique("That is all"))
        heard = [event for event in self.inbox.events if event.room == room]
        said = [event.message if isinstance(event, MessagePosted) else None for event in heard]
        page = self._pages.get(room)
        return heard[said.index(page) + 1 if page else 0 : said.index(last)]

    async def _says_last(self, room: RoomRef, text: str) -> MessageRef:
        """Have somebody speak and wait until that is heard."""
        last = await self.says("carla", room, text)
        while not any(isinstance(event, MessagePosted) and event.message == last for event in self.inbox.events):
            await self.inbox.has(len(self.inbox.events) + 1)
        return last

    async def heard_of(self, room: RoomRef, kind: type[ChatEvent]) -> list[ChatEvent]:
        """Everything of a kind heard in a room, as soon as there is something."""
        while not (found := [e for e in self.inbox.events if e.room == room and isinstance(e, kind)]):
            await self.inbox.has(len(self.inbox.events) + 1)
        return found

    @abstractmethod
    async def close(self) -> None:
        """Hang up everybody."""


def unique(name: str) -> str:
    """A name nothing else has."""
    return f"{name} {next(_numbers)}"


def once(key: str = "", *, doubtful: bool = False) -> Once:
    """An act decided now; without a key, one of its own."""
    return Once(key or unique("act"), datetime.now(UTC), doubtful)


def card(words: str) -> Card:
    """A card of one paragraph."""
    return Card(summary=words, blocks=(Paragraph(plain(words)),))


FORM = Form(
    id="resolve", title="What solved it?", submit="Send", cancel="Not now", context="INC-4",
    fields=(
        Field(id="how", label="How", kind=FieldKind.LONG, max_length=200),
        Field(id="cause", label="Cause", required=False),
        Field(id="sure", label="Sure?", kind=FieldKind.CHOICE, choices=(Choice("yes", "Yes"), Choice("no", "No"))),
    ),
)  # fmt: skip

"""The port to a chat network: acts of chat and nothing else.

Every act may raise ``ChatUnavailable`` (later may work; ``doubtful`` when it may have happened) or ``ChatRefused``
(never will, with the network's word for why). Acts carry a ``Once``: performed again in doubt with the same key, an act
has its effect once and returns the same reference. ``adapters/parity.yaml`` says which network does what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.cards import Card
from bot.events import ChatEvent
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.home import Home
from bot.presence import Presence
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef


@dataclass(frozen=True, slots=True)
class Once:
    """The key of an act. ``doubtful``: an earlier try may have been performed; look before doing it again.

    ``since`` is when the act was decided (UTC): nothing older can be its trace. ``broadcast``: it is one of many that
    say the same to many; a network that is slow lets everything else go before it.
    """

    key: str
    since: datetime
    doubtful: bool = False
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an operator should know: what is wrong and what to do. ``ok`` findings say what was looked at."""

    ok: bool
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far an adapter has heard: ``name`` is its own (``matrix:@bot:example.org``, ``slack:C1 history``)."""

    name: str
    value: str


class Inbox(Protocol):
    """Where adapters put what they hear. When ``put`` returns, it is stored and may be acknowledged."""

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        """Store events not stored before and the cursors, in one transaction."""
        ...

    async def cursor(self, name: str) -> str | None:
        """The cursor stored last under this name."""
        ...


class Chat(Protocol):
    """One chat network."""

    @property
    def platform(self) -> Platform:
        """Which network this is."""
        ...

    @property
    def connected(self) -> bool:
        """Whether it is heard right now."""
        ...

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled: first what was missed, then live; reconnects by itself, backs off, never spins."""
        ...

    async def post(self, room: RoomRef, card: Card, once: Once, *, thread: ThreadRef | None = None) -> MessageRef:
        """Post a card, in a thread if one is named."""
        ...

    async def edit(self, message: MessageRef, card: Card, once: Once) -> None:
        """Replace one of the bot's own messages."""
        ...

    async def retract(self, message: MessageRef, once: Once) -> None:
        """Take one of the bot's own messages back; being gone already is success."""
        ...

    async def react(self, message: MessageRef, emoji: str, once: Once) -> None:
        """React with an emoji character; having done so already is success."""
        ...

    async def unreact(self, message: MessageRef, emoji: str, once: Once) -> None:
        """Take the bot's reaction back; not having reacted is success."""
        ...

    async def pin(self, message: MessageRef, once: Once) -> None:
        """Pin a message to its room; being pinned already is success."""
        ...

    async def answer(
        self, room: RoomRef, user: UserRef, card: Card, once: Once, *,
        thread: ThreadRef | None = None, message: MessageRef | None = None,
    ) -> None:  # fmt: skip
        """Tell one person something only they see: in a ``thread`` that has answers, else in the room. ``message`` is
        what it answers, to be led to where they are told elsewhere."""
        ...

    async def ask(
        self, room: RoomRef, user: UserRef, form: Form, trigger: str, once: Once, *, thread: ThreadRef | None = None
    ) -> None:
        """Open a form; ``ChatRefused("expired_trigger")`` when it came too late or the network has no forms."""
        ...

    async def direct_room(self, user: UserRef) -> RoomRef:
        """The direct conversation with a person, opened if there is none."""
        ...

    async def open_room(self, name: str, topic: str, once: Once, *, private: bool = False) -> RoomRef:
        """Open a room; a taken name gets a suffix. The same key never opens a second room."""
        ...

    async def invite(self, room: RoomRef, users: Sequence[UserRef], once: Once) -> Mapping[UserRef, WhyNot]:
        """Invite people; being in already is success. Returns those the network refused, and why."""
        ...

    async def remove(self, room: RoomRef, user: UserRef, once: Once) -> bool:
        """Take somebody out of a room, or take their invitation back; not being in is success. False when the network
        does not let the bot do this and they are still in."""
        ...

    async def set_topic(self, room: RoomRef, topic: str, once: Once) -> None:
        """Change the topic."""
        ...

    async def close_room(self, room: RoomRef, once: Once) -> None:
        """Close the room; closed already is success."""
        ...

    async def read_thread(self, thread: ThreadRef) -> Sequence[ThreadMessage]:
        """The message the thread hangs on and its answers, oldest first."""
        ...

    async def members(self, room: RoomRef) -> Sequence[UserRef]:
        """Who is in a room, the bot left out."""
        ...

    async def link_to(self, message: MessageRef) -> str:
        """An address that opens the message."""
        ...

    async def check(self) -> Sequence[Finding]:
        """Whether tokens, scopes and rooms are as they must be, each with what to do about it."""
        ...


@runtime_checkable
class HasBookmarks(Protocol):
    """A chat network whose rooms keep addresses at their head."""

    async def bookmark(self, room: RoomRef, title: str, address: str, once: Once) -> None:
        """Keep an address at the head of a room; the same key never keeps it twice."""
        ...


@runtime_checkable
class HasWorkspaces(Protocol):
    """A chat network of several workspaces."""

    async def open_room_near(
        self, near: UserRef, name: str, topic: str, once: Once, *, private: bool = False
    ) -> RoomRef:
        """``Chat.open_room``, in the workspace of this person."""
        ...


@runtime_checkable
class HasPreviews(Protocol):
    """A chat network that asks what the addresses of our pages lead to."""

    async def preview(self, message: MessageRef, address: str, card: Card, once: Once) -> None:
        """Show a card below somebody's message that holds this address; a message that is gone shows nothing."""
        ...


@runtime_checkable
class HasHomes(Protocol):
    """A chat network on which the bot has a home beside the conversations."""

    async def show_home(self, user: UserRef, home: Home, once: Once) -> None:
        """Show somebody their home, in place of what it showed."""
        ...


@runtime_checkable
class HasPresence(Protocol):
    """A chat network that says who is away and who does not want to be disturbed."""

    async def presence(self, users: Sequence[UserRef]) -> Mapping[UserRef, Presence]:
        """How people of this network stand now, a few at a time. Whoever it says nothing of is left out."""
        ...

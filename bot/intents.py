"""What the bot has decided to do in chat, stored before it is done.

An intent's ``key`` names it once and for all: it is stored only once, and networks use it to do it only once.
``about`` is the reference of the thing it belongs to; ``place`` decides its lane: intents of one lane are performed in
the order they were said.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import Card
from bot.forms import Form
from bot.home import Home
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef


@dataclass(frozen=True, slots=True)
class RoomOf:
    """The room that the ``OpenRoom`` intent with this key opens, on this network."""

    platform: Platform
    key: str


@dataclass(frozen=True, slots=True)
class Direct:
    """The direct conversation with this person."""

    user: UserRef


Place = RoomRef | RoomOf | Direct


@dataclass(frozen=True, slots=True)
class MessageOf:
    """The message that the ``Post`` intent with this key posts."""

    key: str


@dataclass(frozen=True, slots=True)
class ThreadOf:
    """The thread that hangs on the message which the ``Post`` intent with this key posts."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What every intent has."""

    key: str
    place: Place
    about: str = ""

    @property
    def platform(self) -> Platform:
        """The network it is for."""
        return self.place.user.platform if isinstance(self.place, Direct) else self.place.platform

    @property
    def lane(self) -> str:
        """Intents of one lane are performed in order."""
        return lane_of(self.place)


def lane_of(place: Place) -> str:
    """The lane of what is done in a place."""
    match place:
        case RoomRef():
            return str(place)
        case RoomOf(platform, key):
            return f"{platform}:room of {key}"
        case Direct(user):
            return f"direct {user}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Intent):
    """Post a card, in a thread if one is named. ``broadcast`` names what is told to many at once, of which this is one;
    its key then begins with that name and a colon. ``instead``: who is told directly where the place refuses it."""

    card: Card
    thread: ThreadRef | ThreadOf | None = None
    broadcast: str = ""
    instead: tuple[UserRef, ...] = ()

    @property
    def lane(self) -> str:
        """What is told to many takes its time, and nothing else in the same place waits behind it."""
        return f"{lane_of(self.place)} broadcast" if self.broadcast else lane_of(self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Intent):
    """Replace what one of the bot's own messages says."""

    message: MessageRef | MessageOf
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract(Intent):
    """Take one of the bot's own messages back."""

    message: MessageRef | MessageOf


@dataclass(frozen=True, slots=True, kw_only=True)
class React(Intent):
    """React to a message. ``emoji`` is the character."""

    message: MessageRef | MessageOf
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreact(Intent):
    """Take the bot's own reaction back."""

    message: MessageRef | MessageOf
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(Intent):
    """Show below somebody's message what an address in it leads to."""

    message: MessageRef
    address: str
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Intent):
    """Pin one of the bot's own messages to its room."""

    message: MessageRef | MessageOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper(Intent):
    """Tell one person something that only they see, where they are. ``thread`` is one that has answers (in another one
    Slack would show it to nobody), ``message`` what it answers."""

    user: UserRef
    card: Card
    thread: ThreadRef | None = None
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Intent):
    """Open a form for a person who has just tapped something (``trigger``)."""

    user: UserRef
    form: Form
    trigger: str
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome(Intent):
    """Show somebody their home as it is now. ``place`` is their direct conversation; a network without homes shows
    nothing."""

    user: UserRef
    home: Home

    @property
    def lane(self) -> str:
        """A home waits for nothing that is being said."""
        return f"home, {lane_of(self.place)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRoom(Intent):
    """Open a room. ``place`` is ``RoomOf(platform, key)`` of this very intent; ``name`` is a readable slug. ``near`` is
    somebody whom it is for: on a network of several workspaces it is opened in theirs."""

    name: str
    topic: str
    private: bool = False
    near: UserRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Intent):
    """Invite people into a room; who cannot be invited is told by the fact ``InviteRefused``."""

    users: tuple[UserRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove(Intent):
    """Take somebody out of a room; the fact ``RemoveRefused`` tells when the network does not let the bot do it."""

    user: UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic(Intent):
    """Change a room's topic."""

    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark(Intent):
    """Keep a way to an ``address``, or to one of the bot's own messages, at the head of a room; a network without
    bookmarks keeps none."""

    title: str
    address: str = ""
    message: MessageOf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRoom(Intent):
    """Close a room for good; what was said stays readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadThread(Intent):
    """Read a thread back; the fact ``ThreadRead`` brings it, with ``purpose`` and ``asked_by`` unchanged, or
    ``ThreadNotRead`` says that it cannot be read."""

    thread: ThreadRef
    purpose: str
    asked_by: UserRef


AnyIntent = (
    Post | Edit | Retract | React | Unreact | Preview | Pin | Whisper | Ask | ShowHome | OpenRoom | Invite | Remove
    | SetTopic | Bookmark | CloseRoom | ReadThread
)  # fmt: skip

"""What the bot hears, in words that mean the same on every network.

Adapters translate payloads into these (pure functions) and store them in the inbox before they acknowledge.
``delivery`` is unique per thing that happened, the same for every redelivery of it.
Texts are what a person typed, as plain text: mentions are written ``@name``, links as their address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What every event has: when it happened (UTC, by the network's clock), who did it, and where.

    ``by_name``, ``by_language`` and ``by_zone`` (an IANA time zone) are what the network says of them, as far as it
    does: for somebody of whom the catalogue says nothing. ``outside``: they are of another organisation; ``shared``: so
    are some of those who read the room.
    """

    delivery: str
    at: datetime
    by: UserRef
    room: RoomRef
    by_name: str = ""
    by_language: str = ""
    by_zone: str = ""
    outside: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Something that came with a message and stays where it is: its name, and an address that shows it to those who
    may see it. ``kind`` is a media type such as ``image/png`` and ``size`` in bytes, as far as they are known."""

    name: str
    url: str
    kind: str = ""
    size: int = 0


def words_beside(text: str, files: Sequence[File]) -> str:
    """What somebody typed beside the files they sent: networks give a message without any words the files' names."""
    return "" if files and text.strip() == ", ".join(file.name for file in files).strip() else text


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Heard):
    """Somebody wrote a message. ``thread`` is None for a message in the room itself.

    ``direct``: the room is a conversation of this person with the bot. ``addressed``: the message began with a
    mention of the bot or the command prefix, which ``text`` then no longer has. ``mentions`` are the other accounts
    that are named.
    """

    message: MessageRef
    text: str
    thread: ThreadRef | None = None
    direct: bool = False
    addressed: bool = False
    mentions: tuple[UserRef, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def words(self) -> str:
        """The text, or nothing where there are only files."""
        return words_beside(self.text, self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(Heard):
    """A message now says something else. ``files`` is what it came with."""

    message: MessageRef
    text: str
    files: tuple[File, ...] = ()

    @property
    def words(self) -> str:
        """The text, or nothing where there are only files."""
        return words_beside(self.text, self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDeleted(Heard):
    """A message was taken back; ``by`` is who wrote it where the network does not say who removed it."""

    message: MessageRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnreadable(Heard):
    """Somebody wrote a message that is encrypted, and its key has not come; it may still be heard later."""

    message: MessageRef
    thread: ThreadRef | None = None
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShared(Heard):
    """A message holds addresses of our own pages, and the network shows below it what they lead to."""

    message: MessageRef
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionAdded(Heard):
    """Somebody reacted to a message. ``emoji`` is the character or the network's name for it."""

    message: MessageRef
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRemoved(Heard):
    """Somebody took their reaction back."""

    message: MessageRef
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGiven(Heard):
    """A command that is not a message in the room (a slash command). Only the asker sees the answer. ``mentions`` are
    the accounts that are named."""

    text: str
    trigger: str = ""
    mentions: tuple[UserRef, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken(Heard):
    """An action of one of the bot's cards was chosen. ``trigger`` allows a form to be opened for a short time."""

    action: str
    value: str = ""
    message: MessageRef | None = None
    thread: ThreadRef | None = None
    trigger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted(Heard):
    """A form came back filled in; values by field id."""

    form: str
    context: str = ""
    values: dict[str, str] = field(default_factory=dict)
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutUsed(Heard):
    """A shortcut on a message (Slack): the message's text, files and author come along, and whether that is a
    program."""

    shortcut: str
    message: MessageRef
    text: str
    author: UserRef
    author_name: str = ""
    author_is_bot: bool = False
    thread: ThreadRef | None = None
    trigger: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened(Heard):
    """Somebody looks at their home; ``room`` is their conversation with the bot. ``looking_for`` is what they typed
    into it."""

    looking_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined(Heard):
    """``by`` is now a member of the room. ``invited``: the bot put them there, which is no word of theirs."""

    invited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Heard):
    """``by`` is no longer a member of the room."""


ChatEvent = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | MessageUnreadable
    | LinkShared
    | ReactionAdded
    | ReactionRemoved
    | CommandGiven
    | ActionTaken
    | FormSubmitted
    | ShortcutUsed
    | HomeOpened
    | MemberJoined
    | MemberLeft
)

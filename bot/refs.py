"""Where things are in chat: typed references that mean the same on every network.

Each reference has a text form (``str(ref)``) which ``parse`` reads back; it is what the database and logs hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Platform(StrEnum):
    """A chat network that Swarmbridge speaks."""

    SLACK = "slack"
    MATRIX = "matrix"
    LOCAL = "local"

    @property
    def shown(self) -> str:
        """Its name for people."""
        return self.value.title()


@dataclass(frozen=True, slots=True, order=True)
class UserRef:
    """One chat account: ``slack:U024BE7LH``, ``matrix:@anna:example.org``, ``local:anna``."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises ``ValueError`` for anything else."""
        platform, id_ = _split(text)
        return cls(platform, id_)


@dataclass(frozen=True, slots=True, order=True)
class RoomRef:
    """One channel, room or direct conversation: ``slack:C061EG9SL``, ``matrix:!abc:example.org``, ``local:help``."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises ``ValueError`` for anything else."""
        platform, id_ = _split(text)
        return cls(platform, id_)


@dataclass(frozen=True, slots=True, order=True)
class MessageRef:
    """One message in a room; its text form is the room, a space, and the network's message id."""

    room: RoomRef
    id: str

    def __str__(self) -> str:
        return f"{self.room} {self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises ``ValueError`` for anything else."""
        room, _, id_ = text.partition(" ")
        if not id_:
            raise ValueError(f"not a message reference: {text!r}")
        return cls(RoomRef.parse(room), id_)


@dataclass(frozen=True, slots=True, order=True)
class ThreadRef:
    """A thread, named by the message it hangs on."""

    room: RoomRef
    root: str

    def __str__(self) -> str:
        return f"{self.room} {self.root}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises ``ValueError`` for anything else."""
        message = MessageRef.parse(text)
        return cls(message.room, message.id)

    @classmethod
    def under(cls, message: MessageRef) -> Self:
        """The thread that hangs on this message."""
        return cls(message.room, message.id)

    @property
    def message(self) -> MessageRef:
        """The message the thread hangs on."""
        return MessageRef(self.room, self.root)


def _split(text: str) -> tuple[Platform, str]:
    platform, _, id_ = text.partition(":")
    if not id_:
        raise ValueError(f"not a chat reference: {text!r}")
    return Platform(platform), id_

"""Facts: things that happened, frozen, in the past tense, stored with the change that made them true.

Features define their own beside their aggregates; here are the ones that delivery tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.cards import Card
from bot.events import File
from bot.forms import Form
from bot.people import PersonId
from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact has: the reference of the thing it is about (``INC-42``), which also keeps facts in order."""

    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOpened(Fact):
    """A room the bot meant to open is there."""

    key: str
    room: RoomRef


class WhyNot(StrEnum):
    """Why a network would not let somebody into a room."""

    UNKNOWN = "unknown"
    """It knows no such account."""
    GONE = "gone"
    """The account was closed."""
    NOT_ALLOWED = "not_allowed"
    """It does not let the account, or the bot, do this."""
    AWAY = "away"
    """The server the account lives on does not answer."""
    FULL = "full"
    """The room holds no more people."""
    ELSEWHERE = "elsewhere"
    """It is an account of another network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRefused(Fact):
    """The network would not let these accounts into the room, each for the reason at its place in ``why``; the others
    are in."""

    key: str
    users: tuple[UserRef, ...]
    why: tuple[WhyNot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRefused(Fact):
    """The network would not let the bot take this account out of the room: they are still in."""

    key: str
    user: UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRefused(Fact):
    """The network refused something for good; it is parked where the operator sees it. ``card`` is what these people
    are told ``instead`` directly."""

    key: str
    intent: str
    code: str
    card: Card | None = None
    instead: tuple[UserRef, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """One message of a thread that was read back."""

    message: MessageRef
    by: UserRef
    by_name: str
    text: str
    at: datetime
    from_bot: bool = False
    thread: ThreadRef | None = None
    """The thread it stands in, where it is an answer itself."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsLinked(Fact):
    """``before`` turned out to be ``person``: whoever was two is one from now on. ``about`` is the person."""

    before: PersonId
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsParted(Fact):
    """These accounts are no longer this person's: what was said from each goes with it. ``about`` is the person."""

    accounts: tuple[UserRef, ...]
    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRead(Fact):
    """A thread the bot asked for, oldest message first. ``purpose`` and ``asked_by`` come back from the intent."""

    key: str
    thread: ThreadRef
    messages: tuple[ThreadMessage, ...]
    purpose: str
    asked_by: UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadNotRead(Fact):
    """The network would not let the bot read a thread, or it is gone; ``purpose`` and ``asked_by`` come back."""

    key: str
    thread: ThreadRef
    purpose: str
    asked_by: UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FormNotShown(Fact):
    """A form came too late to be shown; the thread asks instead."""

    key: str
    user: UserRef
    room: RoomRef
    thread: ThreadRef | None
    form: Form

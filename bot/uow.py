"""The unit of work: state, facts and intents are committed together or not at all.

The inside is synchronous. One act runs whole in a worker thread, over one transaction; nobody inside commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.chat import Cursor
from bot.events import ChatEvent
from bot.facts import Fact
from bot.intents import AnyIntent
from bot.people import PersonId
from bot.refs import MessageRef

T = TypeVar("T")


class Work(Protocol):
    """One open transaction."""

    @property
    def now(self) -> datetime:
        """The time of this act, UTC."""
        ...

    @property
    def outsiders(self) -> set[PersonId]:
        """Who speaks in this act and is of another organisation, unless the catalogue names them: they learn what
        everybody may know, and what they said themselves."""
        ...

    def tell(self, fact: Fact) -> None:
        """Record a fact; each feature that listens for its kind gets it later, in a transaction of its own."""
        ...

    def say(self, intent: AnyIntent) -> None:
        """Record an intent; one with a key said before is silently the same one."""
        ...

    def attempt(self) -> AbstractContextManager[None]:
        """Part of the act that may fail alone: when it raises, what it changed, told and said is undone, no more."""
        ...

    def get(self, port: type[T]) -> T:
        """The repository or other port of a feature, bound to this transaction."""
        ...

    def about(self, message: MessageRef) -> str:
        """The reference that one of the bot's own messages is about; empty for any other message."""
        ...

    def made_by(self, message: MessageRef) -> str:
        """The key of the intent that made one of the bot's own messages; empty for any other message."""
        ...

    def is_said(self, key: str) -> bool:
        """Whether an intent with this key was ever said, performed already or not."""
        ...


@dataclass(frozen=True, slots=True)
class FactFor:
    """A fact on its way to one handler, named ``package.function``; ``cause`` is the delivery it all began with."""

    handler: str
    fact: Fact
    cause: str = ""


Due = ChatEvent | FactFor


@dataclass(frozen=True, slots=True)
class Claimed:
    """An intent taken out for delivery, ours until the lease ends; ``cause`` is the delivery it all began with."""

    id: int
    intent: AnyIntent
    said_at: datetime
    attempts: int
    doubtful: bool
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How delivering one intent ended.

    Exactly one of these: done (``receipt`` may name what was made), ``retry_in`` (try again later, perhaps
    ``doubtful``; not counted as a failure when the network ``asked`` for the pause), ``parked`` (the reason it never
    will), or none of them (given back untried).
    """

    id: int
    done: bool = False
    receipt: str = ""
    retry_in: timedelta | None = None
    asked: bool = False
    doubtful: bool = False
    parked: str = ""
    error: str = ""
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Parked:
    """Something that needs an operator: an intent the network refused or an act that keeps failing."""

    id: int
    queue: str
    about: str
    what: str
    error: str
    since: datetime


class Storage(Protocol):
    """The database as the core uses it. Everything here blocks; call it from a worker thread."""

    def hear(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor]) -> int:
        """Store what was heard and how far, in one transaction; returns how many were new."""
        ...

    def cursor(self, name: str) -> str | None:
        """A stored cursor."""
        ...

    def act(self, handle: Callable[[Work, Due], None], most: int = 1) -> int:
        """Take the next due events and facts, at most so many, and handle each in one go with marking it done.

        Things heard in one room, and facts about one thing, are taken in order. When ``handle`` raises, all it did is
        undone and the item tried again later; after too many tries it is parked. Returns how many were taken, which
        may be fewer than are due: 0 when nothing was.
        """
        ...

    def work(self) -> AbstractContextManager[Work]:
        """A transaction for anything else: commits at the end, rolls back on an error."""
        ...

    def claim(self, limit: int, lease: timedelta) -> Sequence[Claimed]:
        """Take intents that are due, in order within each lane; a lane with an intent out is left alone."""
        ...

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Record how deliveries ended, with the facts that follow, in one transaction."""
        ...

    def receipts(self, keys: Sequence[str]) -> dict[str, str]:
        """What intents already performed made, by key."""
        ...

    def next_due(self, *of: str) -> datetime | None:
        """When the next item of any queue, or of those named (inbox, facts, outbox), becomes due."""
        ...

    def parked(self) -> Sequence[Parked]:
        """What waits for an operator."""
        ...

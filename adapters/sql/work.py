"""The unit of work over one transaction of the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select

from adapters.sql.codec import Codec
from adapters.sql.statements import insert_new, savepoint
from adapters.sql.tables import FACTS, INBOX, OUTBOX, READY, jobs, receipts
from bot.events import ChatEvent
from bot.facts import Fact
from bot.intents import AnyIntent
from bot.people import PersonId
from bot.refs import MessageRef

T = TypeVar("T")

Repositories = Mapping[type[Any], Callable[["SqlWork"], Any]]
"""What makes a port for one transaction, by port."""
Subscriptions = Mapping[type[Fact], Sequence[str]]
"""The handlers of each kind of fact, named ``package.function``."""

_MADE_BY = select(receipts.c.key).where(receipts.c.made == bindparam("made"))
_PERFORMED = select(receipts.c.key).where(receipts.c.key == bindparam("said"))
_WAITING = select(jobs.c.id).where(jobs.c.queue == OUTBOX, jobs.c.key == bindparam("said"))
_ABOUT = select(receipts.c.about).where(receipts.c.made == bindparam("made"))


class SqlWork:
    """One open transaction, as ``bot.uow.Work``; repositories use ``connection`` and ``codec`` as well.

    Facts and intents are kept until the end and then written together. ``source`` names what is being worked on and
    makes the keys of facts; ``cause`` is the delivery it all began with.
    """

    def __init__(
        self,
        connection: Connection,
        now: datetime,
        codec: Codec,
        subscriptions: Subscriptions,
        repositories: Repositories,
        source: str = "",
        cause: str = "",
    ) -> None:
        self.connection = connection
        self.codec = codec
        self._now = now
        self._subscriptions = subscriptions
        self._repositories = repositories
        self._source = source or uuid.uuid4().hex
        self._cause = cause
        self._outsiders: set[PersonId] = set()
        self._ports: dict[type[Any], Any] = {}
        self._facts: list[Fact] = []
        self._intents: list[AnyIntent] = []

    @property
    def now(self) -> datetime:
        """The time of this act, UTC."""
        return self._now

    @property
    def outsiders(self) -> set[PersonId]:
        """Who speaks in this act and is of another organisation."""
        return self._outsiders

    def tell(self, fact: Fact) -> None:
        """Record a fact."""
        self._facts.append(fact)

    def say(self, intent: AnyIntent) -> None:
        """Record an intent."""
        self._intents.append(intent)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Part of the act that may fail alone."""
        told, said = len(self._facts), len(self._intents)
        try:
            with savepoint(self.connection):
                yield
        except BaseException:
            del self._facts[told:]
            del self._intents[said:]
            self._ports.clear()  # repositories remember what they handed out, which may now hold what was undone
            raise

    def get(self, port: type[T]) -> T:
        """The repository of this port, made once for the transaction."""
        if port not in self._ports:
            self._ports[port] = self._repositories[port](self)
        found: T = self._ports[port]
        return found

    def about(self, message: MessageRef) -> str:
        """The reference that one of the bot's own messages is about; empty for any other message."""
        return self.connection.execute(_ABOUT, {"made": str(message)}).scalars().first() or ""

    def made_by(self, message: MessageRef) -> str:
        """The key of the intent that made one of the bot's own messages; empty for any other message."""
        return self.connection.execute(_MADE_BY, {"made": str(message)}).scalars().first() or ""

    def is_said(self, key: str) -> bool:
        """Whether an intent with this key was ever said."""
        if any(intent.key == key for intent in self._intents):
            return True
        return any(self.connection.execute(query, {"said": key}).first() for query in (_WAITING, _PERFORMED))

    def finish(self) -> bool:
        """Write down what was told and said; True when that made something ready to be done."""
        return insert_new(self.connection, jobs, self.rows()) > 0

    def rows(self) -> list[dict[str, Any]]:
        """What was told and said, as rows to be written down."""
        rows = [fact_row(self.codec, fact, handler, f"{self._source}.{n}", self._now, self._cause)
                for n, fact in enumerate(self._facts)
                for handler in self._subscriptions.get(type(fact), ())]  # fmt: skip
        return rows + [intent_row(self.codec, intent, self._now, self._cause) for intent in self._intents]


def event_row(codec: Codec, event: ChatEvent, now: datetime) -> dict[str, Any]:
    """Something heard, as a row: once per delivery, in order per room."""
    key = f"{event.room.platform} {event.delivery}"
    return _row(codec, event, INBOX, key, str(event.room), now, event.delivery)


def fact_row(codec: Codec, fact: Fact, handler: str, source: str, now: datetime, cause: str) -> dict[str, Any]:
    """A fact for one handler, as a row: in order per thing and feature, so that one feature never waits for another."""
    lane = f"{fact.about} {handler.partition('.')[0]}"
    return _row(codec, fact, FACTS, f"{source} {handler}", lane, now, cause, fact.about, handler)


def intent_row(codec: Codec, intent: AnyIntent, now: datetime, cause: str) -> dict[str, Any]:
    """An intent, as a row: once per key, in order per lane."""
    return _row(codec, intent, OUTBOX, intent.key, intent.lane, now, cause, intent.about)


def _row(
    codec: Codec,
    item: object,
    queue: str,
    key: str,
    lane: str,
    now: datetime,
    cause: str,
    about: str = "",
    handler: str = "",
) -> dict[str, Any]:
    name, payload = codec.dump(item)
    return {
        "queue": queue, "key": key, "lane": lane, "state": READY, "type": name, "handler": handler,
        "payload": payload, "about": about, "cause": cause, "created_at": now, "due_at": now, "attempts": 0,
        "doubtful": False, "error": "",
    }  # fmt: skip

"""What the tests of the storage are made of: a clock one sets, things heard, things said."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from adapters.sql.codec import Codec
from adapters.sql.engine import Database
from adapters.sql.repositories import REPOSITORIES
from adapters.sql.storage import SqlStorage
from bot.cards import Card, Paragraph, plain
from bot.clock import Clock
from bot.events import MessagePosted
from bot.facts import Fact
from bot.intents import Edit, MessageOf, Post
from bot.refs import MessageRef, Platform, RoomRef, UserRef
from bot.uow import Claimed, Due, FactFor, Outcome, Work

only_sqlite = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("address", ["postgres"], indirect=True)

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=3)
ANNA = UserRef(Platform.SLACK, "U1")


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterJammed(Fact):
    """A fact of the tests; two features listen for it."""

    pages: int = 0


LISTENERS: dict[type[Fact], tuple[str, ...]] = {PrinterJammed: ("swarming.gather", "knowledge.remember")}


def storage_over(database: Database, clock: Clock) -> SqlStorage:
    """The storage over a database, knowing the tests' fact."""
    return SqlStorage(
        database, Codec([PrinterJammed]), subscriptions=LISTENERS, repositories=REPOSITORIES, clock=clock, longest=60
    )


def room(name: str = "help") -> RoomRef:
    return RoomRef(Platform.SLACK, name)


def heard(
    delivery: str, *, in_room: str = "help", text: str = "the printer is on fire", at: datetime | None = None
) -> MessagePosted:
    """A message that somebody wrote."""
    where = room(in_room)
    return MessagePosted(
        delivery=delivery,
        at=at or datetime.now(UTC),
        by=ANNA,
        room=where,
        message=MessageRef(where, delivery),
        text=text,
    )


def card(text: str) -> Card:
    return Card(summary=text, blocks=(Paragraph(plain(text)),))


def post(key: str, *, in_room: str = "help", about: str = "INC-1") -> Post:
    return Post(key=key, place=room(in_room), about=about, card=card(key))


def edit(key: str, of: str, *, in_room: str = "help") -> Edit:
    return Edit(key=key, place=room(in_room), message=MessageOf(of), card=card(key))


def say(storage: SqlStorage, *intents: Post | Edit) -> None:
    """Decide things in one transaction."""
    with storage.work() as work:
        for intent in intents:
            work.say(intent)


def tell(storage: SqlStorage, *facts: Fact) -> None:
    with storage.work() as work:
        for fact in facts:
            work.tell(fact)


class Recorder:
    """A handler that notes what it was given, and fails while told to."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.failing: set[str] = set()

    def __call__(self, work: Work, due: Due) -> None:
        name = name_of(due)
        work.say(post(f"{name} answered"))
        if name in self.failing:
            raise RuntimeError(f"{name} cannot be handled")
        self.handled.append(name)


def name_of(due: Due) -> str:
    return f"{due.handler} {due.fact.about}" if isinstance(due, FactFor) else due.delivery


def act_all(storage: SqlStorage, recorder: Recorder) -> list[str]:
    """Take everything that is due now; returns what was handled, in order."""
    recorder.handled.clear()
    for _ in range(100):
        if not storage.act(recorder):
            return list(recorder.handled)
    raise AssertionError("there is always something due")


def keys(claimed: "list[Claimed] | tuple[Claimed, ...] | object") -> list[str]:
    assert isinstance(claimed, list | tuple)
    return [one.intent.key for one in claimed]


def deliver_all(storage: SqlStorage) -> list[str]:
    """Perform everything that is due now; returns the keys, in order."""
    delivered: list[str] = []
    while claimed := storage.claim(20, LEASE):
        storage.settle([Outcome(id=one.id, done=True, receipt=f"{room()} {one.intent.key}") for one in claimed])
        delivered += [one.intent.key for one in claimed]
    return delivered

"""An office in which the whole inside runs at once, by a clock one sets: people say things, and everything the bot
decides to say is kept as said. No network is there to say it on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from adapters import bootstrap
from adapters.sql import schema
from bot.cards import Action, Card, Facts, Heading, Note, Paragraph, Quote, as_plain
from bot.desk import Desk
from bot.events import (
    ActionTaken,
    ChatEvent,
    File,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
)
from bot.facts import Fact, ThreadMessage, ThreadNotRead, ThreadRead
from bot.intents import AnyIntent, Ask, Direct, Edit, MessageOf, Post, ReadThread, Whisper
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.uow import Outcome
from incidents import schedule
from incidents.model import Entry, Incident, parse_reference
from incidents.ports import Incidents
from swarming.ports import NothingKnown, Quietness
from tests.journey.conftest import settings_for

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Ten o'clock in Berlin."""
LEASE = timedelta(minutes=5)


def catalogue(**changes: Any) -> dict[str, Any]:
    """Mehmet and Piet provide VPN and ERP by day; Femke follows the VPN; Tom and Lena report."""
    people = [{"id": name, "name": f"{name.title()} Tester", "language": "en", "timezone": "Europe/Berlin",
               "accounts": {"local": name}} for name in ("tom", "lena", "mehmet", "piet", "femke")]  # fmt: skip
    return {
        "organisation": {"name": "Office", "timezone": "Europe/Berlin", "language": "en"},
        "teams": [
            {"id": "network", "name": "Network", "members": ["mehmet", "piet"], "on_duty": ["mehmet"],
             "hours": {"mon-fri": ["08:00-17:00"]}},
        ],
        "people": people,
        "services": [
            {"id": "vpn", "name": "VPN", "team": "network", "keywords": ["vpn"], "followers": ["femke"]},
            {"id": "erp", "name": "ERP", "team": "network", "keywords": ["erp"],
             "targets": {"respond": "30m", "resolve": "4h"}},
        ],
        "channels": [
            {"id": "help", "purpose": "support", "local": "help"},
            {"id": "triage", "purpose": "triage", "local": "triage"},
        ],
        **changes,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the bot said: where it stands now, and what it says now."""

    key: str
    place: str
    thread: str
    alone: str
    """The one person who sees it; empty when it stands in a room."""
    card: Card

    @property
    def text(self) -> str:
        """All its words."""
        return words_of(self.card)

    @property
    def buttons(self) -> dict[str, Action]:
        """Its actions by label."""
        return {action.label: action for action in self.card.actions()}


@dataclass
class Office:
    """The inside over a database of its own."""

    folder: Path
    content: dict[str, Any] = field(default_factory=catalogue)
    now: datetime = MONDAY
    quietness: Quietness = field(default_factory=NothingKnown)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        file = self.folder / "catalogue.yaml"
        file.write_text(yaml.safe_dump(self.content, allow_unicode=True), encoding="utf-8")
        settings = settings_for(self.folder, catalogue={"path": file}, local={"enabled": True}, **self.settings)
        self._known = known = bootstrap.open_catalogue(settings)
        self.database, self.storage = bootstrap.open_storage(
            settings, known, clock=lambda: self.now, quietness=self.quietness
        )
        schema.migrate(self.database)
        self._desk = Desk(bootstrap.ROUTER, bootstrap.HANDLERS)
        self._count = 0
        self._written: dict[str, ThreadMessage] = {}
        self.said: dict[str, Heard] = {}
        self.asked: list[Ask] = []
        self.unreadable: set[str] = set()
        """Rooms the bot is not in."""

    def changes(self, content: dict[str, Any]) -> None:
        """The catalogue says something else from now on."""
        (self.folder / "catalogue.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        assert self._known.reload_if_changed() is not None

    def close(self) -> None:
        """Go home."""
        self.database.close()

    def says(self, who: str, text: str, *, room: str = "help", under: str = "", **more: Any) -> str:
        """Somebody writes something in a room, in a thread, or to the bot directly (room ``direct``); its id."""
        direct, number = room == "direct", self._next()
        where = place(f"direct-{who}" if direct else room)
        message = MessageRef(where, f"m{number}")
        addressed, text = text.startswith("@bot "), text.removeprefix("@bot ")
        thread = ThreadRef(where, under) if under else None
        at = self.now + timedelta(microseconds=number)
        self._written[str(message)] = ThreadMessage(
            message, account(who), name(who), text, at, thread=thread, files=more.get("files", ())
        )
        self.hears(MessagePosted(
            delivery=message.id, at=self.now, by=account(who), by_name=name(who), room=where, message=message,
            text=text, thread=thread, direct=direct, addressed=addressed, **more,
        ))  # fmt: skip
        return message.id

    def reacts(self, who: str, message: str, emoji: str, *, room: str = "help") -> None:
        """Somebody reacts to a message."""
        where = place(room)
        self.hears(ReactionAdded(
            delivery=f"r{self._next()}", at=self.now, by=account(who), by_name=name(who), room=where,
            message=MessageRef(where, message), emoji=emoji,
        ))  # fmt: skip

    def taps(self, who: str, line: Heard, label: str) -> None:
        """Somebody taps a button."""
        action = line.buttons[label]
        self.hears(ActionTaken(
            delivery=f"t{self._next()}", at=self.now, by=account(who), by_name=name(who), room=place(line.place),
            action=action.id, value=action.value, thread=ThreadRef.parse(line.thread) if line.thread else None,
        ))  # fmt: skip

    def edits(self, who: str, message: str, text: str, *, room: str = "help", files: tuple[File, ...] = ()) -> None:
        """Somebody changes their message; ``files`` is what is left of what it came with."""
        where = place(room)
        self.hears(MessageEdited(
            delivery=f"e{self._next()}", at=self.now, by=account(who), by_name=name(who), room=where,
            message=MessageRef(where, message), text=text, files=files,
        ))  # fmt: skip

    def deletes(self, who: str, message: str, *, room: str = "help") -> None:
        """Somebody takes their message back."""
        where = place(room)
        self._written.pop(str(MessageRef(where, message)), None)
        self.hears(MessageDeleted(
            delivery=f"d{self._next()}", at=self.now, by=account(who), room=where, message=MessageRef(where, message),
        ))  # fmt: skip

    def hears(self, *events: ChatEvent) -> None:
        """Things are heard, and all that follows is done."""
        self.storage.hear(events, [])
        self._work()

    def passes(self, span: timedelta) -> None:
        """Time goes by, and what was due is done."""
        self.now += span
        for sweep in (schedule.remind_of_overdue_updates, schedule.ask_how_it_went, schedule.watch_targets):
            with self.storage.work() as work:
                sweep(work)
        self._work()

    def incident(self, reference: str) -> Incident:
        """An incident as it stands."""
        number = parse_reference(reference)
        assert number is not None
        with self.storage.work() as work:
            found = work.get(Incidents).get(number)
        assert found is not None, f"there is no {reference}"
        return found

    def timeline(self, reference: str) -> list[Entry]:
        """What the timeline of an incident says."""
        number = self.incident(reference).id
        with self.storage.work() as work:
            return list(work.get(Incidents).timeline(number))

    def told(self, *words: str, who: str = "", room: str = "", button: str = "") -> list[Heard]:
        """What the bot said with all these words: to one person alone, or in a room."""
        return [
            one for one in self.said.values()
            if all(word in one.text for word in words) and (not button or button in one.buttons)
            and (not who or one.alone == who) and (not room or (one.place == room and not one.alone))
        ]  # fmt: skip

    def one(self, *words: str, who: str = "", room: str = "", button: str = "") -> Heard:
        """The one such thing that was said."""
        found = self.told(*words, who=who, room=room, button=button)
        everything = "\n".join(
            f"  [{one.place} {one.alone}] {one.text!r} {[*one.buttons]}" for one in self.said.values()
        )
        assert len(found) == 1, f"{len(found)} with {words} {who}{room}:\n{everything}"
        return found[0]

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _work(self) -> None:
        for _ in range(200):
            acted = self.storage.act(self._desk.handle, 50)
            claimed = self.storage.claim(100, LEASE)
            if not acted and not claimed:
                assert not self.storage.parked(), self.storage.parked()
                return
            self.storage.settle([self._perform(one.id, one.intent) for one in claimed])
        raise AssertionError("it never ends")

    def _perform(self, id_: int, intent: AnyIntent) -> Outcome:
        receipt, facts = "", tuple[Fact, ...]()
        match intent:
            case Post() | Whisper():
                receipt = str(self._keep(intent))
            case Edit(message=MessageOf(key)) if key in self.said:
                before = self.said[key]
                self.said[key] = Heard(key, before.place, before.thread, before.alone, intent.card)
            case Ask():
                self.asked.append(intent)
            case ReadThread():
                facts = (self._read(intent),)
            case _:
                pass
        return Outcome(id=id_, done=True, receipt=receipt, facts=facts)

    def _keep(self, intent: Post | Whisper) -> MessageRef:
        direct = intent.place.user.id if isinstance(intent.place, Direct) else ""
        room = str(getattr(intent.place, "id", f"direct-{direct}"))
        alone = intent.user.id if isinstance(intent, Whisper) else direct or room.partition("direct-")[2]
        thread = str(intent.thread) if intent.thread else ""
        self.said[intent.key] = Heard(intent.key, room, thread, alone, intent.card)
        return MessageRef(place(room), f"b-{intent.key}")

    def _read(self, intent: ReadThread) -> Fact:
        thread = intent.thread
        if thread.room.id in self.unreadable:
            return ThreadNotRead(
                about=intent.about, key=intent.key, thread=thread, purpose=intent.purpose, asked_by=intent.asked_by
            )
        found = [one for one in self._written.values() if thread in (one.thread, ThreadRef.under(one.message))]
        return ThreadRead(
            about=intent.about, key=intent.key, thread=thread, messages=tuple(found), purpose=intent.purpose,
            asked_by=intent.asked_by,
        )  # fmt: skip


def words_of(card: Card) -> str:
    """Every word of a card, its buttons left out."""
    return "\n".join(line for block in card.blocks for line in _lines(block))


def _lines(block: object) -> Iterable[str]:
    match block:
        case Heading(text) | Quote(text):
            yield text
        case Paragraph(text) | Note(text):
            yield as_plain(text)
        case Facts(rows):
            yield from (f"{name}: {as_plain(value)}" for name, value in rows)


def place(room: str) -> RoomRef:
    """A room of the office."""
    return RoomRef(Platform.LOCAL, room)


def account(who: str) -> UserRef:
    """Somebody's account."""
    return UserRef(Platform.LOCAL, who)


def name(who: str) -> str:
    """What somebody is called."""
    return f"{who.title()} Tester"

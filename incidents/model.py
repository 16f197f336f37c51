"""The incident: one problem, everybody it affects, and what was said and done about it.

    open ──resolve──▶ resolved ──reopen / still broken──▶ open
     │ ──not a request──▶ dismissed ──undo──▶ open
     └ ──me too elsewhere──▶ joined (another incident carries on)

An outage is an incident declared to hit many; it can be declared at the start or later. Open incidents that belong to
it become its children: they are told and resolved together with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.errors import Rejected
from bot.events import File
from bot.intents import Place
from bot.people import PersonId
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import phrase
from incidents.catalogue.records import ServiceId

IncidentId = NewType("IncidentId", int)

UNTIL_ASKED = timedelta(hours=24)
"""How long after it was solved nobody has to say anything."""

_REFERENCE = re.compile(r"INC-(\d{1,9})", re.IGNORECASE)


def reference(incident: IncidentId) -> str:
    """``INC-42``."""
    return f"INC-{incident}"


def parse_reference(text: str) -> IncidentId | None:
    """The incident a reference names, or None when the text is none."""
    match = _REFERENCE.fullmatch(text.strip())
    return IncidentId(int(match[1])) if match else None


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    JOINED = "joined"


class Joined(StrEnum):
    """How somebody came to be affected."""

    REPORT = "report"
    ME_TOO = "me_too"


class Verdict(StrEnum):
    """What an affected person says after the incident was called resolved."""

    WORKS = "works"
    BROKEN = "broken"


class Rating(StrEnum):
    """How it went for the reporter, in one tap."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(slots=True, kw_only=True)
class Affected:
    """One person the problem hits, and where they want to hear about it.

    ``thread`` is where they spoke about it; without one they are told in their direct conversation.
    """

    person: PersonId
    account: UserRef
    name: str
    how: Joined
    since: datetime
    language: str
    zone: str = ""
    room: RoomRef | None = None
    thread: ThreadRef | None = None
    verdict: Verdict | None = None
    rating: Rating | None = None
    asked: bool = False
    """Whether they were asked how it went, which is done once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What the affected were told, by whom, and when they were promised to hear again."""

    at: datetime
    by: PersonId
    by_name: str
    text: str
    next_at: datetime | None = None


class BoardKind(StrEnum):
    """The cards that stand somewhere and are edited as things change."""

    RECEIPT = "receipt"
    TRIAGE = "triage"
    ANNOUNCEMENT = "announcement"
    QUESTION = "question"
    """Whether it works again; taken back when it is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One standing card: the key of the ``Post`` that put it up, and where."""

    kind: BoardKind
    key: str
    place: Place
    language: str
    zone: str = ""
    alone: bool = False
    """Whether only one person sees it."""


class EntryKind(StrEnum):
    """What a line of the timeline tells."""

    REPORTED = "reported"
    SAID = "said"
    JOINED = "joined"
    DECLARED = "declared"
    UPDATED = "updated"
    TAKEN = "taken"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    LINKED = "linked"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline. ``message`` is what it was taken from: its edits and deletion follow into here.
    ``files`` came with it."""

    at: datetime
    kind: EntryKind
    by: PersonId
    by_name: str
    text: str = ""
    message: MessageRef | None = None
    files: tuple[File, ...] = ()


@dataclass(slots=True, kw_only=True)
class Incident:
    """The aggregate. Moves check that they are possible and raise ``Rejected`` with what to do instead."""

    id: IncidentId
    title: str
    words: str
    language: str
    platform: Platform
    opened_at: datetime
    opened_by: PersonId
    opened_by_name: str
    opened_by_account: UserRef | None = None
    state: State = State.OPEN
    service: ServiceId | None = None
    confidential: bool = False
    outage: bool = False
    declared_at: datetime | None = None
    declared_by: UserRef | None = None
    lead: PersonId | None = None
    lead_name: str = ""
    lead_account: UserRef | None = None
    lead_before: PersonId | None = None
    """Who the lead was before their account was linked to somebody else’s."""
    parent: IncidentId | None = None
    joined_to: IncidentId | None = None
    offered: IncidentId | None = None
    article: str = ""
    origin: MessageRef | None = None
    has_files: bool = False
    """Whether a line of its timeline may have some."""
    affected: list[Affected] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    next_update_at: datetime | None = None
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    """When somebody who can help first answered."""
    watch_at: datetime | None = None
    """When what was agreed for the service becomes near or is over next."""
    ask_at: datetime | None = None
    """When those who reported it and have said nothing since are asked how it went."""
    resolved_at: datetime | None = None
    resolved_by: PersonId | None = None
    resolved_by_name: str = ""
    resolved_by_account: UserRef | None = None
    solution: str = ""
    cause: str = ""
    reopened: int = 0
    version: int = 0

    @property
    def reference(self) -> str:
        """``INC-42``."""
        return reference(self.id)

    @property
    def open(self) -> bool:
        """Whether somebody still waits for it to be solved."""
        return self.state is State.OPEN

    @property
    def latest(self) -> Update | None:
        """The newest update."""
        return self.updates[-1] if self.updates else None

    @property
    def people(self) -> int:
        """How many it affects: somebody who spoke from two accounts that were linked later is one."""
        return len({a.person for a in self.affected})

    def affected_person(self, person: PersonId) -> Affected | None:
        """This person among the affected; what they reported goes before what they only joined."""
        theirs = [a for a in self.affected if a.person == person]
        return min(theirs, key=lambda a: a.how is not Joined.REPORT, default=None)

    def unite(self, before: PersonId, person: PersonId) -> bool:
        """Somebody, who was made of an account, turned out to be somebody else: what was said from each account stays
        with that account. False when nothing changes."""
        theirs = [a for a in self.affected if a.person == before]
        for one in theirs:
            one.person = person
        opened, leads = self.opened_by == before, self.lead == before
        if opened:
            self.opened_by, self.opened_by_account = person, self.opened_by_account or UserRef.parse(before)
        if leads:
            self.lead, self.lead_before = person, self.lead_before or before
        return bool(theirs) or opened or leads

    def part(self, person: PersonId, account: UserRef, left: UserRef | None) -> bool:
        """An account is no longer this person's, who has ``left`` another one: what was said from it goes with it, and
        nothing that was theirs otherwise. False when nothing changes."""
        own = PersonId(str(account))
        theirs = [a for a in self.affected if a.person == person and a.account == account]
        for one in theirs:
            one.person = own
        opened = self.opened_by == person and self.opened_by_account == account
        if opened:
            self.opened_by = own
        led = self.lead == person and (self.lead_before == own or self.lead_account == account)
        if led and self.lead_before == own:
            self.lead, self.lead_account, self.lead_before = own, account, None
        elif led:
            self.lead_account = left
        return bool(theirs) or opened or led

    def join(self, affected: Affected) -> bool:
        """Count one more person; False when they were counted before (their place to be told is then refreshed)."""
        known = self.affected_person(affected.person)
        if known is None:
            self.affected.append(affected)
            return True
        if known.thread is None and affected.thread is not None:
            known.room, known.thread = affected.room, affected.thread
        return False

    def join_to(self, other: Incident) -> None:
        """Hand everybody affected to another incident that carries on."""
        self.must_be_open()
        for affected in self.affected:
            hears_alone = other.confidential and not self.confidential
            other.join(replace(affected, room=None, thread=None) if hears_alone else replace(affected))
        self.state, self.joined_to = State.JOINED, other.id

    def dismiss(self) -> None:
        """It was not a request after all."""
        self.must_be_open()
        self.state = State.DISMISSED

    def undismiss(self) -> None:
        """It was one after all."""
        if self.state is not State.DISMISSED:
            raise Rejected(phrase("{ref} was not withdrawn, so there is nothing to undo.", ref=self.reference))
        self.state, self.reopened = State.OPEN, self.reopened + 1

    def declare(self, by: UserRef, now: datetime, update_within: timedelta) -> None:
        """From now on it is an outage with a communication clock."""
        self.must_be_open()
        if self.outage:
            raise Rejected(phrase("{ref} is declared an outage already.", ref=self.reference))
        self.outage, self.declared_at, self.declared_by = True, now, by
        self.parent = None
        self.next_update_at = now + update_within

    def take(self, person: PersonId, name: str, account: UserRef) -> None:
        """Somebody leads it now."""
        self.must_be_open()
        self.lead, self.lead_name, self.lead_account, self.lead_before = person, name, account, None

    def belong_to(self, outage: Incident) -> None:
        """An outage explains it: the outage's clock says when its people hear again."""
        self.must_be_open()
        self.parent, self.next_update_at, self.reminded_at = outage.id, None, None

    def update(self, update: Update) -> None:
        """Tell the affected something; the clock starts again."""
        self.must_be_open()
        self.updates.append(update)
        self.next_update_at, self.reminded_at = update.next_at, None

    def resolve(self, by: PersonId, name: str, account: UserRef, now: datetime, solution: str, cause: str) -> None:
        """It is solved, as far as those who solved it can tell. Whoever says nothing to that agrees after a while."""
        self.must_be_open()
        self.state, self.resolved_at = State.RESOLVED, now
        self.resolved_by, self.resolved_by_name, self.resolved_by_account = by, name, account
        self.solution, self.cause = solution, cause
        self.next_update_at, self.ask_at = None, now + UNTIL_ASKED
        for affected in self.affected:
            affected.verdict = None

    def reopen(self, now: datetime, update_within: timedelta) -> None:
        """It is not solved after all."""
        if self.open:
            raise Rejected(phrase("{ref} is still open, so there is nothing to reopen.", ref=self.reference))
        if self.state is not State.RESOLVED:
            self.must_be_open()
        self.state, self.resolved_at, self.reopened, self.ask_at = State.OPEN, None, self.reopened + 1, None
        self.article, self.solution, self.cause = "", "", ""
        if self.outage:
            self.next_update_at, self.reminded_at = now + update_within, None

    def must_be_open(self) -> None:
        """Raise ``Rejected`` with the way on when it is not open."""
        match self.state:
            case State.OPEN:
                return
            case State.RESOLVED:
                raise Rejected(
                    phrase("{ref} is resolved already. To open it again, write “reopen {ref}”.", ref=self.reference)
                )
            case State.DISMISSED:
                raise Rejected(phrase("{ref} was withdrawn. To bring it back, write “undo {ref}”.", ref=self.reference))
            case State.JOINED:
                other = reference(self.joined_to) if self.joined_to else ""
                raise Rejected(
                    phrase("{ref} is now part of {other}. It goes on there.", ref=self.reference, other=other)
                )

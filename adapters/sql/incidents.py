"""Keeps incidents, their timelines, and who follows what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, union, update

from adapters.sql.aggregates import Aggregates, holding, next_number, saying, whole
from adapters.sql.statements import insert_new, put
from adapters.sql.tables import affected, entries, follows, incident_numbers, incidents
from adapters.sql.work import SqlWork
from bot.events import File
from bot.people import PersonId
from bot.refs import MessageRef, ThreadRef, UserRef
from incidents.catalogue.records import ServiceId
from incidents.model import Entry, EntryKind, Incident, IncidentId, State
from incidents.ports import NOBODY, Follower, Told

_FILES = tuple[File, ...]
LATELY = timedelta(days=14)
"""How long a resolved incident still counts among a person's own."""


class SqlIncidents:
    """``incidents.ports.Incidents`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._work = work
        self._connection = work.connection
        self._kept = Aggregates(work, incidents, Incident, _columns)

    def next_id(self) -> IncidentId:
        """A number never given before."""
        return IncidentId(next_number(self._work, incident_numbers))

    def get(self, incident: IncidentId) -> Incident | None:
        """The incident with this number."""
        return self._kept.get(incident)

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        self.save(incident)

    def save(self, incident: Incident) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile. Its version grows."""
        before = self._kept.stored(incident.id)
        self._kept.put(incident)
        self._index_affected(incident, _threads(before) if before is not None else {})

    def by_thread(self, thread: ThreadRef, speaker: PersonId = NOBODY) -> Incident | None:
        """The newest incident one of whose affected spoke in this thread, the speaker's own before others' (a joined
        one gives the one it joined)."""
        number = self._connection.execute(_SPOKE, {"said_in": str(thread), "who": speaker}).scalar()
        found = None if number is None else self._kept.get(number)
        while found is not None and found.state is State.JOINED and found.joined_to is not None:
            found = self._kept.get(found.joined_to)
        return found

    def by_origin(self, message: MessageRef) -> Incident | None:
        """The incident registered from this message."""
        return self._kept.first(_FROM, message=str(message))

    def open_ones(self) -> Sequence[Incident]:
        """Every open incident, oldest first."""
        return self._kept.all(_OPEN)

    def outages(self) -> Sequence[Incident]:
        """Every open outage, oldest first."""
        return self._kept.all(_OPEN_OUTAGES)

    def lately_opened(self, most: int) -> Sequence[Told]:
        """What the newest open incidents tell, at most so many, and every open outage; newest first."""
        bodies = self._connection.execute(_LATELY_OPENED, {"most": most}).scalar()
        told = (self._work.codec.recall(body, Told) for body in (bodies or "").split("\n") if body)
        return sorted(told, key=lambda one: -one.id)

    def children(self, parent: IncidentId) -> Sequence[Incident]:
        """The children of an outage, oldest first."""
        return self._kept.all(_CHILDREN, of=parent)

    def of_person(self, person: PersonId) -> Sequence[Incident]:
        """Open and lately resolved incidents that affect this person, newest first, at most 20."""
        return self._kept.all(_OF_PERSON, who=person, lately=self._work.now - LATELY)

    def newest_of(self, person: PersonId) -> Incident | None:
        """The newest incident that affects this person, whatever became of it."""
        return self._kept.first(_NEWEST_OF, who=person)

    def naming(self, account: str) -> Sequence[Incident]:
        """Every incident in which this account, or the person made of it, stands, oldest first."""
        return self._kept.all(_NAMING, said=holding(account))

    def led_by(self, person: PersonId) -> Sequence[Incident]:
        """Open incidents that this person takes care of, oldest first."""
        named = self._kept.all(_OPEN_NAMING, said=saying("lead", person))
        return [incident for incident in named if incident.lead == person]

    def resolved_since(self, moment: datetime) -> Sequence[Incident]:
        """Outages resolved since then, newest first."""
        return self._kept.all(_RESOLVED, since=moment)

    def with_update_due(self, now: datetime) -> Sequence[Incident]:
        """Open incidents whose promised update is overdue and of which nobody was reminded; locked for this unit."""
        return self._kept.all(_UPDATE_DUE, now=now)

    def to_watch(self, now: datetime) -> Sequence[Incident]:
        """Open incidents one of whose targets became near or is over now, at most 100; locked for this unit."""
        return self._kept.all(_TO_WATCH, now=now)

    def to_ask(self, now: datetime) -> Sequence[Incident]:
        """Solved incidents whose silent reporters are to be asked how it went, at most 100; locked for this unit."""
        return self._kept.all(_TO_ASK, now=now)

    def note(self, incident: IncidentId, entry: Entry) -> None:
        """Add a line to the timeline; a line from the same message and of the same kind is added once."""
        row = {
            "incident": incident, "at": entry.at, "kind": entry.kind, "by": entry.by, "by_name": entry.by_name,
            "text": entry.text, "message": None if entry.message is None else str(entry.message),
            "files": self._files_out(entry.files),
        }  # fmt: skip
        insert_new(self._connection, entries, [row])

    def unnote(self, kind: EntryKind, by: PersonId, message: MessageRef) -> None:
        """Take back the line of this kind that this person added from this message."""
        this = (entries.c.kind == kind, entries.c.by == by, entries.c.message == str(message))
        self._connection.execute(delete(entries).where(*this))

    def timeline(self, incident: IncidentId) -> Sequence[Entry]:
        """The timeline, oldest first."""
        lines = select(entries).where(entries.c.incident == incident).order_by(entries.c.at, entries.c.id)
        return [self._entry(row) for row in self._connection.execute(lines)]

    def lines_with_files(self, incident: IncidentId) -> Sequence[Entry]:
        """The lines of its timeline that files came with, oldest first."""
        return [self._entry(row) for row in self._connection.execute(_WITH_FILES, {"of": incident})]

    def line_of(self, message: MessageRef) -> tuple[IncidentId, Entry] | None:
        """The line taken from this message, with its incident."""
        lines = select(entries).where(entries.c.message == str(message)).order_by(entries.c.id.desc())
        row = self._connection.execute(lines.limit(1)).first()
        return None if row is None else (IncidentId(row.incident), self._entry(row))

    def reword(self, message: MessageRef, text: str, files: tuple[File, ...] = ()) -> IncidentId | None:
        """Change every line taken from this message; nothing is left of a deleted one. The incident, if there was
        one."""
        found = self.line_of(message)
        if found is None:
            return None
        now = {"text": text, "files": self._files_out(files)}
        self._connection.execute(update(entries).where(entries.c.message == str(message)).values(now))
        return found[0]

    def _files_out(self, files: tuple[File, ...]) -> str:
        return self._work.codec.to_json(files, _FILES) if files else ""

    def _entry(self, row: Row[Any]) -> Entry:
        return Entry(
            at=row.at, kind=EntryKind(row.kind), by=PersonId(row.by), by_name=row.by_name, text=row.text,
            message=None if row.message is None else MessageRef.parse(row.message),
            files=self._work.codec.from_json(row.files, _FILES) if row.files else (),
        )  # fmt: skip

    def _index_affected(self, incident: Incident, known: Mapping[PersonId, str]) -> None:
        threads = _threads(incident)
        changed = [
            {"incident": incident.id, "person": person, "thread": thread}
            for person, thread in threads.items()
            if known.get(person) != thread
        ]
        put(self._connection, affected, changed)
        if gone := known.keys() - threads.keys():
            this = affected.c.incident == incident.id
            self._connection.execute(delete(affected).where(this, affected.c.person.in_(gone)))


class SqlFollows:
    """``incidents.ports.Follows`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._connection = work.connection

    def follow(self, service: ServiceId, person: PersonId, account: UserRef, language: str, zone: str) -> None:
        """They want to hear about it, at this account."""
        self._put(service, person, True, str(account), language, zone)

    def unfollow(self, service: ServiceId, person: PersonId) -> None:
        """They do not, also where the catalogue names them."""
        self._put(service, person, False, "", "", "")

    def of_service(self, service: ServiceId) -> Sequence[Follower]:
        """Those who said so themselves: followers and those who unfollowed."""
        said = select(follows).where(follows.c.service == service).order_by(follows.c.person)
        return [
            Follower(
                person=PersonId(row.person),
                account=UserRef.parse(row.account) if row.account else None,
                language=row.language,
                zone=row.zone,
                follows=row.follows,
            )
            for row in self._connection.execute(said)
        ]

    def of_person(self, person: PersonId) -> Sequence[ServiceId]:
        """What this person follows by their own word."""
        said = select(follows.c.service).where(follows.c.person == person, follows.c.follows)
        return [ServiceId(service) for service in self._connection.execute(said.order_by(follows.c.service)).scalars()]

    def unite(self, before: PersonId, person: PersonId) -> None:
        """What the one said counts where the other has said nothing."""
        said = select(follows.c.service).where(follows.c.person == person)
        theirs = follows.c.person == before
        self._connection.execute(delete(follows).where(theirs, follows.c.service.in_(said)))
        self._connection.execute(update(follows).where(theirs).values(person=person))

    def part(self, person: PersonId, account: UserRef) -> None:
        """What they follow at this account goes with it."""
        at_it = (follows.c.person == person, follows.c.account == str(account))
        self._connection.execute(update(follows).where(*at_it).values(person=str(account)))

    def _put(self, service: ServiceId, person: PersonId, yes: bool, account: str, language: str, zone: str) -> None:
        row = {"service": service, "person": person, "follows": yes, "account": account, "language": language}
        put(self._connection, follows, [{**row, "zone": zone}])


def _threads(incident: Incident) -> dict[PersonId, str]:
    """Where each of the affected spoke, to find the incident by; a further account of somebody stands by itself."""
    found: dict[PersonId, str] = {}
    for one in incident.affected:
        name = PersonId(str(one.account)) if one.person in found else one.person
        found[name] = "" if one.thread is None else str(one.thread)
    return found


def _columns(incident: Incident) -> dict[str, Any]:
    reminded = incident.reminded_at is not None
    return {
        "id": incident.id,
        "state": incident.state,
        "outage": incident.outage,
        "parent": incident.parent,
        "origin": None if incident.origin is None else str(incident.origin),
        "resolved_at": incident.resolved_at,
        "update_due_at": None if reminded or not incident.open else incident.next_update_at,
        "watch_at": incident.watch_at if incident.open else None,
        "ask_at": incident.ask_at,
    }


_whole = whole(incidents)
_is_open = incidents.c.state == State.OPEN
_newest = select(incidents.c.id).where(_is_open).order_by(incidents.c.id.desc()).limit(bindparam("most"))
_outages = select(incidents.c.id).where(_is_open, incidents.c.outage)
_lately = (incidents.c.state == State.RESOLVED) & (incidents.c.resolved_at > bindparam("lately"))

_OPEN = _whole.where(_is_open).order_by(incidents.c.id)
_OPEN_NAMING = _whole.where(_is_open, incidents.c.body.like(bindparam("said"), escape="\\")).order_by(incidents.c.id)
_NEWEST_OF = _whole.where(
    incidents.c.id
    == select(func.max(affected.c.incident)).where(affected.c.person == bindparam("who")).scalar_subquery()
)
_NAMING = _whole.where(incidents.c.body.like(bindparam("said"), escape="\\")).order_by(incidents.c.id)
_OPEN_OUTAGES = _whole.where(_is_open, incidents.c.outage).order_by(incidents.c.id)
_LATELY_OPENED = select(func.aggregate_strings(incidents.c.body, "\n")).where(
    incidents.c.id.in_(union(select(_newest.subquery().c.id), _outages))
)
"""All in one row, a line each (JSON has no line ends): asked for with every report, and for each row that SQLite gives
out Python's threads take turns."""
_CHILDREN = _whole.where(incidents.c.parent == bindparam("of")).order_by(incidents.c.id)
_FROM = _whole.where(incidents.c.origin == bindparam("message")).order_by(incidents.c.id.desc()).limit(1)
_OF_PERSON = (
    _whole.join(affected, affected.c.incident == incidents.c.id)
    .where(affected.c.person == bindparam("who"), or_(_is_open, _lately))
    .order_by(incidents.c.id.desc())
    .limit(20)
)
_RESOLVED = _whole.where(
    incidents.c.state == State.RESOLVED, incidents.c.outage, incidents.c.resolved_at >= bindparam("since")
).order_by(incidents.c.resolved_at.desc())
_UPDATE_DUE = (
    _whole.where(incidents.c.update_due_at <= bindparam("now"))
    .order_by(incidents.c.id)
    .with_for_update(skip_locked=True)
)
_TO_WATCH = (
    _whole.where(incidents.c.watch_at <= bindparam("now"))
    .order_by(incidents.c.watch_at)
    .limit(100)
    .with_for_update(skip_locked=True)
)
_TO_ASK = (
    _whole.where(incidents.c.ask_at <= bindparam("now"))
    .order_by(incidents.c.ask_at)
    .limit(100)
    .with_for_update(skip_locked=True)
)
_WITH_FILES = (
    select(entries)
    .where(entries.c.incident == bindparam("of"), entries.c.files != "")
    .order_by(entries.c.at, entries.c.id)
)
_SPOKE = (
    select(affected.c.incident)
    .where(affected.c.thread == bindparam("said_in"))
    .order_by((affected.c.person == bindparam("who")).desc(), affected.c.incident.desc())
    .limit(1)
)

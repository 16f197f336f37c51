"""What incidents need from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.events import File
from bot.people import Person, PersonId
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import ServiceId
from incidents.model import Entry, EntryKind, Incident, IncidentId

NOBODY = PersonId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an open incident tells: enough to compare it with what somebody says."""

    id: IncidentId
    title: str
    words: str
    service: ServiceId | None = None
    parent: IncidentId | None = None
    outage: bool = False
    language: str = ""
    declared_at: datetime | None = None


class Incidents(Protocol):
    """The incidents, within one unit of work."""

    def next_id(self) -> IncidentId:
        """A number never given before."""
        ...

    def get(self, incident: IncidentId) -> Incident | None:
        """The incident with this number."""
        ...

    def add(self, incident: Incident) -> None:
        """Keep a new incident."""
        ...

    def save(self, incident: Incident) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile. Its version grows."""
        ...

    def by_thread(self, thread: ThreadRef, speaker: PersonId = NOBODY) -> Incident | None:
        """The newest incident one of whose affected spoke in this thread, the speaker's own before others' (a joined
        one gives the one it joined)."""
        ...

    def by_origin(self, message: MessageRef) -> Incident | None:
        """The incident registered from this message."""
        ...

    def open_ones(self) -> Sequence[Incident]:
        """Every open incident, oldest first."""
        ...

    def outages(self) -> Sequence[Incident]:
        """Every open outage, oldest first."""
        ...

    def lately_opened(self, most: int) -> Sequence[Told]:
        """What the newest open incidents tell, at most so many, and every open outage; newest first."""
        ...

    def children(self, parent: IncidentId) -> Sequence[Incident]:
        """The children of an outage, oldest first."""
        ...

    def of_person(self, person: PersonId) -> Sequence[Incident]:
        """Open and lately resolved incidents that affect this person, newest first, at most 20."""
        ...

    def newest_of(self, person: PersonId) -> Incident | None:
        """The newest incident that affects this person, whatever became of it."""
        ...

    def naming(self, account: str) -> Sequence[Incident]:
        """Every incident, whatever became of it, in which this account, or the person made of it, stands; oldest
        first."""
        ...

    def led_by(self, person: PersonId) -> Sequence[Incident]:
        """Open incidents that this person takes care of, oldest first."""
        ...

    def resolved_since(self, moment: datetime) -> Sequence[Incident]:
        """Outages resolved since then, newest first."""
        ...

    def with_update_due(self, now: datetime) -> Sequence[Incident]:
        """Open incidents whose promised update is overdue and of which nobody was reminded; locked for this unit."""
        ...

    def to_watch(self, now: datetime) -> Sequence[Incident]:
        """Open incidents one of whose targets became near or is over now, at most 100; locked for this unit."""
        ...

    def to_ask(self, now: datetime) -> Sequence[Incident]:
        """Solved incidents whose silent reporters are to be asked how it went, at most 100; locked for this unit."""
        ...

    def note(self, incident: IncidentId, entry: Entry) -> None:
        """Add a line to the timeline; a line from the same message and of the same kind is added once."""
        ...

    def unnote(self, kind: EntryKind, by: PersonId, message: MessageRef) -> None:
        """Take back the line of this kind that this person added from this message."""
        ...

    def timeline(self, incident: IncidentId) -> Sequence[Entry]:
        """The timeline, oldest first."""
        ...

    def lines_with_files(self, incident: IncidentId) -> Sequence[Entry]:
        """The lines of its timeline that files came with, oldest first."""
        ...

    def line_of(self, message: MessageRef) -> tuple[IncidentId, Entry] | None:
        """The line taken from this message, with its incident."""
        ...

    def reword(self, message: MessageRef, text: str, files: tuple[File, ...] = ()) -> IncidentId | None:
        """Change every line taken from this message; nothing is left of a deleted one. The incident, if there was
        one."""
        ...


class Follows(Protocol):
    """Who wants to hear about a service, beyond those the catalogue names."""

    def follow(self, service: ServiceId, person: PersonId, account: UserRef, language: str, zone: str) -> None:
        """They want to hear about it, at this account."""
        ...

    def unfollow(self, service: ServiceId, person: PersonId) -> None:
        """They do not, also where the catalogue names them."""
        ...

    def of_service(self, service: ServiceId) -> Sequence[Follower]:
        """Those who said so themselves: followers and those who unfollowed."""
        ...

    def of_person(self, person: PersonId) -> Sequence[ServiceId]:
        """What this person follows by their own word."""
        ...

    def unite(self, before: PersonId, person: PersonId) -> None:
        """Somebody turned out to be somebody else: what the one said counts where the other has said nothing."""
        ...

    def part(self, person: PersonId, account: UserRef) -> None:
        """An account is no longer this person's: what they follow at it goes with it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One person's own word about a service."""

    person: PersonId
    account: UserRef | None
    language: str
    zone: str
    follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An article that may answer a report: its reference, title, the resolution in short, and why it was found."""

    reference: str
    title: str
    resolution: str
    why: str
    confidential: bool = False


class Answers(Protocol):
    """Knows what was solved before."""

    def suggest(self, text: str, service: ServiceId | None, reader: Person, language: str) -> Suggestion | None:
        """The one article that very likely answers this and that this person may read."""
        ...


class Crew(Protocol):
    """Knows who works on an incident, and where."""

    def includes(self, incident: IncidentId, person: PersonId) -> bool:
        """Whether this person has a seat in its swarm."""
        ...

    def incident_of(self, room: RoomRef) -> IncidentId | None:
        """The incident whose swarm has this room."""
        ...

    def room_of(self, incident: IncidentId) -> RoomRef | None:
        """The open room of its swarm."""
        ...

    def seated(self, incident: IncidentId) -> Sequence[tuple[str, UserRef]]:
        """The name and account of everybody who has, or had, a seat in its swarm."""
        ...

    def works_on(self, person: PersonId) -> Sequence[IncidentId]:
        """The incidents in whose open swarm this person sits."""
        ...


class CatalogueNow(Protocol):
    """The catalogue as it stands."""

    @property
    def catalogue(self) -> Catalogue:
        """The last good one."""
        ...


class Settings(Protocol):
    """What an operator may choose."""

    @property
    def public_url(self) -> str:
        """Where the status page is, without a slash at the end; empty when it is not public."""
        ...

    @property
    def update_within_minutes(self) -> int:
        """The communication clock of services without a target."""
        ...

    @property
    def platforms(self) -> frozenset[Platform]:
        """The networks that are set up."""
        ...

    @property
    def confidential_on(self) -> frozenset[Platform]:
        """The networks on which the swarm of a confidential incident may have a room although it was reported on
        another."""
        ...

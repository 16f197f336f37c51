"""What the pages need from the rest of the program. Whoever implements it gives only what everybody may read: no
confidential service, no internal text, no names of reporters."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ServiceState(StrEnum):
    """How a service is, seen from outside."""

    WORKING = "working"
    LIMITED = "limited"
    DOWN = "down"


class IncidentState(StrEnum):
    """How far an incident is, in the steps people outside care about."""

    LOOKED_AT = "looked_at"
    CAUSE_KNOWN = "cause_known"
    WATCHED = "watched"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicService:
    """A service, its name already in the reader's language; ``incident`` is what troubles it, if anything."""

    name: str
    state: ServiceState = ServiceState.WORKING
    team: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUpdate:
    """What everybody affected was told, word for word."""

    at: datetime
    text: str
    state: IncidentState = IncidentState.LOOKED_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """An incident as everybody may read it. ``title`` says what it hits and may be empty, ``at`` when this was read.
    ``updates`` come newest first; times are UTC. ``files`` is how many came with the reports: like the words of those
    who reported, their names are not for everybody."""

    ref: str
    title: str
    state: IncidentState
    since: datetime
    services: tuple[str, ...] = ()
    affected: int = 0
    updates: tuple[PublicUpdate, ...] = ()
    next_update: datetime | None = None
    solved_at: datetime | None = None
    solution: str = ""
    files: int = 0
    at: datetime | None = None

    @property
    def changed_at(self) -> datetime:
        """When there was last something to read about it."""
        return max([self.since, *(update.at for update in self.updates), *([self.solved_at] if self.solved_at else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How things stand: all services in the order to be shown, what is going on, what ended in the last days."""

    at: datetime
    services: tuple[PublicService, ...]
    current: tuple[PublicIncident, ...] = ()
    recent: tuple[PublicIncident, ...] = ()

    @property
    def troubled(self) -> list[PublicService]:
        """The services that do not work as they should."""
        return [service for service in self.services if service.state is not ServiceState.WORKING]

    @property
    def worst(self) -> ServiceState:
        """How bad it is."""
        if any(service.state is ServiceState.DOWN for service in self.services):
            return ServiceState.DOWN
        return ServiceState.LIMITED if self.troubled or self.current else ServiceState.WORKING


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArticle:
    """An article everybody may read; the texts are plain, with line breaks. A list may leave all but the issue out.

    ``doubtful``: it did not hold for somebody, and those who know are looking at it again.
    """

    ref: str
    title: str
    issue: str
    changed_at: datetime
    service: str = ""
    environment: str = ""
    resolution: str = ""
    cause: str = ""
    language: str = "en"
    helped: int = 0
    doubtful: bool = False


class StatusSource(Protocol):
    """Where the pages read. Called in a worker thread; may raise anything when the database is away."""

    def snapshot(self, language: str) -> Status:
        """How things stand now."""
        ...

    def incident(self, ref: str, language: str) -> PublicIncident | None:
        """One incident, or None when there is none that everybody may read."""
        ...

    def articles(self, language: str, query: str = "") -> Sequence[PublicArticle]:
        """Published articles, best first for the query, else the last changed first."""
        ...

    def article(self, ref: str, language: str) -> PublicArticle | None:
        """One published article, or None."""
        ...


class Bell(Protocol):
    """Rings when something changed."""

    async def wait(self, timeout: float | None = None) -> bool:
        """Wait for the next change; False when the time was over first."""
        ...


class Changes(Protocol):
    """Tells readers that there is something new (``adapters.wake.Changes`` does)."""

    def subscribe(self) -> AbstractContextManager[Bell]:
        """A bell that rings after every change while the context is open."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Something the program stands on: the database, a chat network. ``reason`` says what is wrong, for operators."""

    name: str
    ready: bool
    reason: str = ""


class Readiness(Protocol):
    """Whether the program can do its work right now."""

    def parts(self) -> Sequence[Part]:
        """Everything it stands on. Called in a worker thread; what does not answer in time counts as not ready."""
        ...

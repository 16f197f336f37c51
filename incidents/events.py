"""Facts about incidents."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts import Fact
from bot.people import PersonId
from bot.refs import UserRef
from incidents.catalogue.records import ServiceId
from incidents.model import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFact(Fact):
    """A fact about one incident; ``about`` is its reference."""

    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonJoined(IncidentFact):
    """One more person is affected."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged(IncidentFact):
    """It was joined to another one, which carries on."""

    into: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentParted(IncidentFact):
    """It is no part of this outage after all."""

    outage: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReworded(IncidentFact):
    """The report it was made from says something else now, or was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesChanged(IncidentFact):
    """Something was sent along with what is said about it, or was taken away again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTaken(IncidentFact):
    """Somebody leads it now."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDismissed(IncidentFact):
    """It was not a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRestored(IncidentFact):
    """It was one after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageDeclared(IncidentFact):
    """The incident is an outage: it needs a swarm and its audience must be told."""

    by: UserRef
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateShared(IncidentFact):
    """The n-th update (from 1) was written and is to be told."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOverdue(IncidentFact):
    """The time promised for the next update has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsChanged(IncidentFact):
    """Something that was agreed for its service is nearly due, is over, or is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved(IncidentFact):
    """It is solved; ``round`` counts the times it was opened again before."""

    round: int
    by: UserRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedForLong(IncidentFact):
    """It was solved a while ago, and these reporters have said nothing to that."""

    silent: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(IncidentFact):
    """It is not solved after all; ``round`` counts from 1."""

    round: int
    by: PersonId | None = None
    by_name: str = ""


FACTS = (
    PersonJoined,
    IncidentMerged,
    IncidentParted,
    IncidentReworded,
    FilesChanged,
    IncidentTaken,
    IncidentDismissed,
    IncidentRestored,
    OutageDeclared,
    UpdateShared,
    UpdateOverdue,
    TargetsChanged,
    IncidentResolved,
    SolvedForLong,
    IncidentReopened,
)

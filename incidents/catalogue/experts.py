"""Who can help with a service, and why each of them: who is on duty, then the team, then whoever has its skills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.people import PersonId
from incidents.catalogue.records import CataloguePerson, Service, Team, TeamId


class ReasonKind(StrEnum):
    """The kinds of reason to propose somebody."""

    ON_DUTY = "on_duty"
    MEMBER = "member"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is proposed: on duty for or member of `team`, and the `skills` of the service they have."""

    kind: ReasonKind
    team: TeamId | None = None
    skills: tuple[str, ...] = ()


class Expert(NamedTuple):
    """A person who can help, with the reason."""

    person: CataloguePerson
    reason: Reason


def for_service(service: Service, team: Team | None, people: Mapping[PersonId, CataloguePerson]) -> tuple[Expert, ...]:
    """The experts of a service, each once under the first reason that holds, the most fitting first."""
    found: dict[PersonId, Expert] = {}
    for expert in _proposals(service, team, people):
        found.setdefault(expert.person.id, expert)
    return tuple(found.values())


def _proposals(service: Service, team: Team | None, people: Mapping[PersonId, CataloguePerson]) -> Iterator[Expert]:
    wanted = frozenset(skill.casefold() for skill in service.skills)
    if team is not None:
        for kind, ids in ((ReasonKind.ON_DUTY, team.on_duty), (ReasonKind.MEMBER, team.members)):
            for person, skills in _most_skilled_first((people[id_] for id_ in ids if id_ in people), wanted):
                yield Expert(person, Reason(kind, team.id, skills))
    for person, skills in _most_skilled_first(people.values(), wanted):
        if skills:
            yield Expert(person, Reason(ReasonKind.SKILL, skills=skills))


def _most_skilled_first(
    people: Iterable[CataloguePerson], wanted: frozenset[str]
) -> list[tuple[CataloguePerson, tuple[str, ...]]]:
    skilled = [(person, tuple(skill for skill in person.skills if skill.casefold() in wanted)) for person in people]
    return sorted(skilled, key=lambda pair: -len(pair[1]))

"""Who is asked into a swarm, and why each of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.people import Directory
from bot.refs import UserRef
from bot.uow import Work
from incidents.catalogue.experts import Expert, Reason, ReasonKind
from incidents.model import Incident
from incidents.ports import CatalogueNow, Settings
from swarming import quarters, sparing
from swarming.model import Seat, Swarm, Why

MOST_ASKED = 8
"""More people than this are not asked at once: those who come can ask in whoever they miss."""

_WHY = {ReasonKind.ON_DUTY: Why.ON_DUTY, ReasonKind.MEMBER: Why.MEMBER, ReasonKind.SKILL: Why.SKILL}


def seats_for(work: Work, swarm: Swarm, incident: Incident) -> Sequence[Seat]:
    """The experts of the service, the most fitting first; those who want quiet come last, and may be spared. Whoever is
    not on the swarm's network is asked on their own, if a room may be opened for them there."""
    if incident.service is None or swarm.platform not in work.get(Settings).platforms:
        return ()
    catalogue = work.get(CatalogueNow).catalogue
    inside = catalogue.audience(incident.service) if incident.confidential else None
    experts = [one for one in catalogue.experts(incident.service) if inside is None or one.person.id in inside]
    found = [_seat(work, swarm, expert) for expert in experts]
    return sparing.most_ready(work, swarm, [seat for seat in found if seat is not None], MOST_ASKED)


def seat_of(work: Work, account: UserRef, name: str, why: Why, language: str = "") -> Seat:
    """A seat for somebody who comes by another way than the catalogue."""
    person = work.get(Directory).person(account, name)
    return Seat(
        person=person.id, name=person.name, account=account, why=why, language=person.language or language or "en",
        asked_at=work.now,
    )  # fmt: skip


def helpers(work: Work, what: str) -> Sequence[tuple[str, Why, str]]:
    """Who can help with something named in plain words: name, why, and the team or skills that say so."""
    catalogue = work.get(CatalogueNow).catalogue
    recognised = catalogue.recogniser.service(what)
    if recognised is not None and not catalogue.confidential(recognised.service):
        experts = catalogue.experts(recognised.service)
        return [(person.name, _WHY[reason.kind], _detail(work, reason)) for person, reason in experts]
    wanted = what.casefold()
    skilled = (p for p in catalogue.people.values() if wanted in (skill.casefold() for skill in p.skills))
    return [(person.name, Why.SKILL, ", ".join(person.skills)) for person in skilled]


def _seat(work: Work, swarm: Swarm, expert: Expert) -> Seat | None:
    person, reason = expert
    elsewhere = (account for account in person.accounts if quarters.is_for(work, swarm, account))
    account = person.account_on(swarm.platform) or next(elsewhere, None)
    if account is None:
        return None
    return Seat(
        person=person.id, name=person.name, account=account, why=_WHY[reason.kind], detail=_detail(work, reason),
        language=person.language or "en", asked_at=work.now,
    )  # fmt: skip


def _detail(work: Work, reason: Reason) -> str:
    if reason.kind is ReasonKind.SKILL:
        return ", ".join(reason.skills)
    team = work.get(CatalogueNow).catalogue.team(reason.team) if reason.team else None
    return team.name if team else ""

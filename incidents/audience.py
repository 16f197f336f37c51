"""Who is told about an incident, where, and in which language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.intents import Direct, Place
from bot.people import Directory, PersonId
from bot.refs import Platform, ThreadRef, UserRef
from bot.uow import Work
from incidents.catalogue.records import ServiceId
from incidents.model import Affected, Incident, Joined, State
from incidents.ports import CatalogueNow, Follows, Incidents, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One place to tell: a thread shared by several people is told once. ``accounts`` are theirs."""

    place: Place
    thread: ThreadRef | None
    accounts: tuple[UserRef, ...]
    language: str
    zone: str
    reported: bool = False
    affected: bool = True

    @property
    def key(self) -> str:
        """Names the place within an intent's key."""
        return str(self.thread) if self.thread else str(getattr(self.place, "user", self.place))


def family(work: Work, incident: Incident) -> tuple[Incident, ...]:
    """The incident and, for an outage, the children that were not withdrawn or joined to another."""
    if not incident.outage:
        return (incident,)
    children = work.get(Incidents).children(incident.id)
    return (incident, *(child for child in children if child.state in (State.OPEN, State.RESOLVED)))


def people(incidents: Iterable[Incident]) -> tuple[Affected, ...]:
    """Everybody affected by any of these, each once."""
    found: dict[PersonId, Affected] = {}
    for incident in incidents:
        for affected in incident.affected:
            found.setdefault(affected.person, affected)
    return tuple(found.values())


def includes(work: Work, incident: Incident, person: PersonId) -> bool:
    """Whether it, or a child of it, hits this person."""
    children = work.get(Incidents).children(incident.id)
    return any(one.affected_person(person) for one in (incident, *children))


def affected(incidents: Iterable[Incident], skip: Iterable[PersonId] = ()) -> tuple[Listener, ...]:
    """Reporters and me-toos, each once: in the thread of their report, else in one they spoke in, else directly. Not
    those to skip."""
    left_out = set(skip)
    best: dict[PersonId, Affected] = {}
    for one in (one for incident in incidents for one in incident.affected if one.person not in left_out):
        if one.person not in best or _fitness(one) > _fitness(best[one.person]):
            best[one.person] = one
    told: dict[str, Listener] = {}
    for listener in map(_listener, best.values()):
        known = told.get(listener.key, listener)
        accounts = tuple(dict.fromkeys((*known.accounts, *listener.accounts)))
        told[listener.key] = replace(listener if listener.reported and not known.reported else known, accounts=accounts)
    return tuple(told.values())


def hearing(work: Work, incident: Incident, besides: PersonId) -> int:
    """How many others hear what somebody tells about it: everybody affected and, for an outage, the followers."""
    known = {one.person for one in people(family(work, incident))}
    following = followers(work, incident, {*known, besides}) if incident.outage else ()
    return len(known - {besides}) + len(following)


def followers(work: Work, incident: Incident, besides: Iterable[PersonId]) -> tuple[Listener, ...]:
    """Who follows the service (by the catalogue or their own word) and is not told already."""
    if incident.service is None:
        return ()
    skip = set(besides)
    catalogue = work.get(CatalogueNow).catalogue
    inside = catalogue.audience(incident.service) if catalogue.confidential(incident.service) else None
    chosen: dict[PersonId, Listener] = {}
    directory = work.get(Directory)
    for person_id in catalogue.followers(incident.service):
        person = directory.person_by_id(person_id)
        account = _account(work, person.accounts, incident.platform) if person else None
        if person and account:
            chosen[person_id] = Listener(
                place=Direct(account), thread=None, accounts=(account,), language=person.language or "en",
                zone=person.zone, affected=False,
            )  # fmt: skip
    for follower in work.get(Follows).of_service(incident.service):
        if follower.follows and follower.account is not None:
            chosen[follower.person] = Listener(
                place=Direct(follower.account), thread=None, accounts=(follower.account,), language=follower.language,
                zone=follower.zone, affected=False,
            )  # fmt: skip
        else:
            chosen.pop(follower.person, None)
    return tuple(
        listener
        for person_id, listener in chosen.items()
        if person_id not in skip and (inside is None or person_id in inside)
    )


def suffering(work: Work, service: ServiceId) -> tuple[ServiceId, ...]:
    """The services that suffer with this one and are not confidential."""
    catalogue = work.get(CatalogueNow).catalogue
    return tuple(s for s in catalogue.downstream(service) if not catalogue.confidential(s))


def _fitness(one: Affected) -> tuple[bool, bool]:
    return one.thread is not None, one.how is Joined.REPORT


def _listener(one: Affected) -> Listener:
    reported = one.how is Joined.REPORT
    place: Place = one.room if one.room is not None and reported else Direct(one.account)
    return Listener(
        place=one.thread.room if one.thread is not None else place, thread=one.thread, accounts=(one.account,),
        language=one.language, zone=one.zone, reported=reported,
    )  # fmt: skip


def account_of(work: Work, person: PersonId, first: Platform) -> UserRef | None:
    """The account to reach a person at, whoever they are."""
    known = work.get(Directory).person_by_id(person)
    return _account(work, known.accounts, first) if known is not None else None


def _account(work: Work, accounts: Iterable[UserRef], first: Platform) -> UserRef | None:
    """The account to reach somebody at: on this network if they are there, else on another that is connected."""
    usable = [a for a in accounts if a.platform in work.get(Settings).platforms]
    return next((a for a in usable if a.platform is first), usable[0] if usable else None)

"""Who may see and who may steer what: one function per kind of thing."""

from __future__ import annotations

from bot.errors import Rejected
from bot.events import ChatEvent
from bot.people import PersonId
from bot.texts import phrase
from bot.uow import Work
from incidents import audience
from incidents.catalogue.records import ServiceId
from incidents.model import Incident
from incidents.ports import CatalogueNow, Crew


def may_see(work: Work, incident: Incident, person: PersonId) -> bool:
    """Confidential incidents are for those affected, the service's audience and the swarm; all others for everybody.
    For somebody of another organisation only outages are."""
    if not incident.confidential and (incident.outage or person not in work.outsiders):
        return True
    family = audience.family(work, incident)
    if person in (incident.opened_by, incident.lead) or any(one.affected_person(person) for one in family):
        return True
    inside = work.get(CatalogueNow).catalogue.audience(incident.service) if incident.service else frozenset()
    return person in inside or work.get(Crew).includes(incident.id, person)


def may_steer(work: Work, incident: Incident, person: PersonId) -> bool:
    """Update, resolve, hand over: whoever works on it or belongs to any team; where no teams are listed, everybody of
    this organisation."""
    if person in work.outsiders or not may_see(work, incident, person):
        return False
    catalogue = work.get(CatalogueNow).catalogue
    if not catalogue.teams or catalogue.teams_of(person):
        return True
    return person == incident.lead or work.get(Crew).includes(incident.id, person)


def may_settle(work: Work, incident: Incident, person: PersonId) -> bool:
    """Resolve or reopen: whoever may steer it, and the person affected where it is theirs alone."""
    return is_theirs_alone(incident, person) or may_steer(work, incident, person)


def may_declare(work: Work, incident: Incident, person: PersonId) -> bool:
    """Call it an outage: whoever of this organisation it hits, and whoever may steer it."""
    affected = incident.affected_person(person) is not None
    return (affected and person not in work.outsiders) or may_steer(work, incident, person)


def provides(work: Work, incident: Incident, person: PersonId) -> bool:
    """Whether somebody works on it as their task: its lead, and whoever belongs to a team."""
    return person == incident.lead or bool(work.get(CatalogueNow).catalogue.teams_of(person))


def is_theirs_alone(incident: Incident, person: PersonId) -> bool:
    """Whether it hits nobody else, so that this person's word settles it."""
    return not incident.outage and {one.person for one in incident.affected} == {person}


def may_hear_of(work: Work, service: ServiceId, person: PersonId) -> bool:
    """Follow a service or see it listed."""
    catalogue = work.get(CatalogueNow).catalogue
    return not catalogue.confidential(service) or person in catalogue.audience(service)


def must_belong(work: Work, person: PersonId) -> None:
    """What only those who work here may know or join: who can help, and the swarms."""
    if person in work.outsiders:
        raise Rejected(phrase("That is for people of this organisation, and for the partners it names."))


def may_be_read_in(incident: Incident, event: ChatEvent) -> bool:
    """Whether everybody who reads the room where this was heard may read how the incident stands."""
    return not incident.confidential and (incident.outage or not event.shared)

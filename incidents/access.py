"""Who may see and who may steer what: one function per kind of thing."""

from __future__ import annotations

from bot.people import PersonId
from bot.uow import Work
from incidents.catalogue.records import ServiceId
from incidents.model import Incident
from incidents.ports import CatalogueNow, Crew


def may_see(work: Work, incident: Incident, person: PersonId) -> bool:
    """Confidential incidents are for those affected, the service's audience and the swarm; all others for everybody."""
    if not incident.confidential:
        return True
    if incident.affected_person(person) or person in (incident.opened_by, incident.lead):
        return True
    audience = work.get(CatalogueNow).catalogue.audience(incident.service) if incident.service else frozenset()
    return person in audience or work.get(Crew).includes(incident.id, person)


def may_steer(work: Work, incident: Incident, person: PersonId) -> bool:
    """Update, resolve, hand over: whoever works on it or belongs to any team; where no teams are listed, everybody."""
    if not may_see(work, incident, person):
        return False
    catalogue = work.get(CatalogueNow).catalogue
    if not catalogue.teams or catalogue.teams_of(person):
        return True
    return person == incident.lead or work.get(Crew).includes(incident.id, person)


def may_settle(work: Work, incident: Incident, person: PersonId) -> bool:
    """Resolve or reopen: whoever may steer it, and the person affected where it is theirs alone."""
    alone = not incident.outage and [a.person for a in incident.affected] == [person]
    return alone or may_steer(work, incident, person)


def may_withdraw(work: Work, incident: Incident, person: PersonId) -> bool:
    """Say it was not a request: the people it is about, and whoever may steer it."""
    return incident.affected_person(person) is not None or may_steer(work, incident, person)


def may_hear_of(work: Work, service: ServiceId, person: PersonId) -> bool:
    """Follow a service or see it listed."""
    catalogue = work.get(CatalogueNow).catalogue
    return not catalogue.confidential(service) or person in catalogue.audience(service)

"""Who may read an article, and who decides about it."""

from __future__ import annotations

from bot.people import PersonId
from bot.uow import Work
from incidents.catalogue.records import Team
from incidents.ports import CatalogueNow, Crew, Incidents
from knowledge.model import Article


def may_read(work: Work, article: Article, reader: PersonId) -> bool:
    """What is confidential is for the audience of its service and those who solved it."""
    if not confidential(work, article):
        return True
    catalogue = work.get(CatalogueNow).catalogue
    inside = catalogue.audience(article.service) if article.service is not None else frozenset()
    return reader in inside or _solved_it(work, article, reader)


def confidential(work: Work, article: Article) -> bool:
    """Whether it stays inside the audience of its service: also when the service has become confidential since."""
    catalogue = work.get(CatalogueNow).catalogue
    return article.confidential or (article.service is not None and catalogue.confidential(article.service))


def may_read_draft(work: Work, article: Article, reader: PersonId) -> bool:
    """Before it is published it is for those who help others, and for whoever decides about it."""
    if not may_read(work, article, reader):
        return False
    return bool(work.get(CatalogueNow).catalogue.teams_of(reader)) or may_decide(work, article, reader)


def may_decide(work: Work, article: Article, person: PersonId) -> bool:
    """Publish or discard it: the team whose service it is about, those who solved it, and whoever was asked."""
    if not may_read(work, article, person):
        return False
    team = owner(work, article)
    in_team = team is not None and team in work.get(CatalogueNow).catalogue.teams_of(person)
    return in_team or _solved_it(work, article, person)


def owner(work: Work, article: Article) -> Team | None:
    """The team whose service it is about."""
    return work.get(CatalogueNow).catalogue.owner(article.service) if article.service is not None else None


def _solved_it(work: Work, article: Article, person: PersonId) -> bool:
    """Whoever was asked about the draft, and who led or worked on the incident it was made from."""
    if person == article.drafted_by:
        return True
    incident = work.get(Incidents).get(article.source) if article.source is not None else None
    return incident is not None and (incident.lead == person or work.get(Crew).includes(incident.id, person))

"""What everybody may read on the pages: read from incidents, the catalogue and knowledge, nothing confidential."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from adapters.sql.storage import SqlStorage
from adapters.web.ports import (
    IncidentState,
    PublicArticle,
    PublicIncident,
    PublicService,
    PublicUpdate,
    ServiceState,
    Status,
)
from bot.people import Person, PersonId
from bot.uow import Work
from incidents import audience, scenes
from incidents.catalogue.records import ServiceId
from incidents.model import Incident, State, parse_reference
from incidents.ports import CatalogueNow, Incidents
from knowledge import access, search
from knowledge import model as articles
from knowledge.model import Article, Confidence
from knowledge.ports import Articles

RECENT = timedelta(days=7)
MOST = 50
"""So many articles are listed; the others are searched for."""

_EVERYBODY = Person(id=PersonId(""), name="")
"""A reader of whom nothing is known, and who may read nothing that is confidential."""


class PublicPages:
    """``adapters.web.ports.StatusSource`` over the storage."""

    def __init__(self, storage: SqlStorage) -> None:
        self._storage = storage

    def snapshot(self, language: str) -> Status:
        """How things stand now."""
        with self._storage.reading() as work:
            incidents = work.get(Incidents)
            current = [i for i in incidents.outages() if not i.confidential]
            recent = [i for i in incidents.resolved_since(work.now - RECENT) if not i.confidential]
            return Status(
                at=work.now,
                services=_services(work, current, language),
                current=tuple(_incident(work, i, language) for i in reversed(current)),
                recent=tuple(_incident(work, i, language) for i in recent),
            )

    def incident(self, ref: str, language: str) -> PublicIncident | None:
        """One outage, or None when there is none that everybody may read."""
        number = parse_reference(ref)
        if number is None:
            return None
        with self._storage.reading() as work:
            found = work.get(Incidents).get(number)
            if found is None or not found.outage or found.confidential:
                return None
            return _incident(work, found, language) if found.state in (State.OPEN, State.RESOLVED) else None

    def articles(self, language: str, query: str = "") -> Sequence[PublicArticle]:
        """Published articles, best first for the query, else the newest, the last changed first."""
        with self._storage.reading() as work:
            if query.strip():
                found = [one.article for one in search.search(work, query, _EVERYBODY, most=MOST)]
            else:
                newest = work.get(Articles).latest(lambda a: access.may_read(work, a, _EVERYBODY.id), MOST)
                found = sorted(newest, key=lambda a: a.published_at or a.drafted_at, reverse=True)
            return [_article(work, one, language) for one in found]

    def article(self, ref: str, language: str) -> PublicArticle | None:
        """One published article, or None."""
        number = articles.parse_reference(ref)
        if number is None:
            return None
        with self._storage.reading() as work:
            found = work.get(Articles).get(number)
            if found is None or not found.published or not access.may_read(work, found, _EVERYBODY.id):
                return None
            return _article(work, found, language)


def _services(work: Work, outages: Sequence[Incident], language: str) -> tuple[PublicService, ...]:
    """Each service that is not confidential: down, limited by one it stands on, or working."""
    catalogue = work.get(CatalogueNow).catalogue
    down = {incident.service: incident.reference for incident in outages if incident.service}
    limited: dict[ServiceId, str] = {}
    for service, ref in down.items():
        limited |= dict.fromkeys(audience.suffering(work, service), ref)
    shown = []
    for offered in catalogue.services.values():
        if offered.confidential:
            continue
        state = ServiceState.WORKING
        if offered.id in down:
            state = ServiceState.DOWN
        elif offered.id in limited:
            state = ServiceState.LIMITED
        team = catalogue.owner(offered.id)
        shown.append(
            PublicService(
                name=offered.name(language), state=state, team=team.name if team else "",
                incident=down.get(offered.id) or limited.get(offered.id, ""),
            )
        )  # fmt: skip
    return tuple(shown)


def _incident(work: Work, incident: Incident, language: str) -> PublicIncident:
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service(incident.service) if incident.service else None
    family = audience.family(work, incident)
    return PublicIncident(
        ref=incident.reference,
        title=service.name(language) if service else "",
        state=IncidentState.SOLVED if incident.state is State.RESOLVED else IncidentState.LOOKED_AT,
        since=incident.declared_at or incident.opened_at,
        services=(service.name(language),) if service else (),
        affected=len(audience.people(family)),
        updates=tuple(PublicUpdate(at=u.at, text=u.text) for u in reversed(incident.updates)),
        next_update=incident.next_update_at if incident.open else None,
        solved_at=incident.resolved_at,
        solution=incident.solution,
        files=len(scenes.files(work, family)),
        at=work.now,
    )


def _article(work: Work, article: Article, language: str) -> PublicArticle:
    service = work.get(CatalogueNow).catalogue.service(article.service) if article.service else None
    return PublicArticle(
        ref=article.reference,
        title=article.title,
        issue=article.issue,
        changed_at=article.published_at or article.drafted_at,
        service=service.name(language) if service else "",
        environment=article.environment,
        resolution=article.resolution,
        cause=article.cause,
        language=article.language,
        helped=article.reuses,
        doubtful=article.confidence is Confidence.NOT_VALIDATED,
    )

"""Whether two accounts tell of the same problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.people import PersonId
from bot.uow import Work
from incidents import access
from incidents.catalogue.records import ServiceId
from incidents.intake import LIKELY, LIKELY_ON_SAME_SERVICE, most_similar
from incidents.model import Incident
from incidents.ports import Incidents

RECENT = timedelta(hours=24)


def same_as(work: Work, words: str, service: ServiceId | None, person: PersonId) -> Incident | None:
    """The open incident that a new report most likely is about: a known outage of the service first."""
    candidates = [
        incident
        for incident in work.get(Incidents).open_ones()
        if incident.parent is None and access.may_see(work, incident, person)
        and (service is None or incident.service in (None, service))
    ]  # fmt: skip
    return _best(words, service, candidates)


def children_for(work: Work, outage: Incident) -> Sequence[Incident]:
    """The open incidents that an outage explains: alike, lately opened, and on the same service where that is known."""
    return [
        other
        for other in work.get(Incidents).open_ones()
        if other.id != outage.id and not other.outage and other.parent is None
        and other.confidential == outage.confidential
        and outage.opened_at - other.opened_at <= RECENT
        and _best(other.words, other.service, [outage]) is not None
    ]  # fmt: skip


def _best(words: str, service: ServiceId | None, candidates: Sequence[Incident]) -> Incident | None:
    by_id = {incident.id: incident for incident in candidates}
    found = most_similar(words, [(i.id, f"{i.title}\n{i.words}") for i in candidates], least=0.0)
    likely = [by_id[one.id] for one in found if one.score >= _least(service, by_id[one.id])]
    return min(likely, key=lambda incident: not incident.outage, default=None)


def _least(service: ServiceId | None, incident: Incident) -> float:
    same_service = service is not None and incident.service == service
    if same_service and incident.outage:
        return 0.0
    return LIKELY_ON_SAME_SERVICE if same_service else LIKELY

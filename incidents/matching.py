"""Whether two accounts tell of the same problem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.people import PersonId
from bot.uow import Work
from incidents import access
from incidents.catalogue.records import ServiceId
from incidents.intake import LIKELY, LIKELY_ON_SAME_SERVICE, most_similar
from incidents.model import Incident
from incidents.ports import Incidents, Told

RECENT = timedelta(hours=24)
FRESH = timedelta(hours=4)
"""For so long an outage explains what is reported about its service in another language."""
LEAST = 0.03
"""Even on the service of an outage something must be shared: ordering a token is no part of it."""
COMPARED = 50
"""A new report is compared with all outages and so many of the newest open incidents: however many are open."""


def same_as(
    work: Work, words: str, language: str, service: ServiceId | None, person: PersonId
) -> Incident | None:  # fmt: skip
    """The open incident that a new report most likely is about: a known outage of the service first. Where the outage
    was told of in another language, no words can be compared: a fresh one of the service is enough."""
    incidents = work.get(Incidents)
    fitting = [told for told in incidents.lately_opened(COMPARED) if service is None or told.service in (None, service)]
    fresh = [told for told in fitting if _is_fresh_outage_of(told, service, work.now) and told.language != language]
    for told in (*_likely(words, service, fitting), *fresh):
        incident = incidents.get(told.id)
        if incident is not None and access.may_see(work, incident, person):
            return incident
    return None


def children_for(work: Work, outage: Incident) -> Sequence[Incident]:
    """The open incidents that an outage explains: alike, lately opened, and on the same service where that is known."""
    return [
        other
        for other in work.get(Incidents).open_ones()
        if other.id != outage.id and not other.outage and other.parent is None
        and other.confidential == outage.confidential
        and (other.service is None or outage.service in (None, other.service))
        and outage.opened_at - other.opened_at <= RECENT
        and _likely(other.words, other.service, [outage])
    ]  # fmt: skip


def _likely(words: str, service: ServiceId | None, open_: Sequence[Told | Incident]) -> Sequence[Told | Incident]:
    """Those that the words are probably about: outages first, then the most alike. A child speaks for its outage."""
    whole = {one.id: one for one in open_ if one.parent is None}
    texts = [(one.parent or one.id, f"{one.title}\n{one.words}") for one in open_ if (one.parent or one.id) in whole]
    least = min((_least(service, one) for one in whole.values()), default=LIKELY)
    found = most_similar(words, texts, least=least)
    likely = [whole[one.id] for one in found if one.score >= _least(service, whole[one.id])]
    return sorted(likely, key=lambda one: not one.outage)


def _is_fresh_outage_of(told: Told, service: ServiceId | None, now: datetime) -> bool:
    if service is None or told.service != service or told.declared_at is None:
        return False
    return told.outage and now - told.declared_at <= FRESH


def _least(service: ServiceId | None, one: Told | Incident) -> float:
    same_service = service is not None and one.service == service
    if same_service and one.outage:
        return LEAST
    return LIKELY_ON_SAME_SERVICE if same_service else LIKELY

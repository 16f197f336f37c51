"""Turns a solved incident into the draft of an article, with people's names taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.people import PersonId
from bot.uow import Work
from incidents import reporting
from incidents.intake import anonymise, similarity
from incidents.model import Entry, EntryKind, Incident
from incidents.ports import CatalogueNow, Incidents
from knowledge.editing import edited, title_of
from knowledge.model import Article
from knowledge.ports import Articles

MOST_ACCOUNTS = 6
"""So many people's words say what one sees; the others of an outage add nothing but length."""
SAME_AGAIN = 0.7


def draft(work: Work, incident: Incident, by: PersonId, *, instead_of: Article | None = None) -> Article:
    """Issue from what was reported, environment from the service, resolution and cause from what solved it.

    ``instead_of``: an earlier article of the same incident, whose place and number the new one takes.
    """
    incidents = work.get(Incidents)
    family = (incident, *incidents.children(incident.id))
    lines = [line for one in family for line in incidents.timeline(one.id)]
    names = {*(line.by_name for line in lines), *(name for one in family for name in _names(work, one))} - {""}

    def told(text: str) -> str:
        return edited(anonymise(text, names), incident.language)

    words = [told(said) for said in reporting.reported(work, incident)]
    kept = [told(line.text) for line in lines if _is_kept(line)]
    article = Article(
        id=work.get(Articles).next_id() if instead_of is None else instead_of.id,
        title=title_of(words[0] if words else told(incident.title)),
        issue="\n\n".join(_told_apart(words)),
        environment=_environment(work, incident),
        resolution="\n\n".join(dict.fromkeys([told(incident.solution), *kept])).strip(),
        cause=told(incident.cause),
        language=incident.language,
        drafted_at=work.now,
        drafted_by=by,
        service=incident.service,
        confidential=incident.confidential,
        source=incident.id,
    )
    if instead_of is None:
        work.get(Articles).add(article)
        return article
    instead_of.redraft(article)
    work.get(Articles).save(instead_of)
    return instead_of


def _names(work: Work, incident: Incident) -> Iterable[str]:
    yield from (affected.name for affected in incident.affected)
    yield from (incident.opened_by_name, incident.lead_name, incident.resolved_by_name)
    yield from (person.name for person in work.get(CatalogueNow).catalogue.people.values())


def _environment(work: Work, incident: Incident) -> str:
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service(incident.service) if incident.service else None
    if service is None:
        return ""
    items = [catalogue.items[item].name for item in service.items if item in catalogue.items]
    return ", ".join([service.name(incident.language), *items])


def _is_kept(entry: Entry) -> bool:
    return entry.kind is EntryKind.KEPT and bool(entry.text)


def _told_apart(texts: Sequence[str]) -> Sequence[str]:
    """The first of the accounts that do not say the same again."""
    found: list[str] = []
    for text in texts:
        if text and len(found) < MOST_ACCOUNTS and not any(similarity(text, one) >= SAME_AGAIN for one in found):
            found.append(text)
    return found

"""What knowledge does on facts."""

from __future__ import annotations

from bot.intents import Direct, Post
from bot.people import Directory
from bot.router import Handlers
from bot.texts import Voices
from bot.uow import Work
from incidents import events, reporting
from incidents.model import EntryKind
from incidents.ports import Incidents
from knowledge import capture, service, views
from knowledge.model import parse_reference
from knowledge.ports import Articles

handlers = Handlers("knowledge")


@handlers.on(events.IncidentResolved)
def draft_article(work: Work, fact: events.IncidentResolved) -> None:
    """What was solved in words becomes the draft of an article, shown to whoever solved it. After a reopening the
    new resolution takes the place of the one that did not hold, and a person publishes it anew."""
    incident = work.get(Incidents).get(fact.incident)
    if incident is None or not incident.solution or incident.article or incident.resolved_by is None:
        return
    if incident.parent is not None or fact.round != incident.reopened:
        return
    known = work.get(Articles).drafted_from(incident.id)
    if known is not None and fact.round == 0:
        return
    if known is None and not reporting.reported(work, incident):
        return  # nobody could find it: what was reported by files alone says nothing in words
    article = capture.draft(work, incident, incident.resolved_by, instead_of=known)
    solver = work.get(Directory).person(fact.by, incident.resolved_by_name)
    voice = work.get(Voices).voice(solver.language or incident.language, solver.zone)
    card = views.draft(voice, article, again=known is not None)
    key = f"{article.reference}:draft:{fact.round}"
    work.say(Post(key=key, place=Direct(fact.by), about=article.reference, card=card))


@handlers.on(events.IncidentReopened)
def doubt_article(work: Work, fact: events.IncidentReopened) -> None:
    """What solved it did not hold: its article is offered unasked no more, and one that was said to have solved it
    did not help."""
    incidents, articles = work.get(Incidents), work.get(Articles)
    incident = incidents.get(fact.incident)
    if incident is None:
        return
    drafted = articles.drafted_from(incident.id)
    if drafted is not None:
        service.doubt(work, drafted)
    solutions = [line.text for line in incidents.timeline(incident.id) if line.kind is EntryKind.RESOLVED]
    number = parse_reference(solutions[-1]) if solutions else None
    used = articles.get(number) if number is not None else None
    if used is not None:
        service.take_back_reuse(work, used, incident)

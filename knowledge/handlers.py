"""What knowledge does on facts."""

from __future__ import annotations

from bot.intents import Direct, Post
from bot.people import Directory
from bot.router import Handlers
from bot.texts import Voices
from bot.uow import Work
from incidents import events
from incidents.ports import Incidents
from knowledge import capture, views
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
    article = capture.draft(work, incident, incident.resolved_by, instead_of=known)
    solver = work.get(Directory).person(fact.by, incident.resolved_by_name)
    voice = work.get(Voices).voice(solver.language or incident.language, solver.zone)
    key = f"{article.reference}:draft:{fact.round}"
    work.say(Post(key=key, place=Direct(fact.by), about=article.reference, card=views.draft(voice, article)))

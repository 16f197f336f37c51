"""What swarms do on facts."""

from __future__ import annotations

from bot.facts import RoomOpened
from bot.intents import Edit, MessageOf, Post
from bot.router import Handlers
from bot.uow import Work
from incidents import events, scenes
from incidents.model import Incident, IncidentId, parse_reference
from incidents.ports import Incidents
from swarming import service, views
from swarming.events import SeatAnswered
from swarming.ports import Swarms

handlers = Handlers("swarming")


@handlers.on(events.OutageDeclared)
def swarm_on_outage(work: Work, fact: events.OutageDeclared) -> None:
    """An outage gets a swarm."""
    incident = _incident(work, fact.incident)
    swarm = work.get(Swarms).current(fact.incident)
    if incident.open and swarm is None:
        service.open_swarm(work, incident, fact.by)


@handlers.on(events.IncidentReopened, events.IncidentRestored)
def swarm_again(work: Work, fact: events.IncidentFact) -> None:
    """A reopened outage gets a new room: the old one is closed for good."""
    incident = _incident(work, fact.incident)
    swarm = work.get(Swarms).current(fact.incident)
    by = incident.lead_account or incident.declared_by
    if incident.open and swarm is not None and swarm.closed_at is not None and swarm.round != incident.reopened and by:
        service.open_swarm(work, incident, by)


@handlers.on(RoomOpened)
def room_is_there(work: Work, fact: RoomOpened) -> None:
    """The room is open: remember it and ask the experts."""
    number = parse_reference(fact.about)
    swarm = work.get(Swarms).current(number) if number is not None else None
    if number is None or swarm is None or swarm.place.key != fact.key:
        return
    if swarm.room is None:
        swarm.room = fact.room
        work.get(Swarms).save(swarm)
    service.ask_experts(work, swarm, _incident(work, number))


@handlers.on(
    SeatAnswered, events.PersonJoined, events.IncidentTaken, events.UpdateShared, events.IncidentReopened,
    events.IncidentResolved, events.IncidentDismissed,
)  # fmt: skip
def refresh_charter(work: Work, fact: events.IncidentFact) -> None:
    """Keep the pinned charter current, and close the swarm of what is resolved."""
    incident = _incident(work, fact.incident)
    swarm = work.get(Swarms).current(incident.id)
    if swarm is None or swarm.closed_at is not None:
        return
    card = views.charter(
        service.voice_of(work, swarm), swarm, incident, scenes.scene(work, incident, swarm.language)
    )  # fmt: skip
    charter = f"{swarm.key}:charter"
    work.say(
        Edit(key=f"{charter}:v{incident.version}.{swarm.version}", place=swarm.place, about=incident.reference,
             message=MessageOf(charter), card=card)
    )  # fmt: skip
    if not incident.open:
        service.close(work, swarm, incident)


@handlers.on(events.IncidentTaken)
def seat_the_lead(work: Work, fact: events.IncidentTaken) -> None:
    """Whoever leads has a seat in the swarm."""
    swarm = work.get(Swarms).current(fact.incident)
    if swarm is not None:
        service.seat_the_lead(work, swarm, _incident(work, fact.incident))


@handlers.on(events.UpdateOverdue)
def remind_room(work: Work, fact: events.UpdateOverdue) -> None:
    """The room hears that an update is overdue."""
    incident = _incident(work, fact.incident)
    swarm = work.get(Swarms).current(incident.id)
    if swarm is None or swarm.closed_at is not None or incident.reminded_at is None:
        return
    key = f"{swarm.key}:overdue:{incident.reminded_at.isoformat()}"
    card = views.overdue(service.voice_of(work, swarm), incident)
    work.say(Post(key=key, place=swarm.place, about=incident.reference, card=card))


def _incident(work: Work, number: IncidentId) -> Incident:
    incident = work.get(Incidents).get(number)
    assert incident is not None, f"a fact about INC-{number}, which is not there"
    return incident

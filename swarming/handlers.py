"""What swarms do on facts."""

from __future__ import annotations

from bot.facts import AccountsLinked, AccountsParted, IntentRefused, InviteRefused, RemoveRefused, RoomOpened
from bot.router import Handlers
from bot.uow import Work
from incidents import events
from incidents.model import Incident, IncidentId, parse_reference
from incidents.ports import Incidents
from swarming import linking, quarters, service, unreached, views
from swarming.events import SeatAnswered
from swarming.model import Swarm
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
        service.open_swarm(work, incident, by, swarm)


@handlers.on(RoomOpened)
def room_is_there(work: Work, fact: RoomOpened) -> None:
    """A room is open: remember it, and ask the experts once it is the first."""
    number = parse_reference(fact.about)
    swarm = work.get(Swarms).current(number) if number is not None else None
    if number is None or swarm is None:
        return
    if swarm.opened(fact.key, fact.room):
        work.get(Swarms).save(swarm)
    if fact.key == swarm.place.key:
        service.ask_experts(work, swarm, _incident(work, number))


@handlers.on(
    SeatAnswered, events.PersonJoined, events.IncidentTaken, events.UpdateShared, events.IncidentReopened,
    events.IncidentResolved, events.IncidentDismissed, events.FilesChanged,
)  # fmt: skip
def refresh_charter(work: Work, fact: events.IncidentFact) -> None:
    """Keep the pinned charter current, and close the swarm of what is resolved."""
    incident = _incident(work, fact.incident)
    swarm = work.get(Swarms).current(incident.id)
    if swarm is None or swarm.closed_at is not None:
        return
    quarters.show_charter(work, swarm, incident)
    if not incident.open:
        service.close(work, swarm, incident)


@handlers.on(SeatAnswered)
def show_answer(work: Work, fact: SeatAnswered) -> None:
    """The card that asked somebody shows what they answered."""
    swarm = work.get(Swarms).current(fact.incident)
    seat = swarm.seat(fact.person) if swarm is not None else None
    if swarm is not None and seat is not None:
        service.show_answer(work, swarm, _incident(work, fact.incident), seat)


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
    quarters.say(work, swarm, key, views.overdue(quarters.voice_of(work, swarm), incident))


@handlers.on(AccountsLinked)
def sit_as_one(work: Work, fact: AccountsLinked) -> None:
    """Two accounts are one person's, who needs one seat."""
    linking.unite(work, fact.before, fact.person)


@handlers.on(AccountsParted)
def sit_apart(work: Work, fact: AccountsParted) -> None:
    """Accounts are on their own again."""
    for account in fact.accounts:
        linking.part(work, fact.person, account)


@handlers.on(InviteRefused)
def say_who_is_missing(work: Work, fact: InviteRefused) -> None:
    """Whoever leads hears who could not be let into the room, why, and what to do."""
    if found := _current(work, fact.about):
        unreached.not_let_in(work, *found, fact)


@handlers.on(IntentRefused)
def say_what_failed(work: Work, fact: IntentRefused) -> None:
    """Whoever leads hears that there is no room, that nobody was let in, or that somebody could not be asked."""
    if found := _current(work, fact.about):
        unreached.not_done(work, *found, fact)


@handlers.on(RemoveRefused)
def say_how_to_leave(work: Work, fact: RemoveRefused) -> None:
    """Whoever wanted to leave and whom the bot may not take out hears how to leave by themselves."""
    if found := _current(work, fact.about):
        unreached.not_let_out(work, *found, fact)


def _current(work: Work, about: str) -> tuple[Swarm, Incident] | None:
    number = parse_reference(about)
    swarm = work.get(Swarms).current(number) if number is not None else None
    return (swarm, _incident(work, swarm.incident)) if swarm is not None else None


def _incident(work: Work, number: IncidentId) -> Incident:
    incident = work.get(Incidents).get(number)
    assert incident is not None, f"a fact about INC-{number}, which is not there"
    return incident

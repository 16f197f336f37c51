"""Which incident somebody means: the reference they wrote, else the thread or room they speak in, else their own."""

from __future__ import annotations

from bot import words
from bot.act import Act
from bot.errors import Rejected
from bot.events import ActionTaken
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access
from incidents.model import Incident, parse_reference
from incidents.ports import Crew, Incidents


def named(act: Act, reference: str) -> Incident:
    """The incident with this reference (one that was joined gives the one it joined). Raises ``Rejected``."""
    incidents = act.work.get(Incidents)
    number = parse_reference(reference)
    found = incidents.get(number) if number is not None else None
    if found is None or not access.may_see(act.work, found, act.person.id):
        raise Rejected(phrase("I do not know {ref}. Write “status” to see what is open.", ref=reference))
    return found


def carried_on(act: Act, incident: Incident) -> Incident:
    """Where a joined incident goes on."""
    while incident.joined_to is not None and (other := act.work.get(Incidents).get(incident.joined_to)):
        incident = other
    return incident


def explained_by(act: Act, incident: Incident) -> Incident:
    """The outage that an incident is part of and stands or falls with; else the incident itself."""
    outage = act.work.get(Incidents).get(incident.parent) if incident.parent is not None else None
    return outage if outage is not None and (outage.open or not incident.open) else incident


def here(act: Act) -> Incident | None:
    """The incident of this thread or room."""
    incidents = act.work.get(Incidents)
    if act.thread is not None:
        if found := incidents.by_thread(act.thread, act.person.id):
            return found
        number = parse_reference(act.work.about(act.thread.message))
        if number is not None:
            return incidents.get(number)
    if isinstance(act.event, ActionTaken) and act.event.message is not None:
        number = parse_reference(act.work.about(act.event.message))
        if number is not None:
            return incidents.get(number)
    swarm_of = act.work.get(Crew).incident_of(act.event.room)
    return incidents.get(swarm_of) if swarm_of is not None else None


def own(act: Act) -> Incident | None:
    """The newest incident that affects this person."""
    return next(iter(act.work.get(Incidents).of_person(act.person.id)), None)


def meant(act: Act, command: Command, *, mine: bool = False) -> Incident:
    """The incident meant; ``mine``: without any other sign, the person's own newest. Raises ``Rejected``."""
    reference = command.reference
    found = named(act, reference) if reference else here(act) or (own(act) if mine else None)
    if found is None or not access.may_see(act.work, found, act.person.id):
        raise Rejected(phrase("Which one do you mean? Write the reference too, for example “{example}”.",
                              example=_example(command.verb, act.voice.language)))  # fmt: skip
    return found


def affecting(act: Act, incident: Incident) -> Incident:
    """Where this person is counted: the incident itself, or the child of it that they reported."""
    if incident.affected_person(act.person.id):
        return incident
    children = act.work.get(Incidents).children(incident.id)
    return next((child for child in children if child.affected_person(act.person.id)), incident)


def _example(verb: Verb, language: str) -> str:
    said = words.example(verb, language)
    return said if words.find_reference(said) else f"{said} INC-42"

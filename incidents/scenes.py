"""Looks up what cards show beside the incident: service, team, how many are affected, where to read on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Span, Style, Text
from bot.events import File
from bot.people import Directory
from bot.uow import Work
from incidents import audience, targets
from incidents.model import EntryKind, Incident
from incidents.ports import CatalogueNow, Crew, Incidents, Settings
from incidents.wording import Scene

MOST_NAMED = 3


def scene(work: Work, incident: Incident, language: str) -> Scene:
    """Everything a card of this incident may want, in this language."""
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service(incident.service) if incident.service else None
    team = catalogue.owner(incident.service) if incident.service else None
    family = audience.family(work, incident)
    closed = team is not None and team.hours is not None and not team.hours.open_at(work.now)
    return Scene(
        now=work.now,
        service=service.name(language) if service else "",
        named=_named(work, incident, language) if service is None else (),
        team=team.name if team else "",
        opens_at=team.hours.next_opening(work.now) if closed and team and team.hours else None,
        affected=len(audience.people(family)),
        page=page(work, incident),
        files=files(work, family),
        room=_room(work, incident),
        expected=targets.expected(work, incident),
    )


def _named(work: Work, incident: Incident, language: str) -> tuple[str, ...]:
    """What the report names where it names several services; of what is confidential nothing is said."""
    catalogue = work.get(CatalogueNow).catalogue
    found = [catalogue.service(one.service) for one in catalogue.recogniser.candidates(incident.words)]
    open_ = tuple(service.name(language) for service in found if service is not None and not service.confidential)
    return open_[:MOST_NAMED] if len(open_) > 1 else ()


def files(work: Work, family: Sequence[Incident]) -> tuple[File, ...]:
    """What was sent in a swarm's room or to the bot alone stays there; but what was reported is known, unless it turned
    out to be confidential only after an outage had explained it."""
    incidents, directory = work.get(Incidents), work.get(Directory)
    crew = work.get(Crew)
    found: dict[File, None] = {}
    shown = [one for one in family if one.has_files and one.confidential <= family[0].confidential]
    for line in (line for one in shown for line in incidents.lines_with_files(one.id)):
        room = line.message.room if line.message is not None else None
        open_ = room is not None and directory.room(room).purpose and crew.incident_of(room) is None
        if line.kind is EntryKind.REPORTED or open_:
            found |= dict.fromkeys(line.files)
    return tuple(found)


def page(work: Work, incident: Incident) -> str:
    """The public page of an outage; empty for everything that has none."""
    base = work.get(Settings).public_url
    return f"{base}/incidents/{incident.reference}" if base and incident.outage and not incident.confidential else ""


def _room(work: Work, incident: Incident) -> Text:
    room = work.get(Crew).room_of(incident.id) if incident.outage and not incident.confidential else None
    return (Span(room.id, Style.ROOM, str(room)),) if room is not None else ()

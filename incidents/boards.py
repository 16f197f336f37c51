"""The standing cards of an incident: where each is, what it shows now, and the editing of them all."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards import Card
from bot.intents import Direct, Edit, MessageOf, Post
from bot.people import Directory, Person
from bot.refs import RoomRef
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents import desk_views, scenes, views
from incidents.catalogue.records import Channel, Purpose
from incidents.model import Board, BoardKind, Incident
from incidents.ports import Answers, CatalogueNow, Incidents, Settings, Suggestion


def show_for_triage(work: Work, incident: Incident) -> None:
    """Put a report before those who can help; where no triage room is listed, tell whoever is on duty."""
    for channel, room in rooms(work, incident, Purpose.TRIAGE):
        put_up(work, incident, BoardKind.TRIAGE, channel, room)
    if not any(board.kind is BoardKind.TRIAGE for board in incident.boards):
        _tell_on_duty(work, incident)


def put_up(work: Work, incident: Incident, kind: BoardKind, channel: Channel, room: RoomRef) -> None:
    """Put a card up in a room, once."""
    key = f"{incident.reference}:{kind}:{room}"
    if any(board.key == key for board in incident.boards):
        return
    known = work.get(Directory).room(room)
    board = Board(kind=kind, key=key, place=room, language=channel.language or known.language or "en", zone=known.zone)
    incident.boards.append(board)
    work.say(Post(key=key, place=room, about=incident.reference, card=card_of(work, incident, board)))


def rooms(work: Work, incident: Incident, purpose: Purpose) -> Iterable[tuple[Channel, RoomRef]]:
    """The rooms of a purpose that are connected; a confidential incident goes to its own team's rooms alone."""
    catalogue = work.get(CatalogueNow).catalogue
    team = catalogue.owner(incident.service) if incident.service else None
    platforms = work.get(Settings).platforms
    for channel in catalogue.channels_for(purpose, team.id if team else None):
        if incident.confidential and (team is None or catalogue.team_of_channel(channel.id) != team):
            continue
        yield from ((channel, room) for room in channel.rooms if room.platform in platforms)


def refresh(work: Work, incident: Incident, version: str) -> None:
    """Edit them all; ``version`` names what they show."""
    for board in (board for board in incident.boards if board.kind is not BoardKind.QUESTION):
        work.say(
            Edit(key=f"{board.key}:v{version}", place=board.place, about=incident.reference,
                 message=MessageOf(board.key), card=card_of(work, incident, board))
        )  # fmt: skip


def card_of(work: Work, incident: Incident, board: Board) -> Card:
    """What a card shows now."""
    voice = work.get(Voices).voice(board.language, board.zone, shared=not board.alone)
    match board.kind:
        case BoardKind.RECEIPT:
            reader = work.get(Directory).person(incident.affected[0].account) if incident.affected else None
            reader = reader or work.get(Directory).person_by_id(incident.opened_by)
            assert reader is not None
            return receipt(work, voice, incident, reader, alone=board.alone)
        case BoardKind.TRIAGE:
            scene = scenes.scene(work, incident, board.language)
            return desk_views.triage(voice, incident, scene, alone=board.alone)
        case BoardKind.ANNOUNCEMENT:
            return views.announcement(voice, incident, scenes.scene(work, incident, board.language))
        case BoardKind.QUESTION:
            scene = scenes.scene(work, incident, board.language)
            return views.asked_too_early(voice, incident, scene, alone=board.alone)


def receipt(work: Work, voice: Voice, incident: Incident, reader: Person, *, alone: bool, apart: bool = False) -> Card:
    """The receipt as it stands now; ``alone``: nobody else sees it; ``apart``: they hear more in another place."""
    same = work.get(Incidents).get(incident.offered) if incident.offered else None
    return views.receipt(
        voice, incident, scenes.scene(work, incident, voice.language),
        suggestion=suggestion(work, incident, reader, voice.language, alone=alone),
        same=same if same is not None and same.open and same.id != incident.parent else None, alone=alone, apart=apart,
    )  # fmt: skip


def suggestion(work: Work, incident: Incident, reader: Person, language: str, *, alone: bool) -> Suggestion | None:
    """The article that the receipt offers now, if any; a confidential one only where nobody else sees it."""
    if not incident.open or incident.outage or incident.confidential:
        return None
    found = work.get(Answers).suggest(incident.words, incident.service, reader, language)
    return found if found is None or alone or not found.confidential else None


def _tell_on_duty(work: Work, incident: Incident) -> None:
    catalogue = work.get(CatalogueNow).catalogue
    experts = catalogue.experts(incident.service) if incident.service else ()
    if incident.confidential and incident.service:
        inside = catalogue.audience(incident.service)
        experts = tuple(expert for expert in experts if expert.person.id in inside)
    platforms = work.get(Settings).platforms
    for expert in experts[:1]:
        account = next((a for a in expert.person.accounts if a.platform in platforms), None)
        if account is not None:
            voice = work.get(Voices).voice(expert.person.language, expert.person.zone)
            card = desk_views.triage(voice, incident, scenes.scene(work, incident, voice.language), alone=True)
            key = f"{incident.reference}:triage:{account}"
            place = Direct(account)
            incident.boards.append(
                Board(
                    kind=BoardKind.TRIAGE, key=key, place=place, language=voice.language, zone=expert.person.zone,
                    alone=True,
                )
            )  # fmt: skip
            work.say(Post(key=key, place=place, about=incident.reference, card=card))

"""Registers a report and gives its one quiet reply."""

from __future__ import annotations

from bot.cards import Card
from bot.intents import Post, Whisper
from bot.people import Directory, Person
from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef
from bot.texts import Voice
from bot.uow import Work
from incidents import scenes, service, views
from incidents.model import Board, BoardKind, Incident
from incidents.ports import Answers, Incidents, Suggestion
from incidents.service import Report


def receive(
    work: Work, voice: Voice, *, words: str, by: Person, account: UserRef, room: RoomRef, thread: ThreadRef | None,
    origin: MessageRef | None, direct: bool = False, shared: bool = False,
) -> Incident:  # fmt: skip
    """Register what somebody said. The receipt goes into the thread; what is confidential, or was not said in a
    message, is answered to them alone, and they hear of it in their direct conversation. ``shared``: people of other
    organisations read the room, where no incident is named that they may not see."""
    report = Report(
        words=words, by=by, account=account, room=room, thread=thread, origin=origin,
        language=voice.language, zone=by.zone, at=work.now,
    )  # fmt: skip
    incident = service.draft(work, report)
    alone = thread is None or (incident.confidential and not direct)
    offered = work.get(Incidents).get(incident.offered) if incident.offered else None
    told_to_all = not (alone or direct)
    if offered is not None and told_to_all and (offered.confidential or (shared and not offered.outage)):
        incident.offered = None
    if alone:
        for affected in incident.affected:
            affected.room = affected.thread = None
    key = f"{incident.reference}:receipt"
    card = receipt(work, voice, incident, by, alone=alone or direct, apart=alone)
    if alone:
        work.say(Whisper(key=key, place=room, about=incident.reference, user=account, card=card, thread=thread))
    else:
        work.say(Post(key=key, place=room, about=incident.reference, card=card, thread=thread))
        zone = by.zone if direct else work.get(Directory).room(room).zone or by.zone
        incident.boards.append(
            Board(kind=BoardKind.RECEIPT, key=key, place=room, language=voice.language, zone=zone, alone=direct)
        )
    service.register(work, incident, by)
    return incident


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

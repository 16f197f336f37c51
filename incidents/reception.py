"""Registers a report and gives its one quiet reply."""

from __future__ import annotations

from bot.events import File
from bot.intents import Post, Whisper
from bot.people import Directory, Person
from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef
from bot.texts import Voice
from bot.uow import Work
from incidents import boards, reporting
from incidents.model import Board, BoardKind, Incident
from incidents.ports import Incidents
from incidents.reporting import Report


def receive(
    work: Work, voice: Voice, *, words: str, by: Person, account: UserRef, room: RoomRef, thread: ThreadRef | None,
    origin: MessageRef | None, direct: bool = False, shared: bool = False, files: tuple[File, ...] = (),
) -> Incident:  # fmt: skip
    """Register what somebody said. The receipt goes into the thread; what is confidential, or was not said in a
    message, is answered to them alone, and they hear of it in their direct conversation. ``shared``: people of other
    organisations read the room, where no incident is named that they may not see."""
    report = Report(
        words=words, by=by, account=account, room=room, thread=thread, origin=origin,
        language=voice.language, zone=by.zone, at=work.now, files=files,
    )  # fmt: skip
    incident = reporting.draft(work, report)
    alone = thread is None or (incident.confidential and not direct)
    offered = work.get(Incidents).get(incident.offered) if incident.offered else None
    told_to_all = not (alone or direct)
    if offered is not None and told_to_all and (offered.confidential or (shared and not offered.outage)):
        incident.offered = None
    if alone:
        for affected in incident.affected:
            affected.room = affected.thread = None
    key = f"{incident.reference}:receipt"
    card = boards.receipt(work, voice, incident, by, alone=alone or direct, apart=alone)
    if alone:
        within = thread if thread and thread.message != origin else None
        work.say(
            Whisper(
                key=key, place=room, about=incident.reference, user=account, card=card, thread=within, message=origin
            )
        )
    else:
        work.say(Post(key=key, place=room, about=incident.reference, card=card, thread=thread))
        zone = by.zone if direct else work.get(Directory).room(room).zone or by.zone
        incident.boards.append(
            Board(kind=BoardKind.RECEIPT, key=key, place=room, language=voice.language, zone=zone, alone=direct)
        )
    reporting.register(work, incident, by, files)
    return incident

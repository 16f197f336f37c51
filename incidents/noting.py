"""What every use case does in the end: the incident is stored, its timeline says so, and the first answer counts."""

from __future__ import annotations

from bot.events import File
from bot.people import Person
from bot.refs import MessageRef
from bot.uow import Work
from incidents import events, targets
from incidents.model import Entry, EntryKind, Incident
from incidents.ports import Incidents


def keep(work: Work, incident: Incident, kind: EntryKind, by: Person, text: str = "") -> None:
    """Store what changed, and say in the timeline what was done."""
    work.get(Incidents).save(incident)
    note(work, incident, kind, by, text)


def note(
    work: Work, incident: Incident, kind: EntryKind, by: Person, text: str = "", message: MessageRef | None = None,
    sent: tuple[File, ...] = (),
) -> None:  # fmt: skip
    """Add a line to the timeline."""
    entry = Entry(at=work.now, kind=kind, by=by.id, by_name=by.name, text=text, message=message, files=sent)
    work.get(Incidents).note(incident.id, entry)


def answer(work: Work, incident: Incident) -> None:
    """Somebody who can help turned to it."""
    incident.answered_at = incident.answered_at or work.now
    targets.watch(work, incident)


def answered(work: Work, incident: Incident) -> None:
    """The same, where nothing else is kept of what they did."""
    if incident.answered_at is None:
        answer(work, incident)
        work.get(Incidents).save(incident)
        work.tell(events.TargetsChanged(about=incident.reference, incident=incident.id))

"""Two accounts turn out to be one person's, or are parted again: what was reported, led and followed goes along."""

from __future__ import annotations

from bot.people import Directory, PersonId
from bot.refs import UserRef
from bot.uow import Work
from incidents import events
from incidents.model import Incident
from incidents.ports import Follows, Incidents


def unite(work: Work, before: PersonId, person: PersonId) -> None:
    """From now on they count as one."""
    for incident in work.get(Incidents).naming(before):
        if incident.unite(before, person):
            _changed(work, incident, person)
    work.get(Follows).unite(before, person)


def part(work: Work, person: PersonId, account: UserRef) -> None:
    """What was said from this account is its own again; nothing of the person's goes with it."""
    known = work.get(Directory).person_by_id(person)
    left = next((one for one in known.accounts if one != account), None) if known is not None else None
    for incident in work.get(Incidents).naming(str(account)):
        if incident.part(person, account, left):
            _changed(work, incident, person)
    work.get(Follows).part(person, account)


def _changed(work: Work, incident: Incident, person: PersonId) -> None:
    work.get(Incidents).save(incident)
    if incident.open:  # cards of what is over say what they said: nobody's room fills with edits of years
        work.tell(events.PersonJoined(about=incident.reference, incident=incident.id, person=person))

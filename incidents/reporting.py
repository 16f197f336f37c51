"""Use cases of those whom it hits: they report, say more, correct it, join and step back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import plain
from bot.errors import Rejected
from bot.events import File
from bot.people import Person
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import phrase
from bot.uow import Work
from incidents import access, audience, boards, events, files, matching, noting, targets
from incidents.model import Affected, EntryKind, Incident, Joined
from incidents.ports import CatalogueNow, Incidents

LONGEST_REPORT = 8_000
LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One person's account of a problem, as heard."""

    words: str
    by: Person
    account: UserRef
    room: RoomRef
    language: str
    at: datetime
    zone: str = ""
    thread: ThreadRef | None = None
    origin: MessageRef | None = None
    files: tuple[File, ...] = ()

    @property
    def platform(self) -> Platform:
        """The network it was heard on."""
        return self.account.platform


def draft(work: Work, report: Report) -> Incident:
    """What a report is registered as, yet to be kept by ``register``; ``offered`` names an open one that looks the
    same."""
    words, sent = plain.clean(report.words, LONGEST_REPORT), files.kept(report.files)
    if plain.is_blank(words) and not sent:
        raise Rejected(phrase("There is nothing to register yet. Write what does not work, for example “report the VPN "
                              "does not connect”."))  # fmt: skip
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service_meant(words, report.room)
    incidents = work.get(Incidents)
    same = matching.same_as(work, words, report.language, service, report.by.id) if words else None
    return Incident(
        id=incidents.next_id(),
        title=_title(words, sent),
        words=words,
        language=report.language,
        platform=report.platform,
        opened_at=work.now,
        opened_by=report.by.id,
        opened_by_name=report.by.name,
        opened_by_account=report.account,
        service=service,
        confidential=service is not None and catalogue.confidential(service),
        offered=same.id if same else None,
        origin=report.origin,
        has_files=bool(sent),
        affected=[affected_by(report, Joined.REPORT)],
    )


def register(work: Work, incident: Incident, by: Person, sent: tuple[File, ...] = ()) -> None:
    """Keep the new incident that was made of somebody's report; ``sent`` came along with it."""
    noting.note(work, incident, EntryKind.REPORTED, by, incident.words, incident.origin, files.kept(sent))
    targets.watch(work, incident)
    boards.show_for_triage(work, incident)
    work.get(Incidents).add(incident)


def affected_by(report: Report, how: Joined) -> Affected:
    """The person of a report among the affected."""
    return Affected(
        person=report.by.id, account=report.account, name=report.by.name, how=how, since=report.at,
        language=report.language, zone=report.zone, room=report.room, thread=report.thread,
    )  # fmt: skip


def hear_more(
    work: Work, incident: Incident, by: Person, text: str, message: MessageRef, sent: tuple[File, ...] = ()
) -> None:
    """Keep a later message of the conversation in the timeline. The first word of somebody who can help answers it."""
    with_them = any(one.room == message.room for one in incident.affected)
    if (
        incident.open
        and with_them
        and not audience.includes(work, incident, by.id)
        and access.may_steer(work, incident, by.id)
    ):
        noting.answered(work, incident)
    noting.note(work, incident, EntryKind.SAID, by, plain.clean(text, LONGEST_REPORT), message, files.kept(sent))
    if sent:
        _files_changed(work, incident)


def put_into_words(
    work: Work, incident: Incident, by: Person, text: str, message: MessageRef, sent: tuple[File, ...] = ()
) -> None:
    """Whoever reported by files alone now says what it is about: that is their report from now on."""
    incident.origin, incident.has_files = message, True
    text = plain.clean(text, LONGEST_REPORT)
    noting.note(work, incident, EntryKind.REPORTED, by, text, message, files.kept(sent))
    _report_says(work, incident, text, files.kept(sent))


def reword(work: Work, message: MessageRef, text: str, sent: tuple[File, ...] = ()) -> Incident | None:
    """A message changed or was deleted (nothing is left of it): the timeline follows; so does the report it was made
    from."""
    incidents = work.get(Incidents)
    text, sent, before = plain.clean(text, LONGEST_REPORT), files.kept(sent), incidents.line_of(message)
    found = incidents.reword(message, text, sent)
    incident = incidents.get(found) if found is not None else None
    if incident is None or before is None:
        return None
    incident.has_files |= bool(sent)
    if incident.origin == message and not incident.outage:
        _report_says(work, incident, text, sent)
    elif before[1].files != sent:
        _files_changed(work, incident)
    return incident


def join(work: Work, incident: Incident, person: Affected, by: Person) -> bool:
    """One more person is affected. Their own open report of the same joins too. False when they were counted before."""
    incident.must_be_open()
    if not access.may_see(work, incident, by.id):
        raise Rejected(phrase("I do not know {ref}. Write “status” to see what is open.", ref=incident.reference))
    incidents = work.get(Incidents)
    new = incident.affected_person(by.id) is None
    for own in incidents.of_person(by.id):
        if (
            own.offered == incident.id
            and own.open
            and own.id != incident.id
            and own.opened_by == by.id
            and not own.outage
        ):
            own.join_to(incident)
            incidents.save(own)
            noting.note(work, incident, EntryKind.LINKED, by, own.reference)
            if incident.confidential or not own.confidential:
                incident.has_files |= own.has_files
                _keep_words(work, incident, own)
            work.tell(events.IncidentMerged(about=own.reference, incident=own.id, into=incident.id))
    incident.join(person)
    incidents.save(incident)
    if new:
        noting.note(work, incident, EntryKind.JOINED, by)
    work.tell(events.PersonJoined(about=incident.reference, incident=incident.id, person=by.id))
    return new


def step_back(work: Work, incident: Incident, by: Person) -> None:
    """Somebody is not affected after all; the others still are."""
    if incident.affected_person(by.id) is not None and incident.open:
        incident.affected = [one for one in incident.affected if one.person != by.id]
        work.get(Incidents).save(incident)
        work.tell(events.PersonJoined(about=incident.reference, incident=incident.id, person=by.id))


def keep(work: Work, incident: Incident, by: Person, text: str, message: MessageRef) -> None:
    """Mark a message for the article."""
    noting.note(work, incident, EntryKind.KEPT, by, text, message)


def unkeep(work: Work, by: Person, message: MessageRef) -> None:
    """Whoever marked a message for the article takes that back."""
    work.get(Incidents).unnote(EntryKind.KEPT, by.id, message)


def reported(work: Work, incident: Incident) -> tuple[str, ...]:
    """What everybody reported, in their own words and each account once: of the incident, of the reports that joined
    it and, for an outage, of its children."""
    incidents = work.get(Incidents)
    lines = (line for one in audience.family(work, incident) for line in incidents.timeline(one.id))
    return tuple(dict.fromkeys(line.text for line in lines if line.kind is EntryKind.REPORTED and line.text))


def _report_says(work: Work, incident: Incident, text: str, sent: tuple[File, ...]) -> None:
    incident.words, incident.title = text, _title(text, sent)
    _look_again(work, incident)
    work.get(Incidents).save(incident)
    work.tell(events.IncidentReworded(about=incident.reference, incident=incident.id))


def _files_changed(work: Work, incident: Incident) -> None:
    incident.has_files = True
    work.get(Incidents).save(incident)
    work.tell(events.FilesChanged(about=incident.reference, incident=incident.id))


def _title(words: str, sent: tuple[File, ...]) -> str:
    return plain.excerpt(words, LONGEST_TITLE) or files.named(sent, LONGEST_TITLE) or plain.ELLIPSIS


def _look_again(work: Work, incident: Incident) -> None:
    """A changed text may be about another service; what turns out to be confidential stays so from then on."""
    catalogue = work.get(CatalogueNow).catalogue
    room = incident.origin.room if incident.origin else None
    service = catalogue.service_meant(incident.words, room)
    if service is None or incident.outage or incident.confidential:
        return
    incident.service, incident.confidential = service, catalogue.confidential(service)
    targets.watch(work, incident)
    if incident.confidential:
        incident.offered = None
        for one in incident.affected:
            one.room = one.thread = None


def _keep_words(work: Work, incident: Incident, joined: Incident) -> None:
    """What the reporters of a joined incident said stays with the one that carries on."""
    incidents = work.get(Incidents)
    for line in incidents.timeline(joined.id):
        if line.kind is EntryKind.REPORTED:
            incidents.note(incident.id, line)

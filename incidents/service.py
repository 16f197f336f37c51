"""Use cases: what can happen to an incident. Each changes one aggregate, notes it in the timeline and tells a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import plain
from bot.errors import Rejected
from bot.events import File
from bot.people import Person
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import phrase
from bot.uow import Work
from incidents import access, audience, boards, events, files, matching, targets
from incidents.catalogue.records import ServiceId
from incidents.intake import anonymise
from incidents.model import (
    Affected,
    Entry,
    EntryKind,
    Incident,
    Joined,
    Rating,
    State,
    Update,
    Verdict,
)
from incidents.ports import CatalogueNow, Incidents, Settings

LONGEST_REPORT = 8_000
LONGEST_TITLE = 90
LONGEST_UPDATE = 2_500


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
    _note(work, incident, EntryKind.REPORTED, by, incident.words, incident.origin, files.kept(sent))
    targets.watch(work, incident)
    boards.show_for_triage(work, incident)
    work.get(Incidents).add(incident)
    work.tell(events.IncidentRegistered(about=incident.reference, incident=incident.id, service=incident.service))


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
    if incident.open and with_them and not _is_affected(work, incident, by) and access.may_steer(work, incident, by.id):
        _answered(work, incident)
    _note(work, incident, EntryKind.SAID, by, plain.clean(text, LONGEST_REPORT), message, files.kept(sent))
    if sent:
        _files_changed(work, incident)


def put_into_words(
    work: Work, incident: Incident, by: Person, text: str, message: MessageRef, sent: tuple[File, ...] = ()
) -> None:
    """Whoever reported by files alone now says what it is about: that is their report from now on."""
    incident.origin, incident.has_files = message, True
    text = plain.clean(text, LONGEST_REPORT)
    _note(work, incident, EntryKind.REPORTED, by, text, message, files.kept(sent))
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
            _note(work, incident, EntryKind.LINKED, by, own.reference)
            if incident.confidential or not own.confidential:
                incident.has_files |= own.has_files
                _keep_words(work, incident, own)
            work.tell(events.IncidentMerged(about=own.reference, incident=own.id, into=incident.id))
    incident.join(person)
    incidents.save(incident)
    if new:
        _note(work, incident, EntryKind.JOINED, by)
    work.tell(events.PersonJoined(about=incident.reference, incident=incident.id, person=by.id))
    return new


def step_back(work: Work, incident: Incident, by: Person) -> None:
    """Somebody is not affected after all; the others still are."""
    if incident.affected_person(by.id) is not None and incident.open:
        incident.affected = [one for one in incident.affected if one.person != by.id]
        work.get(Incidents).save(incident)
        work.tell(events.PersonJoined(about=incident.reference, incident=incident.id, person=by.id))


def dismiss(work: Work, incident: Incident, by: Person) -> None:
    """It was not a request. While it hits others too, only whoever is affected steps back from it."""
    if not access.may_settle(work, incident, by.id):
        if incident.affected_person(by.id) is None:
            raise Rejected(phrase("Only the people it is about, or who work on it, can withdraw {ref}.",
                                  ref=incident.reference))  # fmt: skip
        incident.must_be_open()
        step_back(work, incident, by)
        return
    incident.dismiss()
    _keep(work, incident, EntryKind.DISMISSED, by)
    work.tell(events.IncidentDismissed(about=incident.reference, incident=incident.id))


def undismiss(work: Work, incident: Incident, by: Person) -> None:
    """It was one after all."""
    if not access.may_settle(work, incident, by.id):
        raise Rejected(phrase("Only the people it is about, or who work on it, can bring {ref} back.",
                              ref=incident.reference))  # fmt: skip
    incident.undismiss()
    _keep(work, incident, EntryKind.REOPENED, by)
    work.tell(events.IncidentRestored(about=incident.reference, incident=incident.id))


def part(work: Work, incident: Incident, by: Person) -> None:
    """It is something else than the outage it was added to."""
    if incident.parent is None or not (incident.affected_person(by.id) or access.may_steer(work, incident, by.id)):
        raise Rejected(phrase("{ref} was not withdrawn, so there is nothing to undo.", ref=incident.reference))
    incident.must_be_open()
    outage, incident.parent = incident.parent, None
    _keep(work, incident, EntryKind.REOPENED, by)
    work.tell(events.IncidentParted(about=incident.reference, incident=incident.id, outage=outage))


def take(work: Work, incident: Incident, by: Person, account: UserRef) -> None:
    """Somebody leads it now."""
    _must_steer(work, incident, by)
    incident.take(by.id, by.name, account)
    _answer(work, incident)
    _keep(work, incident, EntryKind.TAKEN, by)
    work.tell(events.IncidentTaken(about=incident.reference, incident=incident.id, person=by.id))


def hand_over(work: Work, incident: Incident, by: Person, to: Person, account: UserRef) -> None:
    """Somebody else leads it now."""
    _must_steer(work, incident, by)
    incident.take(to.id, to.name, account)
    _keep(work, incident, EntryKind.TAKEN, to)
    work.tell(events.IncidentTaken(about=incident.reference, incident=incident.id, person=to.id))


def declare(work: Work, incident: Incident, by: Person, account: UserRef) -> Sequence[Incident]:
    """Declare an outage; open incidents that are the same become its children and are returned."""
    if not access.may_declare(work, incident, by.id):
        raise Rejected(phrase("Only people who are affected by {ref} or work on it can declare it an outage.",
                              ref=incident.reference))  # fmt: skip
    incident.declare(account, work.now, update_within(work, incident.service))
    incident.title = anonymise(incident.title, [one.name for one in incident.affected]) or incident.title
    incident.offered = None
    if incident.lead is None and (incident.opened_by == by.id or access.may_steer(work, incident, by.id)):
        incident.take(by.id, by.name, account)
    _keep(work, incident, EntryKind.DECLARED, by)
    children = matching.children_for(work, incident)
    incidents = work.get(Incidents)
    for child in children:
        child.belong_to(incident)
        incidents.save(child)
        _note(work, incident, EntryKind.LINKED, by, child.reference)
    work.tell(
        events.OutageDeclared(about=incident.reference, incident=incident.id, by=account, service=incident.service)
    )
    return children


def update(work: Work, incident: Incident, by: Person, text: str, next_in: timedelta | None) -> Update:
    """Tell everybody affected something. Without a time for the next update, the service's clock sets it."""
    _must_steer(work, incident, by)
    text = plain.clean(text, LONGEST_UPDATE + 1)
    if plain.is_blank(text):
        raise Rejected(phrase("What should I tell the people affected? Write for example “update {ref} we found the "
                              "cause, next in 30 min”.", ref=incident.reference))  # fmt: skip
    if len(text) > LONGEST_UPDATE:
        raise Rejected(phrase("That update is too long to be read in chat: at most {limit} characters.",
                              limit=LONGEST_UPDATE))  # fmt: skip
    due = work.now + (next_in or update_within(work, incident.service)) if incident.outage or next_in else None
    written = Update(at=work.now, by=by.id, by_name=by.name, text=text, next_at=due)
    incident.update(written)
    _answer(work, incident)
    _keep(work, incident, EntryKind.UPDATED, by, text)
    work.tell(events.UpdateShared(about=incident.reference, incident=incident.id, number=len(incident.updates)))
    return written


def resolve(work: Work, incident: Incident, by: Person, account: UserRef, solution: str, cause: str = "") -> None:
    """It is solved; its children with it."""
    if not access.may_settle(work, incident, by.id):
        raise Rejected(phrase("Only the people who work on {ref} can resolve it.", ref=incident.reference))
    solution, cause = plain.clean(solution, LONGEST_UPDATE), plain.clean(cause, LONGEST_UPDATE)
    incident.resolve(by.id, by.name, account, work.now, solution, cause)
    _keep(work, incident, EntryKind.RESOLVED, by, solution)
    incidents = work.get(Incidents)
    for child in incidents.children(incident.id):
        if child.open:
            child.resolve(by.id, by.name, account, work.now, solution, cause)
            child.ask_at = None  # its people are asked with those of the outage
            incidents.save(child)
    work.tell(
        events.IncidentResolved(about=incident.reference, incident=incident.id, round=incident.reopened, by=account)
    )


def reopen(work: Work, incident: Incident, by: Person) -> None:
    """It is not solved after all: whoever may settle it, and anybody affected who says it is still broken."""
    if not (access.may_settle(work, incident, by.id) or _is_affected(work, incident, by)):
        raise Rejected(phrase("Only people who are affected by {ref} or work on it can reopen it.",
                              ref=incident.reference))  # fmt: skip
    incidents = work.get(Incidents)
    outage = incidents.get(incident.parent) if incident.parent is not None else None
    if outage is not None and not outage.open:
        incident.parent = None
    incident.reopen(work.now, update_within(work, incident.service))
    targets.watch(work, incident)
    _keep(work, incident, EntryKind.REOPENED, by)
    for child in incidents.children(incident.id):
        if child.state is State.RESOLVED:
            child.reopen(work.now, update_within(work, child.service))
            incidents.save(child)
    work.tell(
        events.IncidentReopened(
            about=incident.reference, incident=incident.id, round=incident.reopened, by=by.id, by_name=by.name
        )
    )


def confirm(work: Work, incident: Incident, by: Person, verdict: Verdict) -> None:
    """An affected person says whether it works for them; somebody else's word changes nothing."""
    one = incident.affected_person(by.id)
    if one is None or one.verdict is verdict:
        return
    one.verdict = verdict
    one.asked |= verdict is Verdict.WORKS and one.how is Joined.REPORT
    _keep(work, incident, EntryKind.CONFIRMED, by, verdict.value)


def rate(work: Work, incident: Incident, by: Person, rating: Rating) -> None:
    """The reporter's own measure of how it went; a later tap replaces an earlier one."""
    one = incident.affected_person(by.id)
    if one is None or one.how is not Joined.REPORT:
        raise Rejected(phrase("Only those who reported {ref} can say how it went for them.", ref=incident.reference))
    one.rating = rating
    work.get(Incidents).save(incident)


def keep(work: Work, incident: Incident, by: Person, text: str, message: MessageRef) -> None:
    """Mark a message for the article."""
    _note(work, incident, EntryKind.KEPT, by, text, message)


def unkeep(work: Work, by: Person, message: MessageRef) -> None:
    """Whoever marked a message for the article takes that back."""
    work.get(Incidents).unnote(EntryKind.KEPT, by.id, message)


def solve_by_article(work: Work, incident: Incident, by: Person, account: UserRef, article: str, text: str) -> None:
    """An article was the answer for somebody: it is over where it was theirs alone, else they no longer count."""
    if not access.is_theirs_alone(incident, by.id):
        if incident.affected_person(by.id) is None:
            raise Rejected(phrase("Only the people it is about can say what solved {ref}.", ref=incident.reference))
        incident.must_be_open()
        step_back(work, incident, by)
        return
    incident.article = article
    incident.resolve(by.id, by.name, account, work.now, text, "")
    one = incident.affected_person(by.id)
    if one is not None:
        one.verdict = Verdict.WORKS
    _keep(work, incident, EntryKind.RESOLVED, by, article)
    work.tell(
        events.IncidentResolved(about=incident.reference, incident=incident.id, round=incident.reopened, by=account)
    )


def remind(work: Work, incident: Incident) -> None:
    """The promised time for an update has passed: say so once."""
    incident.reminded_at = work.now
    work.get(Incidents).save(incident)
    work.tell(events.UpdateOverdue(about=incident.reference, incident=incident.id))


def ask_how_it_went(work: Work, incident: Incident) -> None:
    """Long enough solved: those who reported it and have said nothing since are asked how it went, each once."""
    incident.ask_at = None
    solved = [one for one in audience.family(work, incident) if not one.open]
    everybody = [affected for one in solved for affected in one.affected]
    heard = {one.person for one in everybody if one.asked or one.verdict or one.rating} | {incident.resolved_by}
    silent = {one.person for one in everybody if one.how is Joined.REPORT} - heard
    for affected in everybody:
        affected.asked |= affected.person in silent
    for one in solved:
        work.get(Incidents).save(one)
    if silent:
        people = tuple(sorted(silent))
        work.tell(events.SolvedForLong(about=incident.reference, incident=incident.id, silent=people))


def watch_targets(work: Work, incident: Incident) -> None:
    """A target became near or is over: those who work on it see that."""
    targets.watch(work, incident)
    work.get(Incidents).save(incident)
    work.tell(events.TargetsChanged(about=incident.reference, incident=incident.id))


def reported(work: Work, incident: Incident) -> tuple[str, ...]:
    """What everybody reported, in their own words and each account once: of the incident, of the reports that joined
    it and, for an outage, of its children."""
    incidents = work.get(Incidents)
    lines = (line for one in audience.family(work, incident) for line in incidents.timeline(one.id))
    return tuple(dict.fromkeys(line.text for line in lines if line.kind is EntryKind.REPORTED and line.text))


def update_within(work: Work, service: ServiceId | None) -> timedelta:
    """How soon the affected of this service must hear again."""
    known = work.get(CatalogueNow).catalogue.service(service) if service else None
    if known is not None and known.targets.update is not None:
        return known.targets.update
    return timedelta(minutes=work.get(Settings).update_within_minutes)


def _answer(work: Work, incident: Incident) -> None:
    """Somebody who can help turned to it."""
    incident.answered_at = incident.answered_at or work.now
    targets.watch(work, incident)


def _answered(work: Work, incident: Incident) -> None:
    """The same, where nothing else is kept of what they did."""
    if incident.answered_at is None:
        _answer(work, incident)
        work.get(Incidents).save(incident)
        work.tell(events.TargetsChanged(about=incident.reference, incident=incident.id))


def _keep_words(work: Work, incident: Incident, joined: Incident) -> None:
    """What the reporters of a joined incident said stays with the one that carries on."""
    incidents = work.get(Incidents)
    for line in incidents.timeline(joined.id):
        if line.kind is EntryKind.REPORTED:
            incidents.note(incident.id, line)


def _is_affected(work: Work, incident: Incident, by: Person) -> bool:
    children = work.get(Incidents).children(incident.id)
    return any(one.affected_person(by.id) for one in (incident, *children))


def _must_steer(work: Work, incident: Incident, by: Person) -> None:
    if not access.may_steer(work, incident, by.id):
        raise Rejected(phrase("Only the people who work on {ref} can do this. To help, write “join {ref}”.",
                              ref=incident.reference))  # fmt: skip


def _keep(work: Work, incident: Incident, kind: EntryKind, by: Person, text: str = "") -> None:
    work.get(Incidents).save(incident)
    _note(work, incident, kind, by, text)


def _note(
    work: Work, incident: Incident, kind: EntryKind, by: Person, text: str = "", message: MessageRef | None = None,
    sent: tuple[File, ...] = (),
) -> None:  # fmt: skip
    entry = Entry(at=work.now, kind=kind, by=by.id, by_name=by.name, text=text, message=message, files=sent)
    work.get(Incidents).note(incident.id, entry)

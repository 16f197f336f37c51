"""Use cases of those who work on it, and the word of those whom it hit: who leads, what is told, how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot import plain
from bot.errors import Rejected
from bot.people import Person
from bot.refs import UserRef
from bot.texts import phrase
from bot.uow import Work
from incidents import access, audience, events, matching, noting, reporting, targets
from incidents.catalogue.records import ServiceId
from incidents.intake import anonymise
from incidents.model import EntryKind, Incident, Joined, Rating, State, Update, Verdict
from incidents.ports import CatalogueNow, Incidents, Settings

LONGEST_UPDATE = 2_500


def take(work: Work, incident: Incident, by: Person, account: UserRef) -> None:
    """Somebody leads it now."""
    _must_steer(work, incident, by)
    incident.take(by.id, by.name, account)
    noting.answer(work, incident)
    noting.keep(work, incident, EntryKind.TAKEN, by)
    work.tell(events.IncidentTaken(about=incident.reference, incident=incident.id, person=by.id))


def hand_over(work: Work, incident: Incident, by: Person, to: Person, account: UserRef) -> None:
    """Somebody else leads it now."""
    _must_steer(work, incident, by)
    incident.take(to.id, to.name, account)
    noting.keep(work, incident, EntryKind.TAKEN, to)
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
    noting.keep(work, incident, EntryKind.DECLARED, by)
    children = matching.children_for(work, incident)
    incidents = work.get(Incidents)
    for child in children:
        child.belong_to(incident)
        incidents.save(child)
        noting.note(work, incident, EntryKind.LINKED, by, child.reference)
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
    noting.answer(work, incident)
    noting.keep(work, incident, EntryKind.UPDATED, by, text)
    work.tell(events.UpdateShared(about=incident.reference, incident=incident.id, number=len(incident.updates)))
    return written


def update_within(work: Work, service: ServiceId | None) -> timedelta:
    """How soon the affected of this service must hear again."""
    known = work.get(CatalogueNow).catalogue.service(service) if service else None
    if known is not None and known.targets.update is not None:
        return known.targets.update
    return timedelta(minutes=work.get(Settings).update_within_minutes)


def resolve(work: Work, incident: Incident, by: Person, account: UserRef, solution: str, cause: str = "") -> None:
    """It is solved; its children with it."""
    if not access.may_settle(work, incident, by.id):
        raise Rejected(phrase("Only the people who work on {ref} can resolve it.", ref=incident.reference))
    solution, cause = plain.clean(solution, LONGEST_UPDATE), plain.clean(cause, LONGEST_UPDATE)
    incident.resolve(by.id, by.name, account, work.now, solution, cause)
    noting.keep(work, incident, EntryKind.RESOLVED, by, solution)
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
    if not (access.may_settle(work, incident, by.id) or audience.includes(work, incident, by.id)):
        raise Rejected(phrase("Only people who are affected by {ref} or work on it can reopen it.",
                              ref=incident.reference))  # fmt: skip
    incidents = work.get(Incidents)
    outage = incidents.get(incident.parent) if incident.parent is not None else None
    if outage is not None and not outage.open:
        incident.parent = None
    incident.reopen(work.now, update_within(work, incident.service))
    targets.watch(work, incident)
    noting.keep(work, incident, EntryKind.REOPENED, by)
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
    noting.keep(work, incident, EntryKind.CONFIRMED, by, verdict.value)


def rate(work: Work, incident: Incident, by: Person, rating: Rating) -> None:
    """The reporter's own measure of how it went; a later tap replaces an earlier one."""
    one = incident.affected_person(by.id)
    if one is None or one.how is not Joined.REPORT:
        raise Rejected(phrase("Only those who reported {ref} can say how it went for them.", ref=incident.reference))
    one.rating = rating
    work.get(Incidents).save(incident)


def dismiss(work: Work, incident: Incident, by: Person) -> None:
    """It was not a request. While it hits others too, only whoever is affected steps back from it."""
    if not access.may_settle(work, incident, by.id):
        if incident.affected_person(by.id) is None:
            raise Rejected(phrase("Only the people it is about, or who work on it, can withdraw {ref}.",
                                  ref=incident.reference))  # fmt: skip
        incident.must_be_open()
        reporting.step_back(work, incident, by)
        return
    incident.dismiss()
    noting.keep(work, incident, EntryKind.DISMISSED, by)
    work.tell(events.IncidentDismissed(about=incident.reference, incident=incident.id))


def undismiss(work: Work, incident: Incident, by: Person) -> None:
    """It was one after all."""
    if not access.may_settle(work, incident, by.id):
        raise Rejected(phrase("Only the people it is about, or who work on it, can bring {ref} back.",
                              ref=incident.reference))  # fmt: skip
    incident.undismiss()
    noting.keep(work, incident, EntryKind.REOPENED, by)
    work.tell(events.IncidentRestored(about=incident.reference, incident=incident.id))


def part(work: Work, incident: Incident, by: Person) -> None:
    """It is something else than the outage it was added to."""
    if incident.parent is None or not (incident.affected_person(by.id) or access.may_steer(work, incident, by.id)):
        raise Rejected(phrase("{ref} was not withdrawn, so there is nothing to undo.", ref=incident.reference))
    incident.must_be_open()
    outage, incident.parent = incident.parent, None
    noting.keep(work, incident, EntryKind.REOPENED, by)
    work.tell(events.IncidentParted(about=incident.reference, incident=incident.id, outage=outage))


def solve_by_article(work: Work, incident: Incident, by: Person, account: UserRef, article: str, text: str) -> None:
    """An article was the answer for somebody: it is over where it was theirs alone, else they no longer count."""
    if not access.is_theirs_alone(incident, by.id):
        if incident.affected_person(by.id) is None:
            raise Rejected(phrase("Only the people it is about can say what solved {ref}.", ref=incident.reference))
        incident.must_be_open()
        reporting.step_back(work, incident, by)
        return
    incident.article = article
    incident.resolve(by.id, by.name, account, work.now, text, "")
    one = incident.affected_person(by.id)
    if one is not None:
        one.verdict = Verdict.WORKS
    noting.keep(work, incident, EntryKind.RESOLVED, by, article)
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


def _must_steer(work: Work, incident: Incident, by: Person) -> None:
    if not access.may_steer(work, incident, by.id):
        raise Rejected(phrase("Only the people who work on {ref} can do this. To help, write “join {ref}”.",
                              ref=incident.reference))  # fmt: skip

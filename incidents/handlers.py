"""What incidents do on facts: keep the standing cards current and tell the audience."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from bot import broadcasts
from bot.cards import Card
from bot.facts import AccountsLinked, AccountsParted, IntentRefused, ThreadNotRead, ThreadRead
from bot.intents import Direct, Edit, MessageOf, Post
from bot.people import Directory, PersonId
from bot.refs import UserRef
from bot.router import Handlers
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents import access, audience, boards, desk_views, events, linking, marking, scenes, views
from incidents.audience import Listener
from incidents.catalogue.records import Purpose
from incidents.model import Board, BoardKind, Incident, IncidentId, parse_reference
from incidents.ports import Incidents
from incidents.wording import Scene

handlers = Handlers("incidents")

_CHANGE_CHILDREN = (events.OutageDeclared, events.IncidentResolved, events.IncidentReopened)

Say = Callable[[Voice, Scene, Listener], Card]


@handlers.on(
    events.PersonJoined, events.IncidentMerged, events.IncidentReworded, events.IncidentTaken, events.IncidentDismissed,
    events.IncidentRestored, events.OutageDeclared, events.UpdateShared, events.IncidentResolved,
    events.IncidentReopened, events.IncidentParted, events.TargetsChanged, events.FilesChanged,
)  # fmt: skip
def refresh(work: Work, fact: events.IncidentFact) -> None:
    """Edit the standing cards of the incident, and those of the outage it belongs to."""
    incident = _incident(work, fact.incident)
    boards.refresh(work, incident, str(incident.version))
    outage = fact.outage if isinstance(fact, events.IncidentParted) else incident.parent
    if outage is not None:
        parent = _incident(work, outage)
        boards.refresh(work, parent, f"{parent.version}:{incident.reference}:{incident.version}")
    if isinstance(fact, _CHANGE_CHILDREN):
        for child in work.get(Incidents).children(incident.id):
            boards.refresh(work, child, str(child.version))


@handlers.on(events.IncidentReworded)
def show_for_triage(work: Work, fact: events.IncidentReworded) -> None:
    """What was reported is about another service now, perhaps: put it before those who can help there, too."""
    incident = _incident(work, fact.incident)
    shown = len(incident.boards)
    if incident.open:
        boards.show_for_triage(work, incident)
    if len(incident.boards) > shown:
        work.get(Incidents).save(incident)


@handlers.on(events.OutageDeclared)
def announce(work: Work, fact: events.OutageDeclared) -> None:
    """Tell the affected and the followers, and put up the card in the announcement rooms."""
    incident = _incident(work, fact.incident)
    if not incident.confidential:
        for channel, room in boards.rooms(work, incident, Purpose.ANNOUNCEMENTS):
            boards.put_up(work, incident, BoardKind.ANNOUNCEMENT, channel, room)
        work.get(Incidents).save(incident)
    by = work.get(Directory).person(fact.by).id
    key = f"{incident.reference}:outage"
    _tell(work, incident, key, lambda v, s, _: views.outage_told(v, incident, s), skip=[by], by=by)


@handlers.on(events.UpdateShared)
def tell_update(work: Work, fact: events.UpdateShared) -> None:
    """Tell everybody what the update says."""
    incident = _incident(work, fact.incident)
    written = incident.updates[fact.number - 1]
    key = f"{incident.reference}:update:{fact.number}"
    _tell(
        work, incident, key, lambda v, s, to: views.update_told(v, incident, written, s, alone=to.thread is None),
        skip=[written.by], by=written.by,
    )  # fmt: skip


@handlers.on(events.IncidentResolved)
def tell_resolved(work: Work, fact: events.IncidentResolved) -> None:
    """Ask everybody affected whether it works again, and reporters how it went."""
    incident = _incident(work, fact.incident)
    if incident.article or incident.reopened != fact.round or incident.open:
        return
    key = f"{incident.reference}:resolved:{fact.round}"
    solver = work.get(Directory).person(fact.by).id
    affected = {one.person for one in audience.people(audience.family(work, incident))}
    told = _tell(
        work, incident, key,
        lambda v, s, to: views.resolved_told(v, incident, s, follows=not to.affected, alone=to.thread is None),
        skip={solver} if solver not in affected or access.provides(work, incident, solver) else (), by=solver,
    )  # fmt: skip
    if len(told) < broadcasts.MANY:
        incident.boards += [_question(key, listener) for listener in told if listener.affected]
        work.get(Incidents).save(incident)


@handlers.on(events.SolvedForLong)
def ask_how_it_went(work: Work, fact: events.SolvedForLong) -> None:
    """One tap is all that is asked of those who said nothing."""
    incident = _incident(work, fact.incident)
    if incident.open:
        return
    everybody = {one.person for one in audience.people(audience.family(work, incident))}
    _tell(
        work, incident, f"{incident.reference}:silent:{incident.reopened}",
        lambda v, s, to: views.how_was_it(v, incident, s, alone=to.thread is None),
        skip=everybody - set(fact.silent), follow=False,
    )  # fmt: skip


@handlers.on(events.IncidentReopened)
def take_questions_back(work: Work, fact: events.IncidentReopened) -> None:
    """Whether it works again is asked no more."""
    incident = _incident(work, fact.incident)
    asked = [board for board in incident.boards if board.kind is BoardKind.QUESTION]
    if not asked or not incident.open:
        return
    for board in asked:
        work.say(
            Edit(key=f"{board.key}:back", place=board.place, about=incident.reference, message=MessageOf(board.key),
                 card=boards.card_of(work, incident, board))
        )  # fmt: skip
    incident.boards = [board for board in incident.boards if board not in asked]
    work.get(Incidents).save(incident)


@handlers.on(events.IncidentReopened)
def tell_reopened(work: Work, fact: events.IncidentReopened) -> None:
    """Tell everybody that it goes on, and the lead why."""
    incident = _incident(work, fact.incident)
    key = f"{incident.reference}:reopened:{fact.round}"
    knows = [fact.by] if fact.by is not None else []
    _tell(
        work, incident, key, lambda v, s, to: views.reopened_told(v, incident, s, alone=to.thread is None), skip=knows,
        by=fact.by,
    )  # fmt: skip
    lead = incident.lead_account or incident.resolved_by_account or incident.declared_by
    if lead is not None and work.get(Directory).person(lead).id not in knows:
        _tell_one(work, incident, f"{key}:lead", lead, lambda v, _: desk_views.still_broken(v, incident, fact.by_name))


@handlers.on(events.UpdateOverdue)
def remind_lead(work: Work, fact: events.UpdateOverdue) -> None:
    """Remind the lead, and whoever gave their word, that people were promised to hear by now."""
    incident = _incident(work, fact.incident)
    if not incident.open or incident.reminded_at is None:
        return
    key = f"{incident.reference}:overdue:{incident.reminded_at.isoformat()}"
    lead = incident.lead_account or (incident.declared_by if incident.outage else None)
    promised = incident.latest is not None and incident.latest.next_at == incident.next_update_at
    author = incident.latest.by if incident.latest is not None and promised else None
    if lead is not None:
        _tell_one(work, incident, key, lead, lambda v, s: desk_views.overdue(v, incident, s))
    if author is not None and (lead is None or work.get(Directory).person(lead).id != author):
        account = audience.account_of(work, author, incident.platform)
        if account is not None:
            _tell_one(work, incident, f"{key}:author", account, lambda v, s: desk_views.overdue(v, incident, s))


@handlers.on(IntentRefused)
def answer_directly(work: Work, fact: IntentRefused) -> None:
    """The receipt could not be put where the report was said: it goes to the person directly, as does what follows."""
    number = parse_reference(fact.about)
    incident = work.get(Incidents).get(number) if number is not None else None
    if incident is None or fact.key != f"{incident.reference}:receipt" or not incident.affected:
        return
    reporter = incident.affected[0]
    reporter.room = reporter.thread = None
    key, place = f"{fact.key}:direct", Direct(reporter.account)
    incident.boards = [board for board in incident.boards if board.key != fact.key]
    board = Board(
        kind=BoardKind.RECEIPT, key=key, place=place, language=reporter.language, zone=reporter.zone, alone=True
    )
    incident.boards.append(board)
    work.get(Incidents).save(incident)
    work.say(Post(key=key, place=place, about=incident.reference, card=boards.card_of(work, incident, board)))


@handlers.on(IntentRefused)
def give_up_card(work: Work, fact: IntentRefused) -> None:
    """A standing card is gone, or out of reach: it is not edited any more."""
    number = parse_reference(fact.about)
    incident = work.get(Incidents).get(number) if number is not None else None
    if incident is None or fact.intent != Edit.__name__:
        return
    left = [board for board in incident.boards if not fact.key.startswith(f"{board.key}:v")]
    if len(left) < len(incident.boards):
        incident.boards = left
        work.get(Incidents).save(incident)


@handlers.on(AccountsLinked)
def count_as_one(work: Work, fact: AccountsLinked) -> None:
    """Two accounts are one person's: what each of them has is theirs."""
    linking.unite(work, fact.before, fact.person)


@handlers.on(AccountsParted)
def count_apart(work: Work, fact: AccountsParted) -> None:
    """Accounts are on their own again."""
    for account in fact.accounts:
        linking.part(work, fact.person, account)


@handlers.on(ThreadRead)
def register_thread(work: Work, fact: ThreadRead) -> None:
    """A message somebody marked was read back."""
    if fact.purpose in marking.PURPOSES:
        marking.thread_read(work, fact)


@handlers.on(ThreadNotRead)
def say_what_could_not_be_read(work: Work, fact: ThreadNotRead) -> None:
    """A message somebody marked cannot be read."""
    if fact.purpose in marking.PURPOSES:
        marking.thread_not_read(work, fact)


def _incident(work: Work, number: IncidentId) -> Incident:
    incident = work.get(Incidents).get(number)
    assert incident is not None, f"a fact about INC-{number}, which is not there"
    return incident


def _question(key: str, listener: Listener) -> Board:
    """The card that asked somebody whether it works again."""
    return Board(kind=BoardKind.QUESTION, key=f"{key}:{listener.key}", place=listener.place,
                 language=listener.language, zone=listener.zone, alone=listener.thread is None)  # fmt: skip


def _tell(
    work: Work,
    incident: Incident,
    key: str,
    say: Say,
    skip: Collection[PersonId] = (),
    by: PersonId | None = None,
    *,
    follow: bool = True,
) -> Sequence[Listener]:
    """Say something to each affected person's place and, for an outage, to each follower unless they need not
    ``follow`` this; returns whom. Where these are many, ``by`` sees how far it has come."""
    family = audience.family(work, incident)
    affected = audience.people(family)
    listeners = list(audience.affected(family, skip=skip))
    if incident.outage and follow:
        listeners += audience.followers(work, incident, {*skip, *(one.person for one in affected)})
    listeners.sort(key=lambda listener: (not listener.affected, not listener.reported))  # those hit first
    direct = {board.place for one in family for board in one.boards if board.alone}
    many = len(listeners) >= broadcasts.MANY
    if many and by is not None:
        _show_progress(work, incident, key, len(listeners), by)
    for listener in listeners:
        voice = _voice_for(work, listener, alone=listener.place in direct)
        card = say(voice, scenes.scene(work, incident, listener.language), listener)
        work.say(
            Post(key=f"{key}:{listener.key}", place=listener.place, about=incident.reference, card=card,
                 thread=listener.thread, broadcast=key if many else "",
                 instead=() if isinstance(listener.place, Direct) else listener.accounts)
        )  # fmt: skip
    return listeners


def _voice_for(work: Work, listener: Listener, *, alone: bool) -> Voice:
    """A thread is read by many, in the zone of its room, unless they are ``alone`` with the bot there; anything else
    by one person, in their own."""
    if listener.thread is None or alone:
        return work.get(Voices).voice(listener.language, listener.zone)
    zone = work.get(Directory).room(listener.thread.room).zone or listener.zone
    return work.get(Voices).voice(listener.language, zone, shared=True)


def _show_progress(work: Work, incident: Incident, key: str, people: int, by: PersonId) -> None:
    """Show whoever said something to many how far it has come."""
    account = audience.account_of(work, by, incident.platform)
    if account is not None:
        person = work.get(Directory).person(account)
        voice = work.get(Voices).voice(person.language or incident.language, person.zone)
        broadcasts.begin(work, key, incident.reference, people, account, voice, person.zone)


def _tell_one(work: Work, incident: Incident, key: str, account: UserRef, say: Callable[[Voice, Scene], Card]) -> None:
    person = work.get(Directory).person(account)
    voice = work.get(Voices).voice(person.language or incident.language, person.zone)
    card = say(voice, scenes.scene(work, incident, voice.language))
    work.say(Post(key=key, place=Direct(account), about=incident.reference, card=card))

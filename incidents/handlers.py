"""What incidents do on facts: keep the standing cards current and tell the audience."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from bot import broadcasts
from bot.cards import Card
from bot.facts import IntentRefused, ThreadNotRead, ThreadRead
from bot.intents import Direct, Edit, MessageOf, Post
from bot.people import Directory, PersonId
from bot.refs import RoomRef, UserRef
from bot.router import Handlers
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents import access, audience, desk_views, events, marking, reception, scenes, views
from incidents.audience import Listener
from incidents.catalogue.records import Channel, Purpose
from incidents.model import Board, BoardKind, Incident, IncidentId, parse_reference
from incidents.ports import CatalogueNow, Incidents, Settings
from incidents.wording import Scene

handlers = Handlers("incidents")

_CHANGE_CHILDREN = (events.OutageDeclared, events.IncidentResolved, events.IncidentReopened)

Say = Callable[[Voice, Scene, Listener], Card]


@handlers.on(
    events.PersonJoined, events.IncidentMerged, events.IncidentReworded, events.IncidentTaken, events.IncidentDismissed,
    events.IncidentRestored, events.OutageDeclared, events.UpdateShared, events.IncidentResolved,
    events.IncidentReopened, events.IncidentParted, events.TargetsChanged,
)  # fmt: skip
def refresh(work: Work, fact: events.IncidentFact) -> None:
    """Edit the standing cards of the incident, and those of the outage it belongs to."""
    incident = _incident(work, fact.incident)
    _refresh(work, incident, str(incident.version))
    outage = fact.outage if isinstance(fact, events.IncidentParted) else incident.parent
    if outage is not None:
        parent = _incident(work, outage)
        _refresh(work, parent, f"{parent.version}:{incident.reference}:{incident.version}")
    if isinstance(fact, _CHANGE_CHILDREN):
        for child in work.get(Incidents).children(incident.id):
            _refresh(work, child, str(child.version))


@handlers.on(events.IncidentRegistered, events.IncidentReworded)
def show_for_triage(work: Work, fact: events.IncidentFact) -> None:
    """Put the new report before those who can help; where no triage room is listed, tell whoever is on duty."""
    incident = _incident(work, fact.incident)
    if not incident.open:
        return
    boards = len(incident.boards)
    for channel, room in _rooms(work, incident, Purpose.TRIAGE):
        _put_up(work, incident, BoardKind.TRIAGE, channel, room)
    if not any(board.kind is BoardKind.TRIAGE for board in incident.boards):
        _tell_on_duty(work, incident)
    if len(incident.boards) > boards:
        work.get(Incidents).save(incident)


@handlers.on(events.OutageDeclared)
def announce(work: Work, fact: events.OutageDeclared) -> None:
    """Tell the affected and the followers, and put up the card in the announcement rooms."""
    incident = _incident(work, fact.incident)
    if not incident.confidential:
        for channel, room in _rooms(work, incident, Purpose.ANNOUNCEMENTS):
            _put_up(work, incident, BoardKind.ANNOUNCEMENT, channel, room)
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
                 card=_board(work, incident, board))
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
    work.say(Post(key=key, place=place, about=incident.reference, card=_board(work, incident, board)))


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


def _refresh(work: Work, incident: Incident, version: str) -> None:
    for board in (board for board in incident.boards if board.kind is not BoardKind.QUESTION):
        card = _board(work, incident, board)
        work.say(
            Edit(key=f"{board.key}:v{version}", place=board.place, about=incident.reference,
                 message=MessageOf(board.key), card=card)
        )  # fmt: skip


def _board(work: Work, incident: Incident, board: Board) -> Card:
    voice = work.get(Voices).voice(board.language, board.zone, shared=not board.alone)
    match board.kind:
        case BoardKind.RECEIPT:
            reader = work.get(Directory).person(incident.affected[0].account) if incident.affected else None
            reader = reader or work.get(Directory).person_by_id(incident.opened_by)
            assert reader is not None
            return reception.receipt(work, voice, incident, reader, alone=board.alone)
        case BoardKind.TRIAGE:
            scene = scenes.scene(work, incident, board.language)
            return desk_views.triage(voice, incident, scene, alone=board.alone)
        case BoardKind.ANNOUNCEMENT:
            return views.announcement(voice, incident, scenes.scene(work, incident, board.language))
        case BoardKind.QUESTION:
            scene = scenes.scene(work, incident, board.language)
            return views.asked_too_early(voice, incident, scene, alone=board.alone)


def _question(key: str, listener: Listener) -> Board:
    """The card that asked somebody whether it works again."""
    return Board(kind=BoardKind.QUESTION, key=f"{key}:{listener.key}", place=listener.place,
                 language=listener.language, zone=listener.zone, alone=listener.thread is None)  # fmt: skip


def _put_up(work: Work, incident: Incident, kind: BoardKind, channel: Channel, room: RoomRef) -> None:
    key = f"{incident.reference}:{kind}:{room}"
    if any(board.key == key for board in incident.boards):
        return
    known = work.get(Directory).room(room)
    board = Board(kind=kind, key=key, place=room, language=channel.language or known.language or "en", zone=known.zone)
    incident.boards.append(board)
    work.say(Post(key=key, place=room, about=incident.reference, card=_board(work, incident, board)))


def _rooms(work: Work, incident: Incident, purpose: Purpose) -> Iterable[tuple[Channel, RoomRef]]:
    """The rooms of a purpose that are connected; a confidential incident goes to its own team's rooms alone."""
    catalogue = work.get(CatalogueNow).catalogue
    team = catalogue.owner(incident.service) if incident.service else None
    platforms = work.get(Settings).platforms
    for channel in catalogue.channels_for(purpose, team.id if team else None):
        if incident.confidential and (team is None or catalogue.team_of_channel(channel.id) != team):
            continue
        yield from ((channel, room) for room in channel.rooms if room.platform in platforms)


def _tell(
    work: Work, incident: Incident, key: str, say: Say, skip: Collection[PersonId] = (), by: PersonId | None = None
) -> Sequence[Listener]:
    """Say something to each affected person's place and, for an outage, to each follower; returns whom. Where these
    are many, ``by`` sees how far it has come."""
    family = audience.family(work, incident)
    affected = audience.people(family)
    listeners = list(audience.affected(family, skip=skip))
    if incident.outage:
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
                 thread=listener.thread, broadcast=key if many else "")
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

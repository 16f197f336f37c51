"""What people say to the bot about swarms: joining, answering invitations, leaving, asking who can help."""

from __future__ import annotations

from bot.act import Act
from bot.errors import Rejected
from bot.events import (
    ActionTaken,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access, reporting
from incidents.model import Incident, parse_reference
from incidents.ports import Incidents
from swarming import crossing, letters, matching, quarters, rooms, service, views
from swarming.model import SeatState, Swarm
from swarming.ports import Swarms

router = Router()


@router.message
def hear_the_room(act: Act, event: MessagePosted) -> bool:
    """What is said in a swarm's room goes into the timeline and to its rooms on other networks, and nowhere else."""
    swarm = _swarm_here(act)
    incident = act.work.get(Incidents).get(swarm.incident) if swarm is not None else None
    if swarm is None or incident is None:
        return False
    reporting.hear_more(act.work, incident, act.person, event.words, event.message, event.files)
    crossing.carry(act.work, act.voice, swarm, event, act.person.name)
    return True


@router.change
def follow_changes(act: Act, event: MessageEdited | MessageDeleted) -> None:
    """What was carried to other rooms changes there too."""
    if swarm := _swarm_here(act):
        crossing.carry_change(act.work, act.voice, swarm, event, act.person.name)


@router.any_reaction
def follow_reactions(act: Act, event: ReactionAdded | ReactionRemoved) -> None:
    """Reactions show in the other rooms."""
    if swarm := _swarm_here(act):
        crossing.carry_reaction(act.work, swarm, event)


@router.command(Verb.JOIN, Verb.ACCEPT)
def join(act: Act, command: Command) -> None:
    """``join INC-n``, ``accept INC-n``."""
    swarm = _swarm(act, command.reference)
    _come(act, swarm)
    act.tell(letters.welcome(act.voice, swarm, act.event.by), about=swarm.reference)


@router.action("accept")
def accept_by_tap(act: Act, event: ActionTaken) -> None:
    """“I’m in”: the card says the rest."""
    _come(act, _swarm(act, event.value))


@router.command(Verb.DECLINE, Verb.LEAVE)
def decline(act: Act, command: Command) -> None:
    """``decline INC-n``; ``leave`` in the room or with a reference."""
    swarm = _swarm(act, command.reference)
    _go(act, swarm, SeatState.LEFT if command.verb is Verb.LEAVE else SeatState.DECLINED)
    incident = act.work.get(Incidents).get(swarm.incident)
    leads = incident is not None and incident.lead == act.person.id
    note = letters.still_leads(act.voice, swarm) if leads else ()
    act.tell(letters.see_you(act.voice, swarm), about=swarm.reference, note=note)


@router.action("decline")
def decline_by_tap(act: Act, event: ActionTaken) -> None:
    """“Not this time”: the card says the rest."""
    _go(act, _swarm(act, event.value), SeatState.DECLINED)


@router.member
def follow_the_room(act: Act, event: MemberJoined | MemberLeft) -> None:
    """Whoever comes into the room by themselves has a seat; whoever leaves it has left. Being put there by the bot says
    nothing, nor does what happened before they answered otherwise."""
    swarm = act.work.get(Swarms).by_room(event.room)
    if swarm is None or swarm.closed_at is not None:
        return
    seat = swarm.seat(act.person.id)
    if seat is not None and seat.knows_better(event.at):
        return
    if isinstance(event, MemberLeft):
        if seat is not None and seat.present:
            service.answer(act.work, swarm, event.by, act.person.name, SeatState.LEFT, event.at)
    elif not event.invited:
        service.answer(act.work, swarm, event.by, act.person.name, SeatState.ACCEPTED, event.at)


@router.command(Verb.WHO_CAN_HELP)
def who_can_help(act: Act, command: Command) -> None:
    """``who can help with …``: the experts of a service, or people with a skill, and why each."""
    access.must_belong(act.work, act.person.id)
    what = command.rest.strip(" ?")
    found = matching.helpers(act.work, what) if what else ()
    act.answer(views.helpers(act.voice, what, found[: matching.MOST_ASKED]), alone=act.event.shared)


def _swarm_here(act: Act) -> Swarm | None:
    return act.work.get(Swarms).by_room(act.event.room) if act.room.purpose == rooms.PURPOSE else None


def _come(act: Act, swarm: Swarm) -> None:
    access.must_belong(act.work, act.person.id)
    _must_be_open(swarm)
    if not quarters.is_for(act.work, swarm, act.event.by):
        network = swarm.platform.shown
        raise Rejected(phrase("The swarm of {ref} works in {network} alone. Join it there.", ref=swarm.reference,
                              network=network))  # fmt: skip
    service.answer(act.work, swarm, act.event.by, act.person.name, SeatState.ACCEPTED, act.event.at)
    incident = act.work.get(Incidents).get(swarm.incident)
    assert incident is not None, f"a swarm of INC-{swarm.incident}, which is not there"
    quarters.let_in(act.work, swarm, incident, [act.event.by], act.key())


def _go(act: Act, swarm: Swarm, state: SeatState) -> None:
    _must_be_open(swarm)
    service.answer(act.work, swarm, act.event.by, act.person.name, state, act.event.at)
    quarters.let_out(act.work, swarm, act.event.by, act.key())


def _must_be_open(swarm: Swarm) -> None:
    if swarm.closed_at is not None:
        raise Rejected(phrase("The swarm of {ref} is over, and its room is closed.", ref=swarm.reference))


def _swarm(act: Act, reference: str | None) -> Swarm:
    swarms = act.work.get(Swarms)
    number = parse_reference(reference) if reference else None
    swarm = swarms.current(number) if number is not None else swarms.by_room(act.event.room) if not reference else None
    incident: Incident | None = act.work.get(Incidents).get(swarm.incident) if swarm is not None else None
    if swarm is None or incident is None or not _may_come(act, swarm, incident):
        raise Rejected(phrase("I know no swarm there. Write the reference too, for example “join INC-42”."))
    return swarm


def _may_come(act: Act, swarm: Swarm, incident: Incident) -> bool:
    return access.may_see(act.work, incident, act.person.id) or swarm.seat(act.person.id) is not None

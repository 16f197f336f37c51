"""What people say to the bot about swarms: joining, answering invitations, leaving, asking who can help."""

from __future__ import annotations

from bot.act import Act
from bot.errors import Rejected
from bot.events import ActionTaken, MemberJoined, MemberLeft, MessagePosted
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access
from incidents import service as incident_service
from incidents.model import Incident, parse_reference
from incidents.ports import Incidents
from swarming import matching, rooms, service, views
from swarming.model import SeatState, Swarm
from swarming.ports import Swarms

router = Router()


@router.message
def hear_the_room(act: Act, event: MessagePosted) -> bool:
    """What is said in a swarm's room goes into the timeline and nowhere else."""
    swarm = act.work.get(Swarms).by_room(event.room) if act.room.purpose == rooms.PURPOSE else None
    incident = act.work.get(Incidents).get(swarm.incident) if swarm is not None else None
    if incident is None:
        return False
    incident_service.hear_more(act.work, incident, act.person, event.text, event.message)
    return True


@router.command(Verb.JOIN, Verb.ACCEPT)
def join(act: Act, command: Command) -> None:
    """``join INC-n``, ``accept INC-n``."""
    _come(act, _swarm(act, command.reference))


@router.action("accept")
def accept_by_tap(act: Act, event: ActionTaken) -> None:
    """“I’m in”."""
    _come(act, _swarm(act, event.value))


@router.command(Verb.DECLINE, Verb.LEAVE)
def decline(act: Act, command: Command) -> None:
    """``decline INC-n``; ``leave`` in the room or with a reference."""
    _go(act, _swarm(act, command.reference), SeatState.LEFT if command.verb is Verb.LEAVE else SeatState.DECLINED)


@router.action("decline")
def decline_by_tap(act: Act, event: ActionTaken) -> None:
    """“Not this time”."""
    _go(act, _swarm(act, event.value), SeatState.DECLINED)


@router.member
def follow_the_room(act: Act, event: MemberJoined | MemberLeft) -> None:
    """Whoever comes into the room by themselves has a seat; whoever leaves it has left."""
    swarm = act.work.get(Swarms).by_room(event.room)
    if swarm is None or swarm.closed_at is not None:
        return
    seat = swarm.seat(act.person.id)
    if isinstance(event, MemberLeft):
        if seat is not None and seat.state in (SeatState.ACCEPTED, SeatState.INVITED):
            service.answer(act.work, swarm, event.by, act.person.name, SeatState.LEFT)
    elif seat is None or seat.state in (SeatState.LEFT, SeatState.DECLINED):
        service.answer(act.work, swarm, event.by, act.person.name, SeatState.ACCEPTED)


@router.command(Verb.WHO_CAN_HELP)
def who_can_help(act: Act, command: Command) -> None:
    """``who can help with …``: the experts of a service, or people with a skill, and why each."""
    what = command.rest.strip(" ?")
    found = matching.helpers(act.work, what) if what else ()
    act.reply(views.helpers(act.voice, what, found[: matching.MOST_ASKED]))


def _come(act: Act, swarm: Swarm) -> None:
    if swarm.closed_at is not None:
        raise Rejected(phrase("The swarm of {ref} is closed: it is resolved.", ref=swarm.reference))
    service.answer(act.work, swarm, act.event.by, act.person.name, SeatState.ACCEPTED)
    service.let_in(act.work, swarm, act.event.by, act.key())
    act.tell(views.welcome(act.voice, swarm), about=swarm.reference)


def _go(act: Act, swarm: Swarm, state: SeatState) -> None:
    service.answer(act.work, swarm, act.event.by, act.person.name, state)
    act.tell(act.voice.say("That is fine. To come after all, write “join {ref}”.", ref=swarm.reference),
             about=swarm.reference)  # fmt: skip


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

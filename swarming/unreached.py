"""What a network would not do for a swarm is told to whoever leads, alone and once, with what they can do."""

from __future__ import annotations

from collections.abc import Callable

from bot.cards import Card
from bot.errors import NOTHING_TO_ACT_ON
from bot.facts import IntentRefused, InviteRefused, RemoveRefused, WhyNot
from bot.intents import Direct, Invite, OpenRoom, Post
from bot.people import Directory
from bot.refs import UserRef
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents.model import Incident
from swarming import letters, service, views
from swarming.model import Swarm
from swarming.ports import Crossings, Swarms

Say = Callable[[Voice], Card]


def not_let_in(work: Work, swarm: Swarm, incident: Incident, fact: InviteRefused) -> None:
    """Some accounts were not let into the room."""
    reasons = fact.why or (WhyNot.NOT_ALLOWED,) * len(fact.users)
    missing = [(_name(work, swarm, user), why) for user, why in zip(fact.users, reasons, strict=True)]
    _tell_lead(work, incident, fact.key, lambda voice: letters.not_let_in(voice, swarm, missing))


def not_done(work: Work, swarm: Swarm, incident: Incident, fact: IntentRefused) -> None:
    """There is no room, nobody was let into it, or somebody could not be written to. What fails for want of the room
    is not told as well; what was to be done in a further room is given up with it."""
    seat = next((seat for seat in swarm.seats if seat.card == fact.key), None)
    if fact.key == swarm.place.key and fact.intent == OpenRoom.__name__:
        service.ask_experts(work, swarm, incident)
        _tell_lead(work, incident, fact.key, lambda voice: letters.no_room(voice, swarm, fact.code))
    elif fact.intent == OpenRoom.__name__ and (outpost := swarm.outpost(fact.key)) is not None:
        outpost.refused = True
        work.get(Swarms).save(swarm)
        network = outpost.platform.shown
        _tell_lead(work, incident, fact.key, lambda voice: letters.no_outpost(voice, swarm, network, fact.code))
    elif fact.intent == Invite.__name__ and fact.code != NOTHING_TO_ACT_ON:
        _tell_lead(work, incident, fact.key, lambda voice: letters.nobody_let_in(voice, swarm, fact.code))
    elif seat is not None:
        seat.card = ""
        work.get(Swarms).save(swarm)
        _tell_lead(work, incident, fact.key, lambda voice: letters.not_asked(voice, swarm, seat.name, fact.code))
    for place in swarm.refused():
        work.get(Crossings).give_up(place)


def not_let_out(work: Work, swarm: Swarm, incident: Incident, fact: RemoveRefused) -> None:
    """Somebody is still in the room who wanted to leave it; not when they have come back meanwhile."""
    person = work.get(Directory).person(fact.user)
    seat = swarm.seat(person.id)
    if seat is not None and not seat.present:
        voice = service.voice_for(work, seat)
        card = views.line(voice, letters.leave_yourself(voice, swarm, fact.user))
        key = f"{fact.key}:refused"
        work.say(Post(key=key, place=Direct(fact.user), about=incident.reference, card=card))


def _tell_lead(work: Work, incident: Incident, key: str, say: Say) -> None:
    account = incident.lead_account or incident.declared_by
    if account is not None:
        person = work.get(Directory).person(account)
        voice = work.get(Voices).voice(person.language or incident.language, person.zone)
        work.say(Post(key=f"{key}:refused", place=Direct(account), about=incident.reference, card=say(voice)))


def _name(work: Work, swarm: Swarm, user: UserRef) -> str:
    person = work.get(Directory).person(user)
    seat = swarm.seat(person.id)
    return seat.name if seat is not None else person.name

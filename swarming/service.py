"""Use cases of the swarm: it is opened, people answer, come and go, somebody leads it, it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import Rejected
from bot.intents import CloseRoom, Direct, Edit, Invite, MessageOf, OpenRoom, Pin, Post, Remove, SetTopic
from bot.people import Directory, Person
from bot.plain import slug
from bot.refs import UserRef
from bot.texts import Voice, Voices, phrase
from bot.uow import Work
from incidents import scenes
from incidents.model import Incident
from incidents.ports import CatalogueNow
from swarming import events, letters, matching, views
from swarming.model import Seat, SeatState, Swarm, Why
from swarming.ports import Swarms

LONGEST_SLUG = 40


def open_swarm(work: Work, incident: Incident, by: UserRef, before: Swarm | None = None) -> Swarm:
    """Open the room, put up the charter and let everybody in who has a seat. ``before`` is the swarm of the round
    before: whoever sat there sits here too, and whoever had declined or left is not asked again."""
    swarm = Swarm(
        incident=incident.id, round=incident.reopened, platform=incident.platform, private=incident.confidential,
        room_name=_room_name(work, incident), opened_at=work.now, language=incident.language,
        zone=_zone(work, incident), earlier=before.room if before is not None else None,
    )  # fmt: skip
    for old in before.seats if before is not None else ():
        swarm.add(replace(old, card=""))
    if before is None:
        _seat(work, swarm, work.get(Directory).person(by), by, Why.DECLARED)
    if incident.lead_account is not None:
        lead = work.get(Directory).person(incident.lead_account, incident.lead_name)
        _seat(work, swarm, lead, incident.lead_account, Why.LEADS)
    for seat in matching.seats_for(work, swarm, incident):
        swarm.add(seat)
    work.get(Swarms).add(swarm)
    _furnish(work, swarm, incident)
    return swarm


def _furnish(work: Work, swarm: Swarm, incident: Incident) -> None:
    voice, about, charter = voice_of(work, swarm), incident.reference, f"{swarm.key}:charter"
    scene = scenes.scene(work, incident, swarm.language)
    work.say(OpenRoom(key=swarm.place.key, place=swarm.place, about=about, name=swarm.room_name,
                      topic=views.topic(voice, incident, scene), private=swarm.private))  # fmt: skip
    work.say(Post(key=charter, place=swarm.place, about=about, card=views.charter(voice, swarm, incident, scene)))
    work.say(Pin(key=f"{swarm.key}:pin", place=swarm.place, about=about, message=MessageOf(charter)))
    inside = [account for seat in swarm.present() if (account := account_in(work, swarm, seat.account)) is not None]
    work.say(Invite(key=f"{swarm.key}:invite", place=swarm.place, about=about, users=tuple(inside)))


def _room_name(work: Work, incident: Incident) -> str:
    about_what = scenes.scene(work, incident, incident.language).service or incident.title
    name = f"{incident.reference.lower()}-{slug('' if incident.confidential else about_what, LONGEST_SLUG)}".strip("-")
    return f"{name}-{incident.reopened + 1}" if incident.reopened else name


def _zone(work: Work, incident: Incident) -> str:
    catalogue = work.get(CatalogueNow).catalogue
    team = catalogue.owner(incident.service) if incident.service else None
    return (team.zone if team is not None else "") or catalogue.organisation.zone


def _seat(work: Work, swarm: Swarm, person: Person, account: UserRef, why: Why) -> Seat:
    """Somebody is in, whatever they said before."""
    reachable = person.account_on(swarm.platform) or account
    seat = swarm.add(matching.seat_of(work, reachable, person.name, why, swarm.language))
    if seat.state is not SeatState.ACCEPTED:
        seat.answer(SeatState.ACCEPTED, work.now)
    return seat


def ask_experts(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Ask each expert directly, with the reason, once the room is there; tell those who sat in the room before."""
    for seat in swarm.seats:
        voice = voice_for(work, seat)
        if seat.state is SeatState.INVITED and not seat.card:
            seat.card = f"{swarm.key}:ask:{seat.account}"
            card = letters.invitation(voice, swarm, incident, seat, scenes.scene(work, incident, seat.language))
            work.say(Post(key=seat.card, place=Direct(seat.account), about=incident.reference, card=card))
        elif seat.state is SeatState.ACCEPTED and swarm.round:
            card = views.line(voice, letters.goes_on(voice, swarm))
            key = f"{swarm.key}:again:{seat.account}"
            work.say(Post(key=key, place=Direct(seat.account), about=incident.reference, card=card))
    work.get(Swarms).save(swarm)


def answer(work: Work, swarm: Swarm, account: UserRef, name: str, state: SeatState, at: datetime) -> Seat:
    """Somebody accepts, declines or leaves; who was not asked and comes gets a seat too."""
    person = work.get(Directory).person(account, name)
    seat = swarm.seat(person.id)
    if seat is None:
        if state is not SeatState.ACCEPTED:
            raise Rejected(
                phrase("You are not in the swarm of {ref}, so there is nothing to leave.", ref=swarm.reference)
            )
        seat = swarm.add(matching.seat_of(work, account, name, Why.JOINED))
    if seat.state is state:
        return seat
    seat.answer(state, at)
    work.get(Swarms).save(swarm)
    work.tell(events.SeatAnswered(about=swarm.reference, incident=swarm.incident, person=seat.person))
    return seat


def show_answer(work: Work, swarm: Swarm, incident: Incident, seat: Seat) -> None:
    """The card that asked somebody shows how they stand now, and asks no more once that is settled."""
    if not seat.card:
        return
    scene = scenes.scene(work, incident, seat.language)
    card = letters.invitation(voice_for(work, seat), swarm, incident, seat, scene)
    key = f"{seat.card}:v{incident.version}.{swarm.version}"
    work.say(Edit(key=key, place=Direct(seat.account), about=swarm.reference, message=MessageOf(seat.card), card=card))


def let_in(work: Work, swarm: Swarm, account: UserRef, key: str) -> None:
    """Invite somebody into the room who is on its network."""
    inside = account_in(work, swarm, account)
    if inside is not None:
        work.say(Invite(key=key, place=swarm.place, about=swarm.reference, users=(inside,)))


def let_out(work: Work, swarm: Swarm, account: UserRef, key: str) -> None:
    """Take somebody out of the room. Acts on a room are done in order, so an invitation under way is undone."""
    inside = account_in(work, swarm, account)
    if inside is not None:
        work.say(Remove(key=key, place=swarm.place, about=swarm.reference, user=inside))


def account_in(work: Work, swarm: Swarm, account: UserRef) -> UserRef | None:
    """The account of this person on the network of the room."""
    return account if account.platform is swarm.platform else work.get(Directory).person(account).account_on(
        swarm.platform
    )  # fmt: skip


def seat_the_lead(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Whoever leads now has a seat and is let in, and the room hears who it is."""
    account = incident.lead_account
    if account is None or swarm.closed_at is not None:
        return
    person = work.get(Directory).person(account, incident.lead_name)
    seat = swarm.seat(person.id)
    key, is_new = f"{swarm.key}:lead:{incident.version}", seat is None or not seat.present
    if seat is None or seat.state is not SeatState.ACCEPTED:
        seat = _seat(work, swarm, person, account, Why.LEADS)
        work.get(Swarms).save(swarm)
        work.tell(events.SeatAnswered(about=swarm.reference, incident=swarm.incident, person=seat.person))
    if is_new:
        let_in(work, swarm, seat.account, key)
    voice = voice_of(work, swarm)
    sentence = voice.say("{name} takes care of {ref} now.", name=incident.lead_name, ref=incident.reference)
    work.say(Post(key=f"{key}:told", place=swarm.place, about=incident.reference, card=views.line(voice, sentence)))


def close(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Say that it is over, then close the room for good; nobody is asked any more."""
    if swarm.closed_at is not None:
        return
    swarm.closed_at = work.now
    work.get(Swarms).save(swarm)
    voice, about = voice_of(work, swarm), incident.reference
    scene = scenes.scene(work, incident, swarm.language)
    farewell = views.line(voice, views.farewell(voice, incident))
    work.say(Post(key=f"{swarm.key}:farewell", place=swarm.place, about=about, card=farewell))
    work.say(SetTopic(key=f"{swarm.key}:topic:closed", place=swarm.place, about=about,
                      topic=views.topic(voice, incident, scene)))  # fmt: skip
    work.say(CloseRoom(key=f"{swarm.key}:close", place=swarm.place, about=about))
    for seat in swarm.seats:
        show_answer(work, swarm, incident, seat)


def voice_of(work: Work, swarm: Swarm) -> Voice:
    """The voice the room is spoken to in."""
    return work.get(Voices).voice(swarm.language, swarm.zone, shared=True)


def voice_for(work: Work, seat: Seat) -> Voice:
    """The voice somebody is spoken to in directly."""
    return work.get(Voices).voice(seat.language, work.get(Directory).person(seat.account).zone)

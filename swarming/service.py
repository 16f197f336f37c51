"""Use cases of the swarm: it is opened, people answer, come and go, somebody leads it, it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import Rejected
from bot.intents import Direct, Edit, MessageOf, Post
from bot.people import Directory, Person
from bot.plain import slug
from bot.refs import UserRef
from bot.texts import Voice, Voices, phrase
from bot.uow import Work
from incidents import scenes
from incidents.model import Incident
from incidents.ports import CatalogueNow
from swarming import events, letters, matching, quarters, views
from swarming.model import Seat, SeatState, Swarm, Why
from swarming.ports import Swarms

LONGEST_SLUG = 40


def open_swarm(work: Work, incident: Incident, by: UserRef, before: Swarm | None = None) -> Swarm:
    """Open the room, put up the charter and let everybody in who has a seat. ``before`` is the swarm of the round
    before: whoever sat there sits here too, and whoever had declined or left is not asked again; who was spared is
    thought of anew."""
    swarm = Swarm(
        incident=incident.id, round=incident.reopened, platform=incident.platform, private=incident.confidential,
        room_name=_room_name(work, incident), opened_at=work.now, language=_language(work, incident),
        zone=_zone(work, incident), earlier=before.room if before is not None else None,
    )  # fmt: skip
    for old in before.seats if before is not None else ():
        if old.state is not SeatState.SPARED:
            swarm.add(replace(old, card=""))
    if before is None:
        _seat(work, swarm, work.get(Directory).person(by), by, Why.DECLARED)
    if incident.lead_account is not None:
        lead = work.get(Directory).person(incident.lead_account, incident.lead_name)
        _seat(work, swarm, lead, incident.lead_account, Why.LEADS)
    for seat in matching.seats_for(work, swarm, incident):
        swarm.add(seat)
    work.get(Swarms).add(swarm)
    quarters.furnish(work, swarm, incident, swarm.place)
    _let_in_at_once(work, swarm, incident)
    return swarm


def _let_in_at_once(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Whoever is asked or comes is let in; a room on another network is opened only for those who have said that they
    come."""
    comes = [
        seat.account
        for seat in swarm.present()
        if seat.state is SeatState.ACCEPTED or quarters.is_at_home(work, swarm, seat.account)
    ]
    quarters.let_in(work, swarm, incident, comes, f"{swarm.key}:invite")


def _room_name(work: Work, incident: Incident) -> str:
    about_what = scenes.scene(work, incident, incident.language).service or incident.title
    name = f"{incident.reference.lower()}-{slug('' if incident.confidential else about_what, LONGEST_SLUG)}".strip("-")
    return f"{name}-{incident.reopened + 1}" if incident.reopened else name


def _language(work: Work, incident: Incident) -> str:
    """What the room is spoken to in: a language of the service; of these, and without any, the lead's goes first, then
    the organisation's, then the reporter's."""
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service(incident.service) if incident.service else None
    lead = incident.lead_account or incident.declared_by
    spoken = [work.get(Directory).person(lead).language] if lead is not None else []
    likely = [one for one in (*spoken, catalogue.organisation.language, incident.language) if one]
    offered = service.languages if service is not None else ()
    return next((one for one in likely if one in offered), next(iter((*offered, *likely)), "en"))


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
            card = views.line(voice, letters.goes_on(voice, swarm, seat.account))
            key = f"{swarm.key}:again:{seat.account}"
            work.say(Post(key=key, place=Direct(seat.account), about=incident.reference, card=card))
    swarm.asked_at = swarm.asked_at or work.now
    work.get(Swarms).save(swarm)


def ask_who_was_spared(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Ask those who did not want to be disturbed after all: let them in, write to them, and show it in the charter."""
    spared = swarm.spared()
    for seat in spared:
        seat.state, seat.asked_at = SeatState.INVITED, work.now
    ways_in = [seat.account for seat in spared if quarters.is_at_home(work, swarm, seat.account)]
    quarters.let_in(work, swarm, incident, ways_in, f"{swarm.key}:invite:spared")
    ask_experts(work, swarm, incident)
    quarters.show_charter(work, swarm, incident)


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
        quarters.let_in(work, swarm, incident, [seat.account], key)
    voice = quarters.voice_of(work, swarm)
    sentence = voice.say("{name} takes care of {ref} now.", name=incident.lead_name, ref=incident.reference)
    quarters.say(work, swarm, f"{key}:told", views.line(voice, sentence))


def close(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Say that it is over, then close the room for good; nobody is asked any more."""
    if swarm.closed_at is not None:
        return
    swarm.closed_at = work.now
    work.get(Swarms).save(swarm)
    quarters.close(work, swarm, incident)
    for seat in swarm.seats:
        show_answer(work, swarm, incident, seat)


def voice_for(work: Work, seat: Seat) -> Voice:
    """The voice somebody is spoken to in directly."""
    return work.get(Voices).voice(seat.language, work.get(Directory).person(seat.account).zone)

"""Use cases of the swarm."""

from __future__ import annotations

from bot.errors import Rejected
from bot.intents import CloseRoom, Direct, Invite, MessageOf, OpenRoom, Pin, Post, SetTopic
from bot.people import Directory
from bot.plain import slug
from bot.refs import UserRef
from bot.texts import Voice, Voices, phrase
from bot.uow import Work
from incidents import scenes
from incidents.model import Incident, State
from swarming import events, matching, views
from swarming.model import Seat, SeatState, Swarm, Why
from swarming.ports import Swarms

LONGEST_SLUG = 40


def open_swarm(work: Work, incident: Incident, by: UserRef) -> Swarm:
    """Open the room, put up the charter and ask the experts in, each with the reason."""
    lead = work.get(Directory).person(by)
    language = incident.language
    about_what = scenes.scene(work, incident, language).service or incident.title
    name = f"{incident.reference.lower()}-{slug('' if incident.confidential else about_what, LONGEST_SLUG)}"
    swarm = Swarm(
        incident=incident.id, round=incident.reopened, platform=incident.platform, private=incident.confidential,
        room_name=name.strip("-"), opened_at=work.now, language=language, zone=lead.zone,
    )  # fmt: skip
    account = lead.account_on(swarm.platform) or by
    swarm.add(matching.seat_of(work, account, lead.name, Why.DECLARED, language)).answer(SeatState.ACCEPTED, work.now)
    for seat in matching.seats_for(work, swarm, incident):
        swarm.add(seat)
    work.get(Swarms).add(swarm)
    voice = voice_of(work, swarm)
    scene = scenes.scene(work, incident, language)
    topic, about = views.topic(voice, incident, scene), incident.reference
    work.say(OpenRoom(key=swarm.place.key, place=swarm.place, about=about, name=swarm.room_name, topic=topic,
                      private=swarm.private))  # fmt: skip
    charter = f"{swarm.key}:charter"
    work.say(Post(key=charter, place=swarm.place, about=about, card=views.charter(voice, swarm, incident, scene)))
    work.say(Pin(key=f"{swarm.key}:pin", place=swarm.place, about=about, message=MessageOf(charter)))
    reachable = tuple(seat.account for seat in swarm.seats if seat.account.platform is swarm.platform)
    work.say(Invite(key=f"{swarm.key}:invite", place=swarm.place, about=about, users=reachable))
    return swarm


def ask_experts(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Tell each expert directly why they are asked, once the room is there."""
    for seat in swarm.seats:
        if seat.state is SeatState.INVITED:
            voice = work.get(Voices).voice(seat.language)
            card = views.invitation(voice, swarm, incident, seat, scenes.scene(work, incident, seat.language))
            key = f"{swarm.key}:ask:{seat.account}"
            work.say(Post(key=key, place=Direct(seat.account), about=incident.reference, card=card))


def answer(work: Work, swarm: Swarm, account: UserRef, name: str, state: SeatState) -> Seat:
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
    seat.answer(state, work.now)
    work.get(Swarms).save(swarm)
    work.tell(events.SeatAnswered(about=swarm.reference, incident=swarm.incident, person=seat.person))
    return seat


def let_in(work: Work, swarm: Swarm, account: UserRef, key: str) -> None:
    """Invite somebody into the room who is on its network."""
    if account.platform is swarm.platform:
        work.say(Invite(key=key, place=swarm.place, about=swarm.reference, users=(account,)))


def seat_the_lead(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Whoever was handed the lead has a seat, is let in, and hears of it directly."""
    account = incident.lead_account
    if account is None or swarm.closed_at is not None:
        return
    seat = swarm.seat(matching.seat_of(work, account, incident.lead_name, Why.HANDED_OVER).person)
    if seat is not None and seat.state is SeatState.ACCEPTED:
        return
    new = swarm.add(matching.seat_of(work, account, incident.lead_name, Why.HANDED_OVER))
    new.answer(SeatState.ACCEPTED, work.now)
    work.get(Swarms).save(swarm)
    let_in(work, swarm, account, f"{swarm.key}:lead:{incident.version}")
    voice = work.get(Voices).voice(new.language)
    sentence = voice.say("You lead {ref} now.", ref=incident.reference)
    work.say(Post(key=f"{swarm.key}:lead:{incident.version}:told", place=Direct(account), about=incident.reference,
                  card=views.line(voice, sentence)))  # fmt: skip


def close(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Say that it is over, then close the room for good."""
    if swarm.closed_at is not None:
        return
    swarm.closed_at = work.now
    work.get(Swarms).save(swarm)
    voice, about = voice_of(work, swarm), incident.reference
    scene = scenes.scene(work, incident, swarm.language)
    solved = incident.state is State.RESOLVED
    sentence = (
        voice.say("{ref} is resolved. Thank you, everybody. This room closes now and stays readable.", ref=about)
        if solved
        else voice.say("{ref} was withdrawn. This room closes now and stays readable.", ref=about)
    )
    work.say(Post(key=f"{swarm.key}:farewell", place=swarm.place, about=about, card=views.line(voice, sentence)))
    work.say(SetTopic(key=f"{swarm.key}:topic:closed", place=swarm.place, about=about,
                      topic=views.topic(voice, incident, scene)))  # fmt: skip
    work.say(CloseRoom(key=f"{swarm.key}:close", place=swarm.place, about=about))


def voice_of(work: Work, swarm: Swarm) -> Voice:
    """The voice the room is spoken to in."""
    return work.get(Voices).voice(swarm.language, swarm.zone)

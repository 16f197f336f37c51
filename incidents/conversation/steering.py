"""Working on incidents: declaring an outage, telling the affected, resolving, reopening, taking the lead."""

from __future__ import annotations

from datetime import timedelta

from bot import clock, words
from bot.act import Act
from bot.errors import Rejected
from bot.events import ActionTaken, CommandGiven, FormSubmitted, MessagePosted
from bot.intents import Direct, Post
from bot.people import Person
from bot.refs import ThreadRef, UserRef
from bot.router import Router
from bot.texts import Voices, phrase
from bot.words import Command, Verb
from incidents import access, audience, desk_views, reporting, scenes, steering, wording
from incidents.conversation import which, whom
from incidents.model import Incident, Joined
from incidents.ports import Crew
from incidents.reporting import Report

router = Router()

_NOTHING = ("", "-", "–")


@router.command(Verb.OUTAGE)
def outage(act: Act, command: Command) -> None:
    """``outage …`` declares a new one; with a reference, or in an incident's thread, that incident."""
    known = which.named(act, command.reference) if command.reference else which.here(act)
    if known is not None and (command.reference or not command.rest):
        _declare(act, which.carried_on(act, known))
        return
    if not command.rest:
        raise Rejected(
            phrase("What is down? Write “{example}”.", example=words.example(Verb.OUTAGE, act.voice.language))
        )
    event = act.event
    origin = event.message if isinstance(event, MessagePosted) else None
    thread = act.thread or (ThreadRef.under(origin) if origin else None)
    report = Report(
        words=command.rest, by=act.person, account=event.by, room=event.room, language=act.voice.language,
        zone=act.person.zone, at=act.now, thread=thread, origin=origin,
    )  # fmt: skip
    incident = reporting.draft(act.work, report)
    incident.offered = None
    if origin is None or incident.confidential:
        incident.affected[0].room = incident.affected[0].thread = None
    reporting.register(act.work, incident, act.person)
    _declare(act, incident, thread)


@router.action("declare")
def declare_by_tap(act: Act, event: ActionTaken) -> None:
    """The button on the triage card."""
    _declare(act, which.carried_on(act, which.named(act, event.value)))


@router.command(Verb.UPDATE)
def update(act: Act, command: Command) -> None:
    """``update INC-n … next in 30 min``; with nothing said yet, asked for."""
    incident = which.carried_on(act, which.meant(act, command))
    zone = clock.zone(act.person.zone, act.room.zone)
    said = words.parse_update(command.rest, now=act.now, zone=zone)
    if not said.text:
        _ask_for_update(act, incident)
        return
    _update(act, incident, said.text, said.next_in)


@router.action("update")
def update_by_tap(act: Act, event: ActionTaken) -> None:
    """The button on a reminder."""
    _ask_for_update(act, which.carried_on(act, which.named(act, event.value)))


@router.form("update")
def update_by_form(act: Act, event: FormSubmitted) -> None:
    """The form came back."""
    minutes = event.values.get("next", "").strip()
    if minutes in _NOTHING:
        next_in = None
    elif minutes.isdecimal() and 1 <= int(minutes) <= 44_640:
        next_in = timedelta(minutes=int(minutes))
    else:
        raise Rejected(phrase("“{given}” is not a number of minutes. Nothing was sent; try again.", given=minutes))
    _update(act, which.named(act, event.context), event.values.get("text", ""), next_in)


@router.command(Verb.RESOLVE)
def resolve(act: Act, command: Command) -> None:
    """``resolve INC-n [what solved it]``; with nothing said yet, asked for."""
    incident = which.carried_on(act, which.meant(act, command))
    if command.rest:
        _resolve(act, incident, command.rest, "")
    else:
        _ask_what_solved_it(act, incident)


@router.action("resolve")
def resolve_by_tap(act: Act, event: ActionTaken) -> None:
    """The button on the triage card or the charter."""
    _ask_what_solved_it(act, which.carried_on(act, which.named(act, event.value)))


@router.form("resolve")
def resolve_by_form(act: Act, event: FormSubmitted) -> None:
    """The form came back."""
    cause = event.values.get("cause", "").strip()
    _resolve(act, which.named(act, event.context), event.values.get("solution", ""), "" if cause in _NOTHING else cause)


@router.command(Verb.REOPEN)
def reopen(act: Act, command: Command) -> None:
    """``reopen INC-n``."""
    incident = which.carried_on(act, which.meant(act, command, mine=True))
    steering.reopen(act.work, incident, act.person)
    act.tell(act.voice.say("{ref} is open again.", ref=wording.reference(incident)), about=incident.reference)


@router.action("take")
def take_by_tap(act: Act, event: ActionTaken) -> None:
    """“I’ll take care of it”."""
    steering.take(act.work, which.carried_on(act, which.named(act, event.value)), act.person, event.by)


@router.command(Verb.HAND_OVER)
def hand_over(act: Act, command: Command) -> None:
    """``hand over INC-n @person``, or ``… to me``."""
    incident = which.carried_on(act, which.meant(act, command))
    mentions = act.event.mentions if isinstance(act.event, MessagePosted | CommandGiven) else ()
    if not mentions and whom.is_self(command.rest):
        to = act.person
        steering.take(act.work, incident, to, act.event.by)
    else:
        to, account = whom.meant(act, incident, command.rest)
        steering.hand_over(act.work, incident, act.person, to, account)
        if to.id != act.person.id:
            _tell_new_lead(act, incident, to, account)
    if act.work.get(Crew).room_of(incident.id) != act.event.room:  # that room hears it anyway
        sentence = act.voice.say("{name} takes care of {ref} now.", name=to.name, ref=wording.reference(incident))
        act.reply(desk_views.note(act.voice, sentence), about=incident.reference)


def _tell_new_lead(act: Act, incident: Incident, to: Person, account: UserRef) -> None:
    voice = act.work.get(Voices).voice(to.language or incident.language, to.zone)
    scene = scenes.scene(act.work, incident, voice.language)
    card = desk_views.handed_over(voice, incident, scene, act.person.name)
    act.say(Post(key=act.key(), place=Direct(account), about=incident.reference, card=card))


def _declare(act: Act, incident: Incident, thread: ThreadRef | None = None) -> None:
    children = steering.declare(act.work, incident, act.person, act.event.by)
    card = desk_views.declared(act.voice, incident, len(children))
    if thread is not None and not incident.confidential:
        key = f"{incident.reference}:declared"
        act.say(Post(key=key, place=thread.room, about=incident.reference, card=card, thread=thread))
    else:
        act.reply(card, about=incident.reference)


def _ask_for_update(act: Act, incident: Incident) -> None:
    incident.must_be_open()
    if not access.may_steer(act.work, incident, act.person.id):
        raise Rejected(phrase("Only the people who work on {ref} can do this. To help, write “join {ref}”.",
                              ref=incident.reference))  # fmt: skip
    minutes = int(steering.update_within(act.work, incident.service).total_seconds() // 60)
    act.ask(desk_views.update_form(act.voice, incident, minutes))


def _update(act: Act, incident: Incident, text: str, next_in: timedelta | None) -> None:
    steering.update(act.work, incident, act.person, text, next_in)
    people = audience.hearing(act.work, incident, act.person.id)
    act.reply(desk_views.told(act.voice, people), about=incident.reference)


def _ask_what_solved_it(act: Act, incident: Incident) -> None:
    incident.must_be_open()
    if not access.may_settle(act.work, incident, act.person.id):
        raise Rejected(phrase("Only the people who work on {ref} can resolve it.", ref=incident.reference))
    act.ask(desk_views.resolve_form(act.voice, incident))


def _resolve(act: Act, incident: Incident, solution: str, cause: str) -> None:
    steering.resolve(act.work, incident, act.person, act.event.by, solution, cause)
    alone = [a.person for a in incident.affected if a.how is Joined.REPORT] == [act.person.id]
    if not alone or access.provides(act.work, incident, act.person.id):
        people = audience.hearing(act.work, incident, act.person.id)
        act.reply(desk_views.told(act.voice, people), about=incident.reference)

"""Asking how it stands, saying whether it works again, how it went, and following services."""

from __future__ import annotations

from collections.abc import Iterable

from bot import help as bot_help
from bot import words
from bot.act import Act
from bot.cards import Text
from bot.errors import Rejected
from bot.events import ActionTaken
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access, scenes, steering, views, wording
from incidents.catalogue.records import Service
from incidents.conversation import which
from incidents.model import Incident, Joined, Rating, State, Verdict
from incidents.ports import CatalogueNow, Crew, Follows, Incidents
from incidents.wording import Scene

router = Router()


@router.command(Verb.STATUS)
def status(act: Act, command: Command) -> None:
    """``status [INC-n]``: that one, the one of this thread or room, or all that concerns the asker."""
    incident = which.named(act, command.reference) if command.reference else which.here(act)
    if incident is not None and access.may_see(act.work, incident, act.person.id):
        incident = which.carried_on(act, incident)
        scene = scenes.scene(act.work, incident, act.voice.language)
        card = views.status(act.voice, incident, scene)
        act.answer(card, about=incident.reference, alone=not access.may_be_read_in(incident, act.event))
        return
    incidents, me = act.work.get(Incidents), act.person.id
    shared = [incidents.get(number) for number in act.work.get(Crew).works_on(me)]
    working = {i.id: i for i in (*incidents.led_by(me), *shared) if i is not None and i.open}
    mine = [i for i in incidents.of_person(me) if (i.open or i.state is State.RESOLVED) and i.id not in working]
    known = {*working, *(i.id for i in mine)}
    outages = [i for i in incidents.outages() if i.id not in known and access.may_see(act.work, i, me)]
    act.whisper(views.my_incidents(act.voice, *(_with_scenes(act, some) for some in (working.values(), mine, outages))))


def _with_scenes(act: Act, some: Iterable[Incident]) -> list[tuple[Incident, Scene]]:
    return [(one, scenes.scene(act.work, one, act.voice.language)) for one in some]


@router.command(Verb.HELP)
def help_here(act: Act, _command: Command) -> None:
    """``help``: what can be said in this room or thread."""
    incident = which.here(act)
    about = act.work.about(act.thread.message) if act.thread is not None else ""
    visible = incident is not None and access.may_see(act.work, incident, act.person.id)
    bot_help.show(act, incident.reference if incident is not None and visible else about)


@router.command(Verb.CANCEL)
def cancel(act: Act, _command: Command) -> None:
    """``cancel`` where nothing is being asked; perhaps they mean their report."""
    back = words.example(Verb.NOT_A_REQUEST, act.voice.language)
    act.tell(
        act.voice.say("I am not asking you anything right now, so there is nothing to stop."),
        note=act.voice.say("To take a report back, write “{example}”.", example=back),
    )


@router.command(Verb.CHOOSE)
def choose(act: Act, _command: Command) -> None:
    """A number that answers nothing."""
    act.tell(
        act.voice.say("I do not know what this number is for: I am not asking you anything right now."),
        note=act.voice.say("Write “help” to see what can be said here."),
    )


@router.action("works_again")
def works_again_by_tap(act: Act, event: ActionTaken) -> None:
    """It works for me."""
    say_whether_it_works(act, which.named(act, event.value), works=True)


@router.action("still_broken")
def still_broken_by_tap(act: Act, event: ActionTaken) -> None:
    """It does not work for me."""
    say_whether_it_works(act, which.named(act, event.value), works=False)


@router.command(Verb.WORKS_AGAIN, Verb.STILL_BROKEN)
def whether_it_works(act: Act, command: Command) -> None:
    """``works again``, ``still broken``."""
    incident = which.meant(act, command, mine=True)
    say_whether_it_works(act, incident, works=command.verb is Verb.WORKS_AGAIN)


def say_whether_it_works(act: Act, incident: Incident, *, works: bool) -> None:
    """An affected person's word after a resolution; “still broken” opens it again. In the thread of a report that is
    part of an outage they speak of the outage, which is what they were asked about."""
    incident = which.explained_by(act, which.carried_on(act, incident))
    theirs = which.affecting(act, incident)
    steering.confirm(act.work, theirs, act.person, Verdict.WORKS if works else Verdict.BROKEN)
    ref = wording.reference(incident)
    if works and incident.open:
        act.tell(
            act.voice.say("Good to hear, thank you. {ref} stays open until those who work on it close it.", ref=ref),
            about=incident.reference,
        )
        return
    if works:
        one = theirs.affected_person(act.person.id)
        rated = one is None or one.how is not Joined.REPORT or one.rating is not None
        act.whisper(views.good_to_hear(act.voice, incident, rated=rated), about=incident.reference)
        return
    if incident.state is State.RESOLVED:
        steering.reopen(act.work, incident, act.person)
    incident.must_be_open()
    sentence = act.voice.say("Thank you for saying so. {ref} is open and those who work on it know.", ref=ref)
    act.tell(sentence, about=incident.reference)


@router.action("rate")
def rate_by_tap(act: Act, event: ActionTaken) -> None:
    """One tap: how did it go."""
    reference, _, given = event.value.partition("|")
    _rate(act, which.named(act, reference), next((one for one in Rating if one.value == given), None))


@router.command(Verb.RATE)
def rate(act: Act, command: Command) -> None:
    """``rate INC-n good``."""
    opinion = words.opinion_of(command.rest)
    _rate(act, which.meant(act, command, mine=True), Rating(opinion) if opinion is not None else None)


@router.command(Verb.FOLLOW, Verb.UNFOLLOW)
def follow(act: Act, command: Command) -> None:
    """``follow SERVICE``, ``unfollow SERVICE``; alone, what is followed and what could be."""
    follows = act.work.get(Follows)
    if not command.rest:
        sentence, how = _what_is_followed(act)
        act.tell(sentence, note=how)
        return
    found = _service(act, command.rest)
    name = found.name(act.voice.language)
    if command.verb is Verb.FOLLOW:
        follows.follow(found.id, act.person.id, act.event.by, act.voice.language, act.person.zone)
        act.tell(act.voice.say("You follow {service} now: I tell you directly when it is down.", service=name))
    else:
        follows.unfollow(found.id, act.person.id)
        act.tell(act.voice.say("You no longer follow {service}.", service=name))


def _rate(act: Act, incident: Incident, rating: Rating | None) -> None:
    if rating is None:
        raise Rejected(phrase("Please say “good”, “all right” or “poor”, for example “rate {ref} good”.",
                              ref=incident.reference))  # fmt: skip
    steering.rate(act.work, which.affecting(act, which.carried_on(act, incident)), act.person, rating)
    said = wording.rating(act.voice, rating)
    act.tell(act.voice.say("Thank you, that helps. I noted: {rating}.", rating=said), about=incident.reference)


def _service(act: Act, text: str) -> Service:
    catalogue = act.work.get(CatalogueNow).catalogue
    wanted = text.strip().strip("“”\"'.").casefold()
    exact = [
        s for s in catalogue.services.values() if wanted in {s.id.casefold(), *map(str.casefold, s.names.values())}
    ]
    recognised = None if exact else catalogue.recogniser.service(text)
    found = exact[0] if exact else catalogue.service(recognised.service) if recognised else None
    if found is None or not access.may_hear_of(act.work, found.id, act.person.id):
        raise Rejected(phrase("I know no service “{text}”. Write “follow” to see which there are.", text=text))
    return found


def _what_is_followed(act: Act) -> tuple[Text, Text]:
    """What this person follows and what they could, and how to say so."""
    voice = act.voice
    catalogue = act.work.get(CatalogueNow).catalogue
    own = set(act.work.get(Follows).of_person(act.person.id))
    seen = [s for s in catalogue.services.values() if access.may_hear_of(act.work, s.id, act.person.id)]
    followed = [s for s in seen if s.id in own or act.person.id in catalogue.followers(s.id)]
    others = [s.name(voice.language) for s in seen if s not in followed]
    names = ", ".join(s.name(voice.language) for s in followed)
    how = voice.say("To follow one, write for example “follow {service}”.", service=others[0]) if others else ()
    if not names and not others:
        return voice.say("There is no service to follow yet."), ()
    if not names:
        return voice.say("You follow no service yet. You could follow: {others}.", others=", ".join(others)), how
    if not others:
        return voice.say("You follow: {names}.", names=names), ()
    return voice.say("You follow: {names}. You could follow: {others}.", names=names, others=", ".join(others)), how

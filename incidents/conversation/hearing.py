"""Hearing problems: plain messages, reports, me too, not a request, and what follows in the thread."""

from __future__ import annotations

from datetime import timedelta

from bot import words
from bot.act import Act
from bot.cards import Action, Actions, Card, Paragraph, Tone, as_plain
from bot.errors import Rejected
from bot.events import (
    ActionTaken,
    FormSubmitted,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.forms import Field, FieldKind, Form
from bot.intents import ReadThread
from bot.plain import is_blank
from bot.refs import MessageRef, ThreadRef
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Reaction, Verb
from incidents import access, marking, reception, reporting, steering, wording
from incidents.conversation import asking, which
from incidents.intake import Kind, looks_like_request
from incidents.model import Affected, BoardKind, EntryKind, Incident, Joined, parse_reference
from incidents.ports import Incidents

router = Router()

SUPPORT = "support"
A_MOMENT = timedelta(minutes=2)
_PLAIN_VERBS = {Verb.ME_TOO, Verb.WORKS_AGAIN, Verb.STILL_BROKEN, Verb.NOT_A_REQUEST, Verb.UNDO}
"""What is taken for a command in the thread of an incident when it is said there alone."""


@router.message
def hear(act: Act, event: MessagePosted) -> bool:
    """A plain message: part of a conversation that is registered already, a new report, or chatter."""
    if event.thread is not None:
        incident = act.work.get(Incidents).by_thread(event.thread, act.person.id)
        if incident is not None:
            _hear_in_thread(act, event, incident)
            return True
        if not (event.addressed or event.direct):
            return False
    if not (event.direct or event.addressed or act.room.purpose == SUPPORT):
        return False
    if event.files and not event.words:
        _take_files(act, event)
        return True
    verdict = looks_like_request(event.text, act.voice.language)
    wordless = _just_reported(act, event) if verdict.kind in (Kind.REQUEST, Kind.UNSURE) else None
    if wordless is not None and not wordless.words:
        reporting.put_into_words(act.work, wordless, act.person, event.text, event.message, event.files)
    elif verdict.kind is Kind.REQUEST or (verdict.kind is Kind.UNSURE and event.addressed):
        _receive(act, event, event.text)
    elif verdict.kind is Kind.UNSURE or ((event.direct or event.addressed) and not verdict.empty):
        _offer_to_register(act, event)
    return True


@router.command(Verb.REPORT)
def report(act: Act, command: Command) -> None:
    """``report …``: registered as it stands; with nothing said yet, asked for."""
    text = command.rest if command.reference is None else f"{command.reference} {command.rest}".strip()
    posted = act.event if isinstance(act.event, MessagePosted) else None
    if not text and (posted is None or not posted.files):
        act.ask(_report_form(act))
    elif posted is not None:
        _receive(act, posted, text)
    else:
        _receive_unposted(act, text)


@router.form("report")
def reported_by_form(act: Act, event: FormSubmitted) -> None:
    """The form came back."""
    _receive_unposted(act, event.values.get("text", ""))


@router.action("register")
def register_after_all(act: Act, event: ActionTaken) -> None:
    """The author says: yes, register it."""
    message = _message_of(event)
    if act.work.get(Incidents).by_origin(message):
        act.tell(act.voice.say("That is registered already."))
        return
    _read_and_register(act, ThreadRef.under(message), marking.REGISTER_OWN)


@router.action("register_apart")
def register_apart(act: Act, event: ActionTaken) -> None:
    """Whoever marked a message says: it is something else than what its thread is about."""
    _read_and_register(act, ThreadRef.under(_message_of(event)), marking.REGISTER_APART)


@router.reaction(Reaction.REGISTER)
def register_by_reaction(act: Act, event: ReactionAdded | ReactionRemoved) -> None:
    """🎫 on anybody's message registers it for whoever wrote it."""
    if isinstance(event, ReactionAdded) and not act.work.about(event.message):
        _read_and_register(act, ThreadRef.under(event.message))


@router.shortcut("report_message")
def register_by_shortcut(act: Act, event: ShortcutUsed) -> None:
    """The shortcut on a message does the same, wherever the message is."""
    incidents, thread = act.work.get(Incidents), event.thread or ThreadRef.under(event.message)
    known, there = incidents.by_origin(event.message), incidents.by_thread(thread)
    if known is not None:
        act.tell(act.voice.say("That is registered already, as {ref}.", ref=wording.reference(known)))
    elif event.author_is_bot or act.work.about(event.message):
        act.tell(act.voice.say("I only register what people write. If it hits you, write it to me."))
    elif is_blank(event.text) and not event.files:
        act.tell(act.voice.say("I find no words in that message: it is empty or was deleted."))
    elif there is not None and access.may_see(act.work, there, act.person.id):
        act.whisper(marking.ask_whether_apart(act.voice, there, event.message))
    else:
        author = act.directory.person(event.author, event.author_name)
        marking.register(
            act.work, words=event.text, by=author, account=event.author, message=event.message, thread=thread,
            files=event.files,
        )  # fmt: skip
        _read_and_register(act, ThreadRef.under(event.message), marking.FOLLOW)


@router.reaction(Reaction.ME_TOO)
def me_too_by_reaction(act: Act, event: ReactionAdded | ReactionRemoved) -> None:
    """🙋 on a report or on one of the bot's own messages joins; taking it back steps back."""
    incidents = act.work.get(Incidents)
    number = parse_reference(act.work.about(event.message))
    incident = incidents.by_origin(event.message) or (incidents.get(number) if number is not None else None)
    if incident is None:
        return
    incident = which.carried_on(act, incident)
    if not access.may_see(act.work, incident, act.person.id):
        return
    if isinstance(event, ReactionRemoved):
        reporting.step_back(act.work, incident, act.person)
    elif incident.open:
        _join(act, incident, quiet=True)


@router.action("me_too")
def me_too_by_tap(act: Act, event: ActionTaken) -> None:
    """One tap joins."""
    _join(act, which.carried_on(act, which.named(act, event.value)))


@router.command(Verb.ME_TOO)
def me_too(act: Act, command: Command) -> None:
    """``me too [INC-n]``."""
    _join(act, which.carried_on(act, which.meant(act, command)))


@router.action("not_a_request")
def not_a_request_by_tap(act: Act, event: ActionTaken) -> None:
    """Undo the registering."""
    _withdraw(act, which.named(act, event.value))


@router.command(Verb.NOT_A_REQUEST)
def not_a_request(act: Act, command: Command) -> None:
    """``not a request [INC-n]``."""
    incident = which.meant(act, command, mine=True)
    _withdraw(act, incident)
    if command.reference and not incident.open:
        act.tell(act.voice.say("{ref} is withdrawn.", ref=wording.reference(incident)))


@router.action("undo_dismiss")
def undo_by_tap(act: Act, event: ActionTaken) -> None:
    """Undo the undoing."""
    _undo(act, which.named(act, event.value))


@router.command(Verb.UNDO)
def undo(act: Act, command: Command) -> None:
    """``undo [INC-n]``."""
    incident = which.meant(act, command, mine=True)
    _undo(act, incident)


@router.change
def follow_changes(act: Act, event: MessageEdited | MessageDeleted) -> None:
    """The timeline follows edits and deletions."""
    if isinstance(event, MessageEdited):
        reporting.reword(act.work, event.message, event.words, event.files)
    else:
        reporting.reword(act.work, event.message, "")


@router.reaction(Reaction.ANSWER)
def answered_by_reaction(act: Act, event: ReactionAdded | ReactionRemoved) -> None:
    """✅ on a message in an incident's thread: this answers it."""
    line = act.work.get(Incidents).line_of(event.message)
    if line is None or isinstance(event, ReactionRemoved):
        return
    incident = act.work.get(Incidents).get(line[0])
    incident = which.carried_on(act, incident) if incident is not None else None
    if incident is not None and incident.open and line[1].kind is not EntryKind.REPORTED:
        steering.resolve(act.work, incident, act.person, event.by, line[1].text)


@router.reaction(Reaction.KEEP)
def kept_by_reaction(act: Act, event: ReactionAdded | ReactionRemoved) -> None:
    """📌 on a message in an incident's thread: keep it for the article; taking it back undoes that."""
    if isinstance(event, ReactionRemoved):
        reporting.unkeep(act.work, act.person, event.message)
        return
    line = act.work.get(Incidents).line_of(event.message)
    incident = act.work.get(Incidents).get(line[0]) if line else None
    if line is not None and incident is not None:
        reporting.keep(act.work, incident, act.person, line[1].text, event.message)


def _hear_in_thread(act: Act, event: MessagePosted, incident: Incident) -> None:
    command = words.parse(event.words)
    if isinstance(command, Command) and command.verb is Verb.RATE and command.rest:
        asking.rate(act, command)
    elif isinstance(command, Command) and command.verb in _PLAIN_VERBS and not command.rest:
        match command.verb:
            case Verb.ME_TOO:
                named = which.named(act, command.reference) if command.reference else _offered(act, incident)
                _join(act, which.carried_on(act, named), quiet=True)
            case Verb.NOT_A_REQUEST:
                not_a_request(act, command)
            case Verb.UNDO:
                undo(act, command)
            case Verb.WORKS_AGAIN | Verb.STILL_BROKEN:
                asking.whether_it_works(act, command)
            case _:
                pass
    else:
        reporting.hear_more(act.work, incident, act.person, event.words, event.message, event.files)


def _take_files(act: Act, event: MessagePosted) -> None:
    """Files without a word belong to what this person has just reported here; else they are what they report."""
    just = _just_reported(act, event)
    if just is not None:
        reporting.hear_more(act.work, just, act.person, "", event.message, event.files)
    else:
        _receive(act, event, "")


def _just_reported(act: Act, event: MessagePosted) -> Incident | None:
    """What this person reported in this room a moment ago: what they say next beside it goes with it."""
    just = act.work.get(Incidents).newest_of(act.person.id)
    if just is None or just.origin is None or not just.open or just.opened_by != act.person.id:
        return None
    here = just.origin.room == event.room and event.thread is None
    return just if here and act.now - just.opened_at <= A_MOMENT >= act.now - event.at else None


def _offered(act: Act, incident: Incident) -> Incident:
    """What “me too” means in this thread: the incident itself; for whoever reported it, the open one it looks like."""
    offered = act.work.get(Incidents).get(incident.offered) if incident.offered is not None else None
    mine = incident.open and incident.opened_by == act.person.id
    return offered if mine and offered is not None and offered.open else incident


def _undo(act: Act, incident: Incident) -> None:
    """Take back what was decided last: that it is part of an outage, or that it was no request."""
    if incident.parent is not None:
        steering.part(act.work, incident, act.person)
        sentence = act.voice.say("{ref} stands for itself again.", ref=wording.reference(incident))
    else:
        steering.undismiss(act.work, incident, act.person)
        sentence = act.voice.say("{ref} is open again.", ref=wording.reference(incident))
    act.tell(sentence, about=incident.reference)


def _withdraw(act: Act, incident: Incident) -> None:
    """Take it back; where it hits others too, only this person steps back."""
    steering.dismiss(act.work, incident, act.person)
    if incident.open:
        sentence = act.voice.say(
            "You are no longer counted in with {ref}. It goes on for the others.", ref=wording.reference(incident)
        )
        act.tell(sentence, about=incident.reference)


def _receive(act: Act, event: MessagePosted, text: str) -> None:
    if act.work.get(Incidents).by_origin(event.message):
        return
    reception.receive(
        act.work, act.voice, words=text, by=act.person, account=event.by, room=event.room,
        thread=event.thread or ThreadRef.under(event.message), origin=event.message, direct=event.direct,
        shared=event.shared, files=event.files,
    )  # fmt: skip


def _receive_unposted(act: Act, text: str) -> None:
    event = act.event
    reception.receive(
        act.work, act.voice, words=text, by=act.person, account=event.by, room=event.room, thread=None, origin=None
    )


def _message_of(event: ActionTaken) -> MessageRef:
    try:
        return MessageRef.parse(event.value)
    except ValueError:
        raise Rejected(phrase("This button is no longer in use. Write “help” to see what can be done.")) from None


def _read_and_register(act: Act, thread: ThreadRef, purpose: str = marking.REGISTER) -> None:
    act.say(
        ReadThread(
            key=act.key(), place=thread.room, about=str(thread), thread=thread, purpose=purpose, asked_by=act.event.by
        )
    )


def _offer_to_register(act: Act, event: MessagePosted) -> None:
    voice = act.voice
    sentence = voice.say("Is this something somebody should look at?")
    yes = Action("register", voice.line("Yes, register it"), str(event.message), voice.line("report …"), Tone.PRIMARY)
    card = Card(summary=as_plain(sentence), blocks=(Paragraph(sentence), Actions((yes,))), language=voice.language)
    act.whisper(card)


def _join(act: Act, incident: Incident, *, quiet: bool = False) -> None:
    """Count this person in. They are told in the thread they spoke in, else in their direct conversation."""
    event = act.event
    spoke = isinstance(event, MessagePosted)
    affected = Affected(
        person=act.person.id, account=event.by, name=act.person.name, how=Joined.ME_TOO, since=act.now,
        language=act.voice.language, zone=act.person.zone, room=event.room if spoke else None,
        thread=act.own_thread if spoke and not incident.confidential else None,
    )  # fmt: skip
    spoken_of = which.here(act)
    new = reporting.join(act.work, incident, affected, act.person)
    if quiet or (spoken_of is not None and _receipt_says_so(act, spoken_of, incident)):
        return
    ref = wording.reference(incident)
    sentence = (
        act.voice.plural(
            "You are counted in with {ref}: {n} person is affected now. I will tell you how it goes.",
            "You are counted in with {ref}: {n} people are affected now. I will tell you how it goes.",
            incident.people, ref=ref,
        )
        if new
        else act.voice.say("You are counted in with {ref} already. I will tell you how it goes.", ref=ref)
    )  # fmt: skip
    act.tell(sentence, about=incident.reference)


def _receipt_says_so(act: Act, spoken_of: Incident, incident: Incident) -> bool:
    """Whether the receipt of their own report, which is edited, tells them that it has just been joined."""
    now = act.work.get(Incidents).get(spoken_of.id)
    stands = any(board.kind is BoardKind.RECEIPT for board in spoken_of.boards)
    return stands and now is not None and now.joined_to == incident.id and now.opened_by == act.person.id


def _report_form(act: Act) -> Form:
    voice = act.voice
    return Form(
        id="report",
        title=voice.line("Report a problem"),
        fields=(
            Field(
                id="text", label=voice.line("What does not work, or what do you need?"), kind=FieldKind.LONG,
                hint=voice.line("As you would tell a colleague. Somebody finds the right team."),
            ),
        ),
        submit=voice.line("Report"),
        cancel=voice.line("Cancel"),
        language=voice.language,
    )  # fmt: skip

"""The desk: takes one thing that was heard, or one fact for one handler, and deals with it in one transaction."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import assert_never

from bot import dialogs, homes, words
from bot.act import Act
from bot.errors import Rejected
from bot.events import (
    ActionTaken,
    ChatEvent,
    CommandGiven,
    FormSubmitted,
    HomeOpened,
    LinkShared,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageUnreadable,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.facts import FormNotShown, IntentRefused
from bot.intents import Direct, Post, Preview
from bot.people import Directory, Person, RoomProfile
from bot.router import Handlers, Router
from bot.texts import LANGUAGES, Voice, Voices
from bot.trace import tracing
from bot.uow import Due, FactFor, Work
from bot.words import Command, Unknown

log = logging.getLogger(__name__)


class Desk:
    """Who is it, which language, which function. Use cases that refuse are undone and the person is told why."""

    def __init__(self, router: Router, handlers: Handlers) -> None:
        self._router = router
        self._handlers = handlers

    def handle(self, work: Work, due: Due) -> None:
        """Deal with one due item; given to ``Storage.act``."""
        if isinstance(due, FactFor):
            with tracing(due.cause):
                log.info(
                    "fact", extra={"kind": type(due.fact).__name__, "handler": due.handler, "about": due.fact.about}
                )
                self._handlers.functions[due.handler](work, due.fact)
            return
        with tracing(due.delivery):
            log.info("heard", extra={"kind": type(due).__name__, "room": str(due.room)})
            self._act(work, due)

    def _act(self, work: Work, due: ChatEvent) -> None:
        act = _open(work, due)
        try:
            with work.attempt():
                self._route(act, due)
        except Rejected as rejected:
            log.info("rejected", extra={"delivery": due.delivery, "reason": rejected.phrase.msgid})
            act.tell(act.voice.phrase(rejected.phrase))

    def _route(self, act: Act, event: ChatEvent) -> None:
        match event:
            case MessagePosted():
                self._hear(act, event)
            case MessageEdited() | MessageDeleted():
                self._changed(act, event)
            case MessageUnreadable():
                self._unreadable(act)
            case LinkShared():
                self._links(act, event)
            case ReactionAdded() | ReactionRemoved():
                self._reaction(act, event)
            case CommandGiven():
                self._command(act, event.text)
            case ActionTaken():
                self._action(act, event)
            case FormSubmitted():
                self._form(act, event)
            case ShortcutUsed():
                self._shortcut(act, event)
            case HomeOpened():
                self._home(act, event)
            case MemberJoined() | MemberLeft():
                self._member(act, event)
            case _:
                assert_never(event)

    def _hear(self, act: Act, event: MessagePosted) -> None:
        answered = dialogs.answer(act.work, event)
        if isinstance(answered, FormSubmitted):
            self._form(act, answered)
        if answered:
            return
        only_files = bool(event.files) and not event.words
        if (event.addressed or event.direct) and not only_files:
            command = words.parse(event.text)
            if isinstance(command, Command) and self._run(act, command):
                return
            if (isinstance(command, Unknown) and command.nearest) or (command is None and event.addressed):
                self._hint(act, command)
                return
        elif act.room.purpose and (command := words.parse_plainly_meant(event.text)) and self._run(act, command):
            return
        for listener in self._router.messages:
            if listener(act, event):
                return

    def _command(self, act: Act, text: str) -> None:
        """A command that is no message; a plain sentence is taken for what the person wants to report."""
        command = words.parse(text) or Command(words.Verb.HELP)
        if isinstance(command, Unknown) and not command.nearest and len(command.text.split()) > 1:
            command = Command(words.Verb.REPORT, rest=command.text)
        if not (isinstance(command, Command) and self._run(act, command)):
            self._hint(act, command)

    def _run(self, act: Act, command: Command) -> bool:
        function = self._router.commands.get(command.verb)
        if function is None:
            return False
        if command.language and command.language != act.voice.language:
            act.voice = _voice(act.work, act.event, act.person, act.room, command.language)
        function(act, command)
        return True

    def _action(self, act: Act, event: ActionTaken) -> None:
        function = self._router.actions.get(event.action)
        if function is None:
            act.tell(act.voice.say("This button is no longer in use. Write “help” to see what can be done."))
            return
        function(act, event)
        homes.after_a_tap(act.work, event.by, self._router.sections)

    def _home(self, act: Act, event: HomeOpened) -> None:
        zone = act.person.zone or act.room.zone
        homes.open_(act.work, event.by, act.voice, zone, event.looking_for, self._router.sections)

    def _changed(self, act: Act, event: MessageEdited | MessageDeleted) -> None:
        for change in self._router.changes:
            change(act, event)

    def _unreadable(self, act: Act) -> None:
        voice = act.voice
        act.tell(
            voice.say("I cannot read what you wrote: it is encrypted, and your app did not give me the key."),
            note=voice.say("Please write it again. If that does not help, write to me in another conversation."),
        )

    def _links(self, act: Act, event: LinkShared) -> None:
        for address in event.addresses:
            shown = (card for preview in self._router.previews if (card := preview(act, address)) is not None)
            if card := next(shown, None):
                act.say(Preview(key=act.key(), place=event.room, message=event.message, address=address, card=card))

    def _reaction(self, act: Act, event: ReactionAdded | ReactionRemoved) -> None:
        for listener in self._router.any_reactions:
            listener(act, event)
        meaning = words.reaction_of(event.emoji)
        if meaning is not None and (reaction := self._router.reactions.get(meaning)):
            reaction(act, event)

    def _shortcut(self, act: Act, event: ShortcutUsed) -> None:
        if shortcut := self._router.shortcuts.get(event.shortcut):
            shortcut(act, event)

    def _member(self, act: Act, event: MemberJoined | MemberLeft) -> None:
        for member in self._router.members:
            member(act, event)

    def _form(self, act: Act, event: FormSubmitted) -> None:
        if function := self._router.forms.get(event.form):
            function(act, event)

    def _hint(self, act: Act, command: Command | Unknown | None) -> None:
        voice = act.voice
        near = command.nearest[:3] if isinstance(command, Unknown) else ()
        if near:
            meant = ", ".join(voice.line("“{typed}”", typed=words.example(verb, voice.language)) for verb in near)
            sentence = voice.say("I did not understand that. Did you mean {meant}?", meant=meant)
        else:
            sentence = voice.say("I did not understand that.")
        act.tell(sentence, note=voice.say("Write “help” to see what can be said here."))


def _open(work: Work, event: ChatEvent) -> Act:
    directory = work.get(Directory)
    person = _who(directory, event)
    if event.outside and person.id in map(str, (event.by, *person.accounts)):  # whom the catalogue names may see more
        work.outsiders.add(person.id)
    room = directory.room(event.room)
    language = person.language or room.language or "en"
    if isinstance(event, MessagePosted) and (detected := work.get(Voices).detect(event.text)):
        language = detected
    voice = _voice(work, event, person, room, language)
    return Act(work=work, event=event, person=person, voice=voice, room=room, directory=directory)


def _voice(work: Work, event: ChatEvent, person: Person, room: RoomProfile, language: str) -> Voice:
    """A message in a room is answered where all can read it, in the zone of the room; anything else to one alone."""
    if isinstance(event, LinkShared) or (isinstance(event, MessagePosted) and not event.direct):
        return work.get(Voices).voice(language, room.zone or person.zone, shared=True)
    return work.get(Voices).voice(language, person.zone or room.zone)


def _who(directory: Directory, event: ChatEvent) -> Person:
    """Who did it; what the catalogue leaves open is as their network says."""
    person = directory.person(event.by, event.by_name)
    spoken = event.by_language if event.by_language in LANGUAGES else ""
    return replace(person, language=person.language or spoken, zone=person.zone or event.by_zone)


core_handlers = Handlers("bot")


@core_handlers.on(FormNotShown)
def ask_in_the_thread(work: Work, fact: FormNotShown) -> None:
    """A form came too late, or the network has none: the thread asks instead."""
    dialogs.begin_instead(work, fact)


@core_handlers.on(IntentRefused)
def tell_directly(work: Work, fact: IntentRefused) -> None:
    """A place is closed, or the bot is not in it any more: whom it was for is told directly, each once."""
    if fact.card is not None:
        for user in fact.instead:
            work.say(Post(key=f"to {user}: {fact.key}", place=Direct(user), about=fact.about, card=fact.card))

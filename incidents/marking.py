"""A message that somebody marked to be registered: for whoever wrote it. Who marked it hears when that cannot be done.

A reaction names a message, so the thread is read back first. A shortcut brings the message along: it is registered at
once, also where the bot cannot read, and the thread is read only for what followed.
"""

from __future__ import annotations

from bot.cards import Action, Actions, Card, Note, Paragraph, Text, Tone, as_plain
from bot.events import File, words_beside
from bot.facts import ThreadMessage, ThreadNotRead, ThreadRead
from bot.intents import Direct, Place, Post, Whisper
from bot.people import Directory, Person
from bot.plain import is_blank
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents import access, reception, reporting, wording
from incidents.model import Incident
from incidents.ports import Incidents

REGISTER = "register"
"""The purpose under which a thread is read back to be registered."""
REGISTER_OWN = "register own"
"""The same, for the author of its first message alone."""
REGISTER_APART = "register apart"
"""The same, though its thread is registered already: it is about something else."""
FOLLOW = "follow"
"""Its first message is registered; only what followed is wanted."""
PURPOSES = frozenset({REGISTER, REGISTER_OWN, REGISTER_APART, FOLLOW})


def register(
    work: Work, *, words: str, by: Person, account: UserRef, message: MessageRef, thread: ThreadRef,
    files: tuple[File, ...] = (),
) -> Incident:  # fmt: skip
    """Register a message in the language of its words, else of its author, else of its room."""
    voices = work.get(Voices)
    room = work.get(Directory).room(message.room)
    language = voices.detect(words) or by.language or room.language
    voice = voices.voice(language or "en", room.zone or by.zone, shared=True)
    return reception.receive(
        work, voice, words=words_beside(words, files), by=by, account=account, room=message.room, thread=thread,
        origin=message, files=files,
    )  # fmt: skip


def thread_read(work: Work, fact: ThreadRead) -> None:
    """A thread was read back: register the message that was marked, and keep what followed."""
    incidents, message = work.get(Incidents), fact.thread.message
    known = incidents.by_origin(message)
    marked = next((one for one in fact.messages if one.message == message), None)
    if fact.purpose == FOLLOW:
        if known is not None and marked is not None:
            _keep_what_followed(work, known, marked, fact)
        return
    if known is not None or (fact.purpose == REGISTER_OWN and marked is not None and marked.by != fact.asked_by):
        return
    voice, place = _voice_of(work, fact.asked_by, message.room), message.room
    if marked is None or (is_blank(marked.text) and not marked.files):
        _tell(work, fact, place, voice, voice.say("I find no words in that message: it is empty or was deleted."))
        return
    if marked.from_bot:
        _tell(work, fact, place, voice, voice.say("I only register what people write. If it hits you, write it to me."))
        return
    thread = marked.thread or fact.thread
    there = incidents.by_thread(thread) if fact.purpose != REGISTER_APART else None
    if there is not None and access.may_see(work, there, work.get(Directory).person(fact.asked_by).id):
        _say(work, fact, place, ask_whether_apart(voice, there, message))
        return
    author = work.get(Directory).person(marked.by, marked.by_name)
    incident = register(
        work, words=marked.text, by=author, account=marked.by, message=message, thread=thread, files=marked.files
    )
    _keep_what_followed(work, incident, marked, fact)


def thread_not_read(work: Work, fact: ThreadNotRead) -> None:
    """The bot is not where the message is, or the message is gone: say what is known and what to do."""
    voice, place = _voice_of(work, fact.asked_by, fact.thread.room), Direct(fact.asked_by)
    invite = how_to_invite(voice, fact.thread.room.platform)
    known = work.get(Incidents).by_origin(fact.thread.message)
    if known is not None:
        sentence = voice.say("{ref} is registered. I am not in that conversation, so I can neither answer nor read on "
                             "there.", ref=wording.reference(known))  # fmt: skip
    else:
        sentence = voice.say("I cannot read that message: it was deleted, or I am not in that conversation.")
    _tell(work, fact, place, voice, sentence, invite)


def how_to_invite(voice: Voice, platform: Platform) -> Text:
    """How people of this network let the bot in."""
    match platform:
        case Platform.SLACK:
            return voice.say("To let me in, write “/invite @Swarmbridge” there.")
        case _:
            return voice.say("To let me in, invite me there as you would invite a colleague.")


def ask_whether_apart(voice: Voice, incident: Incident, message: MessageRef) -> Card:
    """Its thread is registered already: is it something else?"""
    sentence = voice.say("That conversation is {ref} already. Is this something else?", ref=wording.reference(incident))
    yes = Action(
        "register_apart", voice.line("Yes, register it"), str(message), voice.line("report …"), Tone.PRIMARY
    )  # fmt: skip
    return Card(summary=as_plain(sentence), blocks=(Paragraph(sentence), Actions((yes,))), language=voice.language)


def _keep_what_followed(work: Work, incident: Incident, marked: ThreadMessage, fact: ThreadRead) -> None:
    for message in fact.messages:
        if not message.from_bot and message.at > marked.at:
            author = work.get(Directory).person(message.by, message.by_name)
            said = words_beside(message.text, message.files)
            reporting.hear_more(work, incident, author, said, message.message, message.files)


def _voice_of(work: Work, account: UserRef, room: RoomRef) -> Voice:
    directory = work.get(Directory)
    person = directory.person(account)
    return work.get(Voices).voice(person.language or directory.room(room).language or "en", person.zone)


def _tell(
    work: Work, fact: ThreadRead | ThreadNotRead, place: Place, voice: Voice, sentence: Text, note: Text = ()
) -> None:
    blocks = (Paragraph(sentence), Note(note)) if note else (Paragraph(sentence),)
    _say(work, fact, place, Card(summary=as_plain(sentence), blocks=blocks, language=voice.language))


def _say(work: Work, fact: ThreadRead | ThreadNotRead, place: Place, card: Card) -> None:
    """Tell whoever marked it, and nobody else."""
    key = f"{fact.key}:told"
    if isinstance(place, Direct):
        work.say(Post(key=key, place=place, card=card))
    else:
        work.say(Whisper(key=key, place=place, user=fact.asked_by, card=card, thread=_thread_of(fact),
                         message=fact.thread.message))  # fmt: skip


def _thread_of(fact: ThreadRead | ThreadNotRead) -> ThreadRef | None:
    """The thread the marked message stands in; a message of the room itself is answered in the room."""
    messages = fact.messages if isinstance(fact, ThreadRead) else ()
    return next((one.thread for one in messages if one.message == fact.thread.message), None)

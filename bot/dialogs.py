"""A form asked field by field, for where no form can be opened: typed messages, and networks without forms.

The person answers in the same thread; ``cancel`` ends it; one line ``key=value`` answers several fields at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot import words
from bot.cards import Card, Note, Paragraph, Text, as_plain, plain, strong
from bot.events import FormSubmitted, MessagePosted
from bot.facts import FormNotShown
from bot.forms import Field, FieldKind, Form
from bot.intents import Post
from bot.plain import clean
from bot.refs import RoomRef, ThreadRef, UserRef
from bot.texts import LANGUAGES, Voice, Voices
from bot.uow import Work

LASTS = timedelta(hours=1)
"""After this long without an answer a question is forgotten, so that an ordinary message is not taken for one."""

SKIP = "-"

_NEVER_ANSWERS = frozenset({words.Verb.SEARCH, words.Verb.WHO_CAN_HELP, words.Verb.FOLLOW, words.Verb.UNFOLLOW})
_NO_ANSWER_ALONE = frozenset({
    words.Verb.HELP, words.Verb.STATUS, words.Verb.ME_TOO, words.Verb.NOT_A_REQUEST, words.Verb.UNDO, words.Verb.JOIN,
    words.Verb.LEAVE,
})  # fmt: skip
_REPORT = frozenset(words.example(words.Verb.REPORT, language).split()[0] for language in LANGUAGES)


@dataclass(slots=True)
class Dialog:
    """A form being asked of one person in one place, and the answers so far."""

    user: UserRef
    room: RoomRef
    thread: ThreadRef | None
    form: Form
    until: datetime
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> Field | None:
        """The next field to ask for."""
        return next((f for f in self.form.fields if f.id not in self.answers), None)


class Dialogs(Protocol):
    """Keeps at most one open dialog per person and place (a thread, or a room outside its threads)."""

    def find(self, user: UserRef, room: RoomRef, thread: ThreadRef | None) -> Dialog | None:
        """The open dialog there, also one whose time is over."""
        ...

    def save(self, dialog: Dialog) -> None:
        """Keep a dialog, in place of an earlier one of the same person and place."""
        ...

    def close(self, dialog: Dialog) -> None:
        """Forget it."""
        ...


def begin(
    work: Work, voice: Voice, form: Form, user: UserRef, room: RoomRef, thread: ThreadRef | None, key: str
) -> None:
    """Start asking a form in the thread."""
    dialog = Dialog(user, room, thread, form, work.now + LASTS)
    work.get(Dialogs).save(dialog)
    _ask_next(work, voice, dialog, key, intro=True)


def begin_instead(work: Work, fact: FormNotShown) -> None:
    """Ask in the thread what could not be shown as a form."""
    voice = work.get(Voices).voice(fact.form.language)
    begin(work, voice, fact.form, fact.user, fact.room, fact.thread, f"{fact.key}:asked")


def answer(work: Work, event: MessagePosted) -> FormSubmitted | bool:
    """Take a message as the answer to an open question.

    Returns the filled form once the last field is answered, True when the message was taken but more is to be asked,
    False when nothing was being asked.
    """
    dialog = work.get(Dialogs).find(event.by, event.room, event.thread)
    if dialog is None:
        return False
    if dialog.until < work.now:
        work.get(Dialogs).close(dialog)
        return False
    voice = work.get(Voices).voice(dialog.form.language)
    text = clean(event.text, 10_000).strip()
    text = _without_its_verb(dialog, text)
    if event.addressed or _is_plainly_a_command(text):
        return False
    if _is_cancel(text):
        work.get(Dialogs).close(dialog)
        _post(work, voice, dialog, event.delivery, voice.say("Stopped. Nothing was changed."))
        return True
    problem = _take(dialog, voice, text)
    if problem is None and dialog.missing is None:
        work.get(Dialogs).close(dialog)
        return FormSubmitted(
            delivery=f"{event.delivery}:form", at=event.at, by=event.by, by_name=event.by_name, room=event.room,
            thread=event.thread, form=dialog.form.id, context=dialog.form.context, values=dict(dialog.answers),
        )  # fmt: skip
    dialog.until = work.now + LASTS
    work.get(Dialogs).save(dialog)
    _ask_next(work, voice, dialog, event.delivery, problem=problem)
    return True


def _is_plainly_a_command(text: str) -> bool:
    """Whether somebody asks for something else meanwhile; the question stays open. What could as well be an answer
    (“Solved”, “still broken”) is one."""
    command = words.parse(text)
    if not isinstance(command, words.Command) or command.verb is words.Verb.CHOOSE:
        return False
    if command.reference is not None or command.verb in _NEVER_ANSWERS:
        return True
    return _begins_a_report(text) or (command.verb in _NO_ANSWER_ALONE and not command.rest)


def _without_its_verb(dialog: Dialog, text: str) -> str:
    """“report the VPN is down” answers the question of a report as “the VPN is down” does."""
    command = words.parse(text)
    asked = isinstance(command, words.Command) and command.verb.value == dialog.form.id and command.rest
    return command.rest if isinstance(command, words.Command) and asked and _begins_a_report(text) else text


def _begins_a_report(text: str) -> bool:
    return text.split(maxsplit=1)[:1] != [] and text.split(maxsplit=1)[0].casefold() in _REPORT


def _is_cancel(text: str) -> bool:
    command = words.parse(text)
    return isinstance(command, words.Command) and command.verb is words.Verb.CANCEL and not command.rest


def _take(dialog: Dialog, voice: Voice, text: str) -> Text | None:
    """Store what the text answers; returns what is wrong with it, if anything."""
    given = _pairs(dialog.form, text)
    missing = dialog.missing
    if not given and missing is not None:
        given = {missing.id: "" if text == SKIP else text}
    for field_ in dialog.form.fields:
        if field_.id in given:
            value = given[field_.id].strip()
            if problem := check(field_, value, voice):
                return problem
            dialog.answers[field_.id] = _chosen(field_, value) or value
    return None


def _pairs(form: Form, text: str) -> Mapping[str, str]:
    known = {field_.id for field_ in form.fields}
    pairs, rest = words.parse_fields(text)
    return pairs if pairs and not rest and set(pairs) <= known else {}


def check(field_: Field, value: str, voice: Voice) -> Text | None:
    """What is wrong with a value for this field, or None."""
    if not value:
        return voice.say("I need this one. A short answer is enough.") if field_.required else None
    if len(value) > field_.max_length:
        return voice.say(
            "That is {length} characters; at most {limit} fit. Please shorten it.",
            length=len(value), limit=field_.max_length,
        )  # fmt: skip
    if field_.kind is FieldKind.CHOICE and _chosen(field_, value) is None:
        return voice.say("Please answer with one of the numbers.")
    return None


def _chosen(field_: Field, value: str) -> str | None:
    if field_.kind is not FieldKind.CHOICE:
        return None
    if value.isdecimal() and 1 <= int(value) <= len(field_.choices):
        return field_.choices[int(value) - 1].value
    wanted = value.casefold()
    return next((c.value for c in field_.choices if wanted in (c.value.casefold(), c.label.casefold())), None)


def _ask_next(
    work: Work, voice: Voice, dialog: Dialog, key: str, *, intro: bool = False, problem: Text | None = None
) -> None:
    missing = dialog.missing
    if missing is None:
        return
    question: Text = (strong(missing.label),)
    if missing.hint:
        question += plain(f" ({missing.hint})")
    choices = tuple(Paragraph(plain(f"{n}. {choice.label}")) for n, choice in enumerate(missing.choices, 1))
    how = [_how_to_answer(voice, dialog)] if intro else []
    how += [] if missing.required else [voice.say("Write “-” to skip this.")]
    blocks = (
        *((Paragraph((strong(dialog.form.title),)),) if intro else ()),
        *((Paragraph(problem),) if problem else ()),
        Paragraph(question),
        *choices,
        *(Note(text) for text in how),
    )
    card = Card(summary=missing.label, blocks=blocks, language=voice.language)
    work.say(
        Post(key=f"{key}:ask:{missing.id}", place=dialog.room, about=dialog.form.context, card=card,
             thread=dialog.thread)
    )  # fmt: skip


def _how_to_answer(voice: Voice, dialog: Dialog) -> Text:
    if dialog.thread is None:
        return voice.say("Just write the answer here, or “cancel” to stop.")
    return voice.say("Answer here in the thread, or write “cancel” to stop.")


def _post(work: Work, voice: Voice, dialog: Dialog, key: str, sentence: Text) -> None:
    card = Card(summary=as_plain(sentence), blocks=(Paragraph(sentence),), language=voice.language)
    work.say(Post(key=f"{key}:dialog", place=dialog.room, card=card, thread=dialog.thread))

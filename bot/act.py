"""One act: something heard, who did it, and the means to answer them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot import dialogs
from bot.cards import Card, Note, Paragraph, Text, as_plain
from bot.events import ChatEvent, MessagePosted
from bot.forms import Form
from bot.intents import AnyIntent, Ask, Post, Whisper
from bot.people import Directory, Person, RoomProfile
from bot.refs import ThreadRef
from bot.texts import Voice
from bot.uow import Work


@dataclass(slots=True)
class Act:
    """What a conversation function gets: read, allow, call one use case, answer.

    ``voice`` speaks the language of whoever did this: that of their message, else their own, else the room's.
    """

    work: Work
    event: ChatEvent
    person: Person
    voice: Voice
    room: RoomProfile
    directory: Directory
    _said: int = field(default=0)

    @property
    def now(self) -> datetime:
        """The time of this act, UTC."""
        return self.work.now

    @property
    def thread(self) -> ThreadRef | None:
        """The thread this happened in, if it was in one."""
        return getattr(self.event, "thread", None)

    @property
    def own_thread(self) -> ThreadRef | None:
        """The thread an answer belongs in: this one, or a new one under the message; None in a direct conversation."""
        event = self.event
        if self.thread is not None:
            return self.thread
        if isinstance(event, MessagePosted):
            return None if event.direct else ThreadRef.under(event.message)
        return None

    @property
    def trigger(self) -> str:
        """What allows a form to be opened now; empty when the thread must ask instead."""
        return str(getattr(self.event, "trigger", ""))

    def key(self) -> str:
        """A key for the next intent of this act: the same again when the act is done again."""
        self._said += 1
        return f"{self.event.delivery}#{self._said}"

    def say(self, intent: AnyIntent) -> None:
        """Decide something beyond answering."""
        self.work.say(intent)

    def reply(self, card: Card, *, about: str = "") -> None:
        """Answer where the person spoke: a message in the thread, or to them alone if they used no message."""
        if isinstance(self.event, MessagePosted):
            self.say(Post(key=self.key(), place=self.event.room, about=about, card=card, thread=self.own_thread))
        else:
            self.whisper(card, about=about)

    def answer(self, card: Card, *, about: str = "", alone: bool) -> None:
        """Answer where the person spoke, or to them ``alone``: for what not everybody in the room may read."""
        if alone:
            self.whisper(card, about=about)
        else:
            self.reply(card, about=about)

    def whisper(self, card: Card, *, about: str = "") -> None:
        """Answer so that only this person sees it."""
        event = self.event
        if isinstance(event, MessagePosted) and event.direct:
            self.reply(card, about=about)
            return
        said = event.message if isinstance(event, MessagePosted) else None
        self.say(
            Whisper(
                key=self.key(), place=event.room, about=about, user=event.by, card=card, thread=self.thread,
                message=said,
            )
        )  # fmt: skip

    def tell(self, sentence: Text, *, about: str = "", note: Text = ()) -> None:
        """Answer this person alone in one sentence."""
        blocks = (Paragraph(sentence), Note(note)) if note else (Paragraph(sentence),)
        self.whisper(Card(summary=as_plain(sentence), blocks=blocks, language=self.voice.language), about=about)

    def ask(self, form: Form) -> None:
        """Ask for a few fields: a form where one can be opened now, else field by field in the thread."""
        event = self.event
        if self.trigger:
            self.say(
                Ask(
                    key=self.key(), place=event.room, about=form.context, user=event.by, form=form,
                    trigger=self.trigger, thread=self.thread,
                )
            )  # fmt: skip
        else:
            dialogs.begin(self.work, self.voice, form, event.by, event.room, self.own_thread, self.key())

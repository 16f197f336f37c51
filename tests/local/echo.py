"""A bot that answers what it hears at once, so that the page can be tried without the rest of the program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.local.platform import LocalChat
from bot.cards import Action, Actions, Card, Facts, Heading, Note, Paragraph, Quote, Tone, plain, strong
from bot.chat import Cursor, Once
from bot.events import ActionTaken, ChatEvent, CommandGiven, FormSubmitted, MessagePosted
from bot.forms import Choice, Field, FieldKind, Form
from bot.refs import ThreadRef
from tests.local.memory_inbox import MemoryInbox

SOLVE = Form(
    id="solve",
    title="What solved INC-1?",
    context="INC-1",
    submit="Save",
    cancel="Not now",
    fields=(
        Field(id="how", label="What solved it", kind=FieldKind.LONG, hint="Plain words; it becomes the article."),
        Field(id="cause", label="Cause", required=False),
        Field(
            id="sure",
            label="How sure are you?",
            kind=FieldKind.CHOICE,
            choices=(Choice("sure", "Sure"), Choice("guess", "A guess")),
        ),
    ),
)


def registered(text: str, name: str) -> Card:
    return Card(
        summary="INC-1 is registered: VPN",
        blocks=(
            Heading("INC-1 is registered"),
            Paragraph((*plain("Thank you, "), strong(name), *plain(". The network team has been told."))),
            Facts((("Service", plain("VPN")), ("State", plain("Being looked at")), ("Affected", plain("1 person")))),
            Quote(text, by=name),
            Actions(
                (
                    Action("me_too", "Me too", "INC-1", words="me too INC-1", tone=Tone.PRIMARY),
                    Action("solve", "Resolve", "INC-1", words="resolve INC-1"),
                    Action("undo", "Not a request", "INC-1", words="not a request"),
                )
            ),
            Note(plain("You can also type: me too INC-1")),
        ),
    )


class EchoBot(MemoryInbox):
    def __init__(self, chat: LocalChat) -> None:
        super().__init__()
        self._chat = chat

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        known = {event.delivery for event in self.events}
        await super().put(events, cursors)
        for event in events:
            if event.delivery not in known:
                await self._answer(event)

    async def _answer(self, event: ChatEvent) -> None:
        once = Once(f"answer {event.delivery}", datetime.now(UTC))
        match event:
            case MessagePosted(text=text) if "secret" in text:
                await self._chat.answer(event.room, event.by, Card(summary="Is this a report?"), once)
            case MessagePosted(text=text, thread=None) if "VPN" in text:
                thread = ThreadRef.under(event.message)
                await self._chat.post(event.room, registered(text, event.by_name), once, thread=thread)
            case MessagePosted(direct=True):
                await self._chat.post(event.room, Card(summary="You can say: help, status, report …"), once)
            case CommandGiven():
                await self._chat.answer(event.room, event.by, Card(summary=f"You asked: {event.text}"), once)
            case ActionTaken(action="solve"):
                await self._chat.ask(event.room, event.by, SOLVE, event.trigger, once, thread=event.thread)
            case ActionTaken():
                words = Card(summary=f"{event.by_name} chose {event.action}")
                await self._chat.post(event.room, words, once, thread=event.thread)
            case FormSubmitted():
                words = Card(summary=f"{event.by_name} solved it: {event.values['how']}")
                await self._chat.post(event.room, words, once, thread=event.thread)
            case _:
                pass

"""One swarm, a room on each network: what people say in one of them is said once in each of the others.

A copy's key names the message it was made of and the network it is for. So nothing need be remembered to find the copy
of a message; and the key that a copy was made with leads back to the message. The bot does not hear itself, so nothing
comes back.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from bot.cards import Block, Card, Note, Paragraph, Span, link, plain, strong
from bot.events import MessageDeleted, MessageEdited, MessagePosted, ReactionAdded, ReactionRemoved
from bot.intents import Edit, MessageOf, Post, React, Retract, RoomOf, ThreadOf, Unreact
from bot.plain import cut, excerpt
from bot.refs import MessageRef, Platform, ThreadRef
from bot.texts import Voice
from bot.uow import Work
from swarming.model import Swarm
from swarming.ports import Crossings

LONGEST = 8_000
"""Characters of a message that are carried over; networks have limits of their own."""
PARAGRAPH = 2_500

_TO = " > "


def carry(work: Work, voice: Voice, swarm: Swarm, event: MessagePosted, name: str) -> None:
    """Say a message in the swarm's other rooms, with who said it and where. What comes after the end stays where it
    is: networks take nothing more in a room that is closed."""
    if swarm.closed_at is not None:
        return
    card = _card(voice, name, event)
    for place in _elsewhere(swarm, event.room.platform):
        work.say(
            Post(key=copy_of(event.message, place.platform), place=place, about=swarm.reference, card=card,
                 thread=_thread(work, swarm, event.thread, place.platform))
        )  # fmt: skip


def carry_change(work: Work, voice: Voice, swarm: Swarm, event: MessageEdited | MessageDeleted, name: str) -> None:
    """A message that was carried over now says something else, or was taken back."""
    for place in _elsewhere(swarm, event.room.platform):
        copy = copy_of(event.message, place.platform)
        if not work.is_said(copy):
            continue
        key, about = f"{copy} {event.delivery}", swarm.reference
        if isinstance(event, MessageDeleted):
            work.say(Retract(key=key, place=place, about=about, message=MessageOf(copy)))
        else:
            card = _card(voice, name, event)
            work.say(Edit(key=key, place=place, about=about, message=MessageOf(copy), card=card))


def carry_reaction(work: Work, swarm: Swarm, event: ReactionAdded | ReactionRemoved) -> None:
    """The bot reacts for those who reacted in another room, until the last of them takes it back."""
    if swarm.closed_at is not None or event.emoji.isascii():  # the name of a picture that only the one network has
        return
    crossings = work.get(Crossings)
    added = isinstance(event, ReactionAdded)
    changed = (crossings.react if added else crossings.unreact)(event.message, event.emoji, event.by)
    if not changed:
        return
    for place, message in _same(work, swarm, event.message):
        key, about = f"{event.delivery}{_TO}{place.platform}", swarm.reference
        kind = React if added else Unreact
        work.say(kind(key=key, place=place, about=about, message=message, emoji=event.emoji))


def copy_of(message: MessageRef, to: Platform) -> str:
    """The key of what is said in place of a message in the room on another network; the key of what changes it there
    begins with this and a space."""
    return f"{message}{_TO}{to}"


def _same(work: Work, swarm: Swarm, message: MessageRef) -> Iterable[tuple[RoomOf, MessageRef | MessageOf]]:
    """The same message in each of the swarm's other rooms."""
    original = _original(work, message) or message
    for place in _elsewhere(swarm, message.room.platform):
        if place.platform is original.room.platform:
            yield place, original
        elif work.is_said(copy := copy_of(original, place.platform)):
            yield place, MessageOf(copy)


def _thread(work: Work, swarm: Swarm, thread: ThreadRef | None, to: Platform) -> ThreadRef | ThreadOf | None:
    """The same thread over there; None where what it hangs on never came over."""
    if thread is None:
        return None
    for place, message in _same(work, swarm, thread.message):
        if place.platform is to:
            return ThreadRef.under(message) if isinstance(message, MessageRef) else ThreadOf(message.key)
    return None


def _elsewhere(swarm: Swarm, here: Platform) -> Sequence[RoomOf]:
    return [place for place in swarm.places() if place.platform is not here]


def _original(work: Work, message: MessageRef) -> MessageRef | None:
    """The message that one of the bot's was copied from."""
    original, arrow, _ = work.made_by(message).partition(_TO)
    return MessageRef.parse(original) if arrow else None


def _card(voice: Voice, name: str, event: MessagePosted | MessageEdited) -> Card:
    """Who said it, where, and what; the words are plain text and so can ping nobody."""
    network, files = event.room.platform.shown, event.files
    said = cut(event.words, LONGEST)
    parts = textwrap.wrap(said, PARAGRAPH, replace_whitespace=False, drop_whitespace=False) if said else [""]
    blocks: list[Block] = [Paragraph((strong(f"{name} ({network}): "), Span(parts[0])))]
    blocks += [Paragraph(plain(part)) for part in parts[1:]]
    if len(event.text) > LONGEST:
        blocks.append(Note(voice.say("The message goes on in {network}.", network=network)))
    blocks += [Paragraph((Span("📎 "), link(file.name, file.url) if file.url else Span(file.name))) for file in files]
    return Card(summary=f"{name} ({network}): {excerpt(event.text)}", blocks=tuple(blocks), language=voice.language)

"""Something told to many at once: how far it has come, shown to whoever began it, and stopping it.

Its messages are ordinary posts, each done once; what is kept here is only what it takes to show how many are done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from bot.cards import Action, Actions, Block, Card, Note, Paragraph, as_plain, strong
from bot.intents import Direct, Edit, MessageOf, Post
from bot.refs import UserRef
from bot.texts import Value, Voice, Voices
from bot.uow import Work

MANY = 20
"""From so many on it is shown how far it has come, and everything else goes first."""
STOP = "stop_update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What is told to many. The keys of its messages begin with ``name`` and a colon; ``people`` is how many there are.

    ``to`` sees how far it has come, in this language. ``shown`` is how many were sent when that was last said;
    ``stopped_by`` is the name of whoever stopped it.
    """

    name: str
    about: str
    people: int
    to: UserRef
    language: str
    zone: str
    shown: int = 0
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a broadcast are sent, still to be sent, and refused by the network."""

    sent: int
    waiting: int
    refused: int


class Broadcasts(Protocol):
    """The broadcasts under way, within one unit of work."""

    def put(self, broadcast: Broadcast) -> None:
        """Keep it, in place of an earlier one of that name."""
        ...

    def under_way(self) -> list[Broadcast]:
        """All of them."""
        ...

    def end(self, broadcast: Broadcast) -> None:
        """Forget it: everything was sent, refused or taken back."""
        ...

    def tally(self, broadcast: Broadcast) -> Tally:
        """How far it has come."""
        ...

    def take_back(self, broadcast: Broadcast) -> int:
        """Take back what is not on its way yet, for good; returns how many messages that were."""
        ...


def begin(work: Work, name: str, about: str, people: int, to: UserRef, voice: Voice, zone: str) -> None:
    """Show somebody how far it comes. To be said before the messages themselves."""
    broadcast = Broadcast(name=name, about=about, people=people, to=to, language=voice.language, zone=zone)
    work.get(Broadcasts).put(broadcast)
    card = under_way(voice, broadcast, 0)
    work.say(Post(key=_shown_as(broadcast), place=Direct(to), about=about, card=card))


def show_progress(work: Work) -> int:
    """Say of every broadcast how far it has come; returns how many there are. To be called every few seconds."""
    broadcasts = work.get(Broadcasts)
    found = broadcasts.under_way()
    for broadcast in found:
        if broadcast.stopped_by:
            broadcasts.take_back(broadcast)  # what was out when it was stopped, and was told to come again later
        tally = broadcasts.tally(broadcast)
        voice = work.get(Voices).voice(broadcast.language, broadcast.zone)
        if tally.waiting == 0:
            broadcasts.end(broadcast)
            _show(work, broadcast, "end", ended(voice, broadcast, tally))
        elif tally.sent != broadcast.shown and not broadcast.stopped_by:
            broadcasts.put(replace(broadcast, shown=tally.sent))
            _show(work, broadcast, str(tally.sent), under_way(voice, broadcast, tally.sent))
    return len(found)


def stop(work: Work, about: str, by_name: str) -> int:
    """Take back what was not sent yet of everything that is being told about a thing; returns how many messages."""
    broadcasts = work.get(Broadcasts)
    stopped = 0
    for broadcast in broadcasts.under_way():
        if broadcast.about == about and not broadcast.stopped_by:
            stopped += broadcasts.take_back(broadcast)
            broadcasts.put(replace(broadcast, stopped_by=by_name))
    return stopped


def under_way(voice: Voice, broadcast: Broadcast, sent: int) -> Card:
    """How far it has come, with the way to stop it."""
    first = voice.say(
        "News about {ref} is on its way: sent {sent} of {all}.",
        ref=(strong(broadcast.about),), sent=sent, all=broadcast.people,
    )  # fmt: skip
    button = Action(
        STOP, voice.line("Stop sending"), broadcast.about, voice.line("stop update {ref}", ref=broadcast.about)
    )
    note = voice.say("Those hit first hear first. To stop it, write “stop update {ref}”.", ref=broadcast.about)
    blocks: tuple[Block, ...] = (Paragraph(first), Actions((button,)), Note(note))
    return Card(summary=as_plain(first), blocks=blocks, language=voice.language)


def ended(voice: Voice, broadcast: Broadcast, tally: Tally) -> Card:
    """What became of it."""
    values: dict[str, Value] = {"ref": (strong(broadcast.about),), "sent": tally.sent, "all": broadcast.people}
    first = (
        voice.say("{name} stopped the news about {ref}: sent {sent} of {all}.", name=broadcast.stopped_by, **values)
        if broadcast.stopped_by
        else voice.say("News about {ref}: sent {sent} of {all}.", **values)
    )
    blocks: list[Block] = [Paragraph(first)]
    if tally.refused:
        blocks.append(
            Note(voice.plural("{n} person could not be reached.", "{n} people could not be reached.", tally.refused))
        )
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def _show(work: Work, broadcast: Broadcast, how_far: str, card: Card) -> None:
    shown_as = _shown_as(broadcast)
    work.say(
        Edit(key=f"{shown_as}:{how_far}", place=Direct(broadcast.to), about=broadcast.about,
             message=MessageOf(shown_as), card=card)
    )  # fmt: skip


def _shown_as(broadcast: Broadcast) -> str:
    return f"progress of {broadcast.name}"

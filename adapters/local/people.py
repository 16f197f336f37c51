"""A person of the local chat as one acts as them: the page's server does, and journeys that speak as several people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from adapters.local import forms, messages, rooms, view
from adapters.local.store import BOT, LocalStore
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Button:
    """A button that can be tapped."""

    id: str
    label: str
    value: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message as one person sees it. ``text`` is every word of it, a card's as well."""

    message: MessageRef
    by: str
    text: str
    summary: str
    buttons: tuple[Button, ...]
    thread: ThreadRef | None
    whisper: bool
    edited: bool
    pinned: bool
    reactions: Mapping[str, Sequence[str]]
    card: Mapping[str, Any] | None

    @property
    def from_bot(self) -> bool:
        """Whether the bot said it."""
        return self.by == BOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A form that stands before somebody."""

    id: str
    form: str
    title: str
    room: str
    fields: Mapping[str, Mapping[str, Any]]


class Player:
    """One person. Rooms may be given by name or reference, messages as seen or by reference.

    Every act raises ``NotPossible`` when the network would not let this person do it.
    """

    def __init__(self, store: LocalStore, id: str) -> None:  # noqa: A002
        self.id = id
        self.ref = UserRef(Platform.LOCAL, id)
        self._store = store
        with store.reading() as connection:
            self.name = str(rooms.named(connection, id).name)

    @property
    def direct(self) -> RoomRef:
        """Their direct room with the bot."""
        return RoomRef(Platform.LOCAL, rooms.direct_id(self.id))

    def says(self, room: str | RoomRef, text: str, thread: Seen | MessageRef | ThreadRef | None = None) -> MessageRef:
        """Write a message, in the thread of another one if that is given."""
        with self._store.transaction() as connection:
            id_ = messages.say(connection, self.id, _room(room), text, _root(thread), self._store.now())
        return MessageRef(RoomRef(Platform.LOCAL, _room(room)), id_)

    def commands(self, room: str | RoomRef, text: str) -> None:
        """Give a command that the room does not see (``/swarm …`` without its first word)."""
        with self._store.transaction() as connection:
            messages.command(connection, self.id, _room(room), text, self._store.now())

    def edits(self, message: Seen | MessageRef, text: str) -> None:
        """Change what one wrote."""
        with self._store.transaction() as connection:
            messages.edit(connection, self.id, _id(message), text, self._store.now())

    def deletes(self, message: Seen | MessageRef) -> None:
        """Take back what one wrote."""
        with self._store.transaction() as connection:
            messages.take_back(connection, self.id, _id(message), self._store.now())

    def hides(self, message: Seen | MessageRef) -> None:
        """Put away something only this person sees."""
        with self._store.transaction() as connection:
            messages.hide(connection, self.id, _id(message))

    def reacts(self, message: Seen | MessageRef, emoji: str) -> None:
        """Add a reaction."""
        with self._store.transaction() as connection:
            messages.react(connection, self.id, _id(message), emoji, self._store.now())

    def unreacts(self, message: Seen | MessageRef, emoji: str) -> None:
        """Take a reaction back."""
        with self._store.transaction() as connection:
            messages.unreact(connection, self.id, _id(message), emoji, self._store.now())

    def taps(self, message: Seen | MessageRef, action: str, value: str | None = None) -> None:
        """Tap a button, named by its label or its id; ``value`` tells two of one id apart."""
        with self._store.transaction() as connection:
            card = messages.visible(connection, self.id, _id(message)).card
            for one in messages.actions_of(card):
                if action in (one["id"], one["label"]) and value in (None, one["value"]):
                    action, value = one["id"], one["value"]
            messages.tap(connection, self.id, _id(message), action, value or "", self._store.now())

    def submits(self, form: Shown | str, values: Mapping[str, str]) -> None:
        """Hand in a form that stands before this person."""
        id_ = form.id if isinstance(form, Shown) else form
        with self._store.transaction() as connection:
            forms.submit(connection, self.id, id_, values, self._store.now())

    def dismisses(self, form: Shown | str) -> None:
        """Close a form without handing it in."""
        with self._store.transaction() as connection:
            forms.dismiss(connection, self.id, form.id if isinstance(form, Shown) else form)

    def joins(self, room: str | RoomRef) -> None:
        """Become a member of an open channel."""
        with self._store.transaction() as connection:
            rooms.entered(connection, _room(room), self.id)
            rooms.join(connection, _room(room), self.id, self._store.now())

    def leaves(self, room: str | RoomRef) -> None:
        """Leave a channel."""
        with self._store.transaction() as connection:
            rooms.leave(connection, _room(room), self.id, self._store.now())

    def view(self, since: int = 0) -> Mapping[str, Any]:
        """Everything this person sees, as plain values (``adapters.local.view.seen``)."""
        with self._store.reading() as connection:
            return view.seen(connection, self.id, since)

    def rooms(self) -> Mapping[str, Mapping[str, Any]]:
        """The rooms this person can look into, by id: name, topic, private, closed, joined, members."""
        return {room["id"]: room for room in self.view()["rooms"]}

    def sees(self, room: str | RoomRef, thread: Seen | MessageRef | ThreadRef | None = None) -> tuple[Seen, ...]:
        """The messages of a room this person sees, whispers for them too, oldest first.

        With ``thread``, only the answers in it.
        """
        found = [one for one in self.view()["messages"] if one["room"] == _room(room) and not one["deleted"]]
        root = _root(thread)
        return tuple(_seen(one) for one in found if root is None or one["thread"] == root)

    def forms(self) -> tuple[Shown, ...]:
        """The forms that stand before this person."""
        return tuple(
            Shown(
                id=one["id"],
                form=one["form"]["id"],
                title=one["form"]["title"],
                room=one["room"],
                fields={field["id"]: field for field in one["form"]["fields"]},
            )
            for one in self.view()["forms"]
        )

    async def wait_for(self, look: Callable[[], T], timeout: float = 10.0) -> T:
        """Look after every change until there is something to see; returns it.

        Looking in vain raises ``AssertionError`` with everything this person sees.
        """
        clock = asyncio.get_running_loop()
        deadline = clock.time() + timeout
        with self._store.changes.subscribe() as changed:
            while True:
                if found := look():
                    return found
                if not await changed.wait(deadline - clock.time()):
                    lines = "\n".join(_line(one) for one in self.view()["messages"])
                    raise AssertionError(f"In {timeout:g} s nothing of the kind was seen. {self.name} sees:\n{lines}")


def _room(room: str | RoomRef) -> str:
    return room.id if isinstance(room, RoomRef) else room


def _id(message: Seen | MessageRef) -> str:
    return message.message.id if isinstance(message, Seen) else message.id


def _root(thread: Seen | MessageRef | ThreadRef | None) -> str | None:
    match thread:
        case None:
            return None
        case ThreadRef():
            return thread.root
        case Seen():
            return thread.thread.root if thread.thread else thread.message.id
        case MessageRef():
            return thread.id


def _seen(one: Mapping[str, Any]) -> Seen:
    room = RoomRef(Platform.LOCAL, one["room"])
    return Seen(
        message=MessageRef(room, one["id"]),
        by=one["by"],
        text=_words(one),
        summary=one["text"],
        buttons=tuple(
            Button(action["id"], action["label"], action["value"], action["words"])
            for action in messages.actions_of(one["card"])
        ),
        thread=ThreadRef(room, one["thread"]) if one["thread"] else None,
        whisper=one["whisper"],
        edited=one["edited"],
        pinned=one["pinned"],
        reactions={reaction["emoji"]: reaction["by"] for reaction in one["reactions"]},
        card=one["card"],
    )


def _words(one: Mapping[str, Any]) -> str:
    blocks = one["card"]["blocks"] if one["card"] else ()
    return "\n".join([one["text"], *(_block_words(block) for block in blocks)])


def _block_words(block: Mapping[str, Any]) -> str:
    match block["kind"]:
        case "heading" | "quote":
            return str(block["text"])
        case "paragraph" | "note":
            return _line_of(block["text"])
        case "facts":
            return "\n".join(f"{row['name']}: {_line_of(row['text'])}" for row in block["rows"])
        case "actions":
            return " ".join(f"[{action['label']}]" for action in block["actions"])
    return ""


def _line_of(spans: Sequence[Mapping[str, str]]) -> str:
    return "".join(span["text"] for span in spans)


def _line(one: Mapping[str, Any]) -> str:
    where = f"{one['room']}{' > ' + one['thread'] if one['thread'] else ''}"
    return f"  {one['id']} #{where} {one['by']}{' (whisper)' if one['whisper'] else ''}: {_words(one)}"

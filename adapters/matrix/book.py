"""What the listener knows of rooms and people from the state that syncs bring; in memory, a start reads it anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from adapters.matrix import reading
from adapters.matrix.reading import Event, mapping, string

MOST_NAMES = 20_000


class Book:
    """Names of people, and of rooms what tells whether they are a conversation of two."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, str] = OrderedDict()
        self._members: dict[str, tuple[int, int]] = {}
        self._titled: set[str] = set()

    def learn_room(self, room: str, joined: Mapping[str, Any]) -> None:
        """Take in a room as a sync tells it."""
        summary = mapping(joined.get("summary"))
        before = self._members.get(room, (0, 0))
        self._members[room] = (
            _count(summary.get("m.joined_member_count"), before[0]),
            _count(summary.get("m.invited_member_count"), before[1]),
        )
        for part in ("state", "timeline"):
            for event in reading.events(mapping(joined.get(part)).get("events")):
                self._learn_state(room, event)

    def learn_people(self, events: Iterable[Event]) -> None:
        """Take in member events."""
        for event in events:
            if event.get("type") == "m.room.member" and reading.content(event).get("membership") == "join":
                self._names[string(event.get("state_key"))] = string(reading.content(event).get("displayname"))
                if len(self._names) > MOST_NAMES:
                    self._names.popitem(last=False)

    def name_is(self, user: str, name: str) -> None:
        """Take in what somebody is called."""
        self._names[user] = name

    def name(self, user: str) -> str:
        """What somebody is called; the name part of their user id when they have no name."""
        return self._names.get(user) or user.partition(":")[0].removeprefix("@")

    def is_small(self, room: str) -> bool:
        """Whether there are at most two people in it, as far as is known."""
        return sum(self._members.get(room, (0, 0))) <= 2

    def is_conversation(self, room: str) -> bool:
        """Whether it looks like a conversation of two: two people and no title."""
        return sum(self._members.get(room, (0, 0))) == 2 and room not in self._titled

    def _learn_state(self, room: str, event: Event) -> None:
        kind, content = event.get("type"), reading.content(event)
        if kind in ("m.room.name", "m.room.canonical_alias") and (content.get("name") or content.get("alias")):
            self._titled.add(room)
        elif kind == "m.room.member":
            self.learn_people([event])


def _count(value: object, default: int) -> int:
    return value if isinstance(value, int) else default

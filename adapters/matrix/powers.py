"""What somebody may do in a room, computed from its state as the room's version says it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from adapters.matrix import reading
from adapters.matrix.reading import Event, mapping, string, strings

_WITHOUT_CREATORS = ("", *map(str, range(1, 12)))
"""Room versions in which who created a room has no power by that alone."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """Where the power levels say what an act needs: the level for a kind of event, or else one of the levels for all.

    ``default`` holds where neither stands there, ``without`` where the room has no power levels at all.
    """

    words: str
    kind: str
    fallback: str
    default: int
    without: int


class Act(Enum):
    """What the bot may want to do in a room. The value says what the power levels have to do with it."""

    WRITE = _Rule("write", "m.room.message", "events_default", 0, 0)
    WRITE_ENCRYPTED = _Rule("write", "m.room.encrypted", "events_default", 0, 0)
    REACT = _Rule("react", "m.reaction", "events_default", 0, 0)
    TAKE_BACK = _Rule("take its own messages back", "m.room.redaction", "events_default", 0, 0)
    PIN = _Rule("pin messages", "m.room.pinned_events", "state_default", 50, 0)
    SET_TOPIC = _Rule("change the topic", "m.room.topic", "state_default", 50, 0)
    INVITE = _Rule("invite people", "", "invite", 0, 0)
    REMOVE = _Rule("take people out", "", "kick", 50, 50)
    CLOSE = _Rule("close the room", "m.room.power_levels", "state_default", 50, 0)

    @property
    def words(self) -> str:
        """What it is, after *may* or *may not*."""
        return self.value.words


class Room:
    """The state of a room, as far as it says who may do what."""

    def __init__(self, state: Iterable[Event]) -> None:
        self._by_key = {(string(event.get("type")), string(event.get("state_key"))): event for event in state}
        self._levels = self.content("m.room.power_levels")

    def content(self, kind: str, key: str = "") -> Mapping[str, Any]:
        """What a state event says; empty when there is none."""
        return reading.content(self._by_key.get((kind, key), {}))

    def has(self, kind: str) -> bool:
        """Whether the room has state of this kind."""
        return (kind, "") in self._by_key

    @property
    def name(self) -> str:
        """The room's name; empty when it has none."""
        return string(self.content("m.room.name").get("name"))

    @property
    def version(self) -> str:
        """The room version; rooms of the first one do not say it."""
        return string(self.content("m.room.create").get("room_version")) or "1"

    def is_creator(self, user: str) -> bool:
        """Whether somebody made the room, alone or with others."""
        created = self._by_key.get(("m.room.create", ""), {})
        others = strings(reading.content(created).get("additional_creators"))
        return created.get("sender") == user or (self.version not in _WITHOUT_CREATORS and user in others)

    def level_of(self, user: str) -> float:
        """How much power somebody has. From version 12 on, that of who created the room is above all levels."""
        if self.version not in _WITHOUT_CREATORS and self.is_creator(user):
            return math.inf
        if not self.has("m.room.power_levels"):
            return 100 if self.is_creator(user) else 0
        users = mapping(self._levels.get("users"))
        return _level(users.get(user), _level(self._levels.get("users_default"), 0))

    def needed(self, act: Act) -> int:
        """The level that an act takes."""
        rule = act.value
        if not self.has("m.room.power_levels"):
            return rule.without
        general = _level(self._levels.get(rule.fallback), rule.default)
        return _level(mapping(self._levels.get("events")).get(rule.kind), general) if rule.kind else general

    def may(self, user: str, act: Act) -> bool:
        """Whether somebody who is in may do this. Taking somebody out takes more power than they have, too."""
        return self.level_of(user) >= self.needed(act)


def _level(value: Any, default: int) -> int:
    """A level as the room says it; in rooms before version 10 it may be a text."""
    try:
        return int(value) if isinstance(value, int | str) else default
    except ValueError:
        return default

"""Dataclasses to JSON text and back, for what is stored: events, facts, intents and the parts of aggregates.

References are their text form, a styled text is a list of strings and triples, and a value of a union is
``[class name, value]``. Fields at their default are left out, so a new field with a default reads old rows.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from cattrs import Converter
from cattrs.preconf.json import make_converter

from adapters.sql.memory import Memory
from bot import facts as core
from bot.cards import Span, Style
from bot.events import ChatEvent
from bot.facts import Fact
from bot.intents import AnyIntent
from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef

T = TypeVar("T")

CORE_FACTS: tuple[type[Fact], ...] = (
    core.RoomOpened, core.InviteRefused, core.RemoveRefused, core.IntentRefused, core.ThreadRead,
    core.ThreadNotRead, core.FormNotShown, core.AccountsLinked, core.AccountsParted,
)  # fmt: skip


class UnknownType(LookupError):
    """A stored class this program does not know, or one to be stored that was never registered."""


class Codec:
    """Knows the classes that may be stored: events, intents, the core's facts, and the facts given."""

    def __init__(self, facts: Iterable[type[Fact]] = ()) -> None:
        self._converter = _converter()
        self._memory = Memory()
        self._known: dict[str, type[Any]] = {}
        for known in dict.fromkeys((*get_args(ChatEvent), *get_args(AnyIntent), *CORE_FACTS, *facts)):
            if known.__name__ in self._known:
                raise ValueError(f"two classes to be stored are named {known.__name__}")
            self._known[known.__name__] = known

    def dump(self, value: object) -> tuple[str, str]:
        """The name of the value's class and the value as JSON text."""
        name = type(value).__name__
        if self._known.get(name) is not type(value):
            raise UnknownType(f"{name} was not registered with the codec")
        return name, self.to_json(value, type(value))

    def load(self, name: str, text: str) -> Any:
        """The value again; raises ``UnknownType`` for a class unknown here."""
        if name not in self._known:
            raise UnknownType(f"a stored {name} is unknown to this version of the program")
        return self.from_json(text, self._known[name])

    def to_json(self, value: object, shape: object) -> str:
        """A value of any shape made of dataclasses, such as ``tuple[Seat, ...]``, as JSON text."""
        return json.dumps(self._converter.unstructure(value, unstructure_as=shape), separators=(",", ":"))

    def from_json(self, text: str, shape: type[T]) -> T:
        """The value of that shape again."""
        return self._converter.structure(json.loads(text), shape)

    def learn(self, text: str, value: object) -> None:
        """Remember what a text, just made of this value, means; for ``recall``."""
        self._memory.learn(text, type(value), value)

    def recall(self, text: str, shape: type[T]) -> T:
        """The same, but each text is read only once and then copied, which is several times faster."""
        return self._memory.recall(text, shape, self.from_json)


def _converter() -> Converter:
    converter = make_converter(omit_if_default=True)
    for ref in (UserRef, RoomRef, MessageRef, ThreadRef):
        converter.register_unstructure_hook(ref, str)
        converter.register_structure_hook(ref, lambda text, cls: cls.parse(text))
    converter.register_unstructure_hook(datetime, lambda at: at.astimezone(UTC).isoformat())
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(timedelta, lambda span: span // timedelta(microseconds=1))
    converter.register_structure_hook(timedelta, lambda microseconds, _: timedelta(microseconds=microseconds))
    converter.register_unstructure_hook(Span, _span_out)
    converter.register_structure_hook(Span, _span_in)
    converter.register_unstructure_hook_factory(_is_union, lambda union: _union_out(converter, union))
    converter.register_structure_hook_factory(_is_union, lambda union: _union_in(converter, union))
    return converter


def _span_out(span: Span) -> str | list[str]:
    return span.text if span == Span(span.text) else [span.text, str(span.style), span.target]


def _span_in(value: str | list[str], _: object) -> Span:
    return Span(value) if isinstance(value, str) else Span(value[0], Style(value[1]), value[2])


def _members(union: Any) -> dict[str, Any]:
    return {member.__name__: member for member in get_args(union) if member is not NoneType}


def _is_union(shape: Any) -> bool:
    if get_origin(shape) not in (Union, UnionType):
        return False
    members = [member for member in get_args(shape) if member is not NoneType]
    return len(members) > 1 and all(map(dataclasses.is_dataclass, members))


def _union_out(converter: Converter, union: Any) -> Any:
    members = _members(union)

    def out(value: object) -> list[object] | None:
        if value is None:
            return None
        name = type(value).__name__
        return [name, converter.unstructure(value, unstructure_as=members[name])]

    return out


def _union_in(converter: Converter, union: Any) -> Any:
    members = _members(union)

    def into(value: list[Any] | None, _: object) -> object:
        return None if value is None else converter.structure(value[1], members[value[0]])

    return into

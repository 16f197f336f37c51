"""References of one workspace among several: inside it ``slack:C061``, everywhere else ``slack:T024/C061``.

The one place where the workspace is put before an id and taken away again: around everything that is heard and said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from bot.cards import Span, Style
from bot.chat import Cursor, Inbox
from bot.events import ChatEvent
from bot.refs import Platform, RoomRef, UserRef

T = TypeVar("T")

_NETWORK = f"{Platform.SLACK}:"
_BETWEEN = "/"
_REFERRING = {Style.PERSON, Style.ROOM}


def workspace_of(ref: RoomRef | UserRef) -> str:
    """The workspace that a reference names, or empty."""
    return ref.id.partition(_BETWEEN)[0] if _BETWEEN in ref.id else ""


class Naming:
    """The names of one workspace."""

    def __init__(self, workspace: str) -> None:
        self._before = workspace + _BETWEEN

    def outside(self, thing: T) -> T:
        """The same with every reference in it as others know it."""
        return cast(T, _changed(thing, lambda id_: self._before + id_))

    def inside(self, thing: T) -> T:
        """The same with every reference in it as the workspace knows it; what is of another one stays as it is."""
        return cast(T, _changed(thing, lambda id_: id_.removeprefix(self._before)))

    def text(self, name: str) -> str:
        """The text form of a reference, or another name that begins like one, as others know it."""
        return _NETWORK + self._before + name.removeprefix(_NETWORK)


class NamedInbox:
    """``bot.chat.Inbox`` for what one workspace hears, over the one in which all is stored."""

    def __init__(self, inbox: Inbox, naming: Naming) -> None:
        self._inbox = inbox
        self._naming = naming

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        """Store events and cursors under the names others know."""
        heard = [
            replace(self._naming.outside(event), delivery=self._naming.text(event.delivery)) for event in events
        ]  # fmt: skip
        await self._inbox.put(heard, [Cursor(self._naming.text(one.name), one.value) for one in cursors])

    async def cursor(self, name: str) -> str | None:
        """A cursor of this workspace."""
        return await self._inbox.cursor(self._naming.text(name))


def _changed(thing: Any, change: Callable[[str], str]) -> Any:
    match thing:
        case UserRef(Platform.SLACK, id_) | RoomRef(Platform.SLACK, id_):
            return replace(thing, id=change(id_))
        case Span(style=style, target=target) if style in _REFERRING and target.startswith(_NETWORK):
            return replace(thing, target=_NETWORK + change(target.removeprefix(_NETWORK)))
        case str() | None:
            return thing
        case tuple():
            return tuple(_changed(one, change) for one in thing)
        case list():
            return [_changed(one, change) for one in thing]
        case Mapping():
            return {_changed(key, change): _changed(one, change) for key, one in thing.items()}
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            before = {one.name: getattr(thing, one.name) for one in fields(thing) if one.init}
            after = {name: _changed(one, change) for name, one in before.items()}
            changed = {name: one for name, one in after.items() if one != before[name]}
            return replace(thing, **changed) if changed else thing
        case _:
            return thing

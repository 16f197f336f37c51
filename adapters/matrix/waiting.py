"""Encrypted messages whose key has not come: kept, tried again when it comes, and said once when it does not."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from adapters.matrix.reading import Event, content, string
from adapters.matrix.shelf import Row, Shelf

ROW = "waiting"
MOST = 500
KEPT = 30 * 24 * 3600.0


class Waiting:
    """The unread messages. They are stored with the sync that brought them, so that a restart tries them again."""

    def __init__(self, shelf: Shelf, grace: float) -> None:
        """``grace``: seconds until the author is told. Keys mostly come within one."""
        self._shelf = shelf
        self._grace = grace

    async def add(self, room: str, event: Event) -> bool:
        """Keep a message; False when it is kept already."""
        row = await self._row()
        event_id = string(event.get("event_id"))
        if event_id in row:
            return False
        newest = dict(list(row.items())[-(MOST - 1) :])
        self._shelf.put(ROW, newest | {event_id: {"room": room, "event": event, "since": time.time()}})
        return True

    async def for_keys(self, keys: Collection[tuple[str, str]]) -> list[tuple[str, Event]]:
        """The messages that these keys (room and session) may open."""
        return [
            (kept["room"], kept["event"])
            for kept in (await self._row()).values()
            if (kept["room"], _session(kept["event"])) in keys
        ]

    async def everything(self) -> list[tuple[str, Event]]:
        """All messages, with their rooms."""
        return [(kept["room"], kept["event"]) for kept in (await self._row()).values()]

    async def read(self, event: Event) -> None:
        """A message could be read after all."""
        row = await self._row()
        event_id = string(event.get("event_id"))
        self._shelf.put(ROW, {id_: kept for id_, kept in row.items() if id_ != event_id})

    async def overdue(self) -> list[tuple[str, Event]]:
        """One message of each key that has been waited for long enough, handed out once."""
        row = await self._row()
        now = time.time()
        late = {id_: kept for id_, kept in row.items() if not kept.get("said") and now - kept["since"] >= self._grace}
        if not late:
            return []
        said = {_session(kept["event"]) for kept in row.values() if kept.get("said")}
        first: dict[str, dict[str, Any]] = {}
        for kept in late.values():
            if (session := _session(kept["event"])) not in said:
                first.setdefault(session, kept)
        marked = {id_: {**kept, "said": True} if id_ in late else kept for id_, kept in row.items()}
        self._shelf.put(ROW, {id_: kept for id_, kept in marked.items() if now - kept["since"] < KEPT})
        return [(kept["room"], kept["event"]) for kept in first.values()]

    async def due_in(self) -> float:
        """Seconds until somebody is to be told; endless when nobody is."""
        now = time.time()
        waits = [kept["since"] + self._grace - now for kept in (await self._row()).values() if not kept.get("said")]
        return max(0.0, min(waits, default=float("inf")))

    async def _row(self) -> Row:
        return await self._shelf.get(ROW) or {}


def without(row: Row, senders: Collection[str]) -> Row:
    """The messages but those of these people."""
    return {id_: kept for id_, kept in row.items() if string(kept["event"].get("sender")) not in senders}


def _session(event: Event) -> str:
    return string(content(event).get("session_id"))

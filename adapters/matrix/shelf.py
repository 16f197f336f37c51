"""Rows of one Matrix account, sealed, in the same database as what was heard.

What a sync changes in the keys is stored in one transaction with the events it brought and the sync token. What a
message changes in them is stored before the message leaves. So no key is lost and none is used twice, whatever moment
the process ends at, and another replica that takes over finds them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from adapters.matrix.vault import Vault, WrongKey
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import ChatEvent

MOST_CACHED = 4_000
CLOSED = timedelta(seconds=1)

Row = dict[str, Any]


class Shelf:
    """Named rows, read when needed and written together. Open in one process at a time: the one that listens.

    ``forgiving``: a row that cannot be opened counts as not there.
    """

    def __init__(self, vault: Vault | None, name: str, *, forgiving: bool = False) -> None:
        self._vault = vault
        self._name = name
        self._forgiving = forgiving
        self._inbox: Inbox | None = None
        self._cache: OrderedDict[str, Row] = OrderedDict()
        self._changed: dict[str, Row] = {}
        self._storing = asyncio.Lock()

    @property
    def pickle_key(self) -> bytes:
        """For what a library pickles."""
        return self._lock().pickle_key

    def open(self, inbox: Inbox) -> None:
        """Read and write from now on. Nothing is remembered: another process may have written."""
        self._inbox = inbox
        self._cache.clear()
        self._changed.clear()

    def close(self) -> None:
        """Neither read nor write any more."""
        self._inbox = None

    async def get(self, key: str) -> Row | None:
        """A row, which nobody may change but by ``put``; raises ``WrongKey``."""
        if (known := self._known(key)) is not None:
            return known
        name = self._row(key)
        sealed = await self._open_inbox().cursor(name)
        if (known := self._known(key)) is not None:  # written meanwhile
            return known
        if not sealed:
            return None
        try:
            row: Row = self._lock().open(name, sealed)
        except WrongKey:
            if self._forgiving:
                return None
            raise
        self._remember(key, row)
        return row

    def put(self, key: str, row: Row) -> None:
        """Change a row: seen at once, stored with the next ``store``."""
        self._changed[key] = row
        self._remember(key, row)

    async def store(self, events: Sequence[ChatEvent] = (), cursors: Sequence[Cursor] = ()) -> None:
        """Everything changed, with what was heard, in one transaction. When it fails all stays to be stored."""
        async with self._storing:
            changed = dict(self._changed)
            rows = [Cursor(self._row(key), self._lock().seal(self._row(key), row)) for key, row in changed.items()]
            if not (events or cursors or rows):
                return
            await self._open_inbox().put(events, [*cursors, *rows])
            for key, row in changed.items():
                if self._changed.get(key) is row:
                    del self._changed[key]

    def _lock(self) -> Vault:
        if self._vault is None:
            raise ChatRefused("encrypted_room", "There is no safe place for keys.")
        return self._vault

    def _open_inbox(self) -> Inbox:
        if self._inbox is None:
            raise ChatUnavailable("the keys of encrypted rooms are in another process's hands", retry_after=CLOSED)
        return self._inbox

    def _known(self, key: str) -> Row | None:
        if key in self._changed:
            return self._changed[key]
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        return None

    def _remember(self, key: str, row: Row) -> None:
        self._cache[key] = row
        self._cache.move_to_end(key)
        if len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)

    def _row(self, key: str) -> str:
        return f"{self._name} {key}"

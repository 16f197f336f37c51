"""A process that talks in the local chat until it is killed: ``python -m tests.local.talker FOLDER ROUND``.

It prints what was said as soon as that is promised to be kept. Its inbox is a file as well, with each delivery once.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from adapters.local.platform import LocalChat
from adapters.local.rooms import LocalPerson, LocalRoom
from adapters.local.store import LocalStore
from bot.chat import Cursor
from bot.events import ChatEvent, MessagePosted


class FileInbox:
    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS heard (n INTEGER PRIMARY KEY, delivery TEXT UNIQUE, text TEXT)")
        self._more = asyncio.Event()
        self._file.execute("CREATE TABLE IF NOT EXISTS cursor (name TEXT PRIMARY KEY, value TEXT)")

    async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        for event in events:
            text = event.text if isinstance(event, MessagePosted) else ""
            self._file.execute("INSERT OR IGNORE INTO heard (delivery, text) VALUES (?, ?)", (event.delivery, text))
        for cursor in cursors:
            self._file.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (cursor.name, cursor.value))
        self._file.execute("COMMIT")
        self._more.set()

    async def cursor(self, name: str) -> str | None:
        row = self._file.execute("SELECT value FROM cursor WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    async def has(self, text: str) -> None:
        """Wait until this was heard."""
        async with asyncio.timeout(10):
            while text not in self.texts():
                self._more.clear()
                await self._more.wait()

    def texts(self) -> list[str]:
        return [row[0] for row in self._file.execute("SELECT text FROM heard ORDER BY n")]

    def close(self) -> None:
        self._file.close()


def opened(folder: Path) -> LocalChat:
    chat = LocalChat(LocalStore(folder / "chat.sqlite3"))
    chat.seed([LocalPerson("anna", "Anna")], [LocalRoom("help", "help")])
    return chat


async def talk(folder: Path, name: str) -> None:
    chat = opened(folder)
    listening = asyncio.create_task(chat.listen(FileInbox(folder / "inbox.sqlite3")))
    anna = chat.person("anna")
    for number in range(100_000):
        text = f"{name} {number}"
        await asyncio.to_thread(anna.says, "help", text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
        await asyncio.sleep(0)
    await listening


if __name__ == "__main__":
    asyncio.run(talk(Path(sys.argv[1]), sys.argv[2]))

"""The bot's ear on a network: on as long as it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.chat import Chat, Inbox


class Ear:
    """Has a chat listen into an inbox; ``ready`` says when it began."""

    def __init__(self, chat: Chat, inbox: Inbox, ready: Callable[[], bool] = lambda: True) -> None:
        self._chat = chat
        self._inbox = inbox
        self._ready = ready
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin, and return once the network is heard."""
        self._task = asyncio.create_task(self._chat.listen(self._inbox))
        async with asyncio.timeout(60):
            while not (self._chat.connected and self._ready()):
                if self._task.done():
                    self._task.result()
                await asyncio.sleep(0.01)

    async def shut(self) -> None:
        """Hear nothing any more. The loop may have stood still for long: a call whose time is up at the very moment
        takes the first cancellation for its own."""
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=1)

"""The running program: hears on every network, deals with what is due, serves the pages, and stops gracefully."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import ASGIApp

from adapters.scheduling.ticks import Ticks
from adapters.sql.replicas import Leaders
from adapters.sql.storage import SqlStorage
from adapters.web.server import serving
from bot.chat import Chat
from bot.delivery import Delivery
from bot.errors import StorageUnavailable
from bot.refs import Platform
from bot.threads import Threads, Wake
from bot.worker import StoredInbox, Worker

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 6.0
SECONDS_BETWEEN_LOOKS = 2.0


class Closing(Protocol):
    """Something to close at the end."""

    async def close(self) -> None:
        """Close it."""
        ...


@dataclass(slots=True, kw_only=True)
class Program:
    """Everything that runs, built by ``adapters.bootstrap``."""

    storage: SqlStorage
    chats: Mapping[Platform, Chat]
    one_listener: frozenset[Platform]
    worker: Worker
    delivery: Delivery
    threads: Threads
    wake: Wake
    leaders: Leaders
    ticks: Ticks
    app: ASGIApp
    host: str
    port: int
    closing: Sequence[Callable[[], object]] = ()
    port_served: int = field(default=0)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Run while the context is open; gives the port of the web pages."""
        inbox = StoredInbox(self.storage, self.threads)
        async with AsyncExitStack() as stack:
            self.storage.on_new(self.wake)
            stack.enter_context(self.storage.listening())
            self.port_served = await stack.enter_async_context(serving(self.app, self.host, self.port))
            loops = [
                asyncio.create_task(self.worker.run_desk(), name="desk"),
                asyncio.create_task(self.worker.run_delivery(), name="delivery"),
                *(
                    asyncio.create_task(self._listen(chat, inbox), name=f"listen {platform}")
                    for platform, chat in self.chats.items()
                ),
            ]
            self.ticks.start()
            try:
                yield self.port_served
            finally:
                self.ticks.stop()
                await self._stop(loops)

    async def run(self, until: asyncio.Event) -> None:
        """Run until told to stop."""
        async with self.running() as port:
            gc.collect()
            gc.freeze()  # what lives as long as the program is not gone through again: that would hold everything up
            log.info("ready", extra={"address": f"http://{self.host}:{port}/", "networks": sorted(self.chats)})
            await until.wait()
            log.info("stopping")

    async def _stop(self, loops: Sequence[asyncio.Task[None]]) -> None:
        """First stop taking, then let what is being said end; what is left is in the database."""
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await self.delivery.finish(SECONDS_TO_FINISH)
        for chat in self.chats.values():
            close = getattr(chat, "close", None)
            if asyncio.iscoroutinefunction(close):
                await close()
        self.threads.close()
        for step in self.closing:
            step()

    async def _listen(self, chat: Chat, inbox: StoredInbox) -> None:
        """Hear one network for ever; where only one replica may, wait until this one leads."""
        name = f"listen {chat.platform}"
        while True:
            try:
                if chat.platform not in self.one_listener:
                    await chat.listen(inbox)
                elif await self.threads(self.leaders.acquire, name):
                    await self._listen_while_leading(chat, inbox, name)
            except StorageUnavailable:
                log.info("listening waits for the database", extra={"network": chat.platform})
            except Exception:
                log.exception("listening failed and begins again", extra={"network": chat.platform})
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)

    async def _listen_while_leading(self, chat: Chat, inbox: StoredInbox, name: str) -> None:
        listening = asyncio.create_task(chat.listen(inbox))
        try:
            while not listening.done() and await self.threads(self.leaders.holds, name):
                await asyncio.wait((listening,), timeout=SECONDS_BETWEEN_LOOKS)
            if listening.done():
                listening.result()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

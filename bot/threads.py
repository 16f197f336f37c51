"""Runs the synchronous inside in worker threads, and wakes loops when there is something to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class InThread(Protocol):
    """Calls a blocking function in a worker thread."""

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Its result, once it is there."""
        ...


class Threads:
    """A few worker threads."""

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="inside")

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is running, then end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Wake:
    """Lets any thread wake the loops that wait; a call between two waits is not lost."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: set[asyncio.Event] = set()

    def __call__(self) -> None:
        """Wake every waiting loop; safe from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set)

    def waiter(self) -> asyncio.Event:
        """An event for one loop: clear it, look for work, then wait for it."""
        event = asyncio.Event()
        self._events.add(event)
        return event

    def _set(self) -> None:
        for event in self._events:
            event.set()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return

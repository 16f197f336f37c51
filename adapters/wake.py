"""Wakes whoever waits for a change: told from any thread, heard in any event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Waker:
    """One waiting task's bell. Several rings before it looks count as one, so a slow one never piles up work."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()
        self._rung = False

    def ring(self) -> None:
        """Wake the task; callable from any thread. Costs nothing while it has not looked at the last ring."""
        if not self._rung and not self._loop.is_closed():
            self._rung = True
            self._loop.call_soon_threadsafe(self._bell.set)

    async def wait(self, timeout: float | None = None) -> bool:
        """Wait for the next ring; False when the time was over first."""
        try:
            async with asyncio.timeout(timeout):
                await self._bell.wait()
        except TimeoutError:
            return False
        self._bell.clear()
        self._rung = False
        return True


class Changes:
    """Something that changes, and those who want to know."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wakers: set[Waker] = set()

    def announce(self) -> None:
        """Say that something changed; callable from any thread."""
        with self._lock:
            wakers = tuple(self._wakers)
        for waker in wakers:
            waker.ring()

    @contextmanager
    def subscribe(self) -> Iterator[Waker]:
        """A bell that rings after every change while the context is open. Enter it inside the loop that waits."""
        waker = Waker()
        with self._lock:
            self._wakers.add(waker)
        try:
            yield waker
        finally:
            with self._lock:
                self._wakers.discard(waker)

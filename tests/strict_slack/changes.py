"""Waiting until something in this Slack changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from .errors import TimedOut

T = TypeVar("T")


class Changes:
    """Wakes everybody who waits, each time something happened."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def mark(self) -> None:
        """Says that something happened."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait_for(self, look: Callable[[], T], timeout: float, otherwise: Callable[[], str]) -> T:
        """Returns what ``look`` finds as soon as it is truthy; raises `TimedOut` with ``otherwise()`` after a while.

        It looks after every change and, because a test may wait for something outside this Slack, every 50 ms.
        """
        loop = asyncio.get_running_loop()
        ends = loop.time() + timeout
        while not (found := look()):
            left = ends - loop.time()
            if left <= 0:
                raise TimedOut(f"nothing came within {timeout} s.\n{otherwise()}")
            try:
                async with asyncio.timeout(min(0.05, left)):  # wait_for may lose a cancellation at that very moment
                    await self._event.wait()
            except TimeoutError:
                continue
        return found

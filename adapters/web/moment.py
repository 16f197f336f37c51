"""Keeps what was made for a moment, so that any number of readers costs hardly more than one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

T = TypeVar("T")


class Moment(Generic[T]):
    """Makes a thing in a worker thread and gives it to everybody who asks for the same while it is fresh.

    In an outage everybody looks at once, and the program has other things to do. What is given was begun at most
    ``seconds`` before it was asked for, unless it is still being made. A failure is kept as well: while the database
    is away one reader at a time asks it.
    """

    def __init__(self, seconds: float, *, most: int = 64, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._now = now
        self._made: dict[Hashable, tuple[float, asyncio.Future[T]]] = {}

    async def __call__(self, look: Hashable, make: Callable[[], T]) -> T:
        """The thing in this look (the page, the language), or what was raised instead."""
        begun, making = self._made.get(look, (0.0, None))
        if making is None or (making.done() and self._now() - begun >= self._seconds):
            if len(self._made) >= self._most:  # somebody asks for all there is
                self._made.clear()
            making = asyncio.ensure_future(run_in_threadpool(make))
            making.add_done_callback(_heard)
            self._made[look] = self._now(), making
        return await asyncio.shield(making)


def _heard(making: asyncio.Future[T]) -> None:
    """Whoever asked may have gone away; a failure is nobody's business then."""
    if not making.cancelled():
        making.exception()

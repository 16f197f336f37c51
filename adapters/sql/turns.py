"""A lock that goes round in the order it was asked for, so that nobody who writes a lot keeps others waiting."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A context manager; asking again inside one's own turn is a mistake and says so instead of waiting forever."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._holder: int | None = None
        self._queue: deque[tuple[int, threading.Lock]] = deque()

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._mutex:
            if self._holder is None:
                self._holder = me
                return
            if self._holder == me:
                raise RuntimeError("a transaction was begun inside another of the same thread")
            turn = threading.Lock()
            turn.acquire()
            self._queue.append((me, turn))
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._mutex:
            if self._queue:
                self._holder, turn = self._queue.popleft()
                turn.release()
            else:
                self._holder = None

"""An event loop in which no time passes but that which everybody waits for: hours of waiting take a moment."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    """Instead of waiting it moves the clock."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds that everybody has waited for."""
        return self._jumping.now


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run something in which time jumps."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(story)

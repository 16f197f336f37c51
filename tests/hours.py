"""An event loop for stories that take hours. While it is ``hurrying``, nobody waits longer than a moment: when nothing
has come by then, the clock goes on to what is due next. The network is the real one."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

MOMENT = 0.01


class _Clock(selectors.SelectSelector):
    ahead = 0.0
    hurrying = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if not self.hurrying or timeout is None or timeout <= MOMENT:
            return super().select(timeout)
        ready = super().select(MOMENT)
        if not ready:
            self.ahead += timeout - MOMENT
        return ready


class HurryingLoop(asyncio.SelectorEventLoop):
    """``hurry`` passes so many seconds."""

    def __init__(self) -> None:
        self._clock = _Clock()
        super().__init__(self._clock)

    def time(self) -> float:
        return super().time() + self._clock.ahead

    async def hurry(self, seconds: float) -> None:
        self._clock.hurrying = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self._clock.hurrying = False


async def hurry(seconds: float) -> None:
    """Let so many seconds pass for everybody, in a moment each time they all wait."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HurryingLoop)
    await loop.hurry(seconds)


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a story in which hours pass."""
    with asyncio.Runner(loop_factory=HurryingLoop) as runner:
        return runner.run(story)

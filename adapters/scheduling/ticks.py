"""APScheduler only ticks: what is due is found by sweeps over the database, on any number of replicas."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import StorageUnavailable

log = logging.getLogger(__name__)

Sweep = Callable[[], Awaitable[object]]


class Ticks:
    """Calls each sweep at its interval, never two of the same at once; a failing one is logged and called again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def every(self, seconds: float, sweep: Sweep, name: str) -> None:
        """Call ``sweep`` about every so many seconds."""

        async def tick() -> None:
            try:
                await sweep()
            except StorageUnavailable:
                log.debug("sweep left out, as the database is away", extra={"sweep": name})
            except Exception:
                log.exception("sweep failed and is tried again", extra={"sweep": name})

        self._scheduler.add_job(tick, "interval", seconds=seconds, id=name, coalesce=True, max_instances=1, jitter=None)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """End; a sweep under way is not waited for."""
        self._scheduler.shutdown(wait=False)

"""The whole program as operators run it: a child process that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.kept import KeptServer, http_answers

ROOT = Path(__file__).resolve().parents[2]
TO_STOP = 20.0


class Child(KeptServer):
    """``swarmbridge run`` with these settings, in a folder of its own; gone for sure when the test is.

    A later ``begin`` after ``die`` or ``end`` is the same installation again.
    """

    name = "program"

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__()
        self._settings = {
            "PYTHONPATH": str(ROOT),
            "SWARMBRIDGE_HTTP_PORT": str(self.port),
            "SWARMBRIDGE_LOCAL__ENABLED": "false",
            "SWARMBRIDGE_GENERAL__LOG_FORMAT": "json",
            **settings,
        }

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        """What is run, its settings all in the environment."""
        names = [f"{name}={value}" for name, value in self._settings.items()]
        return ["/usr/bin/env", *names, sys.executable, "-m", "adapters.cli", "run"]

    def answers(self) -> bool:
        """Nobody waits here: tests wait for what they need of it."""
        return True

    async def begin(self, *, until_ready: bool = True) -> None:
        """Start it; without ``until_ready`` return while it is still starting."""
        await asyncio.to_thread(self.start)
        if until_ready:
            await self.ready()

    async def ready(self, within: float = 60.0) -> None:
        """Wait until it is ready."""
        await self._until(lambda: http_answers(f"{self.url}/readyz"), within)

    async def hears(self, within: float = 60.0) -> None:
        """Wait until it, and not another replica, hears every network it has been told of."""
        await self._until(self._hears, within)

    async def is_hearing(self) -> bool:
        """Whether it, and not another replica, hears every network it has been told of."""
        return await asyncio.to_thread(self._hears)

    def _hears(self) -> bool:
        return set(_metric(self.url, "swarmbridge_connected").values()) == {1.0}

    async def die(self) -> None:
        """``kill -9``."""
        await asyncio.to_thread(self.kill)

    async def end(self) -> int:
        """SIGTERM; returns the exit code."""
        keeper = self._keeper
        assert keeper is not None
        os.kill(self.pid, signal.SIGTERM)
        try:
            await asyncio.to_thread(keeper.wait, TO_STOP)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end within {TO_STOP} s:\n{self.last_words()}") from None
        finally:
            await asyncio.to_thread(self.kill)
        return keeper.returncode

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """What it logged in all its lives; with ``event`` only the lines that say this."""
        said = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        read = [json.loads(line) for line in said if line.startswith("{")]
        return [line for line in read if event in line["event"]]

    def last_words(self) -> str:
        """The end of its log, for a test that fails."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else "nothing was logged"

    async def jobs(self) -> dict[tuple[str, str], int]:
        """How many jobs there are by queue and state, as its metrics tell."""
        figures = await asyncio.to_thread(_metric, self.url, "swarmbridge_jobs")
        return {(queue, state): int(count) for (queue, state), count in figures.items()}

    async def quiet(self, within: float = 120.0) -> None:
        """Wait until nothing heard, no fact and no intent is left to do."""
        until = time.monotonic() + within
        jobs = await self.jobs()
        while any(count for (_, state), count in jobs.items() if state == "ready"):
            assert time.monotonic() < until, f"still not quiet: {jobs}\n{self.last_words()}"
            await asyncio.sleep(0.2)
            jobs = await self.jobs()

    async def _until(self, holds: Callable[[], bool], within: float) -> None:
        until = time.monotonic() + within
        while True:
            with contextlib.suppress(OSError):
                if await asyncio.to_thread(holds):
                    return
            assert self.is_running, f"it ended:\n{self.last_words()}"
            assert time.monotonic() < until, f"not so within {within} s:\n{self.last_words()}"
            await asyncio.sleep(0.05)


def _metric(url: str, name: str) -> dict[tuple[str, ...], float]:
    """The values of one metric by its labels."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        lines = [line for line in answer.read().decode().splitlines() if line.startswith(f"{name}{{")]
    parts = [line.removeprefix(f"{name}{{").partition("} ") for line in lines]
    return {tuple(label.split('"')[1] for label in labels.split(",")): float(value) for labels, _, value in parts}

"""The whole program as operators run it: a child process that can be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
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
        self._until_ready = True

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        """What is run, its settings all in the environment."""
        names = [f"{name}={value}" for name, value in self._settings.items()]
        return ["/usr/bin/env", *names, sys.executable, "-m", "adapters.cli", "run"]

    def answers(self) -> bool:
        """Whether it is connected to everything, or at once when nobody waits for that."""
        return not self._until_ready or http_answers(f"{self.url}/readyz")

    async def begin(self, *, until_ready: bool = True) -> None:
        """Start it; without ``until_ready`` return while it is still starting."""
        self._until_ready = until_ready
        await asyncio.to_thread(self.start)

    async def ready(self, within: float = 60.0) -> None:
        """Wait until it is connected to everything."""
        async with asyncio.timeout(within):
            while not await asyncio.to_thread(self._is_ready):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

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
        text = await asyncio.to_thread(_read, f"{self.url}/metrics")
        found = {}
        for line in text.splitlines():
            if line.startswith("swarmbridge_jobs{"):
                labels, _, count = line.removeprefix("swarmbridge_jobs{").partition("} ")
                queue, state = (part.split('"')[1] for part in labels.split(","))
                found[queue, state] = int(float(count))
        return found

    async def quiet(self, within: float = 120.0) -> None:
        """Wait until nothing heard, no fact and no intent is left to do."""
        try:
            async with asyncio.timeout(within):
                while any(count for (_, state), count in (await self.jobs()).items() if state == "ready"):
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"still not quiet: {await self.jobs()}\n{self.last_words()}") from None

    def _is_ready(self) -> bool:
        try:
            return http_answers(f"{self.url}/readyz")
        except OSError:
            return False


def _read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())

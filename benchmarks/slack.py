"""The Slack of a benchmark: a strict one, in a process of its own, that lets people speak and takes the time itself.

``python -m benchmarks.slack --port N`` serves, beside Slack's own addresses, ``GET /_bench`` (what a bot needs),
``POST /_bench/paced`` and ``POST /_bench/burst`` (both ``{"count": n}``).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from benchmarks.reports import reports
from tests.strict_slack import StrictSlack

CHANNELS = 10
PEOPLE = 25
GAP = 0.1
"""Seconds between the answer to one paced message and the next message."""
PATIENCE = 120.0
ANSWERS = {"chat.postMessage", "chat.postEphemeral"}
REFERENCE = re.compile(r"INC-\d+")


class Load:
    """People in several channels who report problems, and the time until each has an answer in the thread."""

    def __init__(self, slack: StrictSlack) -> None:
        self._slack = slack
        self._people = [slack.person(f"person{n}", real_name=f"Person {n}") for n in range(PEOPLE)]
        self.rooms = [slack.channel(f"support-{n}", *self._people) for n in range(CHANNELS)]
        self.triage = slack.channel("triage", *self._people)
        self._texts = reports()
        self._said = 0
        self._looked = 0
        self._answers: defaultdict[str, list[float]] = defaultdict(list)
        self._references: set[str] = set()

    async def paced(self, count: int) -> dict[str, Any]:
        """One message after the other; seconds from each message to its answer."""
        latencies: list[float] = []
        for _ in range(count):
            since = time.perf_counter()
            ts = await self._somebody_reports()
            await self._slack.wait_for(lambda ts=ts: self._answered([ts]), PATIENCE)  # type: ignore[misc]
            latencies.append(self._answers[ts][0] - since)
            await asyncio.sleep(GAP)
        return {"latencies": latencies}

    async def burst(self, count: int) -> dict[str, Any]:
        """Everybody at once; how long until the last has an answer, and how many ever got two."""
        self._references.clear()
        since = time.perf_counter()
        said = await asyncio.gather(*(self._somebody_reports() for _ in range(count)))
        await self._slack.wait_for(lambda: self._answered(said), PATIENCE)
        seconds = max(self._answers[ts][0] for ts in said) - since
        await self._slack.settle(PATIENCE)
        return {
            "seconds": seconds,
            "references": len(self._references),
            "answered_twice": sum(len(answers) > 1 for answers in self._answers.values()),
            "violations": [f"{one.method}: {one.kind}: {one.detail}" for one in self._slack.violations],
        }

    async def _somebody_reports(self) -> str:
        self._said += 1
        person, room = self._people[self._said % PEOPLE], self.rooms[self._said % CHANNELS]
        return (await person.says(room, next(self._texts))).ts

    def _answered(self, said: Sequence[str]) -> bool:
        now = time.perf_counter()
        new, self._looked = self._slack.calls[self._looked :], len(self._slack.calls)
        for call in new:
            if call.method in ANSWERS and call.ok and call.args.get("thread_ts"):
                self._answers[str(call.args["thread_ts"])].append(now)
                self._references.update(REFERENCE.findall(str(call.args["text"]))[:1])
        return all(ts in self._answers for ts in said)


class Door:
    """What the measuring process asks for."""

    def __init__(self, slack: StrictSlack, load: Load) -> None:
        self._slack = slack
        self._load = load

    def routes(self) -> list[web.RouteDef]:
        """Where it asks."""
        return [
            web.get("/_bench", self._facts),
            web.post("/_bench/paced", self._paced),
            web.post("/_bench/burst", self._burst),
        ]

    async def _facts(self, request: web.Request) -> web.Response:
        slack = self._slack
        return web.json_response({
            "environment": {
                "SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token,
            },
            "support": [room.id for room in self._load.rooms],
            "triage": self._load.triage.id,
            "connected": len(slack.sockets.connections),
        })  # fmt: skip

    async def _paced(self, request: web.Request) -> web.Response:
        return web.json_response(await self._load.paced((await request.json())["count"]))

    async def _burst(self, request: web.Request) -> web.Response:
        return web.json_response(await self._load.burst((await request.json())["count"]))


async def serve(port: int) -> None:
    """Serve until ended."""
    slack = StrictSlack()
    load = Load(slack)
    await slack.start(port, Door(slack, load).routes())
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args().port))

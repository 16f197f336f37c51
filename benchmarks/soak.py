"""``python -m benchmarks.soak --minutes 30``: mixed traffic on Slack and Matrix at once, with everything going wrong.

People report on both networks and talk in swarms that have a room on each, while sockets are cut, calls are limited or
answered with errors, answers are lost, and the homeserver is stopped and started again. At the end every report must be
registered and answered once, every message carried over once and in order, nothing left to do and nothing given up.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import yaml

from tests.matrix.bad_line import LOST_ANSWER, PROXY_ERROR, BadLine, Fault, rate_limited
from tests.matrix.people import Person, eventually
from tests.promises.child import Child
from tests.promises.places import SUPPORT, Line, MatrixPlace, Place, SlackPlace
from tests.promises.reports import count_of, report, room_of
from tests.servers.synapse import SynapseServer

SECONDS_BETWEEN = 1.5
"""Between two things that people say."""
SECONDS_OF_TROUBLE = 8.0
SECONDS_OF_PEACE = 12.0
FLAT = 1.15
"""Memory may grow by so much from the second fifth of the time to the last."""
CARRIED = re.compile(r"word (\d+) from (slack|matrix)")


@dataclass(slots=True)
class Soak:
    """What happens, and what was seen."""

    slack: SlackPlace
    matrix: MatrixPlace
    line: BadLine
    synapse: SynapseServer
    child: Child
    database: str
    said: dict[Place, list[Line]] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)

    async def run(self, minutes: float) -> bool:
        """Everything at once for so long, then peace until nothing is left to do."""
        until = time.monotonic() + minutes * 60
        swarm = await self._swarm()
        going = [self._report(until), self._talk(until, swarm), self._trouble(until), self._weigh(until)]
        await asyncio.gather(*going)
        await self._settle()
        return await self._judge(swarm)

    async def _swarm(self) -> tuple[str, str]:
        """An outage whose swarm has a room on each network; their names."""
        await self.slack.say("help-a", "The VPN drops every few minutes", "tom")
        await eventually(lambda: self._heard(self.slack, "INC-1"))
        await self.slack.say("direct", "outage INC-1", "mehmet")
        await eventually(lambda: self._has_room(self.slack))
        await self.matrix.say("direct", "join INC-1", "piet")
        await eventually(lambda: self._has_room(self.matrix))
        room = next(room for room in self.slack.slack.workspace.rooms.values() if room.name.startswith("inc-1"))
        self.slack.rooms["swarm"] = room
        piet = self.matrix.people["piet"]
        there = await eventually(lambda: _invited_to(piet, "inc-1"))
        await piet.join(there)
        self.matrix.rooms["swarm"] = there
        return room.name, there

    async def _report(self, until: float) -> None:
        for number in itertools.count():
            if time.monotonic() > until:
                return
            place: Place = (self.slack, self.matrix)[number % 2]
            who = ("tom", "lena", "nils")[number % 3]
            line = await self._surely(
                lambda place=place, number=number, who=who: place.say(  # type: ignore[misc]
                    room_of(number), report(number), who
                )
            )
            self.said.setdefault(place, []).append(line)
            await asyncio.sleep(SECONDS_BETWEEN)

    async def _talk(self, until: float, swarm: tuple[str, str]) -> None:
        for number in itertools.count():
            if time.monotonic() > until:
                return
            for name, place, who in (("slack", self.slack, "mehmet"), ("matrix", self.matrix, "piet")):
                words = f"word {number} from {name}"
                await self._surely(lambda place=place, words=words, who=who: place.say("swarm", words, who))  # type: ignore[misc]
                self.words[name] += 1
            await asyncio.sleep(SECONDS_BETWEEN * 2)

    async def _trouble(self, until: float) -> None:
        kinds = (self._cut_sockets, self._limit, self._errors, self._lost_answers, self._restart_homeserver)
        for trouble in itertools.cycle(kinds):
            if time.monotonic() > until:
                return
            self.troubles[trouble.__name__.strip("_").replace("_", " ")] += 1
            await trouble()
            self.slack.slack.faults.clear()
            self.line.faults = lambda method, path: None
            await asyncio.sleep(SECONDS_OF_PEACE)

    async def _cut_sockets(self) -> None:
        for _ in range(4):
            self.slack.slack.sockets.drop()
            await asyncio.sleep(SECONDS_OF_TROUBLE / 4)

    async def _limit(self) -> None:
        self.slack.slack.faults.add("rate_limited", "chat.* conversations.*", every=3, retry_after=1)
        await self._on_the_line(rate_limited(800))

    async def _errors(self) -> None:
        self.slack.slack.faults.add("server_error", "*", every=2)
        await self._on_the_line(PROXY_ERROR)

    async def _lost_answers(self) -> None:
        self.slack.slack.faults.add("drop_after", "chat.*", every=3)
        await self._on_the_line(LOST_ANSWER)

    async def _on_the_line(self, fault: Fault) -> None:
        third = itertools.cycle((fault, None, None))
        self.line.faults = lambda method, path: next(third)
        await asyncio.sleep(SECONDS_OF_TROUBLE)

    async def _restart_homeserver(self) -> None:
        await asyncio.to_thread(self.synapse.stop)
        await asyncio.sleep(SECONDS_OF_TROUBLE / 2)
        await asyncio.to_thread(self.synapse.start)

    async def _weigh(self, until: float) -> None:
        process = psutil.Process(self.child.pid)
        while time.monotonic() < until:
            self.memory.append(process.memory_info().rss / 1e6)
            await asyncio.sleep(2)

    async def _surely(self, act: Callable[[], Awaitable[Line]]) -> Line:
        """People try again while their own client has no server to talk to."""
        while True:
            try:
                return await act()
            except Exception as why:
                if self.synapse.is_running and "Connect" not in type(why).__name__:
                    raise
                await asyncio.sleep(0.5)

    async def _settle(self) -> None:
        expected = await self._expected()
        until = time.monotonic() + 600

        async def registered() -> bool:
            return count_of("incidents", self.database) >= expected or time.monotonic() > until

        await eventually(registered, within=660)
        await self.child.quiet(600)

    async def _judge(self, swarm: tuple[str, str]) -> bool:
        wrong = [*await self._reports_wrong(), *await self._carried_wrong(swarm)]
        wrong += [f"{left} {queue} given up" for (queue, state), left in (await self.child.jobs()).items()
                  if state == "parked" and left]  # fmt: skip
        wrong += [f"slack: {one.method}: {one.kind}: {one.detail}" for one in self.slack.slack.violations]
        first, last = (statistics.median(part) for part in _fifths(self.memory))
        if last > first * FLAT:
            wrong.append(f"memory grew from {first:.0f} to {last:.0f} MB")
        reports = sum(map(len, self.said.values()))
        print(
            f"{reports} reports, {sum(self.words.values())} messages in a swarm on both networks; "
            + ", ".join(f"{times} × {what}" for what, times in self.troubles.items())
        )
        print(
            f"memory: {first:.0f} MB in the second fifth, {last:.0f} MB in the last, {max(self.memory):.0f} MB at most"
        )
        print("\n".join(f"  WRONG: {one}" for one in wrong) or "nothing was lost, doubled, out of order or given up")
        return not wrong

    async def _reports_wrong(self) -> Sequence[str]:
        wrong = []
        for place, said in self.said.items():
            receipts = Counter(line.thread for line in await place.spoken() if line.receipt is not None)
            wrong += [f"no answer to {line.text!r}" for line in said if not receipts[line.id]]
            wrong += [f"{receipts[line.id]} answers to {line.text!r}" for line in said if receipts[line.id] > 1]
        registered = count_of("incidents", self.database)
        if registered != (expected := await self._expected()):
            wrong.append(f"{registered} incidents of {expected} reports")
        return wrong

    async def _expected(self) -> int:
        """How many reports there are. When a homeserver is stopped between storing a message and saying so, its author
        says it again: then there are two."""
        everybody = {self.matrix.people[name].id for name in ("tom", "lena", "nils")}
        twice = 0
        for room in SUPPORT:
            events = await self.matrix.people["tom"].messages(self.matrix.rooms[room])
            texts = Counter(event["content"].get("body") for event in events if event["sender"] in everybody)
            twice += sum(times - 1 for times in texts.values())
        return 1 + sum(map(len, self.said.values())) + twice

    async def _carried_wrong(self, swarm: tuple[str, str]) -> Sequence[str]:
        wrong = []
        for place, room, origin in ((self.slack, swarm[0], "matrix"), (self.matrix, "swarm", "slack")):
            seen = [CARRIED.search(line.text) for line in await place.spoken() if line.room == room]
            numbers = [int(found[1]) for found in seen if found is not None and found[2] == origin]
            if numbers != (expected := await self._said_in_swarm(origin)):
                lost, more = Counter(expected) - Counter(numbers), Counter(numbers) - Counter(expected)
                places = [n for n, (one, other) in enumerate(zip(numbers, expected, strict=False)) if one != other]
                wrong.append(f"of {len(expected)} messages from {origin}: lost {sorted(lost)[:9]}, doubled "
                             f"{sorted(more)[:9]}, otherwise than said from place {places[:1]} on: "
                             f"{numbers[places[0] : places[0] + 9] if places else ''}")  # fmt: skip
        return wrong

    async def _said_in_swarm(self, origin: str) -> Sequence[int]:
        """The numbers of the words as they stand in the room where they were said: on Matrix one may stand there twice,
        as its author said it again when the homeserver was stopped before it had answered."""
        if origin == "slack":
            return list(range(self.words[origin]))
        piet = self.matrix.people["piet"]
        said = [
            CARRIED.search(event["content"].get("body", ""))
            for event in await piet.messages(self.matrix.rooms["swarm"], by=piet.id)
        ]
        return [int(found[1]) for found in said if found is not None]

    async def _heard(self, place: Place, words: str) -> bool:
        return any(words in line.text for line in await place.spoken())

    async def _has_room(self, place: Place) -> bool:
        return bool(await place.swarm_rooms())


async def _invited_to(person: Person, beginning: str) -> str:
    """The room with such a name that somebody is invited to, or empty."""
    for room, said in (await person.invitations()).items():
        names = [event["content"].get("name", "") for event in said["invite_state"]["events"]
                 if event["type"] == "m.room.name"]  # fmt: skip
        if any(name.startswith(beginning) for name in names):
            return str(room)
    return ""


def _fifths(values: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    fifth = max(1, len(values) // 5)
    return values[fifth : 2 * fifth] or values, values[-fifth:]


def _catalogue(slack: SlackPlace, matrix: MatrixPlace, file: Path) -> Path:
    """Both networks in one catalogue: everybody is one person on both, but Mehmet and Piet, who are on one each."""
    one, other = (yaml.safe_load(place.catalogue.read_text(encoding="utf-8")) for place in (slack, matrix))
    elsewhere = {person["id"]: person["accounts"] for person in other["people"]}
    for person in one["people"]:
        match person["id"]:
            case "mehmet":
                pass
            case "piet":
                person["accounts"] = elsewhere["piet"]
            case name:
                person["accounts"] |= elsewhere[name]
    for channel in other["channels"]:
        channel["id"] += "-matrix"
    one["channels"] += other["channels"]
    one["services"] = [{"id": "vpn", "name": "VPN", "team": "network", "keywords": ["vpn"]}]
    file.write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    return file


async def soak(minutes: float) -> bool:
    """Run it; whether all held."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        synapse = stack.enter_context(SynapseServer())
        line = await stack.enter_async_context(BadLine(synapse.base_url))
        for name in ("slack", "matrix"):
            (folder / name).mkdir()
        slack = await stack.enter_async_context(SlackPlace(folder / "slack"))
        matrix = await stack.enter_async_context(MatrixPlace(folder / "matrix", synapse, base_url=line.base_url))
        database = f"sqlite:///{folder}/swarmbridge.db"
        catalogue = _catalogue(slack, matrix, folder / "catalogue.yaml")
        child = Child({
            **slack.settings, **matrix.settings, "DATABASE_URL": database,
            "SWARMBRIDGE_CATALOGUE__PATH": str(catalogue), "SWARMBRIDGE_MATRIX__STORE_PATH": str(folder / "store"),
        })  # fmt: skip
        stack.callback(child.close)
        await child.begin()
        await child.hears()
        return await Soak(slack, matrix, line, synapse, child, database).run(minutes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    sys.exit(0 if asyncio.run(soak(parser.parse_args().minutes)) else 1)

"""Twelve services that are down at once, and what is promised for each outage."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from tests.promises.child import Child
from tests.promises.places import Line, Place

Found = TypeVar("Found")

SERVICES = (
    "vpn", "mail", "wiki", "payroll", "calendar", "telephony", "storage", "intranet", "backup", "firewall",
    "warehouse", "timesheet",
)  # fmt: skip
CATALOGUE: dict[str, Any] = {
    "services": [
        {"id": name, "name": name.title(), "team": "network", "keywords": [name], "followers": ["femke"]}
        for name in SERVICES
    ]
}
EXPERTS = frozenset({"mehmet", "piet"})
"""On duty for all of them; Mehmet declares, Piet is invited."""


ROOMS = ("help-a", "triage", "announcements")


async def report_all(place: Place, child: Child) -> dict[str, Line]:
    """Somebody reports each service; the report by its reference, once all are answered."""
    people = ("tom", "lena", "nils")
    reports = [
        await place.say("help-a", f"The {name} does not work since this morning", people[n % 3])
        for n, name in enumerate(SERVICES)
    ]

    async def all_answered() -> dict[str, Line]:
        numbers = {line.thread: line.receipt for line in await place.spoken() if line.receipt is not None}
        found = {f"INC-{numbers[report.id]}": report for report in reports if report.id in numbers}
        return found if len(found) == len(reports) else {}

    found = await patiently(all_answered, child)
    await child.quiet()
    return found


async def patiently(look: Callable[[], Awaitable[Found]], child: Child, within: float = 150) -> Found:
    """What ``look`` finds as soon as it is something; it is asked seldom, as a homeserver has more to do."""
    until = time.monotonic() + within
    while not (found := await look()):
        assert time.monotonic() < until, f"it never came about; {await child.jobs()}\n{child.last_words()}"
        await asyncio.sleep(1)
    return found


async def declare_all(place: Place, child: Child, references: Iterable[str]) -> None:
    """Mehmet declares an outage of each; returns when each has a room and nothing is left to do."""
    wanted = list(references)
    for reference in wanted:
        await place.say("direct", f"outage {reference}", who="mehmet")

    async def a_room_each() -> bool:
        names = [room.name for room in await place.swarm_rooms()]
        return all(any(name.startswith(f"{one.lower()}-") for name in names) for one in wanted)

    await patiently(a_room_each, child)
    await child.quiet()


async def update_all(place: Place, child: Child, references: Iterable[str]) -> None:
    """Mehmet tells the affected of each what is new; returns when all that follows was said."""
    wanted = list(references)
    for reference in wanted:
        await place.say("direct", f"update {reference} the cause of {reference} is found, next in 20 min", who="mehmet")

    async def all_confirmed() -> bool:
        return sum(line.text.startswith("Done.") for line in await place.spoken()) >= len(wanted)

    await patiently(all_confirmed, child)
    await child.quiet()


async def assert_complete_rooms(place: Place, references: Iterable[str]) -> None:
    """One room for each outage: named, with topic and charter, the experts asked in; no other, nothing said twice."""
    references = list(references)
    rooms = await place.swarm_rooms()
    named = {room.name.lower()[: len(reference) + 1]: room for room in rooms for reference in references
             if room.name.lower().startswith(f"{reference.lower()}-")}  # fmt: skip
    assert sorted(named) == sorted(f"{reference.lower()}-" for reference in references)
    assert len(rooms) == len(references), f"more rooms than outages: {sorted(room.name for room in rooms)}"
    for reference in references:
        room = named[f"{reference.lower()}-"]
        assert reference in room.topic
        assert len(room.pinned) == 1, f"{room.name} has {len(room.pinned)} charters"
        assert reference in room.pinned[0]
        assert room.members >= EXPERTS, f"{room.name} lacks {EXPERTS - room.members}"
    assert_nothing_twice(await place.spoken())


def assert_nothing_twice(spoken: Sequence[Line]) -> None:
    """No message of the bot stands twice."""
    assert [key for key, n in Counter(line.key for line in spoken).items() if n > 1] == []


async def assert_told_once(place: Place, reports: Mapping[str, Line]) -> None:
    """Each update stands once in its reporter's thread and once in the follower's direct conversation."""
    spoken = await place.spoken()
    for reference, report in reports.items():
        said = [line for line in spoken if line.key.startswith(f"{reference}:update:")]
        assert all(f"the cause of {reference} is found" in line.text for line in said)
        assert sorted(line.thread for line in said) == ["", report.id], f"{reference} was told {said}"

"""Reports that differ from one another, and what is promised for each of them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import create_engine, text

from adapters.sql.address import read_address
from tests.promises.child import Child
from tests.promises.places import SUPPORT, Line, Place

_THINGS = (
    "printer", "projector", "badge reader", "heating", "elevator", "scanner", "monitor", "docking station", "phone",
    "coffee machine", "door lock", "webcam", "keyboard", "laptop", "wall socket", "barcode gun", "whiteboard",
)  # fmt: skip
_WRONG = (
    "does not start since this morning", "shows an error and stops", "makes a strange noise and gets hot",
    "is broken again", "loses its settings every hour", "does not answer at all", "flickers and then goes dark",
)  # fmt: skip


def report(number: int) -> str:
    """The words of one report, unlike those of any other."""
    return f"The {_THINGS[number % 17]} in room {number} of building {number % 23} {_WRONG[number % 7]}"


def room_of(number: int) -> str:
    """The support room it is said in."""
    return SUPPORT[number % len(SUPPORT)]


async def say_reports(place: Place, numbers: Iterable[int]) -> list[Line]:
    """Say reports one after another, each as soon as the one before stands in its room."""
    people = ("tom", "lena", "nils")
    return [await place.say(room_of(n), report(n), people[n % 3]) for n in numbers]


def count_of(table: str, database: str) -> int:
    """How many rows a table has."""
    engine = create_engine(read_address(database))
    try:
        with engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    finally:
        engine.dispose()


async def everything_registered(child: Child, database: str, reports: int, within: float = 240) -> None:
    """Wait until as many incidents are in the database and nothing is left to do; then there are no more."""
    until = time.monotonic() + within
    while (count := await asyncio.to_thread(count_of, "incidents", database)) < reports:
        assert time.monotonic() < until, f"{count} of {reports}; {await child.jobs()}\n{child.last_words()}"
        await asyncio.sleep(0.25)
    await child.quiet(within)
    assert (count, await asyncio.to_thread(count_of, "incidents", database)) == (reports, reports)
    assert [job for job, left in (await child.jobs()).items() if job[1] == "parked" and left] == []


def assert_each_once(said: Sequence[Line], spoken: Sequence[Line], old: Sequence[Line] = ()) -> None:
    """Each report has one receipt in its thread, with a reference of its own; nothing else has one; rooms in order."""
    receipts = [line for line in spoken if line.receipt is not None]
    answered = Counter((line.room, line.thread) for line in receipts)
    unanswered = [line for line in said if (line.room, line.id) not in answered]
    assert not unanswered, f"{len(unanswered)} of {len(said)} reports have no receipt, such as {unanswered[:3]}"
    assert {place: n for place, n in answered.items() if n > 1} == {}, "more than one receipt"
    threads = {(line.room, line.thread) for line in spoken}
    assert not threads & {(line.room, line.id) for line in old}, "old ones were answered"
    assert len(receipts) == len(said)
    numbers = [line.receipt for line in receipts]
    assert len(set(numbers)) == len(said), "references are distinct"
    assert [key for key, n in Counter(line.key for line in spoken).items() if n > 1] == [], "said twice by the bot"
    by_thread = {(line.room, line.thread): line.receipt for line in receipts}
    for room in SUPPORT:
        in_order = [by_thread[line.room, line.id] for line in said if line.room == room]
        assert in_order == sorted(in_order, key=lambda n: n or 0), f"{room} was not heard in order: {in_order}"
        told = [line.receipt for line in receipts if line.room == room]
        assert told == sorted(told, key=lambda n: n or 0), f"{room} was not answered in order: {told}"

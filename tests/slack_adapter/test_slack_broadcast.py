"""Telling many: within Slack's limits, those hit first first, never in the way, shown and stopped, never twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from adapters.slack.platform import SlackChat
from adapters.sql.codec import Codec
from adapters.sql.engine import open_database
from adapters.sql.repositories import REPOSITORIES
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from bot import broadcasts
from bot.clock import system_clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.intents import Direct, Post, Whisper
from bot.refs import Platform
from bot.router import Handlers, Router
from bot.texts import Voices
from bot.threads import Threads, Wake
from bot.worker import Worker
from tests.slack_adapter.conftest import card, connected, room, settings_for, user
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Person, Room, StrictSlack
from tests.strict_slack.world import ApiCall

NAME = "INC-5:update:1"
AT_ONCE = 40
"""So many messages are out for delivery at the same time, at most."""


@contextmanager
def kept_in(folder: Path) -> Iterator[SqlStorage]:
    """A storage in a file."""
    database = open_database(f"sqlite:///{folder}/broadcast.db")
    migrate(database)
    voices = PlainVoices()
    try:
        yield SqlStorage(
            database, Codec(), subscriptions={}, repositories={**REPOSITORIES, Voices: lambda work: voices},
            clock=system_clock,
        )  # fmt: skip
    finally:
        database.close()


@asynccontextmanager
async def delivering(storage: SqlStorage, chat: SlackChat) -> AsyncIterator[None]:
    """What is said is performed on this Slack."""
    threads, wake = Threads(4), Wake()
    storage.on_new(wake)
    delivery = Delivery(storage, {Platform.SLACK: chat}, threads)
    worker = Worker(storage, Desk(Router(), Handlers("none")), delivery, threads, wake, system_clock)
    task = asyncio.create_task(worker.run_delivery())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await delivery.finish(5)
        threads.close()


def tell(storage: SqlStorage, people: Sequence[Person], sender: Person | None = None) -> None:
    """Decide to tell everybody, and to show somebody how far it comes."""
    with storage.work() as work:
        if sender is not None:
            broadcasts.begin(work, NAME, "INC-5", len(people), user(sender), work.get(Voices).voice("en"), "")
        for one in people:
            work.say(Post(key=f"{NAME}:{one.id}", place=Direct(user(one)), about="INC-5", card=card("It is known."),
                          broadcast=NAME))  # fmt: skip


def crowd(slack: StrictSlack, number: int) -> list[Person]:
    return [slack.person(f"p{n}", real_name=f"Person {n}") for n in range(number)]


def told(people: Sequence[Person]) -> list[int]:
    """How many messages each of them has."""
    return [len(one.app_room.messages) for one in people]


def to_people(slack: StrictSlack, besides: Room) -> list[ApiCall]:
    """The posts, but those into a room."""
    return [call for call in slack.called("chat.postMessage") if call.args["channel"] != besides.id]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_thousand_are_told_in_the_time_the_limits_allow_and_nobody_waits_for_them(
    slack: StrictSlack, alice: Person, it_help: Room, tmp_path: Path
) -> None:
    minute = 15.0
    slack.rates.mode, slack.rates.minute = "realistic", minute
    people, answers = crowd(slack, 2000), 30
    with kept_in(tmp_path) as storage:
        async with connected(settings_for(slack, minute=minute, plans_ahead=True)) as chat:
            tell(storage, people)
            async with delivering(storage, chat):
                waits = [await answered(slack, storage, alice, it_help, n) for n in range(answers)]
                async with asyncio.timeout(150):
                    while len(posts := to_people(slack, it_help)) < len(people):  # noqa: ASYNC110
                        await asyncio.sleep(0.5)
    assert [call for call in slack.calls if call.status == 429] == []
    assert told(people) == [1] * 2000
    assert posts[-1].at - posts[0].at <= 1.05 * (2000 + answers) / 300 * minute
    in_turn = [call.args["channel"] for call in posts]
    expected = [one.id for one in people]
    assert max(abs(in_turn.index(one) - place) for place, one in enumerate(expected)) <= 40
    assert max(waits) < 1.5, waits
    slack.assert_clean()


async def answered(slack: StrictSlack, storage: SqlStorage, alice: Person, where: Room, number: int) -> float:
    """Answer somebody in a channel and for her alone; how long that took."""
    began = time.monotonic()
    with storage.work() as work:
        work.say(Post(key=f"answer {number}", place=room(where), card=card(f"INC-{number} is registered")))
        work.say(Whisper(key=f"whisper {number}", place=room(where), user=user(alice), card=card(f"for you {number}")))
    await slack.wait_for_text(where, f"INC-{number} is registered")
    await slack.wait_for(lambda: len(alice.ephemerals) > number, 10)
    took = time.monotonic() - began
    await asyncio.sleep(0.5)
    return took


async def test_how_far_it_has_come_is_shown_and_it_can_be_stopped(
    slack: StrictSlack, alice: Person, tmp_path: Path
) -> None:
    people = crowd(slack, 200)
    with kept_in(tmp_path) as storage:
        async with connected(settings_for(slack, minute=20, plans_ahead=True)) as chat, delivering(storage, chat):
            tell(storage, people, sender=alice)
            shown = await slack.wait_for_text(alice.app_room, "INC-5 is on its way: sent 0 of 200")
            await slack.wait_for(lambda: sum(told(people)) >= 30, 10)
            show_progress(storage)
            await slack.wait_for(lambda: "sent 0 of" not in shown.plain, 10)
            before = sum(told(people))
            assert abs(int(shown.plain.split("sent ")[1].split(" ")[0]) - before) < 20

            with storage.work() as work:
                stopped = broadcasts.stop(work, "INC-5", "Alice")
            async with asyncio.timeout(60):
                while "Alice stopped" not in shown.plain or storage.next_due("outbox") is not None:
                    show_progress(storage)
                    await asyncio.sleep(0.1)

    assert 100 < stopped < 170
    assert 200 - stopped - AT_ONCE <= sum(told(people)) <= 200 - stopped, "what was out then went out, or came back"
    assert told(people) == sorted(told(people), reverse=True), "those first in line were told"
    assert f"sent {sum(told(people))} of 200" in shown.plain
    assert shown.buttons == []
    slack.assert_clean()


async def test_what_was_stopped_holds_up_nothing_that_is_told_later(
    slack: StrictSlack, alice: Person, tmp_path: Path
) -> None:
    people = crowd(slack, 100)
    with kept_in(tmp_path) as storage:
        async with connected(settings_for(slack, minute=4, plans_ahead=True)) as chat, delivering(storage, chat):
            tell(storage, people, sender=alice)
            await slack.wait_for(lambda: sum(told(people)) >= 10, 10)
            with storage.work() as work:
                broadcasts.stop(work, "INC-5", "Alice")
                last, other = Direct(user(people[99])), "INC-6:update:1"
                work.say(
                    Post(key=f"{other}:x", place=last, about="INC-6", broadcast=other, card=card("Another thing."))
                )
            began = time.monotonic()
            await slack.wait_for_text(people[99].app_room, "Another thing", timeout=10)
            assert time.monotonic() - began < 6


def show_progress(storage: SqlStorage) -> None:
    with storage.work() as work:
        broadcasts.show_progress(work)

"""In an outage everybody looks at once: that costs hardly more than one reader, and nobody is shown old news for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry

from adapters.text.voices import BabelVoices
from adapters.wake import Changes, Waker
from adapters.web.app import make_app
from adapters.web.moment import Moment
from adapters.web.ports import Status
from adapters.web.server import serving
from tests.web.one_bad_day import OneBadDay, Parts


class CountedDay(OneBadDay):
    """Counts how often it was read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def snapshot(self, language: str) -> Status:
        self.read += 1
        return super().snapshot(language)


@pytest.fixture
def source() -> CountedDay:
    return CountedDay()


@pytest.fixture
async def busy(source: CountedDay, voices: BabelVoices) -> AsyncIterator[AsyncClient]:
    """Pages that keep what they read for a minute."""
    app = make_app(source, Changes(), voices, Parts(), CollectorRegistry(), fresh=60.0)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/feed.atom", "/api/v1/status"])
async def test_two_hundred_readers_at_once_read_the_database_once(
    busy: AsyncClient, source: CountedDay, path: str
) -> None:
    answers = await asyncio.gather(*(busy.get(path) for _ in range(200)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert source.read == 1


async def test_each_language_has_a_page_of_its_own(busy: AsyncClient) -> None:
    english, german = [(await busy.get("/", headers={"accept-language": one})).text for one in ("en", "de")]
    chosen = (await busy.get("/?lang=de")).text

    assert 'lang="en"' in english.splitlines()[1]
    assert 'lang="de"' in german.splitlines()[1]
    assert "/feed.atom?lang=de" in chosen
    assert "/feed.atom?lang=de" not in german


async def test_a_database_that_is_away_is_asked_by_one_reader_for_all(busy: AsyncClient, source: CountedDay) -> None:
    source.away = True

    answers = await asyncio.gather(*(busy.get("/") for _ in range(50)))

    assert {answer.status_code for answer in answers} == {503}
    assert source.read == 1


async def test_what_was_made_is_given_until_its_moment_is_over() -> None:
    time = [0.0]
    made: list[float] = []
    moment: Moment[int] = Moment(0.5, now=lambda: time[0])

    def make() -> int:
        made.append(time[0])
        return len(made)

    async def look() -> int:
        return await moment("page", make)

    assert [await look(), await look()] == [1, 1]
    time[0] = 0.49
    assert await look() == 1
    time[0] = 0.5
    assert await look() == 2


async def test_whoever_asks_for_all_there_is_fills_no_memory() -> None:
    moment: Moment[int] = Moment(60.0, most=10)

    for n in range(1000):
        await moment(n, lambda: 1)

    assert len(moment._made) <= 10


async def test_a_reader_who_goes_away_takes_nothing_from_the_others() -> None:
    begun, go_on = threading.Event(), threading.Event()
    moment: Moment[str] = Moment(60.0)

    def make() -> str:
        begun.set()
        go_on.wait(5)
        return "page"

    first, second = [asyncio.create_task(moment("page", make)) for _ in range(2)]
    await asyncio.to_thread(begun.wait, 5)
    first.cancel()
    await asyncio.wait((first,))
    go_on.set()

    assert await second == "page"


async def test_a_thousand_changes_are_told_once_and_what_is_read_then_has_them_all(
    source: CountedDay, voices: BabelVoices
) -> None:
    changes = Changes()
    app = make_app(source, changes, voices, Parts(), CollectorRegistry())
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
        client = await stack.enter_async_context(AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        stream = await stack.enter_async_context(client.stream("GET", "/events"))
        lines = stream.aiter_lines()
        await _until(lines, "event: ready")
        await client.get("/")
        for n in range(1000):
            title = f"The VPN is down for {n + 1} people"
            source.status = replace(source.status, current=(replace(source.status.current[0], title=title),))
            changes.announce()
        await _until(lines, "event: changed")
        page = (await client.get("/")).text
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_until(lines, "event: changed"), 1.5)

    assert "The VPN is down for 1000 people" in page


async def _until(lines: AsyncIterator[str], told: str) -> None:
    while await anext(lines) != told:
        pass


async def test_a_bell_that_was_not_looked_at_is_not_rung_again() -> None:
    waker = Waker()
    for _ in range(3):
        waker.ring()
    assert await waker.wait(1.0)
    assert not await waker.wait(0.05)

    waker.ring()
    assert await waker.wait(1.0)

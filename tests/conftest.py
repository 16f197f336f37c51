"""What every test may ask for: real servers, started when the first test asks, ended for sure."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page

from tests.servers.chromium import ChromiumServer
from tests.servers.kept import ToolMissing
from tests.servers.postgres import PostgresServer
from tests.servers.synapse import SynapseServer

Made = TypeVar("Made")


def made(make: Callable[[], Made]) -> Made:
    """What is made, or a skip that says what this machine lacks; under CI=true that is a failure."""
    try:
        return make()
    except ToolMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def synapse() -> Iterator[SynapseServer]:
    """A real Matrix homeserver; `synapse.register("alice")` gives an account of it."""
    with made(SynapseServer) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A throw-away PostgreSQL; `postgres.database()` gives the URL of a fresh database."""
    with made(PostgresServer) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database that goes away after the test."""
    url = postgres.database()
    yield url
    if postgres.is_running:
        postgres.drop(url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[ChromiumServer]:
    with made(ChromiumServer) as server:
        yield server


@pytest.fixture
async def browser(chromium: ChromiumServer) -> AsyncIterator[Browser]:
    """A real browser; each `await browser.new_context()` is another person's."""
    async with chromium.browser() as connected:
        yield connected


@pytest.fixture
def page_errors() -> list[str]:
    """What went wrong inside `page`. A test that expects something to go wrong clears it."""
    return []


@pytest.fixture
async def page(browser: Browser, page_errors: list[str]) -> AsyncIterator[Page]:
    """A page of a fresh browser context; errors of its scripts fail the test."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            page_errors.append(message.text)

    def on_error(error: Error) -> None:
        page_errors.append(str(error))

    context = await browser.new_context(locale="en-US", timezone_id="Europe/Berlin")
    fresh = await context.new_page()
    fresh.on("console", on_console)
    fresh.on("pageerror", on_error)
    yield fresh
    await context.close()
    assert page_errors == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits long, so that no core is left alone with it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)

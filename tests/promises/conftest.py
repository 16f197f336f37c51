"""The programs, networks and databases of the promises."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.promises.child import Child
from tests.promises.places import MatrixPlace, Place, SlackPlace
from tests.servers.postgres import PostgresServer

FULL = os.environ.get("PROMISES") == "full"
"""``PROMISES=full make test TESTS=tests/promises`` keeps every promise at its full size on a homeserver, too."""

Begin = Callable[..., Awaitable[Child]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/swarmbridge.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    if server.is_running:
        server.drop(url)


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[SlackPlace]:
    """A strict Slack that delivers only once; where a test lets it repeat, it does so soon."""
    async with SlackPlace(tmp_path) as place:
        place.slack.delivery.retries = False
        place.slack.delivery.time_scale = 0.01
        yield place


@pytest.fixture
async def matrix(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[MatrixPlace]:
    """Rooms on a homeserver."""
    async with MatrixPlace(tmp_path, request.getfixturevalue("synapse")) as place:
        yield place


@pytest.fixture
async def begin(request: pytest.FixtureRequest) -> AsyncIterator[Begin]:
    """Start programs; those still running at the end of the test are killed."""
    async with AsyncExitStack() as stack:

        async def start(place: Place, database: str, **more: str) -> Child:
            child = Child({"DATABASE_URL": database, **place.settings, **more})
            stack.callback(child.close)
            await child.begin()
            return child

        yield start

"""The pages over one bad day, asked as a browser or a machine would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from adapters.text.voices import BabelVoices
from adapters.wake import Changes
from adapters.web.app import Looks, make_app
from adapters.web.server import serving
from tests.web.one_bad_day import NOON, OneBadDay, Parts


@pytest.fixture
def source() -> OneBadDay:
    return OneBadDay()


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def voices() -> BabelVoices:
    return BabelVoices(lambda text: None, "UTC", lambda: NOON)


@pytest.fixture
def app(
    source: OneBadDay, changes: Changes, voices: BabelVoices, parts: Parts, registry: CollectorRegistry
) -> Starlette:
    looks = Looks(organisation="Example Works", chat_url="/chat/", public_url="https://status.example.org")
    return make_app(source, changes, voices, parts, registry, looks=looks, fresh=0.0)


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
async def served(app: Starlette) -> AsyncIterator[str]:
    """The address of the pages, for a real browser."""
    async with serving(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"

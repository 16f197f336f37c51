"""A local chat with three people, spoken to as on any day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.local.people import Player
from adapters.local.platform import LocalChat
from adapters.local.rooms import LocalPerson, LocalRoom
from adapters.local.store import LocalStore
from bot.chat import Once
from tests.local.memory_inbox import MemoryInbox

PEOPLE = (
    LocalPerson("anna", "Anna Arendt", "Sales", "de", "Europe/Berlin", "anna@example.org"),
    LocalPerson("ben", "Ben Bakker", "Network expert", "nl", "Europe/Amsterdam"),
    LocalPerson("carla", "Carla Cox", "Accounts", "en"),
)
CHANNELS = (
    LocalRoom("help", "help", "Anything that does not work"),
    LocalRoom("news", "news"),
    LocalRoom("board", "board", private=True, members=("carla",)),
)


@pytest.fixture
def store() -> Iterator[LocalStore]:
    store = LocalStore()
    yield store
    store.close()


@pytest.fixture
def chat(store: LocalStore) -> LocalChat:
    chat = LocalChat(store)
    chat.seed(PEOPLE, CHANNELS)
    return chat


@pytest.fixture
def anna(chat: LocalChat) -> Player:
    return chat.person("anna")


@pytest.fixture
def ben(chat: LocalChat) -> Player:
    return chat.person("ben")


@pytest.fixture
def carla(chat: LocalChat) -> Player:
    return chat.person("carla")


@pytest.fixture
async def inbox(chat: LocalChat) -> AsyncIterator[MemoryInbox]:
    """An inbox that the chat is listening for."""
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        yield inbox


@asynccontextmanager
async def listening(chat: LocalChat, inbox: MemoryInbox) -> AsyncIterator[None]:
    task = asyncio.create_task(chat.listen(inbox))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def once() -> Callable[..., Once]:
    def make(key: str, **more: Any) -> Once:
        return Once(key, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), **more)

    return make

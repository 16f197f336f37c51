"""A strict Slack, the adapter connected to it, and the people of a small company."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
import uvicorn
from starlette.applications import Starlette

from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackChat
from adapters.slack.settings import SlackSettings
from adapters.slack.several import SlackWorkspaces
from bot.cards import Card, Paragraph, plain
from bot.chat import Chat, Once
from bot.refs import Platform, RoomRef, UserRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Person, Room, StrictSlack


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with StrictSlack(strict=True, manifest=manifest("socket")) as slack:
        slack.delivery.time_scale = 0.001
        yield slack


@pytest.fixture
def alice(slack: StrictSlack) -> Person:
    return slack.person("alice", real_name="Alice Meyer", locale="de-DE", tz="Europe/Berlin")


@pytest.fixture
def bob(slack: StrictSlack) -> Person:
    return slack.person("bob", real_name="Bob Bakker", locale="nl-NL")


@pytest.fixture
def it_help(slack: StrictSlack, alice: Person, bob: Person) -> Room:
    return slack.channel("it-help", alice, bob)


def settings_for(slack: StrictSlack, mode: Literal["socket", "http"] = "socket", **more: Any) -> SlackSettings:
    return SlackSettings(
        bot_token=slack.bot_token,
        app_token=slack.app_token if mode == "socket" else "",
        signing_secret=slack.signing_secret if mode == "http" else "",
        api_url=slack.api_url,
        **more,
    )


@asynccontextmanager
async def connected(settings: SlackSettings) -> AsyncIterator[SlackChat]:
    """The adapter with these settings, closed at the end."""
    chat = SlackChat(settings, PlainVoices())
    try:
        yield chat
    finally:
        await chat.close()


@pytest.fixture
async def chat(slack: StrictSlack) -> AsyncIterator[SlackChat]:
    async with connected(settings_for(slack)) as chat:
        port: Chat = chat  # the adapter is one: a type checker says so
        assert port.platform is Platform.SLACK
        yield chat


async def eventually(look: Callable[[], Any]) -> None:
    """Wait until something that nobody announces is there."""
    async with asyncio.timeout(10):
        while not look():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(chat: Chat, inbox: MemoryInbox, *, until_connected: bool = True) -> AsyncIterator[None]:
    """The chat listens, and once it has begun the first sweep is over."""
    task = asyncio.create_task(chat.listen(inbox))
    try:
        if until_connected:
            await eventually(lambda: task.done() or (chat.connected and "slack:rooms" in inbox.cursors))
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def web_server(chat: SlackChat | SlackWorkspaces) -> AsyncIterator[str]:
    """The adapter's routes behind a real web server; its base URL."""
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=chat.routes()), host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    )
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture(params=["socket", "http"])
async def inbox(request: pytest.FixtureRequest, slack: StrictSlack, it_help: Room) -> AsyncIterator[MemoryInbox]:
    """An inbox for which the adapter listens, once through Socket Mode and once through signed HTTP."""
    inbox = MemoryInbox()
    async with connected(settings_for(slack, request.param)) as chat, listening(chat, inbox):
        if request.param == "http":
            async with web_server(chat) as url:
                await slack.use_http(f"{url}/slack/events")
                yield inbox
        else:
            yield inbox


def user(person: Person) -> UserRef:
    return UserRef(Platform.SLACK, person.id)


def room(there: Room) -> RoomRef:
    return RoomRef(Platform.SLACK, there.id)


def once(key: str = "k1", *, doubtful: bool = False, ago: float = 0.0) -> Once:
    return Once(key, datetime.now(UTC) - timedelta(seconds=ago), doubtful)


def card(words: str) -> Card:
    return Card(summary=words, blocks=(Paragraph(plain(words)),))

"""The adapter for many workspaces, with a browser in front of it and its rows in a database."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from adapters.sealing import Seal
from adapters.slack.installations import Installations
from adapters.slack.manifest import manifest
from adapters.slack.settings import SlackSettings
from adapters.slack.several import SlackWorkspaces
from adapters.sql.engine import Database, open_database
from adapters.sql.installations import SqlInstallations
from adapters.sql.schema import migrate
from bot.clock import Clock, system_clock
from bot.refs import Platform, RoomRef, UserRef
from bot.threads import Threads
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import eventually, listening
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Person, Room, StrictSlack, Workspace

PUBLIC = "https://bridge.example.org"
KEY = "a store key of more than twenty characters"


@asynccontextmanager
async def strict_slack(*, rotation: bool = False) -> AsyncIterator[StrictSlack]:
    """A Slack in which the app is made and not installed yet; at the end no rule of Slack's was broken."""
    made = manifest("socket", public_url=PUBLIC, several=True)
    made["settings"]["token_rotation_enabled"] = rotation
    async with StrictSlack(strict=True, manifest=made, installed=False) as slack:
        slack.delivery.time_scale = 0.001
        yield slack
        slack.assert_clean()


def settings_for(slack: StrictSlack, **more: Any) -> SlackSettings:
    return SlackSettings(**{
        "app_token": slack.app_token, "api_url": slack.api_url, "client_id": slack.app.client_id,
        "client_secret": slack.app.client_secret, "public_url": PUBLIC, "look_every": timedelta(seconds=0.05), **more,
    })  # fmt: skip


@asynccontextmanager
async def several(
    slack: StrictSlack,
    folder: Path,
    *,
    key: str = KEY,
    rooms: Iterable[RoomRef] = (),
    clock: Clock = system_clock,
    settings: SlackSettings | None = None,
    store: type[SqlInstallations] = SqlInstallations,
    **more: Any,
) -> AsyncIterator[SlackWorkspaces]:
    """One replica, its rows in the database of this folder."""
    with closing(database_in(folder)) as database, closing(Threads(2)) as threads:
        installations = Installations(store(database, clock), Seal(key), threads, clock)
        chat = SlackWorkspaces(
            settings or settings_for(slack, **more), PlainVoices(), installations, rooms=lambda: rooms
        )
        try:
            yield chat
        finally:
            await chat.close()


def database_in(folder: Path) -> Database:
    database = open_database(f"sqlite:///{folder}/bot.db", alone=False)
    migrate(database)
    return database


def rows_in(folder: Path) -> dict[str, str]:
    """What is kept, as it is kept."""
    with closing(database_in(folder)) as database:
        return {id_: sealed for id_, (_, sealed) in SqlInstallations(database, system_clock).all().items()}


def everything_written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("bot.db*"))


@asynccontextmanager
async def browser(chat: SlackWorkspaces, language: str = "en") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, in front of the adapter's pages."""
    transport = httpx.ASGITransport(app=Starlette(routes=chat.routes()))
    headers = {"Accept-Language": f"{language},en;q=0.5"}
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=headers) as client:
        yield client


def link_in(page: httpx.Response) -> str:
    """Where the button of a page leads."""
    found = re.search(r'<a class="report" href="([^"]+)">', page.text)
    assert found is not None, page.text
    return html.unescape(found[1])


def sentence_in(page: httpx.Response) -> str:
    """What a page says."""
    said = re.search(r"<h1>(.+?)</h1>\s*<p>(.+?)</p>", page.text, re.DOTALL)
    assert said is not None, page.text
    return html.unescape(f"{said[1]}: {said[2]}")


async def install(chat: SlackWorkspaces, person: Person, *, whole: bool = False) -> httpx.Response:
    """Somebody installs the app in their workspace: the page they end on."""
    async with browser(chat) as client:
        page = await client.get("/slack/install")
        return await client.get(person.allows(link_in(page), whole=whole))


@dataclass(frozen=True)
class Office:
    """A workspace with one person and one room that the bot is invited to once it is there."""

    workspace: Workspace
    person: Person
    help: Room

    @property
    def by(self) -> UserRef:
        return UserRef(Platform.SLACK, f"{self.workspace.id}/{self.person.id}")

    @property
    def room(self) -> RoomRef:
        return RoomRef(Platform.SLACK, f"{self.workspace.id}/{self.help.id}")


def office(slack: StrictSlack, workspace: Workspace, handle: str) -> Office:
    person = slack.person(handle, workspace=workspace)
    return Office(workspace, person, slack.channel("it-help", person, workspace=workspace))


async def opened(slack: StrictSlack, chat: SlackWorkspaces, there: Office, *, whole: bool = False) -> None:
    """The app is installed and invited into the room, and heard there."""
    page = await install(chat, there.person, whole=whole)
    assert page.status_code == 200, page.text
    await invited(slack, there)


async def invited(slack: StrictSlack, there: Office) -> None:
    bot = slack.world.bots[there.workspace.id]
    if not there.help.has(bot):
        await there.person.invites(bot, there.help)


@asynccontextmanager
async def heard(chat: SlackWorkspaces, inbox: MemoryInbox, *offices: Office) -> AsyncIterator[None]:
    """The chat listens, and the first sweep of each of these workspaces is over."""
    async with listening(chat, inbox, until_connected=False):
        await eventually(lambda: chat.connected)
        for there in offices:
            await swept(inbox, there.workspace.id)
        yield


async def swept(inbox: MemoryInbox, workspace: str) -> None:
    await eventually(lambda: f"slack:{workspace}/rooms" in inbox.cursors)

"""A world of each network with the whole program running in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters import bootstrap
from adapters.local.platform import LocalChat
from adapters.program import Program
from adapters.settings import Settings
from bot.refs import Platform
from tests.journey import organisation
from tests.journey.worlds import LocalWorld, MatrixWorld, SlackWorld, World
from tests.strict_slack import StrictSlack

Enter = Callable[[str, str], Awaitable[World]]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Program]:
    """The whole program, until the context closes."""
    program = bootstrap.build(settings)
    async with program.running():
        yield program


def settings_for(folder: Path, **sections: Any) -> Settings:
    """Settings of a program that keeps everything in a folder and serves its pages on a free port."""
    return Settings.model_validate({
        "database": {"url": f"sqlite:///{folder}/swarmbridge.db"},
        "http": {"port": 0},
        "general": {"zone": "Europe/Berlin"},
        "local": {"enabled": False, "store": folder / "local.db"},
        **sections,
    })  # fmt: skip


@pytest.fixture
async def enter(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Enter]:
    """Start the program in the world of a network, everybody speaking one language."""
    async with AsyncExitStack() as stack:

        async def make(network: str, language: str) -> World:
            file = tmp_path / "catalogue.yaml"
            match network:
                case "local":
                    rooms = {room: room for room in organisation.ROOMS}
                    people = {person: person for person in organisation.PEOPLE}
                    organisation.write(file, "local", people, rooms, language)
                    local = {"enabled": True, "store": tmp_path / "local.db"}
                    settings = settings_for(tmp_path, catalogue={"path": file}, local=local)
                    program = await stack.enter_async_context(running(settings))
                    chat = program.chats[Platform.LOCAL]
                    assert isinstance(chat, LocalChat)
                    world = LocalWorld(chat)
                    world.program = program
                    return world
                case "slack socket" | "slack http":
                    return await _slack(stack, tmp_path, file, language, http=network == "slack http")
                case _:
                    return await _matrix(stack, tmp_path, file, language, request.getfixturevalue("synapse"))

        yield make


async def _slack(stack: AsyncExitStack, folder: Path, file: Path, language: str, *, http: bool) -> World:
    slack = await stack.enter_async_context(StrictSlack())
    world = SlackWorld(slack)
    rooms = {name: room.id for name, room in world.rooms.items()}
    organisation.write(file, "slack", world.accounts, rooms, language)
    way = {"signing_secret": slack.signing_secret} if http else {"app_token": slack.app_token}
    settings = settings_for(
        folder, catalogue={"path": file}, slack={"bot_token": slack.bot_token, "api_url": slack.api_url, **way}
    )
    program = await stack.enter_async_context(running(settings))
    world.program = program
    await connected(program, Platform.SLACK)
    if http:
        await slack.use_http(f"http://127.0.0.1:{program.port_served}/slack/events")
    stack.push_async_callback(_clean, slack)
    return world


async def _clean(slack: StrictSlack) -> None:
    slack.assert_clean()


async def _matrix(stack: AsyncExitStack, folder: Path, file: Path, language: str, synapse: Any) -> World:
    account = synapse.register("swarmbridge")
    world = MatrixWorld(synapse, account.user_id)
    stack.push_async_callback(world.close)
    await world.furnish()
    organisation.write(file, "matrix", world.accounts, world.rooms, language)
    settings = settings_for(
        folder, catalogue={"path": file},
        matrix={
            "homeserver": synapse.base_url, "user_id": account.user_id, "access_token": account.access_token,
            "store_path": folder / "matrix", "encrypt_new_rooms": "none",
        },
    )  # fmt: skip
    program = await stack.enter_async_context(running(settings))
    world.program = program
    await connected(program, Platform.MATRIX)
    for room in world.rooms.values():
        await bot_is_in(world, room, account.user_id)
    return world


async def connected(program: Program, platform: Platform) -> None:
    """Wait until a network is heard."""
    for _ in range(200):
        if program.chats[platform].connected:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{platform} was never heard")


async def bot_is_in(world: MatrixWorld, room: str, bot: str) -> None:
    """Wait until the bot has accepted an invitation."""
    person = world._people["tom"]
    for _ in range(200):
        state = await person.state(room)
        if state.get(("m.room.member", bot), {}).get("membership") == "join":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the bot did not accept the invitation")

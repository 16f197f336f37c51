"""The listening process is ended at random moments: nothing is lost, nothing is heard twice, all in order."""

import asyncio
import contextlib
import functools
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import MessagePosted
from tests.matrix.bots import Bot
from tests.matrix.people import Person, eventually

ROOT = Path(__file__).resolve().parents[2]
KILLS = 6
MESSAGES = 150


@contextlib.asynccontextmanager
async def process(bot: Bot) -> AsyncIterator[None]:
    """A listening process as long as the block lasts; then killed."""
    key = bot.settings.store_key
    arguments = (
        bot.settings.homeserver,
        bot.id,
        bot.settings.access_token,
        str(bot.inbox.file),
        *([key] if key else []),
    )
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.matrix.listening_process", *arguments, cwd=ROOT
    )
    try:
        yield
    finally:
        assert started.returncode is None, "the process ended by itself"
        started.kill()
        await started.wait()


async def said_in(bot: Bot, room: str) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted) and event.room.id == room]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_listener_killed_at_random_moments_hears_everything_once_and_in_order(bot: Bot, anna: Person) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    async with bot.listening():
        room = await bot.enter(anna)
        quiet = await bot.enter(anna, name="quiet")
    texts: list[str] = []
    enough = asyncio.Event()

    async def talk() -> None:
        while not enough.is_set() or len(texts) < MESSAGES:
            texts.append(f"message {len(texts)}")
            await anna.say(room, texts[-1])
        await anna.say(quiet, "and here")

    async with asyncio.TaskGroup() as group:
        group.create_task(talk())
        for kill in range(KILLS):
            before = len(bot.inbox.heard)
            async with process(bot):
                # Every third is killed while it starts or fills the gap of its absence, the others while they hear.
                if kill % 3:
                    await eventually(functools.partial(more_than, bot, before), within=60)
                await asyncio.sleep(chance.uniform(0, 1.5))
        enough.set()

    async with process(bot):
        await bot.hears(MessagePosted, len(texts) + 1, within=60)
        await asyncio.sleep(0.5)
    assert await said_in(bot, room) == texts, f"seed {seed}"
    assert await said_in(bot, quiet) == ["and here"]


async def more_than(bot: Bot, count: int) -> bool:
    return len(bot.inbox.heard) > count

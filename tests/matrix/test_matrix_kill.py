"""The listening process is ended at random moments: nothing is lost, nothing is heard twice, all in order."""

import asyncio
import contextlib
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import MessagePosted
from tests.matrix.bots import Bot, room_ref
from tests.matrix.people import Person

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 200


@contextlib.asynccontextmanager
async def process(bot: Bot) -> AsyncIterator[None]:
    """A listening process as long as the block lasts; then killed."""
    arguments = (bot.settings.homeserver, bot.id, bot.settings.access_token, str(bot.inbox.file))
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.matrix.listening_process", *arguments, cwd=ROOT
    )
    try:
        yield
    finally:
        assert started.returncode is None, "the process ended by itself"
        started.kill()
        await started.wait()


@pytest.mark.slow
async def test_a_listener_killed_at_random_moments_hears_everything_once_and_in_order(bot: Bot, anna: Person) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    async with bot.listening():
        room = await bot.enter(anna)
        quiet = await bot.enter(anna, name="quiet")
    texts = [f"message {number}" for number in range(MESSAGES)]

    async def talk() -> None:
        for text in texts:
            await anna.say(room, text)
        await anna.say(quiet, "and here")

    talking = asyncio.create_task(talk())
    kills = 0
    while not talking.done() or kills < 5:
        async with process(bot):
            # A start takes a second or two; some are killed in it, some in the middle of a gap, some while live.
            await asyncio.sleep(chance.uniform(0.5, 4))
        kills += 1
    await talking

    async with process(bot):
        await bot.hears(MessagePosted, MESSAGES + 1)
        await asyncio.sleep(0.5)
    heard = [event for event in bot.inbox.heard if isinstance(event, MessagePosted)]
    assert [event.text for event in heard if event.room == room_ref(room)] == texts, f"seed {seed}, {kills} kills"
    assert [event.text for event in heard if event.room == room_ref(quiet)] == ["and here"]

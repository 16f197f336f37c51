"""In an encrypted room, too, a listener killed at random moments loses nothing and hears nothing twice."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from bot.events import MessagePosted, MessageUnreadable
from tests.conftest import made
from tests.matrix.bots import Bot
from tests.matrix.conftest import Meet
from tests.matrix.people import eventually
from tests.matrix.test_matrix_encryption import ENCRYPTED, is_in
from tests.matrix.test_matrix_kill import more_than, process, said_in
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.peer import Peer, installed
from tests.servers.synapse import SynapseServer

KILLS = 5
MESSAGES = 60
EACH_KEY = 7
"""The author's client takes a new key every so many messages, so that kills hit keys, too."""


@pytest.fixture
async def bot(synapse: SynapseServer, tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot with a token and a store key, not listening yet."""
    account = synapse.register("swarmbridge")
    settings = MatrixSettings(
        homeserver=synapse.base_url, user_id=account.user_id, access_token=account.access_token,
        store_key="a key of more than twenty characters",
    )  # fmt: skip
    inbox = TinyInbox(tmp_path / "inbox.sqlite")
    chat = MatrixChat(settings)
    yield Bot(account, settings, inbox, chat, [chat])
    await chat.close()
    inbox.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_random_moments_it_reads_every_encrypted_message_once(
    synapse: SynapseServer, bot: Bot, meet: Meet
) -> None:
    made(installed)
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    host = await meet("host")
    async with Peer.started(synapse.base_url, synapse.register("anna")) as anna:
        async with bot.listening():
            room = await host.open_room("help", invite=[bot.id, anna.id], initial_state=[ENCRYPTED])
            for user in (bot.id, anna.id):
                await eventually(functools.partial(is_in, host, room, user))
        texts: list[str] = []
        enough = asyncio.Event()

        async def talk() -> None:
            while not enough.is_set() or len(texts) < MESSAGES:
                if len(texts) % EACH_KEY == 0:
                    await anna.ask("new_session", room=room)
                texts.append(f"message {len(texts)}")
                await anna.say(room, texts[-1])

        async with asyncio.TaskGroup() as group:
            group.create_task(talk())
            for kill in range(KILLS):
                before = len(bot.inbox.heard)
                async with process(bot):
                    if kill % 3:
                        await eventually(functools.partial(more_than, bot, before), within=60)
                    await asyncio.sleep(chance.uniform(0, 1.5))
            enough.set()
        async with process(bot):
            await bot.hears(MessagePosted, len(texts), within=90)
            await asyncio.sleep(0.5)

    assert sorted(await said_in(bot, room)) == sorted(texts), f"seed {seed}"
    assert [event for event in bot.inbox.heard if isinstance(event, MessageUnreadable)] == []

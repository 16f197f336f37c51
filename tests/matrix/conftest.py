"""A bot account, its inbox and people around it, on the real homeserver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from tests.conftest import made
from tests.matrix.appservices import PushedBot, PushingServer, pushed_bot
from tests.matrix.bad_line import BadLine
from tests.matrix.bots import Bot
from tests.matrix.people import Person
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.synapse import SynapseServer

Meet = Callable[[str], Awaitable[Person]]


@pytest.fixture
async def meet(synapse: SynapseServer) -> AsyncIterator[Meet]:
    """A person of the homeserver by name; each call is another person."""
    people: list[Person] = []

    async def make(name: str) -> Person:
        people.append(Person(synapse.base_url, synapse.register(name)))
        return people[-1]

    yield make
    for person in people:
        await person.close()


@pytest.fixture
async def anna(meet: Meet) -> Person:
    return await meet("anna")


@pytest.fixture
async def ben(meet: Meet) -> Person:
    return await meet("ben")


@pytest.fixture
async def bot(synapse: SynapseServer, tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot, not listening yet."""
    account = synapse.register("swarmbridge")
    settings = MatrixSettings(homeserver=synapse.base_url, user_id=account.user_id, access_token=account.access_token)
    inbox = TinyInbox(tmp_path / "inbox.sqlite")
    chat = MatrixChat(settings)
    ready = Bot(account, settings, inbox, chat, [chat])
    yield ready
    for started in ready.started:
        await started.close()
    inbox.close()


@pytest.fixture
async def line(synapse: SynapseServer) -> AsyncIterator[BadLine]:
    """A line to the homeserver that can be a bad one."""
    async with BadLine(synapse.base_url) as made:
        yield made


@pytest.fixture
async def another_device(synapse: SynapseServer, bot: Bot) -> str:
    """The access token of a second device of the bot: homeservers keep transaction ids apart by device."""
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bot.id},
        "password": bot.account.password,
    }
    host = Person(synapse.base_url, bot.account)
    token = str((await host.call("POST", "login", body=login))["access_token"])
    await host.close()
    return token


@pytest.fixture(scope="module")
def pushing() -> Iterator[PushingServer]:
    """A homeserver that pushes to application services."""
    with made(PushingServer) as server:
        yield server


@pytest.fixture
async def pushed(pushing: PushingServer, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[PushedBot]:
    """The bot as an application service; with a true parameter it opens rooms under aliases."""
    bot = pushed_bot(pushing, tmp_path, opens_rooms=getattr(request, "param", False))
    yield bot
    for started in bot.started:
        await started.close()
    bot.inbox.close()


@pytest.fixture
async def neighbour(pushing: PushingServer) -> AsyncIterator[Person]:
    """Somebody on the homeserver that pushes."""
    person = Person(pushing.base_url, pushing.register("anna"))
    yield person
    await person.close()

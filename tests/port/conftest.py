"""Each network once, and every test of the port on each that is to do what the test looks at."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.chat import Chat
from bot.refs import Platform, RoomRef
from tests.port import ledger
from tests.port.local_network import LocalNetwork
from tests.port.matrix_network import MatrixNetwork
from tests.port.network import Network
from tests.port.slack_network import SlackNetwork


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "network" in metafunc.fixturenames:
        networks = ledger.networks_of(metafunc.function)
        metafunc.parametrize("network", networks, indirect=True, scope="session")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    """One network with its people, and the bot listening."""
    match request.param:
        case Platform.LOCAL:
            made: LocalNetwork | SlackNetwork | MatrixNetwork = LocalNetwork()
        case Platform.SLACK:
            made = SlackNetwork()
        case _:
            made = MatrixNetwork(request.getfixturevalue("synapse"), tmp_path_factory.mktemp("matrix"))
    await made.begin()
    yield made
    await made.close()
    if isinstance(made, SlackNetwork):
        made.slack.assert_clean()


@pytest.fixture
def chat(network: Network) -> Chat:
    return network.chat


@pytest_asyncio.fixture(loop_scope="session")
async def room(network: Network) -> RoomRef:
    """A room of the people's own, with the bot in it."""
    return await network.shared("help")


@pytest_asyncio.fixture(loop_scope="session")
async def swarm(network: Network) -> RoomRef:
    """A room that the bot opened, with everybody in it."""
    return await network.shared("swarm")

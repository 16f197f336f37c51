"""One program in two worlds: strict Slack and a real homeserver, half of the people on each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.program import Program
from adapters.settings import Settings
from bot.refs import Platform
from tests.journey.conftest import bot_is_in, connected, running, settings_for
from tests.journey.worlds import MatrixWorld, SlackWorld
from tests.servers.synapse import SynapseServer
from tests.strict_slack import StrictSlack

ON_SLACK = ("tom", "lena", "mehmet")
ON_MATRIX = ("piet", "femke")
ON_BOTH = ("nils",)


@dataclass(slots=True)
class Both:
    """Both worlds, and how to end and begin the program between them."""

    slack: SlackWorld
    matrix: MatrixWorld
    settings: Settings
    stack: AsyncExitStack
    program: Program

    async def end(self) -> None:
        """End the program; people go on talking."""
        await self.stack.aclose()

    async def begin(self) -> None:
        """Begin it again where it ended."""
        self.stack = AsyncExitStack()
        self.program = await self.stack.enter_async_context(running(self.settings))
        self.slack.program = self.matrix.program = self.program
        for platform in (Platform.SLACK, Platform.MATRIX):
            await connected(self.program, platform)


@pytest.fixture
def general() -> dict[str, Any]:
    """What an operator chose beyond the ordinary; for tests to say otherwise."""
    return {}


@pytest.fixture
async def both(tmp_path: Path, synapse: SynapseServer, general: dict[str, Any]) -> AsyncIterator[Both]:
    """Both worlds with the program running; people of one network cannot be seen on the other."""
    async with AsyncExitStack() as stack, StrictSlack() as strict:
        account = synapse.register("swarmbridge")
        slack, matrix = SlackWorld(strict), MatrixWorld(synapse, account.user_id)
        stack.push_async_callback(matrix.close)
        await matrix.furnish()
        settings = settings_for(
            tmp_path,
            general={"zone": "Europe/Berlin"} | general,
            catalogue={"path": _catalogue(tmp_path / "catalogue.yaml", slack, matrix)},
            slack={"bot_token": strict.bot_token, "app_token": strict.app_token, "api_url": strict.api_url},
            matrix={
                "homeserver": synapse.base_url, "user_id": account.user_id, "access_token": account.access_token,
                "store_path": tmp_path / "matrix", "encrypt_new_rooms": "none",
            },
        )  # fmt: skip
        worlds = Both(slack, matrix, settings, AsyncExitStack(), None)  # type: ignore[arg-type]
        await worlds.begin()
        for room in matrix.rooms.values():
            await bot_is_in(matrix, room, account.user_id)
        try:
            yield worlds
        finally:
            await worlds.end()
        strict.assert_clean()


def _catalogue(file: Path, slack: SlackWorld, matrix: MatrixWorld) -> Path:
    def accounts(name: str) -> dict[str, str]:
        found = {"slack": slack.accounts[name]} if name in ON_SLACK + ON_BOTH else {}
        return found | ({"matrix": matrix.accounts[name]} if name in ON_MATRIX + ON_BOTH else {})

    people = [
        {"id": name, "name": f"{name.title()} Tester", "language": "en", "timezone": "Europe/Berlin",
         "accounts": accounts(name)}
        for name in ON_SLACK + ON_MATRIX + ON_BOTH
    ]  # fmt: skip
    catalogue: dict[str, Any] = {
        "organisation": {"name": "Both", "timezone": "Europe/Berlin", "language": "en"},
        "teams": [
            {"id": "network", "name": "Network", "members": ["mehmet"], "on_duty": ["mehmet"]},
            {"id": "carrier", "name": "Carrier", "kind": "partner", "members": ["piet"], "on_duty": ["piet"]},
            {"id": "hr", "name": "HR", "members": ["lena", "femke"], "on_duty": ["lena"]},
        ],
        "people": people,
        "services": [
            {"id": "vpn", "name": "VPN", "team": "network", "keywords": ["vpn"], "depends_on": ["line"]},
            {"id": "payroll", "name": "Payroll", "team": "hr", "keywords": ["payslip"], "confidential": True},
            {"id": "line", "name": "Leased line", "team": "carrier", "keywords": ["leased line"]},
        ],
        "channels": [
            {"id": "help", "purpose": "support", "slack": slack.rooms["help"].id, "matrix": matrix.rooms["help"]},
        ],
    }  # fmt: skip
    file.write_text(yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8")
    return file

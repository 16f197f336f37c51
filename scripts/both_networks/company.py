"""A company half on Slack and half on Matrix, with the program running between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.refs import Platform
from tests.journey.conftest import bot_is_in, connected, running, settings_for
from tests.journey.worlds import MatrixWorld, SlackWorld
from tests.matrix.people import Person
from tests.servers.synapse import Account, SynapseServer
from tests.strict_slack import StrictSlack

ON_SLACK = {"tom": "Tom Whitaker", "priya": "Priya Nair"}
ON_MATRIX = {"emma": "Emma Lindqvist", "ruth": "Ruth Ashworth"}


class OnSlack(SlackWorld):
    """Those who are on Slack."""

    def __init__(self, slack: StrictSlack) -> None:
        self.slack = slack
        self._people = {name: slack.person(name, real_name=called) for name, called in ON_SLACK.items()}
        self.rooms = {name: slack.channel(name, *self._people.values()) for name in ("help", "announcements")}
        self.accounts = {name: person.id for name, person in self._people.items()}

    @property
    def tom(self) -> Any:
        return self._people["tom"]

    @property
    def priya(self) -> Any:
        return self._people["priya"]


class OnMatrix(MatrixWorld):
    """Those who are on Matrix."""

    def __init__(self, synapse: SynapseServer, bot: str) -> None:
        self._bot = bot
        self.logins: dict[str, Account] = {name: synapse.register(name) for name in ON_MATRIX}
        self._people = {name: Person(synapse.base_url, login) for name, login in self.logins.items()}
        self.accounts = {name: person.id for name, person in self._people.items()}
        self.rooms = {}
        self._directs = {}

    async def furnish(self) -> None:
        """Give everybody their name, and open the room where people ask for help."""
        for name, person in self._people.items():
            await person.call("PUT", "profile", person.id, "displayname", body={"displayname": ON_MATRIX[name]})
        emma = self._people["emma"]
        self.rooms["help"] = await emma.open_room("Help", invite=[self._bot])

    async def room_of(self, who: str, room: str) -> str:
        """The id of a room; ``direct`` is the conversation with the bot."""
        return await self._where(who, room)

    async def bot_is_in(self, room: str) -> None:
        """Wait until the bot has accepted its invitation."""
        self._people["tom"] = self._people["emma"]
        await bot_is_in(self, room, self._bot)
        del self._people["tom"]


@dataclass(frozen=True, slots=True)
class Company:
    """Both worlds."""

    slack: OnSlack
    matrix: OnMatrix


@asynccontextmanager
async def at_work(folder: Path, synapse: SynapseServer) -> AsyncIterator[Company]:
    """The company, with the program running; it keeps its records in a folder."""
    async with AsyncExitStack() as stack:
        strict = await stack.enter_async_context(StrictSlack(strict=True))
        bot = synapse.register("swarmbridge")
        slack, matrix = OnSlack(strict), OnMatrix(synapse, bot.user_id)
        stack.push_async_callback(matrix.close)
        await matrix.furnish()
        file = folder / "catalogue.yaml"
        file.write_text(yaml.safe_dump(_catalogue(slack, matrix), allow_unicode=True), encoding="utf-8")
        settings = settings_for(
            folder,
            http={"port": 0, "public_url": "https://status.lindenhof.example"},
            catalogue={"path": file},
            slack={"bot_token": strict.bot_token, "app_token": strict.app_token, "api_url": strict.api_url},
            matrix={
                "homeserver": synapse.base_url, "user_id": bot.user_id, "access_token": bot.access_token,
                "store_path": folder / "matrix", "encrypt_new_rooms": "none",
            },
        )  # fmt: skip
        program = await stack.enter_async_context(running(settings))
        slack.program = matrix.program = program
        await asyncio.gather(*(connected(program, one) for one in (Platform.SLACK, Platform.MATRIX)))
        await matrix.bot_is_in(matrix.rooms["help"])
        yield Company(slack, matrix)
        strict.assert_clean()


def _catalogue(slack: OnSlack, matrix: OnMatrix) -> Mapping[str, Any]:
    accounts = {name: {"slack": id_} for name, id_ in slack.accounts.items()}
    accounts |= {name: {"matrix": id_} for name, id_ in matrix.accounts.items()}
    skills = {"priya": ["erp"], "ruth": ["erp", "databases"]}
    people = [
        {"id": name, "name": called, "language": "en", "accounts": accounts[name], "skills": skills.get(name, [])}
        for name, called in (ON_SLACK | ON_MATRIX).items()
    ]
    return {
        "organisation": {"name": "Lindenhof", "timezone": "Europe/Berlin", "language": "en"},
        "teams": [
            {"id": "applications", "name": "Applications", "members": ["priya"], "on_duty": ["priya"]},
            {"id": "kestrel", "name": "Kestrel Systems", "kind": "partner", "members": ["ruth"], "on_duty": ["ruth"]},
        ],
        "people": people,
        "services": [
            {
                "id": "erp", "name": "ERP (Timber)", "team": "kestrel", "criticality": "high",
                "keywords": ["Timber", "delivery note"], "skills": ["erp", "databases"],
            },
        ],
        "channels": [
            {"id": "help", "purpose": "support", "slack": slack.rooms["help"].id, "matrix": matrix.rooms["help"]},
            {"id": "news", "purpose": "announcements", "slack": slack.rooms["announcements"].id},
        ],
    }  # fmt: skip

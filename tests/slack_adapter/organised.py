"""A whole program in the strict Slack, with the small organisation of the journeys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from adapters.slack.manifest import manifest
from bot.refs import Platform
from tests.journey import organisation
from tests.journey.conftest import connected, running, settings_for
from tests.journey.worlds import SlackWorld
from tests.strict_slack import StrictSlack

PUBLIC = "https://status.example.org"


def unchanged(_catalogue: dict[str, Any]) -> None:
    """The catalogue as it is."""


@asynccontextmanager
async def organised(folder: Path, change: Callable[[dict[str, Any]], None] = unchanged) -> AsyncIterator[SlackWorld]:
    """The world with the program running in it, its pages at ``PUBLIC``; ``change`` is applied to the catalogue. At the
    end no rule of Slack's was broken."""
    async with StrictSlack(manifest=manifest("socket", public_url=PUBLIC)) as slack:
        made = SlackWorld(slack)
        rooms = {name: room.id for name, room in made.rooms.items()}
        file = organisation.write(folder / "catalogue.yaml", "slack", made.accounts, rooms, "en")
        catalogue = yaml.safe_load(file.read_text(encoding="utf-8"))
        change(catalogue)
        file.write_text(yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8")
        settings = settings_for(
            folder, catalogue={"path": file}, http={"port": 0, "public_url": PUBLIC},
            slack={"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url},
        )  # fmt: skip
        async with running(settings) as program:
            made.program = program
            await connected(program, Platform.SLACK)
            yield made
        slack.assert_clean()

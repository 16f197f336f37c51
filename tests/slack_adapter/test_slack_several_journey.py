"""The whole job in a workspace that installed the app by itself, beside another one, over a restart."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx

from adapters.program import Program
from adapters.settings import Settings
from bot.refs import Platform
from tests.journey import organisation
from tests.journey.conftest import connected, running
from tests.journey.conftest import settings_for as program_settings
from tests.journey.worlds import SlackWorld
from tests.slack_adapter.conftest import eventually
from tests.slack_adapter.installed import PUBLIC, everything_written, link_in, rows_in, strict_slack
from tests.strict_slack import Person, StrictSlack


def settings_in(folder: Path, slack: StrictSlack, world: SlackWorld) -> Settings:
    """The program's settings, its catalogue naming everybody with their workspace."""
    before = slack.workspace.id
    accounts = {name: f"{before}/{id_}" for name, id_ in world.accounts.items()}
    rooms = {name: f"{before}/{room.id}" for name, room in world.rooms.items()}
    file = organisation.write(folder / "catalogue.yaml", "slack", accounts, rooms, "en")
    return program_settings(
        folder, catalogue={"path": file}, http={"port": 0, "public_url": PUBLIC},
        database={"url": f"sqlite:///{folder}/bot.db"},
        slack={
            "client_id": slack.app.client_id, "client_secret": slack.app.client_secret, "app_token": slack.app_token,
            "api_url": slack.api_url, "store_path": folder / "slack",
        },
    )  # fmt: skip


@asynccontextmanager
async def started(settings: Settings, world: SlackWorld) -> AsyncIterator[Program]:
    async with running(settings) as program:
        world.program = program
        await connected(program, Platform.SLACK)
        yield program


async def install(program: Program, person: Person) -> None:
    """Somebody installs the app with a browser that speaks to the program through a proxy with TLS."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{program.port_served}") as browser:
        page = await browser.get("/slack/install")
        cookie = page.headers["set-cookie"].partition(";")[0]
        back = person.allows(link_in(page)).removeprefix(PUBLIC)
        done = await browser.get(back, headers={"Cookie": cookie})
    assert (done.status_code, "is installed in" in done.text) == (200, True), done.text
    assert "default-src 'self'" in done.headers["content-security-policy"]


async def test_from_the_report_to_the_end_in_a_workspace_beside_another(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        partner = slack.add_workspace("Partner", "partner")
        paula = slack.person("paula", workspace=partner)
        world = SlackWorld(slack)
        settings = settings_in(tmp_path, slack, world)

        async with started(settings, world) as program:
            tom = slack.person("tom")
            await install(program, tom)
            await install(program, paula)
            for room in world.rooms.values():
                await tom.invites(slack.bot, room)
            for id_ in (slack.workspace.id, partner.id):
                await eventually(partial(program.storage.cursor, f"slack:{id_}/rooms"))
            report = await world.says("tom", "help", "The VPN does not connect since this morning")
            receipt = await world.sees("tom", "INC-1", "is registered", "VPN")
            assert receipt.thread == report.id
            await paula.direct("report Our lift is stuck")
            await slack.wait_for(lambda: any("INC-2" in one.plain for one in paula.app_room.messages))
            await paula.direct("link accounts")
            [code] = await slack.wait_for(
                lambda: re.findall(r"link accounts (\d{12})", paula.app_room.messages[-1].plain)
            )
            await world.says("nils", "direct", f"link accounts {code}")
            await world.sees("nils", "Done: both accounts are you")
            await world.says("mehmet", "triage", "@swarmbridge outage INC-1")
            charter = await world.room_opens("inc-1-")
            await world.come_in("inc-1-", {"mehmet", "piet"})
            assert "VPN" in charter["pinned"].text

        async with started(settings, world):
            for person in ("tom", "femke"):
                await world.sees(person, "INC-1", "is an outage")
            board = await world.sees("mehmet", "INC-1", "VPN", button="Resolve")
            await world.taps("mehmet", board, "Resolve")
            await world.fills("mehmet", {"solution": "Renew the certificate of the gateway", "cause": "It had expired"})
            done = await world.sees("tom", "INC-1", "should be solved", button="Works again")
            await world.taps("tom", done, "Works again")
            await world.sees("tom", "Good to hear")
            await world.room_closes("inc-1-")

        assert sorted(rows_in(tmp_path)) == sorted([slack.workspace.id, partner.id])
        assert not [room for room in partner.rooms.values() if room.name.startswith("inc-")]
        assert not any("INC-1" in message.plain for room in partner.rooms.values() for message in room.messages)
        written = everything_written(tmp_path)
        for token in (one for one in slack.world.tokens.values() if one.kind == "bot"):
            assert token.secret.encode() not in written
            assert token.refresh.encode() not in written

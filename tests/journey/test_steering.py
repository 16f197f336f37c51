"""Working on an outage: declared by a tap, kept informed, reopened, and the promises about time kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters import bootstrap
from adapters.local.platform import LocalChat
from adapters.program import Program
from bot.refs import Platform
from incidents import schedule
from tests.journey import organisation
from tests.journey.conftest import Enter, settings_for
from tests.journey.worlds import LocalWorld

NETWORKS = ("local", "slack socket", "matrix")


@pytest.mark.parametrize("network", NETWORKS)
async def test_still_broken_opens_it_again_with_a_new_room(enter: Enter, network: str) -> None:
    # given an outage declared by a tap, and resolved
    world = await enter(network, "en")
    await world.says("tom", "help", "The VPN does not connect")
    board = await world.sees("mehmet", "INC-1", button="Declare outage")
    await world.taps("mehmet", board, "Declare outage")
    await world.room_opens("inc-1-")
    await world.says("mehmet", "direct", "resolve INC-1 restarted the gateway")
    done = await world.sees("tom", "INC-1", "should be solved", button="Still broken")
    await world.room_closes("inc-1-")

    # when somebody affected says it is still broken
    await world.taps("tom", done, "Still broken")

    # then they are thanked, followers and the lead hear of it, and there is an open room with the experts in it
    await world.sees("tom", "INC-1", "Thank you for saying so")
    await world.sees("femke", "INC-1", "is open again")
    await world.sees("mehmet", "still broken", "INC-1")
    assert not (await world.room_opens("inc-1-vpn-2"))["closed"]
    await world.come_in("inc-1-vpn-2", {"mehmet", "piet"})

    # and resolving it again asks again
    await world.says("mehmet", "direct", "resolve INC-1 replaced the gateway")
    await world.sees("tom", "INC-1", "should be solved", "replaced the gateway", button="Works again")


@pytest.mark.parametrize("network", NETWORKS)
async def test_similar_open_reports_become_children_and_are_told_together(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await world.says("tom", "help", "The VPN does not connect from home")
    await world.sees("tom", "INC-1", "is registered")
    printing = await world.says("lena", "help", "Printing on the third floor gives empty pages")
    await world.sees("lena", "INC-2", "is registered")

    await world.says("mehmet", "triage", "@swarmbridge outage the VPN is down for everybody")

    await world.sees("mehmet", "INC-3", "1 open report")
    await world.sees("tom", "INC-3", "outage")
    await world.says("mehmet", "direct", "update INC-3 we are on it, next in 15 min")
    await world.sees("tom", "INC-3", "we are on it")
    assert not [line for line in await world.bot_lines("lena") if "INC-3" in line.text and line.thread == printing.id]


class Clock:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


def sweep(program: Program) -> int:
    """What the program does every few seconds: how many were reminded."""
    with program.storage.work() as work:
        return schedule.remind_of_overdue_updates(work)


async def test_an_overdue_update_reminds_the_lead_once(tmp_path: Path, clock: Clock) -> None:
    # given an outage whose people were promised to hear within 20 minutes
    people, rooms = ({name: name for name in names} for names in (organisation.PEOPLE, organisation.ROOMS))
    file = organisation.write(tmp_path / "c.yaml", "local", people, rooms, "en")
    local = {"enabled": True, "store": tmp_path / "local.db"}
    program = bootstrap.build(settings_for(tmp_path, catalogue={"path": file}, local=local), clock=clock)
    async with program.running():
        chat = program.chats[Platform.LOCAL]
        assert isinstance(chat, LocalChat)
        world = LocalWorld(chat)
        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("mehmet", "direct", "outage INC-1")
        await world.room_opens("inc-1-")
        await world.says("mehmet", "direct", "update INC-1 we look into it, next in 20 min")
        await world.sees("tom", "we look into it")

        # when the time has passed, and passes on
        clock.ahead = timedelta(minutes=21)
        await world.sees("mehmet", "INC-1", "nothing new yet", button="Write update")
        clock.ahead = timedelta(minutes=30)
        await world.says("tom", "direct", "status INC-1")
        await world.sees("tom", "INC-1", "Next update")
        reminded_again = await asyncio.to_thread(sweep, program)

        # then the lead was reminded once, the people affected not at all
        reminders = [line for line in await world.bot_lines("mehmet") if "nothing new yet" in line.text]
        assert (len(reminders), reminded_again) == (1, 0)
        assert not [line for line in await world.bot_lines("tom") if "nothing new yet" in line.text]

"""Channels are archived and renamed, the bot and experts are removed, accounts are closed: nobody is forgotten."""

from __future__ import annotations

import pytest

from tests.journey.conftest import Enter
from tests.journey.worlds import Line, MatrixWorld, SlackWorld, World


async def reported(world: World) -> Line:
    """Tom and Lena tell of one thing in the support room, Lena in Tom's thread."""
    said = await world.says("tom", "help", "the VPN is down for me")
    await world.sees("tom", "INC-1 is registered")
    await world.says("lena", "help", "me too", said)
    await world.sees("lena", "INC-1", "2 people are affected")
    return said


async def archived(world: World) -> None:
    """Nobody can write in the support room any more."""
    assert isinstance(world, SlackWorld)
    await world._people["nils"].archives(world.rooms["help"])


async def without_the_bot(world: World) -> None:
    """Somebody removes the bot from the support room."""
    if isinstance(world, SlackWorld):
        await world._people["nils"].removes(world.slack.bot, world.rooms["help"])
        return
    assert isinstance(world, MatrixWorld)
    body = {"user_id": world._bot, "reason": "tidying up"}
    await world._people["tom"].call("POST", "rooms", world.rooms["help"], "kick", body=body)


def is_the_support_room(world: World, line: Line) -> bool:
    return line.room == (world.rooms["help"] if isinstance(world, MatrixWorld) else "help")


@pytest.mark.parametrize(
    ("network", "happens"),
    [("slack socket", archived), ("slack socket", without_the_bot), ("matrix", without_the_bot)],
)
async def test_whoever_reported_in_a_room_that_the_bot_lost_is_told_directly(
    enter: Enter, network: str, happens: object
) -> None:
    world = await enter(network, "en")
    await reported(world)
    assert callable(happens)
    await happens(world)

    await world.says("mehmet", "direct", "outage INC-1")
    for who in ("tom", "lena"):
        told = await world.sees(who, "INC-1", "is an outage")
        assert not is_the_support_room(world, told)
    await world.says("mehmet", "direct", "resolve INC-1 The gateway was restarted")
    for who in ("tom", "lena"):
        asked = await world.sees(who, "INC-1", "The gateway was restarted", button="Works again")
        assert not is_the_support_room(world, asked)

    await world.taps("lena", asked, "Works again")
    await world.sees("lena", "thank you")
    refused = [one.what for one in world.program.storage.parked()]
    assert refused.count("Post") == 2
    assert refused.count("Edit") <= 1, "a card that cannot be edited is left alone then"


async def test_a_renamed_channel_is_the_same_channel(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    await reported(world)
    await world._people["nils"].renames(world.rooms["help"], "helpdesk")
    await world.says("mehmet", "direct", "resolve INC-1 The gateway was restarted")
    asked = await world.sees("tom", "INC-1", "The gateway was restarted", button="Works again")
    assert asked.room == "helpdesk"
    await world.says("nils", "helpdesk", "the printer on floor 2 does not print")
    await world.sees("nils", "INC-2 is registered")


async def test_a_name_that_is_taken_is_no_hindrance(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    taken = await world._people["nils"].creates("inc-1-vpn")
    await reported(world)
    await world.says("mehmet", "direct", "outage INC-1")
    opened = await world.slack.wait_for(
        lambda: [room for room in world.slack.workspace.rooms.values() if room.name.startswith("inc-1-vpn-")], 20
    )
    assert [len(opened), taken.messages] == [1, []]
    await world.come_in("inc-1-vpn-", {"mehmet", "piet"})


async def test_an_expert_who_is_removed_from_the_room_is_gone_from_the_charter_and_not_asked_again(
    enter: Enter,
) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    await reported(world)
    await world.says("mehmet", "direct", "outage INC-1")
    await world.come_in("inc-1-vpn", {"mehmet", "piet"})
    swarm = next(room for room in world.slack.workspace.rooms.values() if room.name.startswith("inc-1-vpn"))
    asked = await world.sees("piet", "INC-1", button="I’m in")
    await world.taps("piet", asked, "I’m in")
    await world.slack.wait_for(lambda: "Piet Tester ✓" in swarm.pinned[0].plain, 20)

    await world._people["mehmet"].removes(world._people["piet"], swarm)

    await world.slack.wait_for(lambda: "Piet Tester ✓" not in swarm.pinned[0].plain, 20)
    await world.slack.settle()
    assert world._people["piet"].id not in swarm.members


async def test_an_account_that_was_closed_keeps_nobody_else_out_and_the_lead_hears_of_it(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    await reported(world)
    world.slack.change_person(world._people["piet"], deleted=True)
    await world.says("mehmet", "direct", "outage INC-1")
    await world.come_in("inc-1-vpn", {"mehmet"})
    await world.sees("mehmet", "INC-1", "Piet Tester", "account was closed")

"""What tests of swarms say and look for again and again, on any network."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.journey.worlds import PATIENCE, Line, LocalWorld, MatrixWorld, SlackWorld, World

NETWORKS = ("local", "slack socket", "matrix")


async def outage(world: World) -> Line:
    """The VPN is down, Mehmet leads, and Piet holds his invitation."""
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "direct", "outage INC-1")
    await world.come_in("inc-1-vpn", {"mehmet", "piet"})
    return await world.sees("piet", "Can you help", "INC-1", button="Not this time")


async def goes_out(world: World, room: str, person: str, within: float = PATIENCE) -> None:
    """Wait until this person is in the room no more."""
    for _ in range(int(within / 0.1)):
        found = await world.room(room)
        if found is not None and person not in found["members"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{person} is still in {room}")


async def now(world: World, who: str, line: Line) -> Line:
    """What this message says by now."""
    return next(one for one in await world.lines(who) if one.id == line.id)


async def alone(world: World, who: str, words: str, within: float = PATIENCE) -> Line:
    """What somebody is told with these words, but not in a thread that others read too."""
    for _ in range(int(within / 0.1)):
        told = [line for line in await world.bot_lines(who) if words in line.text and not line.thread]
        if told:
            return told[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"{who} was never told {words!r} alone")


async def settles(world: World, who: str, line: Line, *words: str, within: float = PATIENCE) -> Line:
    """Wait until this message has nothing to tap any more and shows these words."""
    for _ in range(int(within / 0.1)):
        shown = await now(world, who, line)
        if not shown.buttons and all(word in shown.text for word in words):
            return shown
        await asyncio.sleep(0.1)
    raise AssertionError(f"it still shows {shown.text!r} {shown.buttons}")


async def commands(world: World, who: str, text: str) -> None:
    """The command of the network: ``/swarm`` where there is one, ``!swarm`` on Matrix."""
    match world:
        case LocalWorld():
            world._player(who).commands("triage", text)
        case SlackWorld():
            room = world.slack.workspace.room_named("triage")
            assert room is not None
            await world._people[who].command("/swarm", text, room)
        case _:
            await world.says(who, "triage", f"!swarm {text}")


async def mentions(world: World, who: str, room: str, text: str, whom: str) -> None:
    """Say something in which ``@`` becomes a mention of somebody, the way the client of the network makes one."""
    if isinstance(world, MatrixWorld):
        user = world.accounts[whom]
        name = f"{whom.title()} Tester"
        link = f'<a href="https://matrix.to/#/{user}">{name}</a>'
        more: dict[str, Any] = {"m.mentions": {"user_ids": [user]}, "format": "org.matrix.custom.html",
                                "formatted_body": text.replace("@", link)}  # fmt: skip
        await world._people[who].say(await world._where(who, room), text.replace("@", name), more=more)
    else:
        await world.says(who, room, text.replace("@", f"@{whom}"))


async def pinned(world: World, room: str) -> Mapping[str, Any]:
    """The room with its charter."""
    return await world.room_opens(room)

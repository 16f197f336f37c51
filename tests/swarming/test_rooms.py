"""The room of a swarm: what it says, that it closes, and that the work goes on in another."""

from __future__ import annotations

import pytest

from tests.journey.conftest import Enter
from tests.swarming.crew import NETWORKS, alone, outage, settles


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_fresh_room_says_each_thing_once_and_names_the_zone(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    room = await world.room_opens("inc-1-vpn")

    charter = room["pinned"].text
    assert room["topic"] == "INC-1 · VPN"
    shown = charter.split("\n", 1)[1] if network == "local" else charter  # local tests show the notification as well
    assert shown.count("The VPN does not connect") == 1
    assert "INC-1 · VPN" not in shown
    assert "in order again for everybody affected" in shown
    times = [row for row in charter.splitlines() if "Next update" in row]
    assert any(zone in charter for zone in ("CET", "CEST")), times


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_false_alarm_closes_the_room_with_a_word(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    asked = await outage(world)

    await world.says("mehmet", "direct", "not a request INC-1")

    await world.room_closes("inc-1-vpn")
    await world.sees("mehmet", "INC-1 was withdrawn", "closes")
    await settles(world, "piet", asked, "INC-1 was withdrawn", "Nothing is left to do")
    assert (room := await world.room("inc-1-vpn")) is not None
    assert room["topic"] == "INC-1 · VPN – Withdrawn"


@pytest.mark.parametrize("network", NETWORKS)
async def test_reopened_it_goes_on_in_a_second_room_with_everybody_who_sat_in_the_first(
    enter: Enter, network: str
) -> None:
    # given a swarm with an expert who came and somebody who joined by themselves, over and closed
    world = await enter(network, "en")
    asked = await outage(world)
    await world.taps("piet", asked, "I’m in")
    await settles(world, "piet", asked, "You are in the swarm")
    await world.says("lena", "direct", "join INC-1")
    await world.come_in("inc-1-vpn", {"lena"})
    await world.says("mehmet", "direct", "resolve INC-1 restarted the gateway")
    await world.room_closes("inc-1-vpn")

    # when it turns out to be broken still
    await world.says("tom", "direct", "still broken INC-1")

    # then a second room is open, all of them are in it and are told where it is
    room = await world.room_opens("inc-1-vpn-2")
    await world.come_in("inc-1-vpn-2", {"mehmet", "piet", "lena"})
    assert not room["closed"]
    assert "Earlier room" in room["pinned"].text
    for person in ("mehmet", "piet", "lena"):
        await world.sees(person, "INC-1 is open again, in a new room")

    # and it works: what is decided there is told, and it closes in its turn
    await world.says("piet", "direct", "resolve INC-1 replaced the gateway")
    await world.room_closes("inc-1-vpn-2")


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_time_names_its_zone_in_rooms_and_not_in_a_conversation_of_two(enter: Enter, network: str) -> None:
    world = await enter(network, "de")
    await world.says("tom", "help", "Das VPN verbindet sich nicht")
    await world.says("mehmet", "triage", "@swarmbridge Ausfall INC-1")

    in_thread = await world.sees("tom", "INC-1", "Bis spätestens")
    announced = await world.sees("nils", "⚠️", "Nächste")
    directly = await alone(world, "femke", "Bis spätestens")

    assert "MEZ" in in_thread.text or "MESZ" in in_thread.text
    assert "MEZ" in announced.text or "MESZ" in announced.text
    assert "MEZ" not in directly.text
    assert "MESZ" not in directly.text

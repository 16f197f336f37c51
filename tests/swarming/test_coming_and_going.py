"""Who is in a swarm’s room is who said so: declining and leaving take people out; nobody is asked twice."""

from __future__ import annotations

import pytest

from tests.journey.conftest import Enter
from tests.journey.worlds import SlackWorld
from tests.swarming.crew import NETWORKS, goes_out, now, outage, settles


@pytest.mark.parametrize("network", NETWORKS)
async def test_whoever_declines_is_out_and_is_asked_no_more(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    asked = await outage(world)

    await world.taps("piet", asked, "Not this time")

    await goes_out(world, "inc-1-vpn", "piet")
    await settles(world, "piet", asked, "join INC-1")
    charter = (await world.room_opens("inc-1-vpn"))["pinned"]
    assert "Piet Tester (not here)" in charter.text
    assert "Mehmet Tester ✓" in charter.text


@pytest.mark.parametrize("network", NETWORKS)
async def test_whoever_leaves_is_out_and_may_come_back(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    asked = await outage(world)
    await world.taps("piet", asked, "I’m in")
    await settles(world, "piet", asked, "You are in the swarm of INC-1")

    await world.says("piet", "direct", "leave INC-1")
    await goes_out(world, "inc-1-vpn", "piet")
    await settles(world, "piet", asked, "join INC-1")

    await world.says("piet", "direct", "join INC-1")
    await world.come_in("inc-1-vpn", {"piet"})
    await settles(world, "piet", asked, "You are in the swarm of INC-1")


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_lead_who_leaves_is_told_that_they_still_lead(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    await world.says("mehmet", "direct", "leave INC-1")

    await world.sees("mehmet", "You still lead it", "hand over INC-1")


@pytest.mark.parametrize("network", NETWORKS)
async def test_nobody_is_asked_any_more_when_it_is_over(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    asked = await outage(world)

    await world.says("mehmet", "direct", "resolve INC-1 renewed the certificate")

    await settles(world, "piet", asked, "INC-1 is resolved", "Nothing is left to do")


async def test_an_invitation_that_lands_after_a_decline_seats_nobody(enter: Enter) -> None:
    # given Slack, which lets nobody into the room yet
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    world.slack.faults.add("server_error", "conversations.invite")
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "direct", "outage INC-1")
    asked = await world.sees("piet", "Can you help", "INC-1", button="Not this time")

    # when Piet declines, and then the invitation that was decided before lands
    await world.taps("piet", asked, "Not this time")
    await settles(world, "piet", asked, "join INC-1")
    world.slack.faults.clear()
    await world.come_in("inc-1-vpn", {"mehmet"}, within=90)
    await goes_out(world, "inc-1-vpn", "piet")

    # then he is out, and counts as out
    await world.says("mehmet", "direct", "update INC-1 we are on it")
    await world.sees("tom", "we are on it")
    assert "Piet Tester (not here)" in (await world.room_opens("inc-1-vpn"))["pinned"].text
    assert "join INC-1" in (await now(world, "piet", asked)).text


async def test_where_only_admins_take_people_out_one_hears_how_to_leave(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    asked = await outage(world)
    world.slack.faults.add("error", "conversations.kick", code="restricted_action")

    await world.taps("piet", asked, "Not this time")

    await world.sees("piet", "I may not take people out of", "leave it yourself")


async def test_the_lead_hears_once_who_could_not_be_invited_and_why(enter: Enter) -> None:
    # given an expert whose account is closed
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    world._people["piet"].user.deleted = True

    # when the swarm is opened
    await world.says("mehmet", "direct", "outage the VPN is down for everybody")

    # then the lead alone hears who is missing, why, and what to do; the others are in
    told = await world.sees("mehmet", "I could not invite everybody", "Piet Tester", "closed", "who can help")
    await world.come_in("inc-1-vpn", {"mehmet"})
    await world.says("mehmet", "direct", "status INC-1")
    await world.sees("mehmet", "INC-1", "Next update")
    same = [line for line in await world.bot_lines("mehmet") if line.text == told.text]
    assert len(same) == 1
    for other in ("tom", "lena", "femke"):
        assert not [line for line in await world.bot_lines(other) if "could not invite" in line.text]

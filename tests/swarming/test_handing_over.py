"""Handing the lead over, by whatever people on each network call one another."""

from __future__ import annotations

import pytest

from tests.journey.conftest import Enter
from tests.swarming.crew import NETWORKS, commands, mentions, outage

IN_EACH_LANGUAGE = {
    "en": ("hand over INC-1 @", "hand over INC-1 to Lena", "handed INC-1 over to you"),
    "de": ("übergib INC-1 an @", "übergib INC-1 an Lena", "hat dir INC-1 übergeben"),
    "nl": ("draag INC-1 over aan @", "overdragen INC-1 aan Lena", "heeft INC-1 aan jou overgedragen"),
}


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_mention_hands_over_and_seats_whoever_is_new(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    await mentions(world, "mehmet", "direct", "hand over INC-1 @", "lena")

    await world.sees("lena", "Mehmet Tester handed INC-1 over to you", button="Resolve")
    await world.come_in("inc-1-vpn", {"lena"})
    await world.sees("piet", "Lena Tester takes care of INC-1 now")
    await world.says("lena", "direct", "status")
    await world.sees("lena", "You work on", "INC-1")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("language", ["de", "nl"])
async def test_in_german_and_dutch_by_mention_and_by_name(enter: Enter, network: str, language: str) -> None:
    world = await enter(network, language)
    by_mention, by_name, told = IN_EACH_LANGUAGE[language]
    await world.says("mehmet", "direct", "outage the VPN is down for everybody")
    await world.come_in("inc-1-vpn", {"mehmet", "piet"})

    await mentions(world, "mehmet", "direct", by_mention, "piet")
    await world.sees("piet", "Mehmet Tester", told)
    await world.says("piet", "direct", by_name)
    await world.sees("lena", "Piet Tester", told)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("named", ["@lena", "to Lena Tester", "lena please"])
async def test_the_command_of_the_network_understands_names(enter: Enter, network: str, named: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    await commands(world, "mehmet", f"hand over INC-1 {named}")

    await world.sees("lena", "Mehmet Tester handed INC-1 over to you")


@pytest.mark.parametrize("network", NETWORKS)
async def test_somebody_unknown_or_not_clear_gets_a_sentence_and_nothing_changes(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    await commands(world, "mehmet", "hand over INC-1 @nobody")
    await world.sees("mehmet", "I know nobody called “@nobody”")
    await commands(world, "mehmet", "hand over INC-1 to Tester")
    await world.sees("mehmet", "Several people are called “Tester”", "Piet Tester")

    await world.says("mehmet", "direct", "status INC-1")
    assert "Mehmet Tester" in (await world.sees("mehmet", "INC-1", "Takes care of it")).text


@pytest.mark.parametrize("network", NETWORKS)
async def test_status_shows_a_lead_what_they_lead_and_an_expert_what_they_sit_in(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    await outage(world)

    for person in ("mehmet", "piet"):
        await world.says(person, "direct", "status")
        await world.sees(person, "You work on", "INC-1")
    await world.says("tom", "direct", "status")
    assert "You work on" not in (await world.sees("tom", "Yours")).text

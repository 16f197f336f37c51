"""All the ways to be heard, and what follows in the thread."""

from __future__ import annotations

import asyncio

import pytest

from tests.journey.conftest import Enter
from tests.journey.worlds import Line, SlackWorld, World

NETWORKS = ("local", "slack socket", "matrix")


async def silence(world: World, who: str, lines: int) -> None:
    """Nothing more comes from the bot for a moment."""
    await asyncio.sleep(1)
    assert len(await world.bot_lines(who)) == lines


async def reported(world: World, text: str = "The VPN does not connect") -> tuple[Line, Line]:
    """Tom's report and its receipt, the triage card being there too."""
    said = await world.says("tom", "help", text)
    receipt = await world.sees("tom", "INC-1", "is registered")
    await world.sees("tom", "INC-1", button="Resolve")
    return said, receipt


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_report_is_heard_in_every_way(enter: Enter, network: str) -> None:
    world = await enter(network, "en")

    # by a direct message, by a mention and by the word, each answered in its own thread
    direct = await world.says("tom", "direct", "My screen stays black since I closed it")
    assert (await world.sees("tom", "INC-1", "is registered")).thread == direct.id
    mention = await world.says("lena", "news", "@swarmbridge the door of room 12 does not open")
    assert (await world.sees("lena", "INC-2", "is registered")).thread == mention.id
    word = await world.says("piet", "direct", "report the projector hums loudly")
    assert (await world.sees("piet", "INC-3", "is registered")).thread == word.id

    # by 🎫 on anybody's message, for whoever wrote it; a second one changes nothing
    note = await world.says("femke", "news", "the coffee machine on floor two leaks water")
    await world.reacts("tom", note, "🎫")
    assert (await world.sees("femke", "INC-4", "is registered")).thread == note.id
    assert "Femke Tester" in (await world.sees("femke", "INC-4", button="Resolve")).text
    await world.reacts("lena", note, "🎫")
    heard = len(await world.bot_lines("femke"))
    await silence(world, "femke", heard)


@pytest.mark.parametrize("network", NETWORKS)
async def test_chatter_and_talk_in_rooms_for_other_things_get_nothing(enter: Enter, network: str) -> None:
    world = await enter(network, "en")

    for text in ("Good morning everybody!", "thanks a lot 🎉", "lol", "👍", "have a nice weekend"):
        await world.says("tom", "help", text)
    await world.says("lena", "news", "The VPN is down, says my neighbour")
    said = await world.says("tom", "help", "The VPN does not connect")

    # what was said before is dealt with before, so whatever it led to would be seen by now
    receipt = await world.sees("nils", "INC-1", "is registered")
    card = await world.sees("nils", "INC-1", button="Resolve")
    assert receipt.thread == said.id
    await silence(world, "nils", 2)
    assert {line.id for line in await world.bot_lines("nils")} == {receipt.id, card.id}


@pytest.mark.parametrize("network", NETWORKS)
async def test_doubt_asks_the_author_alone(enter: Enter, network: str) -> None:
    world = await enter(network, "en")

    said = await world.says("tom", "help", "FYI: VPN will be down tonight for maintenance")
    question = await world.sees("tom", "somebody should look at", button="Yes, register it")

    await silence(world, "nils", 0)
    assert await world.bot_lines("lena") == []
    await world.taps("tom", question, "Yes, register it")
    assert (await world.sees("tom", "INC-1", "is registered")).thread == said.id


@pytest.mark.parametrize("network", NETWORKS)
async def test_not_a_request_takes_it_back_and_undo_brings_it_again(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    _, receipt = await reported(world)

    await world.taps("tom", receipt, "Not a request")
    withdrawn = await world.sees("tom", "INC-1", "is withdrawn", button="Undo")
    assert withdrawn.id == receipt.id, "the receipt itself says so"
    await world.taps("tom", withdrawn, "Undo")

    assert (await world.sees("tom", "INC-1", "is registered", button="Me too")).id == receipt.id


@pytest.mark.parametrize("network", NETWORKS)
async def test_me_too_by_a_raised_hand_and_by_words_counts_each_person_once(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    said, receipt = await reported(world)

    await world.reacts("lena", said, "🙋")
    await world.sees("tom", "INC-1", "2 people are affected")
    await world.says("piet", "help", "me too", under=said)
    await world.says("lena", "help", "me too!", under=said)
    await world.sees("tom", "INC-1", "3 people are affected")
    await silence(world, "tom", len(await world.bot_lines("tom")))

    assert (await world.sees("tom", "INC-1", "3 people are affected", button="Me too")).id == receipt.id


@pytest.mark.parametrize("network", NETWORKS)
async def test_the_thread_goes_into_the_timeline_with_its_edits_and_deletions(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    said, _ = await reported(world)

    more = await world.says("tom", "help", "It says error 619", under=said)
    asked = await world.says("lena", "help", "Did you try another network?", under=said)
    await world.comes_to(1, ["The VPN does not connect", "It says error 619", "Did you try another network?"])
    await world.edits("tom", more, "It says error 691")
    await world.deletes("lena", asked)
    await world.edits("tom", said, "The VPN does not connect from home")

    # the timeline and the card for the experts say what is said now, and nothing of the talk is answered
    await world.comes_to(1, ["The VPN does not connect from home", "It says error 691", ""])
    await world.sees("mehmet", "The VPN does not connect from home", button="Resolve")
    assert len([line for line in await world.bot_lines("tom") if line.thread == said.id]) == 1


async def test_the_shortcut_on_a_message_registers_it(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    said = await world.says("lena", "news", "The badge reader at the gate is dark")

    await world.slack.person("tom").shortcut("report_message", said.raw)

    assert (await world.sees("lena", "INC-1", "is registered")).thread == said.id


async def test_a_slash_command_registers_and_answers_its_author_alone(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)

    await world.slack.person("tom").command("/swarm", "the VPN does not connect", world.rooms["help"])

    await world.sees("tom", "INC-1", "is registered for VPN")
    await world.sees("nils", "INC-1", button="Resolve")
    assert not [line for line in await world.bot_lines("nils") if "is registered" in line.text]


async def test_small_talk_said_to_the_bot_is_asked_about_and_never_lost(enter: Enter) -> None:
    world = await enter("local", "en")

    said = await world.says("tom", "direct", "My screen stays black after lunch")
    asked = await world.sees("tom", "somebody should look at", button="Yes, register it")
    await world.taps("tom", asked, "Yes, register it")

    assert (await world.sees("tom", "INC-1", "is registered")).thread == said.id

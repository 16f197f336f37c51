"""Whatever people type, the bot says a clear sentence, loses nothing, pings nobody and breaks no markup."""

from __future__ import annotations

import asyncio

import pytest

from tests.journey.conftest import Enter
from tests.journey.worlds import Line, World

NETWORKS = ("local", "slack socket", "matrix")

HOSTILE = {
    "pings": "The VPN is down <!channel> <!here> <!everyone> @channel @here @everyone @room please",
    "html": "The VPN is down <script>alert(1)</script> <b onclick=x>bold</b> &lt;i&gt; </p></blockquote>",
    "jinja": "The VPN is down {{ 7*7 }} {% for x in y %} {ref} {0.__class__} %s %(n)s ${x}",
    "markup": "The VPN is down *bold* _it_ ~s~ `code` ```block``` > quote [a](javascript:x) <http://x.test|click>",
    "unseen": "The VPN\u200b is\u202e down\u2066 no\u0000w\u0007 \ufeff\u200f completely",
    "marks": "The VPN i\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307s down 👩‍👩‍👧‍👦 🏳️‍🌈",
}


def pinged(line: Line) -> list[str]:
    """Whom a message of the bot notifies beyond whoever is in the room or thread anyway."""
    raw = line.raw
    if hasattr(raw, "pings"):
        return list(raw.pings)
    if isinstance(raw, dict):
        mentions = raw.get("m.mentions", {})
        return [*mentions.get("user_ids", []), *(["@room"] if mentions.get("room") else [])]
    return []


LIVE = ("<script", "<b onclick", 'href="javascript', "matrix.to/#/@")
"""What would act in HTML if it were sent as it was typed."""


def sent_html(line: Line) -> str:
    """A message as it went to a network that reads HTML; what pings on the others is looked at by ``pinged``."""
    return str(line.raw.get("formatted_body", "")) if isinstance(line.raw, dict) else ""


async def everything_the_bot_said(world: World) -> list[Line]:
    found = await asyncio.gather(*(world.bot_lines(who) for who in ("tom", "lena", "mehmet", "piet", "femke")))
    return [line for lines in found for line in lines]


@pytest.mark.parametrize("network", NETWORKS)
async def test_hostile_words_go_through_every_stage_as_plain_text(enter: Enter, network: str) -> None:
    # given reports made of everything that could ping or break
    world = await enter(network, "en")
    for text in HOSTILE.values():
        typed = text.replace("\u0000", "") if network == "matrix" else text
        await world.says("tom", "help", typed)
    for number in range(1, len(HOSTILE) + 1):
        await world.sees("tom", f"INC-{number} ", "is registered", "VPN")

    # when one of them becomes an outage, is updated and resolved with hostile words
    await world.says("mehmet", "triage", "@swarmbridge outage INC-1")
    await world.room_opens("inc-1-")
    await world.says("mehmet", "direct", f"update INC-1 {HOSTILE['jinja']} @room @channel <!here>, next in 20 min")
    await world.sees("tom", "News about INC-1", "{{ 7*7 }}")
    await world.says(
        "mehmet", "direct", f"resolve INC-1 {HOSTILE['html']} {HOSTILE['jinja']} {HOSTILE['markup']} @room"
    )
    await world.sees("tom", "INC-1", "should be solved")
    draft = await world.sees("mehmet", "KB-1", "<script>")

    # then nobody is pinged, nothing typed acts as markup, and the words stand as they were typed
    assert "{{ 7*7 }} {% for x in y %}" in draft.text
    said = await everything_the_bot_said(world)
    assert {ping for line in said for ping in pinged(line)} == set()
    assert [line.text for line in said for live in LIVE if live in sent_html(line)] == []
    assert any("{0.__class__}" in line.text for line in said)
    assert not any("\u202e" in line.text or "\u200b" in line.text.replace("@\u200b", "") for line in said)


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_text_of_a_hundred_thousand_letters_is_registered_once(enter: Enter, network: str) -> None:
    world = await enter(network, "en")
    length = 50_000 if network == "matrix" else 100_000  # a homeserver takes no event over 64 kB

    await world.says("tom", "help", "The VPN is down. " + "x" * (length - 20))

    await world.sees("tom", "INC-1", "is registered")
    await world.sees("mehmet", "INC-1", button="Resolve")
    assert len([line for line in await world.bot_lines("tom") if "is registered" in line.text]) == 1


@pytest.mark.parametrize("network", NETWORKS)
async def test_an_empty_report_is_asked_for(enter: Enter, network: str) -> None:
    world = await enter(network, "en")

    await world.says("tom", "direct", "report")
    question = await world.sees("tom", "What does not work, or what do you need?")
    await world.says("tom", "direct", "The VPN does not connect", under=question if question.thread else None)

    await world.sees("tom", "INC-1", "is registered for VPN")


@pytest.mark.parametrize("network", NETWORKS)
async def test_an_unknown_command_gets_one_hint_that_only_its_author_sees(enter: Enter, network: str) -> None:
    world = await enter(network, "en")

    await world.says("tom", "help", "@swarmbridge statsu INC-1")

    await world.sees("tom", "did not understand", "status")
    await asyncio.sleep(0.5)
    assert len([line for line in await world.bot_lines("tom") if "did not understand" in line.text]) == 1
    assert not [line for line in await world.bot_lines("lena") if "did not understand" in line.text]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("status INC-999999999", "I do not know INC-999999999"),
        ("resolve INC-77 done", "I do not know INC-77"),
        ("article KB-12", "I do not know the article"),
        ("me too", "Which one do you mean?"),
        ("reopen INC-1", "INC-1 is still open"),
        ("follow the moon", "I know no service"),
        ("join INC-1", "I know no swarm"),
        ("hand over INC-1 to the moon", "I know nobody called “the moon”"),
        ("statsu INC-1", "did not understand"),
    ],
)
async def test_what_cannot_be_done_is_said_with_the_way_on(enter: Enter, typed: str, answer: str) -> None:
    world = await enter("local", "en")
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")

    await world.says("tom", "direct", typed)

    await world.sees("tom", answer)

"""Confidential things where others listen: in public rooms, by reactions, and by merging."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.local.people import Player
from adapters.local.platform import LocalChat
from bot.refs import Platform
from tests.journey.conftest import running, settings_for

SECRET = "harassment"


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[LocalChat]:
    """The sample organisation: Clara and Femke are HR, Lena is its works council, all others are outsiders."""
    async with running(settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})) as program:
        local = program.chats[Platform.LOCAL]
        assert isinstance(local, LocalChat)
        yield local


async def told(player: Player, *words: str) -> str:
    """What the bot tells this person directly or alone that holds these words."""

    def look() -> str:
        rooms = [*player.rooms(), player.direct.id]
        seen = [one.text for room in rooms for one in player.sees(room) if one.from_bot]
        return next((text for text in reversed(seen) if all(word in text for word in words)), "")

    return await player.wait_for(look)


def overheard(player: Player) -> list[str]:
    """Everything of the bot this person sees."""
    return [one.text for room in (*player.rooms(), player.direct.id) for one in player.sees(room) if one.from_bot]


async def reported_in_public(chat: LocalChat) -> Player:
    """Tom says something for HR alone in a public channel."""
    tom = chat.person("tom")
    tom.says("help", f"Whom can I tell about {SECRET} in my team?")
    await told(tom, "INC-1")
    return tom


async def test_the_answer_to_a_confidential_report_in_a_public_channel_is_for_its_author_alone(chat: LocalChat) -> None:
    await reported_in_public(chat)

    assert not [text for text in overheard(chat.person("sanne")) if "INC-1" in text]
    assert not [text for text in overheard(chat.person("mehmet")) if "INC-1" in text]


async def test_a_raised_hand_of_an_outsider_joins_nothing_confidential(chat: LocalChat) -> None:
    await reported_in_public(chat)
    sanne, clara = chat.person("sanne"), chat.person("clara")
    said = next(one for one in sanne.sees("help") if SECRET in one.text)

    sanne.reacts(said, "🙋")
    sanne.says(sanne.direct, "me too INC-1")
    await told(sanne, "INC-1")
    clara.says(clara.direct, f"update INC-1 about the {SECRET}, next in 30 min")
    await told(chat.person("tom"), "about the")

    assert not [text for text in overheard(sanne) if SECRET in text]


async def test_asking_about_it_in_a_public_room_is_answered_alone(chat: LocalChat) -> None:
    await reported_in_public(chat)
    clara, sanne = chat.person("clara"), chat.person("sanne")

    clara.says("help", "@swarmbridge status INC-1")
    await told(clara, "INC-1")
    clara.says("help", f"@swarmbridge search {SECRET}")
    await told(clara, "nichts gefunden")

    assert not [text for text in overheard(sanne) if "INC-1" in text]


async def test_an_edit_that_makes_it_confidential_takes_its_words_from_others(chat: LocalChat) -> None:
    tom, mehmet = chat.person("tom"), chat.person("mehmet")
    said = tom.says("help", "I need to talk to somebody about my desk")
    await told(mehmet, "INC-1", "desk")

    tom.edits(said, f"I need to talk to somebody about {SECRET} by my desk")
    await mehmet.wait_for(lambda: not [text for text in overheard(mehmet) if "INC-1" in text and "desk" in text])

    assert not [text for text in overheard(mehmet) if SECRET in text]

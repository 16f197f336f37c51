"""The sample organisation at its local chat, the whole program running."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.directory.reading import SAMPLE
from adapters.local.people import Player, Seen
from adapters.local.platform import LocalChat
from adapters.program import Program
from bot.refs import MessageRef, Platform
from tests.journey.conftest import running, settings_for


@dataclass(frozen=True)
class House:
    """Lindenhof's chat, and its pages."""

    program: Program
    chat: LocalChat

    @property
    def pages(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.program.port_served}"

    def person(self, who: str) -> Player:
        """Somebody of the sample organisation."""
        return self.chat.person(who)

    def says(self, who: str, text: str, room: str = "direct", under: MessageRef | Seen | None = None) -> MessageRef:
        """Write to the bot, or in a room."""
        player = self.person(who)
        return player.says(player.direct if room == "direct" else room, text, thread=under)

    async def sees(self, who: str, *words: str, button: str = "") -> Seen:
        """The newest message of the bot with all these words, as soon as this person sees it."""
        player = self.person(who)
        return (await player.wait_for(lambda: self._found(player, words, button), 15))[-1]

    async def never_saw(self, who: str, *words: str) -> None:
        """Whatever led to it is dealt with by the time something said later is answered."""
        self.says(who, "follow")
        await self.sees(who, "follow")
        assert not self._found(self.person(who), words, "")

    def shown(self, who: str) -> list[Seen]:
        """Everything of the bot that this person sees, the oldest first."""
        player = self.person(who)
        rooms = [id_ for id_, room in player.rooms().items() if room["joined"]]
        return [one for room in dict.fromkeys([*rooms, player.direct.id]) for one in player.sees(room) if one.from_bot]

    def taps(self, who: str, message: Seen, button: str) -> None:
        """Tap a button by its label."""
        self.person(who).taps(message, button)

    async def drafted(
        self, report: str, solution: str, *, number: int = 1, by: str = "mehmet", who: str = "tom"
    ) -> Seen:
        """Somebody reports, somebody solves it: the card with the draft."""
        self.says(who, report, "help")
        await self.sees(who, f"INC-{number}", "registered")
        self.says(by, f"resolve INC-{number} {solution}")
        return await self.sees(by, "KB-", "without names", button="Publish")

    def _found(self, player: Player, words: tuple[str, ...], button: str) -> list[Seen]:
        return [
            one for one in self.shown(player.id)
            if all(word in one.text for word in words) and (not button or any(b.label == button for b in one.buttons))
        ]  # fmt: skip


def house_of(program: Program) -> House:
    """The chat of a running program."""
    chat = program.chats[Platform.LOCAL]
    assert isinstance(chat, LocalChat)
    return House(program, chat)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The sample organisation, everybody speaking English, everything running."""
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text(re.sub(r"language: (de|nl)", "language: en", SAMPLE.read_text("utf-8")), "utf-8")
    settings = settings_for(
        tmp_path, local={"enabled": True, "store": tmp_path / "local.db"}, catalogue={"path": catalogue}
    )
    async with running(settings) as program:
        yield house_of(program)

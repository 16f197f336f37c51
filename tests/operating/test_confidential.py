"""What belongs to a confidential service never shows outside its audience."""

from __future__ import annotations

from pathlib import Path

import httpx

from adapters.local.platform import LocalChat
from bot.refs import Platform
from tests.journey.conftest import running, settings_for

SECRET = "harassment"


def without_echo(text: str) -> str:
    """A text without the asker's own word, which an answer quotes."""
    for before, after in (("“", "”"), ("‘", "’"), ("„", "“"), ('value="', '"')):
        text = text.replace(f"{before}{SECRET}{after}", "")
    return text


async def test_a_confidential_report_and_its_outage_show_only_to_their_audience(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings) as program, httpx.AsyncClient() as client:
        chat = program.chats[Platform.LOCAL]
        assert isinstance(chat, LocalChat)
        tom, clara, sanne, mehmet = (chat.person(name) for name in ("tom", "clara", "sanne", "mehmet"))

        # when somebody tells HR of it directly, and HR declares it
        tom.says(tom.direct, f"I want to report {SECRET} in my team to HR, who can I talk to?")
        await tom.wait_for(lambda: [one for one in tom.sees(tom.direct) if "INC-1" in one.text])
        clara.says(clara.direct, "outage INC-1")
        await clara.wait_for(lambda: [one for one in clara.sees(clara.direct) if "INC-1" in one.text])
        clara.says(clara.direct, f"update INC-1 about the {SECRET}, next in 30 min")
        await tom.wait_for(lambda: [one for one in tom.sees(tom.direct) if "about the" in one.text])
        clara.says(clara.direct, f"resolve INC-1 talked about the {SECRET}")
        draft = await clara.wait_for(
            lambda: [one for one in clara.sees(clara.direct) if any(b.id == "publish" for b in one.buttons)]
        )
        clara.taps(draft[-1], "publish")
        await clara.wait_for(
            lambda: [one for one in clara.sees(clara.direct) if "KB-1" in one.text and not one.buttons]
        )

        # then nobody else sees a word of it: not in a room, not by asking, not on a page
        for outsider in (sanne, mehmet):
            for question in ("status INC-1", "status", f"search {SECRET}", "article KB-1", "join INC-1"):
                outsider.says(outsider.direct, question)
            await outsider.wait_for(lambda who=outsider: len(who.sees(who.direct)) >= 10)  # type: ignore[misc]
            seen = [one for room in outsider.rooms() for one in outsider.sees(room)]
            bot_said = [one.text for one in [*seen, *outsider.sees(outsider.direct)] if one.from_bot]
            assert not [text for text in bot_said if SECRET in without_echo(text)]
        base = f"http://127.0.0.1:{program.port_served}"
        pages = ("", "incidents/INC-1", "knowledge", f"knowledge?q={SECRET}", "knowledge/KB-1", "feed.atom", "metrics",
                 "api/v1/status", "api/v1/incidents/INC-1")  # fmt: skip
        for page in pages:
            text = (await client.get(f"{base}/{page}")).text
            assert SECRET not in without_echo(text), page
            assert "Personal matters" not in text, page

"""However the program ends, what was said is kept, and the bot hears it once and in order."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.conftest import listening
from tests.local.memory_inbox import MemoryInbox
from tests.local.talker import FileInbox, opened

ROOT = Path(__file__).parents[2]


def said_before_the_kill(folder: Path, name: str, count: int) -> list[str]:
    """Let a process talk, and kill it in the middle of a word."""
    command = [sys.executable, "-m", "tests.local.talker", str(folder), name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(count)]
        process.kill()
        said += [line.strip() for line in process.stdout if line.endswith("\n")]
    return said


@pytest.mark.slow
async def test_nothing_is_lost_or_heard_twice_through_kills(tmp_path: Path) -> None:
    said: list[str] = []
    for number, count in enumerate((3, 40, 17, 90)):
        said += await asyncio.to_thread(said_before_the_kill, tmp_path, f"round-{number}", count)

    chat, inbox = opened(tmp_path), FileInbox(tmp_path / "inbox.sqlite3")
    anna = chat.person("anna")
    task = asyncio.create_task(chat.listen(inbox))
    anna.says("help", "the end")
    await inbox.has("the end")
    task.cancel()

    heard = inbox.texts()
    seen = [one.text for one in anna.sees("help")]
    assert heard == seen
    assert len(heard) == len(set(heard))
    assert [text for text in heard if text in set(said)] == said
    chat.store.close()
    inbox.close()


async def test_a_bot_that_lost_its_own_memory_is_not_told_old_stories(tmp_path: Path) -> None:
    chat = opened(tmp_path)
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        chat.person("anna").says("help", "old")
        await inbox.has(1)
        await asyncio.sleep(0.1)
    chat.store.close()

    again, empty = opened(tmp_path), MemoryInbox()
    async with listening(again, empty):
        again.person("anna").says("help", "new")
        await empty.has(1)
    again.store.close()

    assert [getattr(event, "text", "") for event in empty.events] == ["new"]

"""What came along with a message on Slack. Pure: a message in, files out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack import mrkdwn
from bot.events import File

Json = Mapping[str, Any]

_GONE = "tombstone"


def files_of(message: Json) -> tuple[File, ...]:
    """What is still there of what came along, and where those who may see it find it."""
    named = ((str(file.get("title") or file.get("name") or ""), file) for file in message.get("files") or [])
    return tuple(
        File(mrkdwn.sendable(name), str(file.get("permalink") or ""), str(file.get("mimetype") or ""), _size(file))
        for name, file in named
        if name and file.get("mode") != _GONE
    )


def text_of(words: str, files: tuple[File, ...]) -> str:
    """What a message says: its words, else the names of its files."""
    return words or ", ".join(file.name for file in files)


def _size(file: Json) -> int:
    size = file.get("size")
    return size if isinstance(size, int) and size > 0 else 0

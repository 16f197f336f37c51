"""What a message on Slack says: what its author typed, what they forwarded, and the files that came along. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.slack import mrkdwn
from bot.events import File

Json = Mapping[str, Any]

_GONE = "tombstone"


def read(message: Json, me: str, names: Mapping[str, str]) -> mrkdwn.Read:
    """The words as their author sees them. What was forwarded stands in quotation marks, as somebody else's words: they
    address nobody and are no command."""
    typed = mrkdwn.read(_text(message), me, names)
    forwarded = (mrkdwn.read(_text(one), names=names).text.strip() for one in _forwarded(message))
    return replace(typed, text="\n".join(filter(None, (typed.text, *(f"“{words}”" for words in forwarded if words)))))


def named(message: Json) -> frozenset[str]:
    """The ids of the users that its words mention."""
    return frozenset[str]().union(*(mrkdwn.named(_text(one)) for one in (message, *_forwarded(message))))


def files_of(message: Json) -> tuple[File, ...]:
    """What is still there of what came along, and where those who may see it find it. Of a file of another organisation
    Slack may tell no more than its id."""
    files = [file for one in (message, *_forwarded(message)) for file in one.get("files") or []]
    named = ((str(file.get("title") or file.get("name") or file.get("id") or ""), file) for file in files)
    return tuple(
        File(mrkdwn.sendable(name), str(file.get("permalink") or ""), str(file.get("mimetype") or ""), _size(file))
        for name, file in named
        if name and file.get("mode") != _GONE
    )


def text_of(words: str, files: tuple[File, ...]) -> str:
    """What a message says: its words, else the names of its files."""
    return words or ", ".join(file.name for file in files)


def _text(said: Json) -> str:
    return str(said.get("text") or "")


def _forwarded(message: Json) -> Iterator[Json]:
    return (one for one in message.get("attachments") or [] if one.get("is_share"))


def _size(file: Json) -> int:
    size = file.get("size")
    return size if isinstance(size, int) and size > 0 else 0

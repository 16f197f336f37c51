"""What people sent along with their words: kept by name and address, never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.cards import Span, Text, link, plain
from bot.events import File
from bot.plain import clean, cut, excerpt
from bot.texts import Voice

MOST = 20
"""So many files of one message are kept."""
LONGEST_NAME = 120
LARGEST = 2**53
"""In bytes; more is no size, whatever somebody's client says."""
MOST_SHOWN = 6

_WEB = re.compile(r"https?://[^\s<>\"']{1,2000}", re.IGNORECASE)
_KIND = re.compile(r"[a-z]+/([a-z0-9]{2,5})", re.IGNORECASE)
_UNITS = ("KB", "MB", "GB", "TB")


def kept(files: Iterable[File]) -> tuple[File, ...]:
    """The files as they may be stored and shown: names on one line without anything unseen, addresses of the web."""
    return tuple(_kept(file) for file in list(files)[:MOST])


def named(files: Iterable[File], limit: int) -> str:
    """Their names, as the title of what has no words."""
    return cut(", ".join(file.name for file in files), limit)


def listed(voice: Voice, files: Sequence[File]) -> Text:
    """Their names as links, each with its size: as many as one reads."""
    spans: list[Span] = []
    for number, file in enumerate(files[:MOST_SHOWN]):
        spans += plain(", " if number else "")
        spans.append(link(file.name, file.url) if file.url else Span(file.name))
        if about := ", ".join(filter(None, (_kind(file), _size(file)))):
            spans += plain(f" ({about})")
    if left := len(files) - MOST_SHOWN:
        spans += plain(" ") + voice.plural("and {n} more", "and {n} more", left) if left > 0 else ()
    return tuple(span for span in spans if span.text)


def counted(voice: Voice, number: int) -> Text:
    """``2 files``."""
    return voice.plural("{n} file", "{n} files", number)


def _kept(file: File) -> File:
    name = excerpt(file.name, LONGEST_NAME) or "…"
    url = file.url if _WEB.fullmatch(file.url) else ""
    size = file.size if 0 < file.size < LARGEST else 0
    return replace(file, name=name, url=url, kind=clean(file.kind, LONGEST_NAME), size=size)


def _kind(file: File) -> str:
    """The kind, where the name does not end in it."""
    found = _KIND.fullmatch(file.kind)
    return found[1].upper() if found and "." not in file.name else ""


def _size(file: File) -> str:
    """``34 KB``: rounded up, for nobody needs it closer."""
    if not file.size:
        return ""
    power = next((one for one, _ in enumerate(_UNITS, 1) if file.size < 999.5 * 1000**one), len(_UNITS))
    return f"{max(1, round(file.size / 1000**power))} {_UNITS[power - 1]}"

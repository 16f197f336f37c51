"""Slack's names for emoji. ``emoji.json`` has them as the project emoji-data publishes them (release 16.0.0, MIT)."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_UNSEEN = re.compile("[\ufe0e\ufe0f]")
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_TONES = dict(zip("23456", "🏻🏼🏽🏾🏿", strict=True))


def name_of(character: str) -> str:
    """Slack's name for an emoji character, without its skin tone; a name passes through, and what has none asks."""
    bare = _UNSEEN.sub("", character).strip()
    if bare.isascii() and len(bare) > 1:
        return bare.strip(":")
    return _names().get(bare) or _names().get(_SKIN_TONE.sub("", bare)) or "question"


def character_of(name: str) -> str:
    """The character that Slack's name stands for; the name itself for a picture of the workspace's own."""
    bare, _, tone = name.strip(":").partition("::skin-tone-")
    character = _characters().get(bare.rstrip(":"))
    return name if character is None else character + _TONES.get(tone, "")


@cache
def _characters() -> dict[str, str]:
    known: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return known


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, character in _characters().items():
        names.setdefault(_UNSEEN.sub("", character), name)
    return names

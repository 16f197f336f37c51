"""The names Slack has for the emoji the bot reacts with."""

from __future__ import annotations

import unicodedata

from bot import words

_OTHERS = {
    "👀": "eyes", "🎉": "tada", "⏳": "hourglass_flowing_sand", "⌛": "hourglass", "🚨": "rotating_light",
    "⚠": "warning", "❌": "x", "🔁": "repeat", "🙏": "pray", "❓": "question", "🔧": "wrench",
    "🟢": "large_green_circle", "🔴": "red_circle", "🟡": "large_yellow_circle", "0⃣": "zero", "🔟": "keycap_ten",
}  # fmt: skip


def name_of(character: str) -> str:
    """Slack's name for an emoji character; a name passes through."""
    bare = character.replace("\ufe0f", "").strip()
    if bare.isascii() and len(bare) > 1:
        return bare.strip(":")
    if meaning := words.reaction_of(bare):
        return words.names_of(meaning)[0]
    if known := _OTHERS.get(bare):
        return known
    return unicodedata.name(bare[:1] or " ", "question").lower().replace(" ", "_").replace("-", "_")

"""What a reaction means, whatever name a network has for the emoji."""

import re
from enum import StrEnum


class Reaction(StrEnum):
    """What somebody says by reacting to a message."""

    REGISTER = "register"
    ME_TOO = "me_too"
    ANSWER = "answer"
    KEEP = "keep"
    GOOD = "good"
    BAD = "bad"
    ONE = "1"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"
    SEVEN = "7"
    EIGHT = "8"
    NINE = "9"


# The character first, as the bot shows it; then the names networks use.
_NAMES: dict[Reaction, tuple[str, ...]] = {
    Reaction.REGISTER: ("🎫", "ticket", "🎟", "admission_tickets"),
    Reaction.ME_TOO: ("🙋", "raising_hand", "person_raising_hand", "woman-raising-hand", "man-raising-hand",
                      "woman_raising_hand", "man_raising_hand", "raising_hand_woman", "raising_hand_man",
                      "✋", "hand", "raised_hand"),
    Reaction.ANSWER: ("✅", "white_check_mark", "✔", "heavy_check_mark", "☑", "ballot_box_with_check"),
    Reaction.KEEP: ("📌", "pushpin", "📍", "round_pushpin"),
    Reaction.GOOD: ("👍", "+1", "thumbsup", "thumbs_up"),
    Reaction.BAD: ("👎", "-1", "thumbsdown", "thumbs_down"),
    Reaction.ONE: ("1⃣", "one", "keycap_1"),
    Reaction.TWO: ("2⃣", "two", "keycap_2"),
    Reaction.THREE: ("3⃣", "three", "keycap_3"),
    Reaction.FOUR: ("4⃣", "four", "keycap_4"),
    Reaction.FIVE: ("5⃣", "five", "keycap_5"),
    Reaction.SIX: ("6⃣", "six", "keycap_6"),
    Reaction.SEVEN: ("7⃣", "seven", "keycap_7"),
    Reaction.EIGHT: ("8⃣", "eight", "keycap_8"),
    Reaction.NINE: ("9⃣", "nine", "keycap_9"),
}  # fmt: skip
_MEANING = {name: reaction for reaction, names in _NAMES.items() for name in names}
_VARIATION = re.compile("[\ufe0e\ufe0f]")
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]|:{1,2}skin-tone-[2-6]|_tone[1-5]$")
_GENDER = re.compile("\u200d[♀♂]$")
_DIGIT = re.compile("([1-9])\u20e3?")


def reaction_of(emoji: str) -> Reaction | None:
    """Returns what this emoji (the character, or a network's name for it with or without colons) means to the bot;
    None when nothing. Skin tone, gender and presentation do not matter."""
    name = _VARIATION.sub("", emoji.strip()[:80])
    name = _GENDER.sub("", _SKIN_TONE.sub("", name))
    return _MEANING.get(name) or _MEANING.get(name.strip(":").lower())


def digit_of(sign: str) -> int | None:
    """Returns 1 to 9 for a digit or its keycap emoji or name of it (``one``); None for anything else."""
    plain = _VARIATION.sub("", sign)
    found = _DIGIT.fullmatch(plain)
    if found:
        return int(found[1])
    reaction = reaction_of(sign) if sign.startswith(":") and sign.endswith(":") else None
    return int(reaction) if reaction is not None and reaction.value.isdigit() else None


def emoji_for(reaction: Reaction) -> str:
    """Returns the character the bot itself shows and seeds for this reaction."""
    character = _NAMES[reaction][0]
    return character[0] + "\ufe0f" + character[1] if character.endswith("\u20e3") else character


def names_of(reaction: Reaction) -> tuple[str, ...]:
    """Returns the names networks have for it, the usual one (Slack's) first, without the characters."""
    return tuple(name for name in _NAMES[reaction] if name.isascii())

"""Words as they are compared: without case and accents, and without the endings of English, German and Dutch.

The language of a message need not be known; the endings are cut from names and messages alike.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ENDINGS = ("ungen", "ung", "ing", "ern", "en", "er", "em", "es", "n", "s", "e")
SHORTEST_STEM = 4
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})


class Word(NamedTuple):
    """One word of a text: as written, folded for comparing, and its stem."""

    written: str
    folded: str
    stem: str


def words(text: str) -> list[Word]:
    """The words of a text in order."""
    visible = text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return [_word(written) for written in _WORD.findall(visible)]


def spelt_out(text: str) -> str:
    """The text as typed on a keyboard without umlauts: “Türen” becomes “tueren”."""
    return unicodedata.normalize("NFC", text).casefold().translate(_SPELT_OUT)


@lru_cache(maxsize=4096)
def _word(written: str) -> Word:
    folded = written.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return Word(written, folded, _stem(folded))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return _stem(word[: -len(ending)])
    return word

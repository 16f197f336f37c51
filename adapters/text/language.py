"""Which of the three languages a text is in. A small table, not a service: 12,000 letter sequences with weights.

The table is the part of py3langid's model (BSD-3-Clause, see ``language.LICENSE``) that parts English, German and
Dutch; ``scripts/build_language_table.py`` makes it. Whole py3langid takes 95 MB and 1.1 s to load; lingua 127 MB, or in
its low accuracy 13 MB with four points fewer of our texts right.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from bot import words

LANGUAGES = ("en", "de", "nl")

_READ = 1_000  # characters; more tell no more
_SURE = 24.0  # eighths of a natural logarithm by which the best must lead
_SHORTEST = 6  # letters below which only a telling word counts
_TELLS = 32.0  # what a word is worth that only one language has
_NO_LANGUAGE = re.compile(
    r"```.*?(?:```|$)|`[^`\n]*`|https?://\S+|\S+@\S+|[@#]\w[\w.-]*"
    r"|<[^>\n]{1,200}>|:[a-z0-9_+-]+:|\b(?:INC|KB)[ -]?\d+\b",
    re.DOTALL,
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_ONLY_IN = {
    "en": "the and is not my please thanks thank hello you with works broken what when does anyone since",
    "de": "ich und ist nicht mein meine bitte danke moin guten mit geht kaputt hilfe kein keine seit wieder auch",
    "nl": "ik het een niet mijn graag bedankt dank goedemorgen met doet kapot hulp geen sinds weer ook",
}
_TELLING = {
    word: language
    for language, own in _ONLY_IN.items()
    for word in own.split()
    if sum(word in others.split() for others in _ONLY_IN.values()) == 1
}


class _Table(NamedTuple):
    weights: dict[str, tuple[int, int, int]]
    longest: int


def detect(text: str) -> str | None:
    """Returns ``en``, ``de`` or ``nl``; None when the text does not say: too short, names and numbers only, another
    script. A text in a fourth language comes out as the likeliest of the three or None. English command words do not
    count, as they are everybody's ("resolve INC-4 Gateway neu gestartet" is German)."""
    command = words.parse(text[:_READ])
    if isinstance(command, words.Command):
        return _detect(command.rest) or command.language
    return _detect(text)


def _detect(text: str) -> str | None:
    letters = _letters(text)
    scores = _score(letters)
    if scores is None or (len(letters.replace(" ", "")) < _SHORTEST and not _TELLING.keys() & letters.split()):
        return None
    (best, language), (second, _) = sorted(zip(scores, LANGUAGES, strict=True), reverse=True)[:2]
    return language if best - second >= _SURE else None


def likeliest(text: str) -> str:
    """Returns the likeliest of the three even when that is hardly more than a guess; English when nothing speaks."""
    scores = _score(_letters(text)) or (0.0, 0.0, 0.0)
    return LANGUAGES[max(range(3), key=scores.__getitem__)]


def _letters(text: str) -> str:
    """The text as the table knows it: small letters and single spaces, without code, links, names and emoji names."""
    plain = unicodedata.normalize("NFC", _NO_LANGUAGE.sub(" ", text[: _READ * 4])).lower()[:_READ]
    pieces = _NOT_LETTERS.sub(" ", plain.replace("’", "'")).split()
    latin = sum(piece[0] < "\u0250" for piece in pieces)
    return f" {' '.join(pieces)} " if pieces and latin * 2 > len(pieces) else ""


def _score(letters: str) -> tuple[float, float, float] | None:
    """Naive Bayes over the longest known sequence that ends at each letter, as the table's makers do it."""
    if not letters:
        return None
    table = _table()
    found: Counter[str] = Counter()
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - table.longest), end):
            sequence = letters[start:end]
            if sequence in table.weights:
                found[sequence] += 1
                break
    scores = [0.0, 0.0, 0.0]
    for sequence, count in found.items():
        times = math.log1p(count)
        for place, weight in enumerate(table.weights[sequence]):
            scores[place] += times * weight
    for word in letters.split():
        if word in _TELLING:
            scores[LANGUAGES.index(_TELLING[word])] += _TELLS
    return scores[0], scores[1], scores[2]


@lru_cache(maxsize=1)
def _table() -> _Table:
    weights = {}
    for line in resources.files("adapters.text").joinpath("language.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            sequence, en, de, nl = line.split("\t")
            weights[sequence.replace("_", " ")] = (int(en), int(de), int(nl))
    return _Table(weights, max(map(len, weights)))

"""Finds a known phrase among the words somebody typed."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot import plain
from bot.words.phrases import PHRASES, Verb


class Word(NamedTuple):
    """A word as it is compared, and where it stands in the text."""

    folded: str
    start: int
    end: int


class Match(NamedTuple):
    """The words `first` up to `last` say the verb. A phrase in two parts has its second part from `close` up to
    `closed`. `language` is set where the phrase is German or Dutch alone; English words are everybody's."""

    verb: Verb
    language: str | None
    first: int
    last: int
    close: int = 0
    closed: int = 0

    @property
    def length(self) -> int:
        """How many words say the verb."""
        return self.last - self.first + self.closed - self.close


class _Parted(NamedTuple):
    before: tuple[str, ...]
    after: tuple[str, ...]
    verb: Verb
    language: str | None


_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def split(text: str) -> list[Word]:
    """Returns the words of a text."""
    return [Word(plain.fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def at(words: Sequence[Word], first: int) -> Match | None:
    """Returns the longest phrase that begins at this word."""
    folded = tuple(word.folded for word in words[first : first + _LONGEST])
    best = None
    for length in range(len(folded), 0, -1):
        known = _INDEX.get(folded[:length])
        if known is not None:
            best = Match(known[0], known[1], first, first + length)
            break
    for parted in _PARTED.get(words[first].folded, ()):
        found = _match_parted(words, first, parted)
        if found is not None and (best is None or found.length > best.length):
            best = found
    return best


def ending(words: Sequence[Word], last: int, verbs: frozenset[Verb]) -> Match | None:
    """Returns the longest phrase for one of these verbs that ends before word `last`."""
    for first in range(max(0, last - _LONGEST), last):
        known = _INDEX.get(tuple(word.folded for word in words[first:last]))
        if known is not None and known[0] in verbs:
            return Match(known[0], known[1], first, last)
    return None


def nearest(words: Sequence[Word], count: int = 3) -> tuple[Verb, ...]:
    """Returns the verbs that these words, or the first of them, are probably slips of, best first. Where more words
    follow, the first is one only with letters swapped, left out or doubled: "reports missing" and "Melder defekt" are
    no "report missing" and "melden defekt"."""
    verbs: dict[Verb, None] = {}
    for phrase in _close(" ".join(word.folded for word in words), count):
        if _is_slip(phrase.split(), words):
            verbs.setdefault(_JOINED[phrase])
    for phrase in _close(words[0].folded, count) if len(words) > 1 else ():
        if _is_mistyped(phrase, words[0].folded):
            verbs.setdefault(_JOINED[phrase])
    return tuple(verbs)[:count]


def _close(said: str, count: int) -> list[str]:
    return difflib.get_close_matches(said, _JOINED, n=count * 2, cutoff=0.75) if 2 < len(said) < 60 else []


def _is_slip(phrase: Sequence[str], words: Sequence[Word]) -> bool:
    """Whether the words are those of the phrase one by one, so that "vpn kaputt" is no slip of "noch kaputt"."""
    return len(phrase) == len(words) and all(
        difflib.SequenceMatcher(None, known, word.folded).ratio() >= 0.6
        for known, word in zip(phrase, words, strict=True)
    )


def _is_mistyped(word: str, typed: str) -> bool:
    if typed.startswith(word) or word.startswith(typed):
        return False
    return sorted(word) == sorted(typed) or abs(len(word) - len(typed)) == 1


def _match_parted(words: Sequence[Word], first: int, parted: _Parted) -> Match | None:
    last = first + len(parted.before)
    if tuple(word.folded for word in words[first:last]) != parted.before:
        return None
    size = len(parted.after)
    for close in range(len(words) - size, last, -1):
        if tuple(word.folded for word in words[close : close + size]) == parted.after:
            return Match(parted.verb, parted.language, first, last, close, close + size)
    return None


def spellings(phrase: str) -> Iterator[tuple[str, ...]]:
    """A phrase as words: with umlauts as one letter and as two, the way people type who have none."""
    for spelling in dict.fromkeys((phrase, phrase.translate(_TWO_LETTERS))):
        yield tuple(word.folded for word in split(spelling))


def _build() -> tuple[dict[tuple[str, ...], tuple[Verb, str | None]], dict[str, list[_Parted]]]:
    """The phrases by their words; those that go round something by the first of theirs."""
    index: dict[tuple[str, ...], tuple[Verb, str | None]] = {}
    parted: dict[str, list[_Parted]] = {}
    for verb, by_language in PHRASES.items():
        for language, phrases in by_language.items():
            told = None if language == "en" else language
            for phrase in phrases:
                before, gap, after = phrase.partition("…")
                if gap:
                    around = _Parted(next(spellings(before)), next(spellings(after)), verb, told)
                    parted.setdefault(around.before[0], []).append(around)
                    continue
                for words in spellings(phrase):
                    known = index.setdefault(words, (verb, told))
                    if known != (verb, told):
                        index[words] = (known[0], None)
    return index, parted


_INDEX, _PARTED = _build()
_LONGEST = max(len(words) for words in _INDEX)
_JOINED = {" ".join(words): verb for words, (verb, _) in _INDEX.items()}

"""How alike two short texts are, and by which words: TF-IDF cosine over sequences of four letters.

Sequences of letters need no language, forgive endings, slips and German or Dutch compounds, and did no worse on streams
of real reports than stemmed words, word pairs or both together. Words that say nothing about the matter (of, und, het,
but also "broken", "geht nicht") are left out first, so that "VPN is down" and "VPN kaputt" are alike.
"""

import math
import re
import sys
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import mul
from typing import Generic, NamedTuple, TypeVar

from bot import plain
from incidents.intake.vocabulary import EMPTY_WORDS

Id = TypeVar("Id", bound=Hashable)

LIKELY = 0.21
"""From this likeness on two reports are probably about the same. Gave the best accuracy on a stream of reports about
150 incidents: seven of ten offers were right, and six of ten joiners were found."""
LIKELY_ON_SAME_SERVICE = 0.12
"""Enough where both are known to be about the same service."""

_LETTERS = 4
_READ = 2_000  # characters of a text that count
_SMOOTH = 10  # as if that many other texts were open, so that two open incidents do not make every word precious
_WEIGHTS = [0.0, *(1 + math.log(count) for count in range(1, 51))]
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_NO_MATTER = re.compile(r"https?://\S+|(?<!\w)@[\w.:-]+")


class Features(NamedTuple):
    """A text as it is compared: its telling words, and the weight of each letter sequence before rarity counts."""

    words: tuple[str, ...]
    weights: dict[str, float]


class Alike(NamedTuple, Generic[Id]):
    """A candidate, and how alike it is (0 to 1) to what was said."""

    id: Id
    score: float
    said: Features
    other: Features

    @property
    def shared(self) -> tuple[str, ...]:
        """The words of what was said, as they were typed, that the candidate shares."""
        return _shared(self.said, self.other)


class Rarity(NamedTuple):
    """How much each sequence weighs in a collection of which only a part is compared, and what is in none of it."""

    of: Mapping[str, float]
    unknown: float

    def weighed(self, weights: Mapping[str, float]) -> Iterable[float]:
        """The weight of each sequence of a text now that rarity counts, in their order."""
        return map(mul, weights.values(), map(self.of.get, weights, repeat(self.unknown)))


class _Group(NamedTuple):
    """Texts that others are compared with, their lengths as vectors, and how much each sequence weighs among them."""

    texts: list[Features]
    lengths: list[float]
    rarity: Rarity


def similarity(one: str, other: str) -> float:
    """Returns how alike two texts are when nothing else is known, from 0 to 1."""
    found = most_similar(one, [("", other)], least=0.0)
    return found[0].score if found else 0.0


def most_similar(
    text: str,
    candidates: Sequence[tuple[Id, str]],
    *,
    least: float = LIKELY,
    most: int | None = None,
    among: Rarity | None = None,
) -> list[Alike[Id]]:
    """Returns the candidates at least that alike, the ``most`` alike first. An id may come with several texts (all the
    reports of one incident): the best of them counts. Sequences that many candidates have weigh little; ``among``: that
    many texts of the collection from which the candidates were taken have."""
    said = analyse(text)
    if not said.weights or not candidates:
        return []
    texts = tuple(other for _, other in candidates)
    group = _weigh(texts) if among is None else _group([analyse(other) for other in texts], among)
    asked = dict(zip(said.weights, group.rarity.weighed(said.weights), strict=True))
    length = math.hypot(*asked.values())
    best: dict[Id, tuple[float, Features]] = {}
    for (id_, _), features, other_length in zip(candidates, group.texts, group.lengths, strict=True):
        both = asked.keys() & features.weights.keys()
        if not both:
            continue
        shares = {sequence: features.weights[sequence] for sequence in both}
        dot = sum(map(mul, map(asked.__getitem__, shares), group.rarity.weighed(shares)))
        score = min(dot / (length * other_length), 1.0)
        if score >= least and (id_ not in best or score > best[id_][0]):
            best[id_] = (score, features)
    ranked = sorted(best.items(), key=lambda item: -item[1][0])[:most]
    return [Alike(id_, score, said, features) for id_, (score, features) in ranked]


@lru_cache(maxsize=4_096)
def analyse(text: str) -> Features:
    """Returns a text as it is compared; remembered, as the same open incidents are compared again and again."""
    typed = _WORD.findall(_NO_MATTER.sub(" ", text[:_READ]))
    words = tuple(word for word in typed if plain.fold(word) not in EMPTY_WORDS)
    counts = Counter(_sequences(f" {' '.join(map(plain.fold, words))} ") if words else ())
    return Features(words, {sys.intern(sequence): _WEIGHTS[min(count, 50)] for sequence, count in counts.items()})


@lru_cache(maxsize=4)
def _weigh(texts: tuple[str, ...]) -> _Group:
    """What is the same for every text compared with these: remembered until one more is opened or one is closed."""
    analysed = [analyse(text) for text in texts]
    frequency: Counter[str] = Counter()
    for features in analysed:
        frequency.update(features.weights.keys())
    return _group(analysed, rarity(len(texts), frequency))


def rarity(texts: int, having: Mapping[str, int]) -> Rarity:
    """How much sequences weigh in a collection of so many texts, so many of which have each of them."""
    total = texts + _SMOOTH
    by_count = {count: math.log(1 + total / (count + 1)) for count in {0, *having.values()}}
    return Rarity({sequence: by_count[count] for sequence, count in having.items()}, by_count[0])


def _group(texts: list[Features], among: Rarity) -> _Group:
    return _Group(texts, [math.hypot(*among.weighed(one.weights)) for one in texts], among)


def _shared(said: Features, other: Features) -> tuple[str, ...]:
    """The words of the text whose letters the other has for the most part, each once."""
    found: dict[str, str] = {}
    for word in said.words:
        folded = plain.fold(word)
        sequences = set(_sequences(f" {folded} "))
        if sum(sequence in other.weights for sequence in sequences) > len(sequences) / 2:
            found.setdefault(folded, word)
    return tuple(found.values())


def _sequences(line: str) -> list[str]:
    return [line[start : start + _LETTERS] for start in range(len(line) - _LETTERS + 1)] or [line]

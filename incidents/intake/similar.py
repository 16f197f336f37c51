"""How alike two short texts are, and by which words: TF-IDF cosine over sequences of four letters.

Sequences of letters need no language, forgive endings, slips and German or Dutch compounds, and did no worse on streams
of real reports than stemmed words, word pairs or both together. Words that say nothing about the matter (of, und, het,
but also "broken", "geht nicht") are left out first, so that "VPN is down" and "VPN kaputt" are alike.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
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
_READ = 4_000  # characters of a text that count
_SMOOTH = 10  # as if that many other texts were open, so that two open incidents do not make every word precious
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_NO_MATTER = re.compile(r"https?://\S+|(?<!\w)@[\w.:-]+")


class Alike(NamedTuple, Generic[Id]):
    """A candidate, how alike it is (0 to 1), and the words of the text that it shares, as they were typed."""

    id: Id
    score: float
    shared: tuple[str, ...]


class Features(NamedTuple):
    """A text as it is compared: its telling words, and the weight of each letter sequence before rarity counts."""

    words: tuple[str, ...]
    weights: dict[str, float]


def similarity(one: str, other: str) -> float:
    """Returns how alike two texts are when nothing else is known, from 0 to 1."""
    found = most_similar(one, [("", other)], least=0.0)
    return found[0].score if found else 0.0


def most_similar(text: str, candidates: Sequence[tuple[Id, str]], *, least: float = LIKELY) -> list[Alike[Id]]:
    """Returns the candidates at least that alike, the most alike first. An id may come with several texts (all the
    reports of one incident): the best of them counts. Sequences that many candidates have weigh little."""
    said = analyse(text)
    if not said.weights:
        return []
    known = [(id_, analyse(other)) for id_, other in candidates]
    rarity = _rarity(features.weights for _, features in known)
    unknown = math.log(1 + len(known) + _SMOOTH)
    asked = {sequence: weight * rarity.get(sequence, unknown) for sequence, weight in said.weights.items()}
    length = math.hypot(*asked.values())
    best: dict[Id, tuple[float, Features]] = {}
    for id_, features in known:
        score = _cosine(asked, length, features.weights, rarity)
        if score > 0 and score >= least and (id_ not in best or score > best[id_][0]):
            best[id_] = (score, features)
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    return [Alike(id_, min(score, 1.0), _shared(said, features)) for id_, (score, features) in ranked]


@lru_cache(maxsize=8_192)
def analyse(text: str) -> Features:
    """Returns a text as it is compared; remembered, as the same open incidents are compared again and again."""
    typed = _WORD.findall(_NO_MATTER.sub(" ", text[:_READ]))
    words = tuple(word for word in typed if plain.fold(word) not in EMPTY_WORDS)
    line = f" {' '.join(plain.fold(word) for word in words)} "
    counts = (
        Counter(line[start : start + _LETTERS] for start in range(len(line) - _LETTERS + 1)) if words else Counter()
    )
    if words and not counts:
        counts = Counter([line])
    return Features(words, {sequence: 1 + math.log(count) for sequence, count in counts.items()})


def _rarity(texts: Iterable[dict[str, float]]) -> dict[str, float]:
    frequency: Counter[str] = Counter()
    total = _SMOOTH
    for weights in texts:
        frequency.update(weights.keys())
        total += 1
    return {sequence: math.log(1 + total / (count + 1)) for sequence, count in frequency.items()}


def _cosine(asked: dict[str, float], length: float, weights: dict[str, float], rarity: dict[str, float]) -> float:
    both = asked.keys() & weights.keys()
    if not both:
        return 0.0
    dot = sum([asked[sequence] * weights[sequence] * rarity[sequence] for sequence in both])
    other = math.hypot(*[weight * rarity[sequence] for sequence, weight in weights.items()])
    return dot / (length * other)


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

"""Which service a message is about, told from the services' names, keywords and items.

Words count whole (in any of their usual forms) or as a part of a German or Dutch compound: “Drucker” is found in
“Netzwerkdrucker” (its last part says what a compound is) and, weaker, in “Druckerproblem”. A longer name hides the
shorter ones within it. Two services that fit about equally well give no answer rather than a guess, and where one of
them is confidential, a much weaker hint at it is enough to doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from incidents.catalogue.records import Item, ItemId, Service, ServiceId
from incidents.catalogue.words import SHORTEST_STEM, Word, spelt_out, words

_NAME, _KEYWORD, _ITEM = 1.1, 1.0, 1.0
_EXACT, _STEM, _LAST_PART, _FIRST_PART, _INNER_PART = 1.0, 0.95, 0.8, 0.55, 0.45
_FURTHER_WORD = 0.2
_RIVAL, _CONFIDENTIAL_RIVAL = 0.8, 0.5
_LONGEST_TEXT = 4000
_BEGINNING = 3
_VOWELS = frozenset("aeiouy")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Recognised:
    """A service a text seems to be about, how strongly (1 is one keyword as written), and the words that say so."""

    service: ServiceId
    strength: float
    words: tuple[str, ...]


class _Term(NamedTuple):
    service: ServiceId
    folded: tuple[str, ...]
    stems: tuple[str, ...]
    weight: float


class _Match(NamedTuple):
    service: ServiceId
    start: int
    end: int
    strength: float


class Recogniser:
    """An index over the services of one catalogue, built once and asked for every message."""

    __slots__ = ("_confidential", "_parts", "_phrases")

    def __init__(self, services: Iterable[Service], items: Mapping[ItemId, Item]) -> None:
        self._phrases: dict[str, list[_Term]] = {}
        self._parts: dict[str, list[_Term]] = {}
        services = list(services)
        self._confidential = frozenset(service.id for service in services if service.confidential)
        for term in dict.fromkeys(term for service in services for term in _terms(service, items)):
            self._phrases.setdefault(term.stems[0], []).append(term)
            if len(term.folded) == 1 and term.stems[0] not in _inflected(term.folded[0]):
                self._parts.setdefault(term.folded[0][:_BEGINNING], []).append(term)

    def service(self, text: str) -> Recognised | None:
        """The service this text is about; None when nothing or nothing clear is said."""
        found = self.candidates(text)
        if not found or any(self._rivals(found[0], other) for other in found[1:]):
            return None
        return found[0]

    def _rivals(self, best: Recognised, other: Recognised) -> bool:
        share = _CONFIDENTIAL_RIVAL if other.service in self._confidential else _RIVAL
        return other.strength >= best.strength * share

    def candidates(self, text: str) -> tuple[Recognised, ...]:
        """All services named in this text, the strongest first."""
        said = words(text[:_LONGEST_TEXT])
        found = [
            _recognised(service, matches, said)
            for service, matches in _by_service(_longest([*self._whole(said), *self._within(said)])).items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.strength, one.service)))

    def _whole(self, said: list[Word]) -> Iterator[_Match]:
        for start, word in enumerate(said):
            for term in self._phrases.get(word.stem, ()):
                end = start + len(term.stems)
                if tuple(one.stem for one in said[start:end]) == term.stems:
                    exact = tuple(one.folded for one in said[start:end]) == term.folded
                    yield _Match(term.service, start, end, term.weight * (_EXACT if exact else _STEM))

    def _within(self, said: list[Word]) -> Iterator[_Match]:
        for start, word in enumerate(said):
            if len(word.folded) > _BEGINNING and word.stem not in self._phrases:
                for term in self._parts_of(word.folded):
                    share = _share(term.folded[0], word.folded)
                    if share:
                        yield _Match(term.service, start, start + 1, term.weight * share)

    def _parts_of(self, word: str) -> Iterator[_Term]:
        for at in range(len(word) - _BEGINNING + 1):
            for term in self._parts.get(word[at : at + _BEGINNING], ()):
                if word.startswith(term.folded[0], at):
                    yield term


def _terms(service: Service, items: Mapping[ItemId, Item]) -> Iterator[_Term]:
    """A service's terms, each also joined (Wi-Fi, wifi) and with umlauts spelt out (Tür, Tuer); names also without
    what stands in brackets: ERP for “ERP (Timber)”."""
    names = [spelling for name in service.names.values() for spelling in (name, _IN_BRACKETS.sub(" ", name).strip())]
    sources = [(name, _NAME) for name in dict.fromkeys(names)]
    sources += [(keyword, _KEYWORD) for keyword in service.keywords]
    sources += [(items[item].name, _ITEM) for item in service.items if item in items]
    for text, source in sources:
        weight = source * (1 + _FURTHER_WORD * (len(text.split()) - 1))
        for spelling in dict.fromkeys((text, spelt_out(text))):
            parts = words(spelling)
            if parts:
                folded = tuple(part.folded for part in parts)
                yield _Term(service.id, folded, tuple(part.stem for part in parts), weight)
                for form in _inflected(folded[0]) if len(parts) == 1 else ():
                    yield _Term(service.id, folded, (form,), weight)
            if len(parts) > 1 and not any(sign.isspace() for sign in spelling.strip()):
                joined = words("".join(part.folded for part in parts))[0]
                yield _Term(service.id, (joined.folded,), (joined.stem,), weight)


def _inflected(word: str) -> tuple[str, ...]:
    """The stems of other forms of a word too short for endings to be cut from them: keys, Türe, Türen."""
    return (f"{word}s", f"{word}e") if len(word) < SHORTEST_STEM else ()


def _share(part: str, word: str) -> float:
    """How much a term counts as a part of this word: nothing where it is no part, or too short to be one."""
    before, found, after = word.partition(part)
    if not found or not (before or after):
        return 0.0
    if len(part) >= 5 and word.endswith(part) and len(word) - len(part) >= 2:
        return _LAST_PART
    if not before and (_VOWELS.isdisjoint(part) or (len(part) >= 4 and len(after) >= 4)) and len(after) >= 3:
        return _FIRST_PART
    return _INNER_PART if len(part) >= 6 and len(before) >= 3 and len(after) >= 3 else 0.0


def _longest(matches: list[_Match]) -> list[_Match]:
    """Without those whose words lie within a longer match."""
    wide = {(match.start, match.end) for match in matches if match.end - match.start > 1}
    return [
        match
        for match in matches
        if not any(
            start <= match.start and match.end <= end and end - start > match.end - match.start for start, end in wide
        )
    ]


def _by_service(matches: Iterable[_Match]) -> dict[ServiceId, list[_Match]]:
    found: dict[ServiceId, list[_Match]] = {}
    for match in matches:
        found.setdefault(match.service, []).append(match)
    return found


def _recognised(service: ServiceId, matches: Iterable[_Match], said: list[Word]) -> Recognised:
    """Sums what was said once: a word repeated does not make its service likelier."""
    best: dict[tuple[str, ...], tuple[float, str]] = {}
    for match in sorted(matches, key=lambda one: (one.start, -one.strength)):
        span = said[match.start : match.end]
        found = (match.strength, " ".join(word.written for word in span))
        stems = tuple(word.stem for word in span)
        best[stems] = max(best.get(stems, found), found, key=lambda pair: pair[0])
    strength = sum(strength for strength, _ in best.values())
    return Recognised(service, round(strength, 3), tuple(written for _, written in best.values()))

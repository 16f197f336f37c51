"""From what was typed after the bot's name to a command: the longest known phrase at the beginning wins."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.words.phrases import PHRASES, Verb
from bot.words.reactions import Reaction, digit_of, reaction_of


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asked for. `rest` is what followed, as typed, without the reference. `language` is the language
    whose word was used, where only one of the three has that word."""

    verb: Verb
    rest: str = ""
    reference: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Text that is no command: perhaps a report in plain words, perhaps a slip. `nearest` are the verbs that it
    resembles, best first; none when it reads like a sentence."""

    text: str
    nearest: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Match:
    verb: Verb
    language: str | None
    first: int  # words[first:last] is the phrase
    last: int
    rest_end: int  # the rest ends before this word when the phrase closes behind it
    length: int


_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_APOSTROPHES = re.compile("['’`´]")
_REFERENCE = re.compile(r"\s*[(\[<]?\b(INC|KB)[\s_-]{0,2}#?([1-9]\d{0,8})\b(?!%)[>\])]?", re.IGNORECASE)
_HASH_REFERENCE = re.compile(r"\s*[(\[<]?#([1-9]\d{0,8})\b[>\])]?")
_LEADING = " \t\n:,;.!?–—-"
_LONGEST_READ = 400  # characters in which a phrase, a reference or a slip is looked for

# Words before a phrase that change nothing.
_POLITE = frozenset("please pls bitte alsjeblieft aub svp graag hi hey hello hallo moin hoi can could you kannst du".split())
# Words that may stand beside a phrase which needs nothing more.
_FILLER = _POLITE | frozenset(
    "it this that the a an now thanks thank thx ok okay yes me us swarm es das dies den die der jetzt danke ja mir uns "
    "schwarm mal het dit dat de een nu dank bedankt dankje je wel ook zwerm room raum ruimte kamer invitation einladung "
    "uitnodiging for to zu naar in im".split()
)
_TAKES_NOTHING = frozenset({Verb.HELP, Verb.LEAVE, Verb.ACCEPT, Verb.JOIN, Verb.UNDO, Verb.CANCEL, Verb.NOT_A_REQUEST,
                            Verb.REOPEN})  # fmt: skip
_NEVER_REFERS = frozenset({Verb.REPORT, Verb.SEARCH, Verb.HELP, Verb.CHOOSE, Verb.WHO_CAN_HELP})
# Their phrases may also stand at the end of a few words: "VPN works again".
_MAY_STAND_LAST = frozenset({Verb.WORKS_AGAIN, Verb.STILL_BROKEN, Verb.ME_TOO, Verb.SOLVED_IT})
_NEGATION = frozenset("not nicht niet no kein keine geen nie never".split())
# A verb form right behind a noun-like phrase makes it a sentence about the thing: "search is broken".
_PREDICATE = frozenset(
    "is are was were does doesnt dont isnt arent wont cant cannot has have had fails failed not down keeps shows stopped "
    "ist sind war geht gehen funktioniert laeuft ladt laedt hat haben kaputt nicht zeigt fehlt kommt konnte kann bleibt "
    "werkt werken doet doen heeft hebben kapot niet toont ontbreekt blijft kan laadt lukt".split()
)
_SENTENCE_PRONE = frozenset({Verb.REPORT, Verb.STATUS, Verb.OUTAGE, Verb.UPDATE, Verb.SEARCH, Verb.ARTICLE, Verb.RATE,
                             Verb.HAND_OVER, Verb.FOLLOW, Verb.RESOLVE})  # fmt: skip
# Beginnings that look like a command and are not.
_NOT_A_COMMAND = ("status page", "help desk", "follow up", "search engine", "search bar", "report page", "update to",
                  "leave request", "join meeting", "close to", "find out", "stand up", "stop the")  # fmt: skip


def parse(text: str) -> Command | Unknown | None:
    """Reads what somebody typed to the bot, the address already taken off. None when nothing was typed."""
    text = text.strip()
    if not text:
        return None
    sign = _read_sign(text)
    if sign is not None:
        return sign
    reference, after = _take_reference(text)
    words = _words(after[:_LONGEST_READ])
    if reference is not None and not words:
        return Command(Verb.ARTICLE if reference.startswith("KB") else Verb.STATUS, reference=reference)
    match = _find_phrase(words)
    command = _build(after, words, match, reference) if match else None
    if command is not None:
        return command
    nearest = (match.verb,) if match else tuple(_nearest(words))
    return Unknown(text, nearest)


def find_reference(text: str) -> str | None:
    """Returns the first reference in a text, such as ``INC-42``, however it was written; None without one."""
    found = _REFERENCE.search(text[:_LONGEST_READ * 10])
    return f"{found[1].upper()}-{int(found[2])}" if found else None


def fold(text: str) -> str:
    """Returns the text as phrases are compared: small letters, no accents, no apostrophes."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))


def _read_sign(text: str) -> Command | None:
    """A number alone, or a sign that stands for a word."""
    digit = digit_of(text.rstrip(".)]:! ").lstrip("([ "))
    if digit is not None:
        return Command(Verb.CHOOSE, rest=str(digit))
    if text == "+1" or reaction_of(text) is Reaction.ME_TOO and not text[:1].isalpha():
        return Command(Verb.ME_TOO)
    if set(text) <= {"?", "!"} and "?" in text:
        return Command(Verb.HELP)
    return None


def _words(text: str) -> list[_Word]:
    return [_Word(fold(found[0]), found.start(), found.end()) for found in _WORD.finditer(text)]


def _take_reference(text: str) -> tuple[str | None, str]:
    """Takes a reference off the beginning of a text."""
    found = _REFERENCE.match(text)
    if found:
        return f"{found[1].upper()}-{int(found[2])}", text[found.end() :].lstrip(_LEADING)
    found = _HASH_REFERENCE.match(text)
    if found:
        return f"INC-{int(found[1])}", text[found.end() :].lstrip(_LEADING)
    return None, text


def _variants(phrase: str) -> Iterator[tuple[str, ...]]:
    """A phrase as word tuples: once with umlauts as one letter, once as two, as people without them type."""
    for spelling in {phrase, phrase.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}))}:
        yield tuple(fold(word) for word in _WORD.findall(spelling))


def _build_index() -> tuple[dict[tuple[str, ...], tuple[Verb, str | None]], list[tuple[tuple[str, ...], tuple[str, ...], Verb, str]]]:
    index: dict[tuple[str, ...], tuple[Verb, str | None]] = {}
    parted = []
    for verb, by_language in PHRASES.items():
        for language, phrases in by_language.items():
            for phrase in phrases:
                if "…" in phrase:
                    before, after = phrase.split("…")
                    parted.append((next(_variants(before)), next(_variants(after)), verb, language))
                    continue
                for words in _variants(phrase):
                    known = index.get(words)
                    index[words] = (verb, language if known is None or known[1] == language else None)
    return index, parted


_INDEX, _PARTED = _build_index()
_LONGEST = max(len(words) for words in _INDEX)
_NOT_COMMANDS = tuple(tuple(phrase.split()) for phrase in _NOT_A_COMMAND)
_SINGLE_WORDS = {words[0]: verb for words, (verb, _) in _INDEX.items() if len(words) == 1}

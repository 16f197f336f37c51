"""From what was typed after the bot's name to a command: the longest known phrase at the beginning wins.

A chat is full of sentences that begin like a command ("search is broken", "help me, my laptop died"). Those are left
alone: they come back as ``Unknown``, and whoever hears them may take them for a report.
"""

import re
from dataclasses import dataclass

from bot.words import matching, references
from bot.words.matching import Match, Word
from bot.words.opinions import opinion_of
from bot.words.phrases import OF_AN_INCIDENT, Verb
from bot.words.reactions import Reaction, digit_of, reaction_of


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asked for. ``rest`` is what followed, as typed, without the reference. ``language`` is set where
    the word used is German or Dutch alone; English words are everybody's and tell nothing."""

    verb: Verb
    rest: str = ""
    reference: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Text that is no command: a report in plain words, perhaps, or a slip. ``nearest`` are the verbs that a short
    text resembles, best first; none when it reads like a sentence."""

    text: str
    nearest: tuple[Verb, ...] = ()


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_READ = 600  # characters in which a phrase is looked for
_SHORT = 6  # words among which a phrase may stand last
_CLAUSE_END = re.compile("[,.;:!?\n–—]")
_EDGE = " \t\n:,;.!?–—…-"

_POLITE = _set(
    "please pls can could you hi hey hello bitte kannst koenntest konntest du hallo moin mal "
    "alsjeblieft aub svp graag kun kan je hoi"
)
_FILLER = _POLITE | _set(
    "it this that the a an now thanks thank thx ok okay yes me us my swarm to for in as room request invitation "
    "es das dies den die der jetzt danke ja mir uns schwarm raum einladung zu fur im ein "
    "het dit dat de een nu dank bedankt wel zwerm ruimte uitnodiging naar voor melding meldung"
)
_NEGATION = _set("not never nothing nicht kein keine nie nichts niet geen nooit niets")
# Right behind a word such as "search" one of these makes a sentence about the thing, not a command.
_PREDICATE = _set(
    "is are was were does doesnt isnt arent wont has had fails failed keeps shows stopped crashes hangs not down "
    "ist sind war waren geht gehen funktioniert laeuft lauft ladt laedt hat zeigt fehlt kommt bleibt kaputt nicht "
    "werkt werken doet doen heeft toont ontbreekt blijft lukt laadt hangt kapot niet"
)
_STATES = _set(
    "broken slow offline unavailable missing empty defekt langsam weg leer stuk traag offline leeg"
)  # alone behind it
_NOT_COMMANDS = frozenset(
    (("status", "page"), ("help", "desk"), ("follow", "up"), ("search", "engine"), ("search", "bar"),
     ("leave", "request"), ("join", "meeting"), ("close", "to"), ("find", "out"), ("update", "to"))
)  # fmt: skip

_TAKES_NOTHING = frozenset({Verb.HELP, Verb.LEAVE, Verb.ACCEPT, Verb.JOIN, Verb.UNDO, Verb.CANCEL, Verb.REOPEN,
                            Verb.NOT_A_REQUEST, Verb.PUBLISH, Verb.DISCARD})  # fmt: skip
_SENTENCE_PRONE = frozenset({Verb.STATUS, Verb.OUTAGE, Verb.UPDATE, Verb.SEARCH, Verb.ARTICLE, Verb.HAND_OVER,
                             Verb.FOLLOW, Verb.RESOLVE, Verb.DECLINE})  # fmt: skip
_NEEDS_ITS_KIND = frozenset({Verb.CHOOSE, Verb.RATE})
_NEVER_REFERS = frozenset({Verb.REPORT, Verb.SEARCH, Verb.HELP, Verb.CHOOSE, Verb.WHO_CAN_HELP})
_REFERS_FIRST = frozenset({Verb.OUTAGE, Verb.UPDATE, Verb.RESOLVE})  # their text may name other incidents
_MAY_STAND_LAST = frozenset({Verb.WORKS_AGAIN, Verb.STILL_BROKEN, Verb.ME_TOO})
_TURNED_ROUND = frozenset({Verb.WORKS_AGAIN, Verb.SOLVED_IT})  # by a "not" behind them
_OF_AN_INCIDENT = frozenset(words for phrase in OF_AN_INCIDENT for words in matching.spellings(phrase))
_THINGS_TOO = frozenset({"close", "schliesse", "schliessen", "sluit", "sluiten"})  # a button may be called so


def parse(text: str) -> Command | Unknown | None:
    """Reads what somebody typed to the bot, the address already taken off. None when nothing was typed."""
    text = _unwrap(text.strip())
    if not text:
        return None
    sign = _read_sign(text)
    if sign is not None:
        return sign
    found = references.take_first(text)
    reference, said = (found.reference, found.rest.lstrip(_EDGE)) if found else (None, text)
    words = matching.split(said[:_READ])
    if not words:
        return _bare_reference(reference) if reference else Unknown(text)
    match = _find(words, question="?" in said)
    command = _build(text if reference is None else said, words, match, reference) if match else None
    return command or Unknown(text, _hints(words, match, references.find(text)))


def parse_plainly_meant(text: str) -> Command | None:
    """Reads what was said in a room to nobody in particular: a command only where the words for it and right behind
    them a reference begin the text ("update INC-4 we found it"), as nobody begins a sentence to a colleague so."""
    command = parse(text)
    if not isinstance(command, Command) or command.reference is None:
        return None
    text = _unwrap(text.strip())
    words = matching.split(text[:_READ])
    match = matching.at(words, 0) if words and words[0].start == 0 else None
    if match is None or match.closed or match.verb is not command.verb:
        return None
    return command if references.begins(text[words[match.last - 1].end :]) else None


def _read_sign(text: str) -> Command | None:
    """A number alone, or a sign that stands for a word."""
    digit = digit_of(text) or digit_of(text.strip(" ()[].:"))
    if digit is not None:
        return Command(Verb.CHOOSE, rest=str(digit))
    if text == "+1" or (not text[0].isalnum() and reaction_of(text) is Reaction.ME_TOO):
        return Command(Verb.ME_TOO)
    return Command(Verb.HELP) if set(text) == {"?"} else None


def _bare_reference(reference: str) -> Command:
    return Command(Verb.ARTICLE if reference.startswith("KB") else Verb.STATUS, reference=reference)


def _find(words: list[Word], *, question: bool) -> Match | None:
    for first in range(min(4, len(words))):
        if (words[first].folded, words[first + 1].folded if first + 1 < len(words) else "") in _NOT_COMMANDS:
            return None
        match = matching.at(words, first)
        if match is not None:
            return match
        if words[first].folded not in _POLITE:
            break
    last = len(words)
    while last > 0 and words[last - 1].folded in _FILLER - {"me", "us", "now", "jetzt", "nu"}:
        last -= 1
    if question or last > _SHORT:
        return None
    return matching.ending(words, last, _MAY_STAND_LAST)


def _build(said: str, words: list[Word], match: Match, reference: str | None) -> Command | None:
    """Makes the command of a phrase that was found, or None where the words around it make it a sentence."""
    verb = match.verb
    tail, rest = _around(said, words, match)
    explicit = tail[:1] in {":", ","} or reference is not None
    following = matching.split(rest[:80])
    next_word = following[0].folded if following else ""
    if verb in _TURNED_ROUND and _is_negated(tail):
        verb = Verb.STILL_BROKEN
    if not explicit and (next_word in _PREDICATE or (len(following) == 1 and next_word in _STATES)):
        if verb is Verb.REPORT:
            return Command(verb, said, reference, match.language)
        if verb in _SENTENCE_PRONE:
            return None
    if reference is None and verb not in _NEVER_REFERS:
        found = references.take_first(rest) if verb in _REFERS_FIRST else references.take_any(rest)
        if found is not None:
            reference, rest = found.reference, found.rest
    if reference is None and tuple(word.folded for word in words[match.first : match.last]) in _OF_AN_INCIDENT:
        return None
    rest = rest.lstrip(_EDGE).rstrip()
    if not _fits(verb, rest, words[match.first].folded, reference):
        return None
    return Command(verb, _useful(verb, rest), reference, match.language)


def _is_negated(tail: str) -> bool:
    """Whether the words right behind turn the meaning round: "geht jetzt", but "geht jetzt gar nicht"."""
    clause = _CLAUSE_END.split(tail[:80], maxsplit=1)[0]
    return any(word.folded in _NEGATION for word in matching.split(clause)[:3])


def _around(said: str, words: list[Word], match: Match) -> tuple[str, str]:
    """What stands right behind the phrase, and all that is not the phrase: before it where it stands last."""
    tail = said[words[match.last - 1].end :]
    if match.closed:
        between = said[words[match.last - 1].end : words[match.close].start]
        return tail, f"{between.strip(_EDGE)} {said[words[match.closed - 1].end :].strip(_EDGE)}".strip()
    before = [word for word in words[: match.first] if word.folded not in _POLITE]
    if before:
        return tail, said[before[0].start : words[match.first].start].strip()
    return tail, tail.lstrip(_EDGE).rstrip()


def _fits(verb: Verb, rest: str, phrase: str, reference: str | None) -> bool:
    """Whether what follows is of the kind that this verb takes."""
    following = [word.folded for word in matching.split(rest[:_READ])]
    content = [word for word in following if word not in _FILLER]
    if verb is Verb.CHOOSE:
        return len(following) == 1 and digit_of(following[0]) is not None
    if verb is Verb.RATE:
        return not following or reference is not None or opinion_of(rest) is not None
    if verb in _TAKES_NOTHING or phrase in _THINGS_TOO:
        return not content or (reference is not None and verb is not Verb.HELP)
    return True


def _useful(verb: Verb, rest: str) -> str:
    """Leaves out words that say nothing where a verb needs no more."""
    if verb in _TAKES_NOTHING or verb in _MAY_STAND_LAST or verb in (Verb.STATUS, Verb.SOLVED_IT):
        return rest if any(word.folded not in _FILLER for word in matching.split(rest[:_READ])) else ""
    return rest


def _hints(words: list[Word], rejected: Match | None, reference: str | None) -> tuple[Verb, ...]:
    if rejected is not None:  # the word was right and the rest is a sentence
        return (rejected.verb,) if rejected.verb in _NEEDS_ITS_KIND and len(words) <= rejected.length + 1 else ()
    if all(word.folded in _POLITE for word in words):
        return ()
    return matching.nearest(words) if len(words) <= 3 or reference is not None else ()


def _unwrap(text: str) -> str:
    """Takes off the marks of a command copied from a help text."""
    for mark in ("```", "`", "**", "*", '"', "'"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            return text[len(mark) : -len(mark)].strip()
    return text

"""Chatter, a request, or not sure: what a support channel hears, told apart by rules that can say why."""

import re
from enum import StrEnum
from functools import cache
from math import inf
from typing import NamedTuple

from bot import plain
from incidents.intake.signals import ALONE, SIGNALS, Signal
from incidents.intake.vocabulary import EMPTY_WORDS


class Kind(StrEnum):
    """What a message most likely is."""

    CHATTER = "chatter"
    UNSURE = "unsure"
    REQUEST = "request"


class Verdict(NamedTuple):
    """What a message is taken for, and why: the signs found, in plain English, for whoever operates the bot."""

    kind: Kind
    why: str
    total: float = 0.0
    """The sum of the signs' weights, from ``_REQUEST`` on a request; ``-inf`` where nothing was weighed."""
    empty: bool = False
    """Chatter with nothing else in it: a greeting, thanks, an emoji."""


_READ = 3_000  # characters that count
_REQUEST = 1.0  # from this sum on
_UNSURE = 0.0
_OTHER_LANGUAGE = 0.5  # what a phrase of the third language still weighs: it may be a false friend
_QUESTION = 1.5
_EVIDENCE = 1.5  # code, a log, a screenshot
_MENTIONS = -2.0  # begins with a mention: a talk between two
_ADDRESSES = -1.0  # begins with what may be a name, "anna: have you tried …", or what is broken, "printer: jams again"
_ENOUGH = ("says enough", 1.0)
_ASKING = {"wish", "a question", "a not"}
_ASKED_ALREADY = 0.3  # in a text that says enough these mean the same: what each weighs beside the strongest
_MORE_TROUBLE = 1.0  # for each further sign of it
_MOST_TROUBLE = 3

_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_CODE = re.compile(r"```.*?(?:```|$)|`[^`\n]+`", re.DOTALL)
_LOG = re.compile(
    r"\b(?:Traceback|\w*Exception|\w*Error|Errno|HTTP ?[45]\d\d|[45]\d\d (?:error|internal)|0x[0-9a-f]{4,})\b", re.I
)
_NO_WORDS = re.compile(r"https?://\S+|<[^>\n]{1,200}>|(?<!\w)@[\w.:-]+|:[a-z0-9_+-]{2,40}:")
_LEADING_NAME = re.compile(r"\s*(?:<@|@)[\w.:|-]+")
_NO_NAMES = (
    "hello hi hey hallo hoi moin error warning exception question frage vraag problem probleem fehler fout note update "
    "fyi info ok okay so well also anyway btw yes no ja nein nee sorry please bitte graag thanks danke bedankt"
)
_ADDRESS = re.compile(rf"\s*(?!(?:{'|'.join(_NO_NAMES.split())})\b)[^\W\d][\w\[\]\\`^{{}}|.-]{{1,24}}[:,]\s", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_QUESTION_MARK = re.compile(r"\?(?=[\s\"')!?.]|$)")


def looks_like_request(text: str, language: str | None = None) -> Verdict:
    """Tells whether somebody who wrote this where help is given wants something looked at.

    What says anything of substance and is neither greeting nor small talk is taken for a request: a support channel is
    there for them. ``language`` (``en``, ``de``, ``nl``) lowers the weight of the third language's phrases; English
    always counts, as technical talk is full of it.
    """
    said = _QUOTED.sub("", plain.clean(text, _READ))
    without_code = _CODE.sub(" ", said)
    words = [plain.fold(word) for word in _WORD.findall(_NO_WORDS.sub(" ", without_code))]
    code = without_code != said or bool(_LOG.search(said))
    if not words and not code:
        return Verdict(Kind.CHATTER, "no words", -inf, empty=True)
    alone = _only(words)
    if alone and not code:
        return Verdict(Kind.CHATTER, f"nothing but {alone}", -inf, empty=True)
    line = f" {' '.join(words)} "
    signs = list(_signs(line, language))
    if _QUESTION_MARK.search(_NO_WORDS.sub(" ", without_code)):
        signs.append(("a question", _QUESTION))
    if code:
        signs.append(("code or a log", _EVIDENCE))
    if _LEADING_NAME.match(said):
        signs.append(("begins with a mention", _MENTIONS))
    elif _ADDRESS.match(said):
        signs.append(("begins with a name", _ADDRESSES))
    telling = [word for word in words if word not in EMPTY_WORDS]
    signs.append(_substance(len(words), len(telling)))
    return _judge(signs)


def _substance(words: int, telling: int) -> tuple[str, float]:
    if telling >= 3 or (words >= 5 and telling >= 1):
        return _ENOUGH
    if telling == 2:
        return "says little", 0.0
    return ("says one thing", -0.5) if telling else ("says nothing", -1.5)


def _judge(signs: list[tuple[str, float]]) -> Verdict:
    if _ENOUGH in signs:
        asking = sorted((sign for sign in signs if sign[0].partition(":")[0] in _ASKING), key=lambda sign: -sign[1])
        weaker = [(name, weight * _ASKED_ALREADY) for name, weight in asking[1:]]
        signs = [*(sign for sign in signs if sign not in asking[1:]), *weaker]
    total = sum(weight for _, weight in signs)
    kind = Kind.REQUEST if total >= _REQUEST else Kind.UNSURE if total >= _UNSURE else Kind.CHATTER
    return Verdict(kind, ", ".join(f"{name} {weight:+g}" for name, weight in signs), total)


def _only(words: list[str]) -> str:
    """The kinds of phrase that make up the whole message, or nothing when it says more."""
    kinds: dict[str, None] = {}
    place = 0
    while place < len(words):
        for size in range(min(6, len(words) - place), 0, -1):
            kind = _kind_alone(" ".join(words[place : place + size]))
            if kind:
                kinds.setdefault(kind)
                place += size
                break
        else:
            return ""
    return " and ".join(kinds)


def _signs(line: str, language: str | None) -> list[tuple[str, float]]:
    found = []
    for signal in SIGNALS:
        best = ("", 0.0)
        for spoken in signal.phrases:
            weight = signal.weight * (1.0 if language is None or spoken in {"en", language} else _OTHER_LANGUAGE)
            match = _pattern(signal.name, spoken).search(line) if abs(weight) > abs(best[1]) else None
            if match:
                best = (f"{signal.name}: {match[0].strip()}", weight)
        if best[0]:
            found.append(best)
        if signal.name == "problem" and (more := _further(signal, line, language)):
            found.append((f"{more} more of it", more * _MORE_TROUBLE))
    return found


def _further(signal: Signal, line: str, language: str | None) -> int:
    """How many more phrases of this kind are there beside the first."""
    spoken = [one for one in signal.phrases if language is None or one in {"en", language}]
    phrases = {found.strip() for one in spoken for found in _pattern(signal.name, one).findall(line)}
    return min(max(len(phrases) - 1, 0), _MOST_TROUBLE)


def _kind_alone(phrase: str) -> str:
    return next((kind for kind in ALONE if _pattern(kind, "").fullmatch(f" {phrase} ")), "")


@cache
def _pattern(name: str, spoken: str) -> re.Pattern[str]:
    phrases = ALONE[name] if not spoken else next(signal.phrases[spoken] for signal in SIGNALS if signal.name == name)
    spelled = sorted({" ".join(phrase.split()) for phrase in phrases.split(",")}, key=len, reverse=True)
    return re.compile("|".join(_expression(phrase) for phrase in spelled))


def _expression(phrase: str) -> str:
    expression = re.escape(phrase.removeprefix("^")).replace(r"\*", "[^ ]*")
    return rf"\A {expression} " if phrase.startswith("^") else f" {expression} "

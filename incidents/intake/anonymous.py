"""Takes people out of a text before it becomes an article."""

import re
from collections.abc import Iterable

from bot import plain

NAME = "[name]"
EMAIL = "[e-mail]"
PHONE = "[phone]"

_READ = 40_000


def _any_of(phrases: str) -> str:
    """An expression for any of these phrases, the longest first."""
    spelled = sorted(phrases.split(", "), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in spelled) + ")"


_EMAIL = re.compile(r"\b[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b")
_MATRIX_ID = re.compile(r"(?<![\w/])@[\w.=/+-]{1,100}:[\w.-]+\.[a-z]{2,}(?::\d+)?", re.IGNORECASE)
_SLACK_ID = re.compile(r"<@[UW][A-Z0-9]{4,}(?:\|[^>]*)?>|(?<![\w-])[UW][A-Z0-9]{8,12}(?![\w-])")
_MENTION = re.compile(r"(?<![\w.@/])@[^\W\d_][\w.-]*\w")
# A number is a phone number when it has a country code, a leading zero with an area code, or a word that says so.
_PHONE = re.compile(
    r"(?<![\w./+:-])(?:\+|00)\d{1,3}[ ./-]?(?:\(0\)[ ./-]?)?\d(?:[ ./()-]{0,2}\d){5,12}(?![\w:])"
    r"|(?<![\w./+:-])\(?0\d{1,4}\)?[ /-]{1,3}\d(?:[ ./-]?\d){4,9}(?![\w:])"
    r"|(?<![\w./+:-])0\d{8,11}(?![\w:])"
)
_SAID_PHONE = re.compile(
    r"\b((?:tel(?:efon|ephone|efoon)?|phone|mobile|mobil|handy|mobiel|durchwahl|dw|ext(?:ension)?|toestel)"
    r"(?:\s?(?:nr|no|number|nummer))?[.:]*\s*)[+\d(][\d ()./-]{2,18}\d\b",
    re.IGNORECASE,
)
_HELLO = _any_of(
    "hello, hi, hey, dear, good morning, good afternoon, good evening, good day, morning, "
    "hallo, moin moin, moin, servus, guten morgen, guten tag, guten abend, liebe, lieber, liebes, sehr geehrte frau, "
    "sehr geehrter herr, sehr geehrte damen und herren, goedemorgen, goeiemorgen, goedemiddag, goedenavond, goedendag, "
    "hoi, beste, geachte heer, geachte mevrouw"
)
_TO_WHOM = _any_of(
    "all, everyone, everybody, team, guys, folks, there, zusammen, alle, leute, kollegen, kolleginnen, und, "
    "allemaal, iedereen, collega's"
)
_SOMEBODY = r"(?:\[name\]|(?-i:[A-ZÄÖÜ])[\w'-]+)"
_GREETING = re.compile(
    rf"\A\s*{_HELLO}\b(?:[ ,]+(?:{_TO_WHOM}\b|{_SOMEBODY}(?=\s*[,!.:\n]))){{0,4}}\s*(?:[,!.:;\n–—-]+\s*|\Z)",
    re.IGNORECASE,
)
_CLOSING = _any_of(
    "regards, best regards, kind regards, warm regards, many regards, best wishes, cheers, sincerely, yours sincerely, "
    "thanks, thanks a lot, thanks in advance, thanks so much, thank you, thank you very much, thank you so much, thx, "
    "thank you in advance, many thanks, best, "
    "mit freundlichen grüßen, freundliche grüße, viele grüße, liebe grüße, beste grüße, schöne grüße, herzliche grüße, "
    "mit besten grüßen, mit freundlichen grüssen, viele grüsse, liebe grüsse, grüße, grüsse, gruß, gruss, mfg, vg, lg, "
    "danke, danke schon mal, danke im voraus, danke euch, danke dir, danke schön, vielen dank, vielen dank im voraus, "
    "vielen dank schon mal, besten dank, lieben dank, "
    "met vriendelijke groet, met vriendelijke groeten, vriendelijke groet, hartelijke groet, groet, groeten, groetjes, "
    "mvg, alvast bedankt, bedankt alvast, bedankt, dank je, dank je wel, dank u, dank u wel"
)
_SIGN_OFF = re.compile(
    rf"(?:(?<=[.!?\n])|\A)\s*{_CLOSING}\s*[,.!]*(?:\s*{_SOMEBODY}(?: {_SOMEBODY})?)?\s*[.!]?\s*\Z", re.IGNORECASE
)
_SIGNED = re.compile(r"\n\s*(?:--?\s*)?\[name\]\s*\Z")
_TITLED = re.compile(
    r"\b(?:Herrn?|Frau|Mrs?\.?|Ms\.?|Dr\.?|Prof\.?|[Mm]evrouw|[Mm]eneer|[Dd]e heer)"
    r"(?: (?:Dr|Prof)\.)*(?:(?: (?:van|von|de|der|den)){0,3} [A-ZÄÖÜ][\w'-]+){1,3}"
)
_NAMES_IN_A_ROW = re.compile(r"\[name\](?: \[name\])+")
_SPACE_LEFT = re.compile(r"[ \t]{2,}")
_SHORTEST_NAME = 3
# Parts of names that are words as well are only taken out as part of the whole name.
_WORDS_TOO = frozenset(
    "will mark max may june rose grant frank art bill grace hope joy rob sunny chip bot app ernst klein gross groß "
    "lang kurz wolf rich best post jung alt neu test admin support team mail van von der den de the berg bach stein "
    "long short young black white brown green king price page case bank port server".split(" ")
)


def anonymise(text: str, names: Iterable[str] = ()) -> str:
    """Returns the text without e-mail addresses, phone numbers, mentions, account ids, greetings, sign-offs and the
    given people's names (whole, and each of their parts of three letters and more). Hosts, addresses of machines and
    links stay: they may be what the article is about."""
    text = plain.clean(text, _READ)
    text = _EMAIL.sub(EMAIL, _MATRIX_ID.sub(NAME, text))
    text = without_names(_SLACK_ID.sub(NAME, text), names)
    text = _TITLED.sub(NAME, _MENTION.sub(NAME, text))
    text = _PHONE.sub(PHONE, _SAID_PHONE.sub(rf"\1{PHONE}", text))
    text = _NAMES_IN_A_ROW.sub(NAME, text)
    text = _without_pleasantries(text)
    return _SPACE_LEFT.sub(" ", text).strip()


def without_names(text: str, names: Iterable[str]) -> str:
    """Returns the text with a neutral word for these people's names, whole and each of their parts of three letters and
    more."""
    pattern = _names_pattern(names)
    return text if pattern is None else pattern.sub(lambda found: NAME, text)


def _without_pleasantries(text: str) -> str:
    """Takes greetings off the front and sign-offs off the end, as long as something is left."""
    before = text
    for pattern in (_GREETING, _SIGNED, _SIGN_OFF, _SIGN_OFF):
        shorter = pattern.sub("", text, count=1).strip()
        if shorter:
            text = shorter
    return text if before.startswith(text[:20]) else text[:1].upper() + text[1:]


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    wholes: set[str] = set()
    parts: set[str] = set()
    for name in names:
        pieces = plain.clean(name, 200).strip().lstrip("@").split()
        if len(" ".join(pieces)) >= _SHORTEST_NAME:
            wholes.add(r"[\s.,_-]{1,3}".join(map(re.escape, pieces)))
        parts.update(
            re.escape(piece) for piece in (piece.strip(".,()") for piece in pieces)
            if len(piece) >= _SHORTEST_NAME and piece[0].isalpha() and piece.casefold() not in _WORDS_TOO
        )  # fmt: skip
    spelled = sorted(wholes, key=len, reverse=True) + sorted(parts, key=len, reverse=True)
    return re.compile(rf"(?<![\w@])@?(?:{'|'.join(spelled)})(?:['’]?s)?(?!\w)", re.IGNORECASE) if spelled else None

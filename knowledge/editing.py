"""Makes what people wrote in a hurry readable for a stranger: no pleas for help, no gaps where a name stood."""

from __future__ import annotations

import re

from bot.plain import excerpt
from incidents.intake.anonymous import NAME

LONGEST_TITLE = 90
_SHORTEST_TITLE = 30

SOMEBODY = {"en": "somebody", "de": "jemand", "nl": "iemand"}

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?![\s\"'”’“)]|$)[^.!?\n]*)*(?:[.!?]+[\"'”’“)]*|\n|$)\s*")
_PLEA = re.compile(
    r"""\W*(?:
        (?:please\s|pls\s)?help(?:\sme|\sus|\splease|\sneeded)*
      | (?:(?:so|and|but)\s)?(?:can|could|would|will)\s(?:some(?:body|one)|any(?:body|one)|you)\s
        (?:please\s|kindly\s)*(?:help|have\sa\slook|take\sa\slook|look\s(?:into|at)\s(?:it|this)|check(?:\s(?:it|this))?|fix\s(?:it|this))
        (?:\s(?:me|us|out|with\sthis|with\sit|please))*
      | (?:does\s)?any(?:body|one)\s(?:has|have|got)\s(?:an\s|any\s)?ideas?
      | any\sideas?  | what\s(?:can|should)\si\sdo(?:\snow)?
      | (?:bitte\s(?:um\s)?)?hilfe(?:\sbitte)?
      | (?:kann|könnte|kannst|könnt|könntet)\s(?:(?:mir|uns|bitte|da|das)\s)*(?:jemand|du|ihr)\s
        (?:(?:mir|uns|bitte|da|das|mal|sich|dabei|kurz)\s)*(?:helfen|(?:nach)?schauen|nachsehen|ansehen|anschauen|prüfen)
      | (?:hat|habt)\s(?:jemand|ihr|irgendwer)\s(?:eine|ne)\sidee  | was\s(?:kann|soll)\sich\s(?:jetzt\s)?(?:tun|machen)
      | (?:kan|kunnen|zou|kun)\s(?:(?:mij|me|ons)\s)*(?:iemand|jullie|je|u)\s
        (?:(?:mij|me|ons|even|alsjeblieft|hier|naar|dit|ermee|mee|kunnen|er)\s)*(?:helpen|kijken|nakijken)
      | (?:heeft|hebben)\s(?:iemand|jullie)\seen\sidee  | wat\s(?:kan|moet)\sik\s(?:nu\s)?doen
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.escape(NAME)
_CALLED = re.compile(rf",\s*{_NAME}(?=\s*(?:[:.!?]|$))|(?:(?<=^)|(?<=[.!?\n]\s)|(?<=\n)){_NAME}\s*[,:]\s+")
_AT_THE_START = re.compile(rf"(^|[.!?]\s+|\n\s*){_NAME}")


def edited(text: str, language: str) -> str:
    """The anonymous text without pleas for help and calls to somebody by name; whoever else is named is somebody."""
    sentences = _SENTENCE.findall(text)
    told = "".join(one for one in sentences if not _PLEA.fullmatch(one.strip())).strip() or text
    told = _CALLED.sub("", told).strip() or told
    somebody = SOMEBODY.get(language, SOMEBODY["en"])
    told = _AT_THE_START.sub(lambda found: found[1] + somebody.capitalize(), told).replace(NAME, somebody)
    return told[:1].upper() + told[1:] if not text.startswith(told[:10]) else told


def title_of(text: str) -> str:
    """The first sentence, or as many of its clauses as fit."""
    found = _SENTENCE.match(text.strip())
    first = found[0].strip().rstrip(".!") if found is not None else ""
    if len(first) <= LONGEST_TITLE:
        return first
    ends = [found.start() for found in re.finditer(r"[,;:–—]\s", first[:LONGEST_TITLE])]
    return first[: ends[-1]] if ends and ends[-1] >= _SHORTEST_TITLE else excerpt(first, LONGEST_TITLE)

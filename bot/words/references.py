"""References as people write them: INC-42, inc 42, #42, (KB-7)."""

import re
from typing import NamedTuple

_NAMED = r"[(\[<]?\b(?P<kind>INC|KB)[\s_-]{0,2}#?0{0,6}(?P<number>[1-9][0-9]{0,8})\b[>\])]?"
_ANYWHERE = re.compile(_NAMED, re.IGNORECASE)
_FIRST = re.compile(rf"\s*(?:{_NAMED}|[(\[<]?#0{{0,6}}(?P<bare>[1-9][0-9]{{0,8}})\b[>\])]?)", re.IGNORECASE)
_LINKING = re.compile(
    r"\s*(?:for|to|on|of|about|zu|für|von|bei|über|voor|van|over|bij|aan|um)\s+(?=[(\[<]?(?:(?:INC|KB)[\s_-]{0,2})?#?[0-9]|#)",
    re.IGNORECASE,
)
_READ = 4_000  # characters in which one is looked for


class Found(NamedTuple):
    """A reference in its one spelling, and the text without it."""

    reference: str
    rest: str


def find(text: str) -> str | None:
    """Returns the first reference in a text in its one spelling (``INC-42``); None without one."""
    found = _ANYWHERE.search(text[:_READ])
    return _spell(found) if found else None


def begins(text: str) -> bool:
    """Whether a text begins with a reference that names its kind: INC-42, not #42."""
    found = _FIRST.match(text)
    return found is not None and found["bare"] is None


def take_first(text: str) -> Found | None:
    """Takes a reference off the beginning of a text; there ``#42`` means INC-42 too, and "for INC-42" counts."""
    found = _FIRST.match(_LINKING.sub("", text, count=1) if _LINKING.match(text) else text)
    return Found(_spell(found), found.string[found.end() :]) if found else None


def take_any(text: str) -> Found | None:
    """Takes the first reference out of a text, wherever it stands."""
    first = take_first(text)
    if first is not None:
        return first
    found = _ANYWHERE.search(text[:_READ])
    return Found(_spell(found), f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}") if found else None


def _spell(found: re.Match[str]) -> str:
    parts = found.groupdict()
    if parts.get("bare"):
        return f"INC-{parts['bare']}"
    return f"{parts['kind'].upper()}-{parts['number']}"

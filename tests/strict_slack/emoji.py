"""The short names of emoji that Slack knows without anybody adding one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "emoji.txt"


@cache
def names() -> frozenset[str]:
    """All standard short names, without colons."""
    return frozenset(_DATA.read_text().split())


def is_known(name: str) -> bool:
    """True for a standard emoji; an emoji character itself is not a name."""
    return bool(re.fullmatch(r"[a-z0-9_+'-]+", name)) and name in names()

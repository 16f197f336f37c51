"""One line of ``key=value`` as an answer to a whole form: service=vpn impact="all of Berlin"."""

import re
import shlex

from bot import plain

_KEY = re.compile(r"([^\W\d][\w-]{0,39})[=:=](.*)", re.DOTALL)
_SPACED = re.compile(r"\s+=\s*")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "=": "="})
_READ = 20_000


def parse_fields(text: str) -> tuple[dict[str, str], str]:
    """Returns the values by key (keys in small letters, accents off) and the text before the first key. Words without
    a key belong to the value before them, so quotes may be forgotten; a later value for the same key wins."""
    values: dict[str, str] = {}
    before: list[str] = []
    current = ""
    for piece in _pieces(text[:_READ].translate(_QUOTES)):
        found = _KEY.fullmatch(piece)
        if found and "=" in piece[: found.end(1) + 1]:
            current = plain.fold(found[1])
            values[current] = found[2]
        elif current:
            values[current] = f"{values[current]} {piece}".strip()
        else:
            before.append(piece)
    return values, " ".join(before)


def _pieces(text: str) -> list[str]:
    text = _SPACED.sub("=", text)
    if text.count('"') % 2:
        text = text.replace('"', " ")
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.quotes = '"'
    lexer.escape = ""
    lexer.commenters = ""
    return list(lexer)

"""Plain text as people type it, made safe to keep, compare and show: cleaning, cutting, excerpts and slugs."""

import re
import unicodedata

_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_JOINER = "\u200d"
_PICTOGRAPHS = "\u203c-\u3299\U0001f000-\U0001faff\ufe0f"
_STRAY_JOINER = re.compile(f"(?<![{_PICTOGRAPHS}]){_JOINER}|{_JOINER}(?![{_PICTOGRAPHS}])")
# Everything of Unicode's "control" and "format" kinds except newline, tab and the emoji joiner; lone surrogates,
# non-characters, and the variation selectors beyond the sixteen that emoji and CJK use.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0010fffe\U0010ffff]"
)
_BLANK_LETTERS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0]")
_MARKS_IN_A_ROW = re.compile(
    "((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){4})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_WIDE_GAP = re.compile(r"[^\S\n]{17,}")
_LINE_END_SPACE = re.compile(r"[^\S\n]+$", re.MULTILINE)
_MANY_NEWLINES = re.compile(r"\n{3,}")
_LETTERS = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "aa", "ð": "d", "þ": "th",
    "ł": "l", "đ": "d", "ı": "i",
})  # fmt: skip
_APOSTROPHES = re.compile("['’‘`´]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

ELLIPSIS = "…"


def clean(text: str, limit: int = 40_000) -> str:
    """Returns the text as it may be stored and shown: NFC, no control, zero-width or direction-changing characters
    (newlines stay), no runs of stacked marks, no huge gaps, no space at its ends, at most `limit` characters."""
    # Input may be far longer than what is kept; four times the limit leaves enough after the unseen is gone.
    text = text[: limit * 4 + 1_000]
    if text.isascii() and text.isprintable() and "  " not in text:  # most lines: nothing below would change them
        return cut(text.strip(), limit)
    text = _NEWLINES.sub("\n", text).replace("\t", "    ")
    text = _STRAY_JOINER.sub("", _UNSEEN.sub("", text))
    text = _MARKS_IN_A_ROW.sub(r"\1", unicodedata.normalize("NFC", text))
    text = _LINE_END_SPACE.sub("", _WIDE_GAP.sub(" ", text))
    return cut(_MANY_NEWLINES.sub("\n\n", text).strip(), limit)


def cut(text: str, limit: int) -> str:
    """Returns the text in at most `limit` characters, with an ellipsis where something was left out. A letter is not
    parted from its marks, nor an emoji from its skin tone or its joined parts, and a word stays whole where one ends
    near the limit."""
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    end = _whole_character_end(text, limit - 1)
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space > end * 0.7:
        end = space
    return text[:end].rstrip() + ELLIPSIS


def is_blank(text: str) -> bool:
    """Tells whether a reader would see nothing at all."""
    return not _BLANK_LETTERS.sub("", clean(text, 2_000)).replace(_JOINER, "").strip()


def excerpt(text: str, limit: int = 120) -> str:
    """Returns the beginning of the text on one line, in at most `limit` characters."""
    return cut(" ".join(clean(text, limit * 4 + 200).split()), limit)


def fold(text: str) -> str:
    """Returns the text as words are compared: small letters, no accents, ß as ss, no apostrophes."""
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "")
    letters = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def slug(text: str, limit: int = 40, fallback: str = "room") -> str:
    """Returns a readable name in small ASCII letters, digits and hyphens, at most `limit` long and never empty;
    words are kept whole where possible. Letters of other scripts are left out."""
    letters = unicodedata.normalize("NFC", text[:2_000]).casefold().translate(_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    words = [word for word in _NOT_SLUG.split(ascii_only.lower()) if word]
    kept = words[0][:limit] if words else ""
    for word in words[1:]:
        if len(kept) + 1 + len(word) > limit:
            break
        kept += "-" + word
    return kept or fallback[:limit] or "x"


def _whole_character_end(text: str, end: int) -> int:
    """Moves `end` back until nothing that belongs together stands on both sides of it."""
    while end > 0 and _belongs_to_previous(text, end):
        end -= 1
    return end


def _belongs_to_previous(text: str, index: int) -> bool:
    here, before = text[index], text[index - 1]
    if unicodedata.combining(here) or unicodedata.category(here) in {"Mn", "Me", "Mc"}:
        return True
    if here == _JOINER or before == _JOINER or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    return _is_flag_half(here) and _flag_halves_before(text, index) % 2 == 1


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    count = 0
    while index > count and _is_flag_half(text[index - 1 - count]):
        count += 1
    return count

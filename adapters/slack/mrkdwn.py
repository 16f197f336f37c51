"""Slack's markup both ways: what a person typed as plain text, and plain text as markup that says only that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.emoji import character_of
from bot.cards import Span, Style, Text
from bot.plain import ELLIPSIS, cut
from bot.refs import Platform, RoomRef, UserRef

_ANGLES = re.compile(r"<([^<>]*)>")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MARK = re.compile(r"(?<![^\W_])[*_~`](?=\S)|^>", re.MULTILINE)
_WORD_JOINER = "\u2060"
_WEB = re.compile(r"https?://[^\s<>|]+")
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_ROOM = re.compile(r"[CGD][A-Z0-9]{2,}")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?")


@dataclass(frozen=True, slots=True)
class Read:
    """A message's text as its author sees it. ``text`` no longer has mentions of the bot itself."""

    text: str
    mentions: tuple[str, ...] = ()
    addressed: bool = False


def read(text: str, me: str = "", names: Mapping[str, str] | None = None) -> Read:
    """Slack's form of what somebody typed, as plain text; ``names`` by user id where they are known."""
    known = names or {}
    mentions: list[str] = []
    spoken, addressed = re.subn(rf"[ \t]*<@{re.escape(me)}(\|[^<>]*)?>[:,]?[ \t]*", " ", text) if me else (text, 0)

    def shown(match: re.Match[str]) -> str:
        body, _, label = match[1].partition("|")
        if body.startswith("@"):
            user = body[1:]
            mentions.append(user)
            return f"@{label.removeprefix('@') or known.get(user) or user}"
        return _shown(body, label)

    plain = unescape(_EMOJI.sub(lambda name: character_of(name[0]), _ANGLES.sub(shown, spoken)))
    return Read(sendable(plain.strip() if addressed else plain), tuple(dict.fromkeys(mentions)), addressed > 0)


def named(text: str) -> frozenset[str]:
    """The ids of the users a text mentions."""
    bodies = (inside.partition("|")[0] for inside in _ANGLES.findall(text))
    return frozenset(body[1:] for body in bodies if body.startswith("@"))


def _shown(body: str, label: str) -> str:
    if body.startswith("#"):
        return f"#{label or body[1:]}"
    if body.startswith("!date^"):
        return label
    if body.startswith("!"):
        return f"@{label.removeprefix('@') or body[1:].partition('^')[0]}"
    address = body.removeprefix("mailto:").removeprefix("tel:")
    if not label or label == body:
        return address
    # What Slack made a link of by itself shows as it was typed; a label somebody chose keeps its address.
    return label if label.rstrip("/") in address else f"{label} ({address})"


def escape(text: str) -> str:
    """Text in which nothing is a link, a mention or a ping."""
    return sendable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of ``escape``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def sendable(text: str) -> str:
    """Text without what cannot be sent: control characters and halves of characters."""
    return _UNSENDABLE.sub("", text)


def is_web(url: str) -> bool:
    """Whether an address may be a link."""
    return len(url) <= 3000 and _WEB.fullmatch(url) is not None


def user_of(span: Span) -> str:
    """The Slack user a span mentions, or empty."""
    return _target(span, Style.PERSON, UserRef, _USER)


def room_of(span: Span) -> str:
    """The Slack room a span names, or empty."""
    return _target(span, Style.ROOM, RoomRef, _ROOM)


def _target(span: Span, style: Style, kind: type[UserRef] | type[RoomRef], shape: re.Pattern[str]) -> str:
    if span.style is not style:
        return ""
    try:
        ref = kind.parse(span.target)
    except ValueError:
        return ""
    return ref.id if ref.platform is Platform.SLACK and shape.fullmatch(ref.id) else ""


def write(text: Text, limit: int = 3000) -> str:
    """A styled text as mrkdwn of at most ``limit`` characters. Marks that people typed stay marks: a word joiner
    before them keeps Slack from reading them as formatting."""
    written = ""
    for span in text:
        piece = _piece(span)
        if len(written) + len(piece) >= limit:
            room = limit - len(written) - 1
            shortened = _defused(cut(span.text, room // 6))  # escaping makes five of one at most
            return (written + shortened).removesuffix(ELLIPSIS) + ELLIPSIS
        written += piece
    return written


def _piece(span: Span) -> str:
    words = sendable(span.text)
    if user := user_of(span):
        return f"<@{user}>"
    if room := room_of(span):
        return f"<#{room}>"
    if span.style is Style.LINK and is_web(span.target):
        return f"<{escape(span.target)}|{escape(words)}>" if words.strip() else f"<{escape(span.target)}>"
    if span.style is Style.STRONG and words.strip() and "\n" not in words:
        return _around(words, "*")
    if span.style is Style.CODE and words.strip() and "\n" not in words:
        return _around(words.replace("`", "ˋ"), "`")
    return _defused(words)


def _around(words: str, mark: str) -> str:
    """Marks stand next to a letter or they are no marks."""
    core = words.strip()
    before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{before}{mark}{escape(core.replace(mark, _WORD_JOINER + mark))}{mark}{after}"


def _defused(text: str) -> str:
    return escape(_MARK.sub(lambda match: _WORD_JOINER + match[0], text))

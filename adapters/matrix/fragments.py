"""Pieces of a message, each as HTML and as plain text at once, so that the two can never say different things."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ROOM_PING = re.compile("@(?=room)", re.IGNORECASE)
_JOINER = "\u2060"
_NEWLINES = re.compile("\r\n?")


@dataclass(frozen=True, slots=True)
class Fragment:
    """``html`` uses only what clients allow; ``users`` are the user ids it mentions."""

    html: str
    plain: str
    users: tuple[str, ...] = ()


def text(typed: str) -> Fragment:
    """What somebody typed, or any other plain text: no markup, no ping, nothing that turns the line around."""
    seen = _ROOM_PING.sub("@" + _JOINER, _UNSEEN.sub("", _NEWLINES.sub("\n", typed)))
    return Fragment(html.escape(seen, quote=False).replace("\n", "<br>"), seen)


def joined(parts: Sequence[Fragment]) -> Fragment:
    """One after the other."""
    return Fragment(
        "".join(part.html for part in parts),
        "".join(part.plain for part in parts),
        tuple(user for part in parts for user in part.users),
    )


def lines(parts: Sequence[Fragment]) -> Fragment:
    """One under the other."""
    return Fragment(
        "<br>".join(part.html for part in parts),
        "\n".join(part.plain for part in parts),
        tuple(user for part in parts for user in part.users),
    )


def wrapped(tag: str, part: Fragment) -> Fragment:
    """In an element without attributes."""
    return Fragment(f"<{tag}>{part.html}</{tag}>", part.plain, part.users)


def listed(parts: Sequence[Fragment]) -> Fragment:
    """As a list of points."""
    under = lines(parts)
    points = "".join(f"<li>{part.html}</li>" for part in parts)
    return Fragment(f"<ul>{points}</ul>", under.plain, under.users)


def quoted(part: Fragment, by: Fragment) -> Fragment:
    """Somebody's own words, and who said them."""
    said = "\n".join(f"> {line}" for line in part.plain.split("\n"))
    if not by.plain:
        return Fragment(f"<blockquote>{part.html}</blockquote>", said)
    return Fragment(f"<blockquote>{part.html}<br>— {by.html}</blockquote>", f"{said}\n> — {by.plain}")


def link(label: Fragment, url: str) -> Fragment:
    """A link to a web address; only the label where it is no such address."""
    address = _web_address(url)
    if not address:
        return label
    shown = label.plain if label.plain == address else f"{label.plain} ({text(address).plain})"
    return Fragment(f'<a href="{html.escape(address, quote=False)}">{label.html}</a>', shown)


def _web_address(url: str) -> str:
    """The address with everything quoted that could end it or hide in it; empty when it is not http(s)."""
    try:
        parts = urlsplit(_UNSEEN.sub("", url).strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(parts.geturl(), safe="!#$%&'()*+,/:;=?@[]~")

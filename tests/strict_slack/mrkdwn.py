"""Slack's message markup, read as the client reads it: who is pinged, and which words a person sees."""

from __future__ import annotations

import re
from collections.abc import Callable

_ANGLES = re.compile(r"<([^<>\n]*)>")
_NAMED_ROOM = re.compile(r"(?<![\w@/])@(channel|here|everyone|group)\b")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)

NameOf = Callable[[str], str | None]


def escape(text: str) -> str:
    """Text as Slack stores what a person typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def pings(text: str, *, names_linked: bool = False) -> list[str]:
    """Whom this text notifies: ``channel``, ``here``, ``everyone``, ids of user groups and of users, in order.

    Slack resolves ``<!channel>`` even inside code marks, so code is not exempt. A bare ``@channel`` pings only with
    ``names_linked`` (``link_names`` or ``parse=full``).
    """
    found = [target for inside in _ANGLES.findall(text) if (target := _ping_target(inside))]
    if names_linked:
        found += _NAMED_ROOM.findall(_CODE.sub("", text))
    return found


def _ping_target(inside: str) -> str | None:
    body = inside.partition("|")[0]
    if re.fullmatch(r"@[UWB][A-Z0-9]+", body):
        return body[1:]
    if body.startswith("!subteam^"):
        return body.removeprefix("!subteam^")
    if body in {"!channel", "!here", "!everyone", "!group"}:
        return body[1:]
    return None


def visible(text: str, name_of: NameOf = lambda _id: None) -> str:
    """The words a person sees: links by their label, mentions by name, entities undone.

    ``name_of`` gives the shown name of a user, channel or group id.
    """
    return unescape(_ANGLES.sub(lambda match: _shown(match.group(1), name_of), text))


def _shown(inside: str, name_of: NameOf) -> str:
    body, bar, label = inside.partition("|")
    if body.startswith("@"):
        return f"@{label or name_of(body[1:]) or body[1:]}"
    if body.startswith("#"):
        return f"#{label or name_of(body[1:]) or body[1:]}"
    if body.startswith("!subteam^"):
        return label or f"@{name_of(body.removeprefix('!subteam^')) or body[1:]}"
    if body.startswith("!date^"):
        return label
    if body.startswith("!"):
        return label or f"@{body[1:]}"
    return label if bar else body.removeprefix("mailto:")

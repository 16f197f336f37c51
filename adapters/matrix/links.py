"""Addresses that open a room, a message or a person in any Matrix client."""

from __future__ import annotations

from urllib.parse import quote

_BASE = "https://matrix.to/#/"


def to_person(user_id: str) -> str:
    """A link that clients show as the person."""
    return _BASE + quote(user_id, safe="@:")


def to_room(room_id: str, via: str, event_id: str = "") -> str:
    """A link to a room or one of its messages. ``via`` is a server that is in it: ids alone do not say where to ask."""
    parts = "/".join(quote(part, safe="!$:") for part in (room_id, event_id) if part)
    return f"{_BASE}{parts}?via={quote(via, safe=':')}"

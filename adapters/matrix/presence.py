"""Who is away, as a homeserver says.

Matrix knows no “do not disturb”: nobody there wants quiet, and what people write as their status is theirs and is not
read. Many homeservers keep no presence, or show it only to those who share a room; then nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import Event
from bot.presence import Presence


async def of(homeserver: Homeserver, users: Sequence[str]) -> Mapping[str, Presence]:
    """How each of these accounts stands; without those of whom the homeserver says nothing."""
    said = {user: await homeserver.find(path("presence", user, "status")) for user in users}
    known = {user: read(status) for user, status in said.items() if status is not None}
    return {user: presence for user, presence in known.items() if presence is not None}


def read(status: Event) -> Presence | None:
    """The presence in an answer. A homeserver that keeps none, and one that never saw somebody, says “offline” without
    a time at which they were active."""
    match status.get("presence"):
        case "online":
            return Presence()
        case "unavailable":
            return Presence(away=True)
        case "offline" if "last_active_ago" in status:
            return Presence(away=True)
        case _:
            return None

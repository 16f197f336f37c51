"""Why a homeserver forbids an act, found out from the state of the room, and who can allow it how."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.powers import Act, Room
from adapters.matrix.reading import Event, content, string
from bot.errors import ChatRefused

FORBIDDEN = "M_FORBIDDEN"


class Reasons:
    """Says why the bot may not do something in a room."""

    def __init__(self, homeserver: Homeserver, user: str) -> None:
        self._homeserver = homeserver
        self._user = user
        self._out: dict[str, str] = {}

    def remember(self, room: str, member: Event) -> str:
        """Why the bot is not in a room any more: whoever was banned cannot ask the homeserver for it."""
        self._out[room] = removed(room, self._user, member)
        return self._out[room]

    @contextlib.asynccontextmanager
    async def of(self, room: str, act: Act) -> AsyncIterator[None]:
        """What the homeserver forbids in the block is refused with the reason and the way to allow it."""
        try:
            yield
        except ChatRefused as refused:
            if refused.code != FORBIDDEN:
                raise
            raise ChatRefused(FORBIDDEN, await self._why(room, act) or refused.advice) from refused

    async def _why(self, room: str, act: Act) -> str:
        """The reason in words; empty when the state of the room tells none."""
        mine = await self._homeserver.find(_event(room, "m.room.member", self._user))
        if mine is None:
            return self._out.get(room, f"The bot is not in {room}: invite {self._user} there.")
        if why := removed(room, self._user, mine):
            return why
        state = Room(await self._homeserver.state(room))
        if state.may(self._user, act):
            return ""
        return f"The bot may not {act.words} in {state.name or room}. {how_to_grant(state, self._user, [act])}"


def removed(room: str, user: str, member: Event) -> str:
    """Why somebody is not in a room, from the event that says so, and what to do; empty when they are in."""
    told = content(member)
    membership, by = string(told.get("membership")), string(member.get("sender"))
    because = f" (“{reason}”)" if (reason := string(told.get("reason"))[:200]) else ""
    if membership == "ban":
        return f"The bot was banned from {room} by {by}{because}: lift the ban, then invite {user} again."
    if membership == "leave" and by != user:
        return f"The bot was taken out of {room} by {by}{because}: invite {user} again if it shall be there."
    if membership in ("leave", "invite", "knock"):
        return f"The bot is not in {room}: invite {user} there."
    return ""


def how_to_grant(room: Room, user: str, acts: Sequence[Act]) -> str:
    """What an administrator of the room does so that somebody may do all this."""
    level = max(room.needed(act) for act in acts)
    has = room.level_of(user)
    return f"It has power level {has:g} and needs {level}: an administrator of the room types /op {user} {level} there."


def _event(room: str, kind: str, key: str) -> str:
    return f"{path('rooms', room, 'state', kind, key)}?format=event"

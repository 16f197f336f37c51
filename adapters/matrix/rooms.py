"""Opens, fills and closes rooms, so that doing it twice is harmless."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.matrix import marks, reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import Event, mapping, string
from adapters.matrix.sending import CLOCKS_DIFFER
from adapters.matrix.settings import MatrixSettings
from bot import plain
from bot.chat import Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import WhyNot

MOST_ALIASES = 20
MOST_PINNED = 100
ONLY_THE_BOT = 100
INVITED_AT_ONCE = 8
SECONDS_TO_MAKE = 60.0
"""For so long a room behind an alias that the bot is not in may be one that the homeserver is still making for it."""
IN_TOUCH = ("join", "invite")
"""The memberships of those who are in, or may come in when they like."""
_WHY_NOT = {
    "M_NOT_FOUND": WhyNot.UNKNOWN, "M_INVALID_PARAM": WhyNot.UNKNOWN, "M_UNKNOWN": WhyNot.UNKNOWN,
    "M_USER_DEACTIVATED": WhyNot.GONE,
}  # fmt: skip


class Rooms:
    """Acts on rooms."""

    def __init__(
        self, homeserver: Homeserver, settings: MatrixSettings, *, seconds_to_make: float = SECONDS_TO_MAKE
    ) -> None:
        self._homeserver = homeserver
        self._settings = settings
        self._seconds_to_make = seconds_to_make
        self._met: dict[str, float] = {}

    async def open(self, name: str, topic: str, once: Once, *, private: bool) -> str:
        """Open a room. An alias made of the key is the lock: a homeserver gives it to one room only."""
        for number in range(1, MOST_ALIASES + 1):
            alias = marks.alias_localpart(self._settings.user_id, once.key, number)
            try:
                made = await self._homeserver.post(
                    path("createRoom"), self._plan(name, topic, alias, once.key, private)
                )
                return string(made.get("room_id"))
            except ChatRefused as refused:
                if refused.code != "M_ROOM_IN_USE":
                    raise
            room, state = await self._made_by_this_act(alias, once)
            if room:  # the homeserver may have ended in the middle of making it
                if not _has(state, "m.room.name", "name", plain.clean(name, 200)):
                    await self._set(room, "m.room.name", {"name": plain.clean(name, 200)})
                if not _has(state, "m.room.topic", "topic", plain.clean(topic, 2_000)):
                    await self.set_topic(room, topic)
                return room
        raise ChatRefused("M_ROOM_IN_USE", "All names for this room are taken by rooms the bot did not open for it.")

    async def invite(self, room: str, users: Sequence[str]) -> dict[str, WhyNot]:
        """Invite people; those who could not be invited, and why. Being in already is success.

        A homeserver that limits the pace counts invitations before it looks who is in: only those who are missing are
        invited, so that each try gets further than the one before.
        """
        there = await self._in_touch(room)
        missing = [user for user in dict.fromkeys(users) if user not in there]
        door = asyncio.Semaphore(INVITED_AT_ONCE)
        answers = await asyncio.gather(*(self._invite(room, user, door) for user in missing))
        if unanswered := [away for away in answers if isinstance(away, ChatUnavailable)]:
            raise min(unanswered, key=lambda away: away.retry_after or timedelta.max)
        refused = {user: why for user, why in zip(missing, answers, strict=True) if isinstance(why, WhyNot)}
        if 0 < len(refused) == len(missing) and await self.membership(room, self._settings.user_id) != "join":
            raise ChatRefused("M_FORBIDDEN", "The bot is not in the room (any more): invite it there.")
        return refused

    async def _invite(self, room: str, user: str, door: asyncio.Semaphore) -> WhyNot | ChatUnavailable | None:
        async with door:
            try:
                await self._homeserver.post(path("rooms", room, "invite"), {"user_id": user})
            except ChatRefused as refused:
                if refused.code == "M_FORBIDDEN" and await self.membership(room, user) == "join":
                    return None
                return _WHY_NOT.get(refused.code, WhyNot.NOT_ALLOWED)
            except ChatUnavailable as away:
                # A partner's homeserver that does not answer must not keep our own people waiting.
                elsewhere = user.partition(":")[2] != self._settings.server_name
                return WhyNot.AWAY if away.doubtful and elsewhere else away
        return None

    async def _in_touch(self, room: str) -> set[str]:
        """Who is in or invited; nobody where the bot may not look."""
        try:
            answer = await self._homeserver.get(path("rooms", room, "members"), query={"not_membership": "leave"})
        except ChatRefused:
            return set()
        members = reading.events(answer.get("chunk"))
        return {string(one.get("state_key")) for one in members if reading.content(one).get("membership") in IN_TOUCH}

    async def remove(self, room: str, user: str) -> bool:
        """Take somebody out, or take their invitation back. False when the bot may not, and they are still in."""
        try:
            await self._homeserver.post(path("rooms", room, "kick"), {"user_id": user})
        except ChatRefused as refused:
            if refused.code != "M_FORBIDDEN" or await self.membership(room, self._settings.user_id) != "join":
                raise
            return await self.membership(room, user) not in ("join", "invite", "knock")
        return True

    async def set_topic(self, room: str, topic: str) -> None:
        """Change the topic."""
        await self._set(room, "m.room.topic", {"topic": plain.clean(topic, 2_000)})

    async def pin(self, room: str, event_id: str) -> None:
        """Pin a message beside those pinned already."""
        pinned = list(reading.strings((await self._state(room, "m.room.pinned_events")).get("pinned")))
        if event_id not in pinned:
            await self._set(room, "m.room.pinned_events", {"pinned": [*pinned, event_id][-MOST_PINNED:]})

    async def close(self, room: str) -> None:
        """Let nobody new in and nobody but the bot write; those who are in can go on reading."""
        levels = dict(await self._state(room, "m.room.power_levels"))
        events = mapping(levels.get("events"))
        closed = levels | {
            "events_default": ONLY_THE_BOT,
            "invite": ONLY_THE_BOT,
            "events": {kind: max(level, ONLY_THE_BOT) for kind, level in events.items() if isinstance(level, int)},
        }
        await self._set(room, "m.room.join_rules", {"join_rule": "invite"})
        await self._set(room, marks.CLOSED, {"closed": True})
        if closed != levels:
            await self._set(room, "m.room.power_levels", closed)

    async def name_of(self, room: str, user: str) -> str:
        """What somebody is called in a room; their user id when they have no name."""
        found = await self._homeserver.find(path("rooms", room, "state", "m.room.member", user))
        return plain.excerpt(string((found or {}).get("displayname")), 80) or user

    async def membership(self, room: str, user: str) -> str:
        """``join``, ``invite``, ``leave``, ``ban``, ``knock``; empty for somebody never seen there."""
        found = await self._homeserver.find(path("rooms", room, "state", "m.room.member", user))
        return string((found or {}).get("membership"))

    async def members(self, room: str) -> list[str]:
        """Everybody who is in."""
        answer = await self._homeserver.get(path("rooms", room, "joined_members"))
        return [string(user) for user in mapping(answer.get("joined"))]

    async def behind(self, alias_localpart: str) -> str:
        """The room with this alias on the bot's homeserver; empty when there is none."""
        alias = f"#{alias_localpart}:{self._settings.server_name}"
        return string((await self._homeserver.find(path("directory", "room", alias)) or {}).get("room_id"))

    def wait_until_made(self, alias_localpart: str) -> None:
        """A room has its alias some seconds before the bot is in it. Raises ``ChatUnavailable`` as long as the one
        behind this alias may be such a room; after that it is somebody else's."""
        now = time.monotonic()
        if now < self._met.setdefault(alias_localpart, now) + self._seconds_to_make:
            raise ChatUnavailable("the homeserver may still be making the room", doubtful=True)

    async def is_encrypted(self, room: str) -> bool:
        """Whether what is said there is encrypted."""
        return bool(await self._state(room, "m.room.encryption"))

    async def _made_by_this_act(self, alias: str, once: Once) -> tuple[str, list[Event]]:
        """The room behind the alias, with its state, if an earlier try of this very act opened it; not one of an
        earlier life."""
        room = await self.behind(alias)
        if not room:
            return "", []
        try:
            state = await self._homeserver.state(room)
        except ChatRefused:
            if once.doubtful:
                self.wait_until_made(alias)
            return "", []
        created = next((event for event in state if event.get("type") == "m.room.create"), {})
        mark = next((event for event in state if event.get("type") == marks.ROOM), None)
        ours = created.get("sender") == self._settings.user_id and (mark is None or _key(mark) == once.key)
        return (room, state) if ours and reading.time_of(created) >= once.since - CLOCKS_DIFFER else ("", [])

    def _plan(self, name: str, topic: str, alias: str, key: str, private: bool) -> dict[str, Any]:
        state = [{"type": marks.ROOM, "state_key": "", "content": {"key": key}}]
        if self._settings.encrypts_new(private=private):
            state.append(marks.ENCRYPTION)
        if not private:
            allowed = {"allow": list(self._settings.welcome)}
            state.append({"type": "m.room.server_acl", "state_key": "", "content": allowed})
        return {
            "name": plain.clean(name, 200),
            "topic": plain.clean(topic, 2_000),
            "room_alias_name": alias,
            "preset": "private_chat" if private else "public_chat",
            "visibility": "private",
            "initial_state": state,
        }

    async def _state(self, room: str, kind: str) -> Mapping[str, Any]:
        return await self._homeserver.find(path("rooms", room, "state", kind, "")) or {}

    async def _set(self, room: str, kind: str, content: Mapping[str, Any]) -> None:
        await self._homeserver.put(path("rooms", room, "state", kind, ""), content)


def _has(state: list[Event], kind: str, name: str, value: str) -> bool:
    """Whether the state of a room says this."""
    return any(string(reading.content(event).get(name)) == value for event in state if event.get("type") == kind)


def _key(mark: Event) -> str:
    return string(reading.content(mark).get("key"))

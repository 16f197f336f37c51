"""From what a homeserver pushes to an application service to the shape of a sync.

A transaction holds bare events. What a sync says of a room beside them is asked for: who is in it, and where its
timeline goes on backwards when the bot has just entered it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.matrix import reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import Event, mapping, string
from bot.errors import ChatRefused

ABOUT_A_ROOM = ("m.room.member", "m.room.name", "m.room.canonical_alias")
SMALL = 2


class Transactions:
    """Asks what else must be known. ``forget`` what is known of rooms when something about them has changed."""

    def __init__(self, homeserver: Homeserver, me: str) -> None:
        self._homeserver = homeserver
        self._me = me
        self._known: set[str] = set()

    def forget(self, rooms: Sequence[str] | None = None) -> None:
        """Ask again, of these rooms or of all."""
        self._known = self._known.difference(rooms) if rooms is not None else set()

    async def as_sync(self, events: Sequence[Event]) -> dict[str, Any]:
        """What a sync would have told."""
        joined: defaultdict[str, list[Event]] = defaultdict(list)
        told: dict[str, dict[str, Any]] = {"invite": {}, "leave": {}, "join": {}}
        for event in events:
            room, membership = string(event.get("room_id")), self._own_membership(event)
            if membership == "invite":
                unsigned = mapping(event.get("unsigned"))
                stripped = reading.events(unsigned.get("invite_room_state"))
                told["invite"][room] = {"invite_state": {"events": [*stripped, event]}}
            elif membership in ("leave", "ban"):
                told["leave"][room] = {"timeline": {"events": [event]}}
            elif room:
                joined[room].append(await self._completed(room, event))
        for room, inside in joined.items():
            # Rooms with an alias like those of the bot are told of, too, also when it is not in them.
            if (around := await self._around(room)) is not None:
                told["join"][room] = {**await self._timeline(room, inside), **around}
        return {"rooms": told}

    async def _timeline(self, room: str, events: list[Event]) -> dict[str, Any]:
        joining = [place for place, event in enumerate(events) if self._own_membership(event) == "join"]
        entering = [place for place in joining if reading.membership_before(events[place]) != "join"]
        if not entering:
            return {"timeline": {"events": events, "prev_batch": ""}}
        # What comes before is found by paging back, as far as it is for the bot.
        return {"timeline": {"events": events[entering[0] :], "prev_batch": await self._end(room)}}

    async def _completed(self, room: str, event: Event) -> Event:
        """A member event with what was before it, which homeservers leave out when they push something again."""
        unsigned = mapping(event.get("unsigned"))
        replaced = string(unsigned.get("replaces_state"))
        if event.get("type") != "m.room.member" or not replaced or "prev_content" in unsigned:
            return event
        before = await self._homeserver.find(path("rooms", room, "event", replaced)) or {}
        more = {"prev_content": reading.content(before), "prev_sender": before.get("sender")}
        return {**event, "unsigned": {**unsigned, **more}}

    async def _end(self, room: str) -> str:
        """Where the timeline ends now. What others said while the bot entered stands beside its entering or even after
        that, and yet is not pushed: only from the end all of it is found."""
        page = await self._homeserver.get(path("rooms", room, "messages"), query={"dir": "b", "limit": 1})
        return string(page.get("start"))

    async def _around(self, room: str) -> dict[str, Any] | None:
        """Who is in a room, and of a small one whether it has a title; nothing more when that is known. None when the
        bot is not in it."""
        if room in self._known:
            return {}
        try:
            answer = await self._homeserver.get(path("rooms", room, "joined_members"))
        except ChatRefused:
            return None
        members = mapping(answer.get("joined"))
        if self._me not in members:
            return None
        state = [_member(user, mapping(profile)) for user, profile in members.items()]
        summary = {"m.joined_member_count": len(members), "m.invited_member_count": 0}
        if len(members) <= SMALL:
            invited = await self._homeserver.get(path("rooms", room, "members"), query={"membership": "invite"})
            summary["m.invited_member_count"] = len(reading.events(invited.get("chunk")))
            state += [await self._state(room, kind) for kind in ABOUT_A_ROOM[1:]]
        self._known.add(room)
        return {"summary": summary, "state": {"events": state}}

    async def _state(self, room: str, kind: str) -> Event:
        content = await self._homeserver.find(path("rooms", room, "state", kind, "")) or {}
        return {"type": kind, "state_key": "", "content": content}

    def _own_membership(self, event: Event) -> str:
        mine = event.get("type") == "m.room.member" and event.get("state_key") == self._me
        return string(reading.content(event).get("membership")) if mine else ""


def about_rooms(events: Sequence[Event]) -> list[str]:
    """The rooms of which something has changed that is remembered."""
    return [string(event.get("room_id")) for event in events if event.get("type") in ABOUT_A_ROOM]


def _member(user: str, profile: Mapping[str, Any]) -> Event:
    content = {"membership": "join", "displayname": profile.get("display_name")}
    return {"type": "m.room.member", "state_key": user, "content": content}

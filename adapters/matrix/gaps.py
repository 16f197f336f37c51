"""Everything that was said in a room since the last sync, also what the homeserver cut from the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from adapters.matrix import reading
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.reading import Event, mapping, string

PAGE = 100
MOST_PAGES = 20
_FILTER = '{"lazy_load_members":true,"include_redundant_members":true}'


class Gaps:
    """Pages timelines back. ``members``: the member events that came along, for people's names."""

    def __init__(self, homeserver: Homeserver, me: str) -> None:
        self._homeserver = homeserver
        self._me = me
        self.members: list[Event] = []

    async def since(
        self, room: str, joined: Mapping[str, Any], since: str, *, oldest: datetime, whole: bool = False
    ) -> list[Event]:
        """The events of a room after the token, oldest first, each once. What was cut from the timeline is looked for
        no further back than ``oldest``: there are homeservers that do not stop at the token.

        In a room the bot has just entered: those after it was invited, for people write as soon as they have invited
        it; without an invitation those after it joined. With ``whole`` all of them, for a room that replaced another.
        """
        timeline = mapping(joined.get("timeline"))
        found, start = reading.events(timeline.get("events")), string(timeline.get("prev_batch"))
        if timeline.get("limited") and start:
            cut = await self._back(room, start, to=since, oldest=oldest)
            found = [event for event in cut if reading.time_of(event) >= oldest] + found
        entered = next((event for event in reversed(found) if self._is_entering(event)), None)
        if entered is None:
            return _each_once(found)
        if whole:
            return _each_once(await self._back(room, start, until="its beginning") + found if start else found)
        invited = self._invitation(entered)
        if invited and start and invited not in _ids(found):
            # From the start once more: the token lies behind the invitation when that came with an earlier sync.
            found = await self._back(room, start, until=invited) + found
        found = _each_once(found)
        return _after(found, invited if invited in _ids(found) else string(entered.get("event_id")))

    async def lately(self, room: str, oldest: datetime) -> list[Event]:
        """The last events of a room, none of them older than this, oldest first."""
        found = await self._back(room, "", oldest=oldest)
        return [event for event in found if reading.time_of(event) >= oldest]

    async def _back(
        self, room: str, start: str, *, to: str = "", until: str = "", oldest: datetime | None = None
    ) -> list[Event]:
        """Events before ``start``, or before the end when it is empty, oldest first: down to the token ``to``, to the
        event ``until``, or to what is older than ``oldest``."""
        newest_first: list[Event] = []
        pages = 0
        while True:
            places = {name: token for name, token in (("from", start), ("to", to)) if token}
            query = {"dir": "b", "limit": PAGE, "filter": _FILTER} | places
            page = await self._homeserver.get(path("rooms", room, "messages"), query=query)
            chunk, end = reading.events(page.get("chunk")), string(page.get("end"))
            newest_first += chunk
            self.members += reading.events(page.get("state"))
            pages += 1
            found_it = until and until in _ids(chunk)
            too_far = not to and pages >= MOST_PAGES
            # The whole page: a single event may be late, or have the time its sender likes.
            old_enough = oldest and chunk and max(map(reading.time_of, chunk)) < oldest
            if found_it or too_far or old_enough or end in ("", start) or (to and not chunk):
                return newest_first[::-1]
            start = end

    def _is_entering(self, event: Event) -> bool:
        ours = event.get("type") == "m.room.member" and event.get("state_key") == self._me
        entered = reading.content(event).get("membership") == "join" and reading.membership_before(event) != "join"
        return ours and entered

    def _invitation(self, entered: Event) -> str:
        if reading.membership_before(entered) != "invite":
            return ""
        return string(mapping(entered.get("unsigned")).get("replaces_state"))


def _ids(events: Iterable[Event]) -> set[str]:
    return {string(event.get("event_id")) for event in events}


def _each_once(events: Iterable[Event]) -> list[Event]:
    return list({string(event.get("event_id")): event for event in events}.values())


def _after(events: list[Event], event_id: str) -> list[Event]:
    place = next(n for n, event in enumerate(events) if event.get("event_id") == event_id)
    return events[place + 1 :]

"""Direct conversations. Slack takes a person's id where a message is to be posted and says which conversation that is,
so that telling two thousand people needs no call to open two thousand conversations."""

from __future__ import annotations

from collections import OrderedDict

from adapters.slack.identity import room_ref
from adapters.slack.web import Web
from bot.refs import RoomRef

_MOST = 20_000


class Directs:
    """The conversations with people, as far as known."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: OrderedDict[str, RoomRef] = OrderedDict()

    def room(self, user: str) -> RoomRef:
        """Where to post for a person: their conversation, or their own id as long as that is not known."""
        return self._known.get(user) or room_ref(user)

    def found(self, posted_in: RoomRef, channel: str) -> RoomRef:
        """Slack said which conversation it is."""
        there = room_ref(channel)
        if is_person(posted_in) and there != posted_in:
            self._known[posted_in.id] = there
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return there

    async def opened(self, room: RoomRef) -> RoomRef:
        """The conversation behind a person's id, for what takes no such id; any other room is itself."""
        if not is_person(room):
            return room
        if room.id not in self._known:
            answer = await self._web.call("conversations.open", users=room.id)
            self.found(room, str(answer["channel"]["id"]))
        return self._known[room.id]


def is_person(room: RoomRef) -> bool:
    """Whether a room is named by the id of the person it is the direct conversation with."""
    return room.id.startswith(("U", "W"))

"""Finding again what Slack never delivered: messages of the history since the last sweep of each room.

A room's cursor is the ``ts`` up to which everything was stored. Only a sweep moves it: a live message says nothing of
those before it. What was heard live is found too and is stored only once, as its delivery id is the same.

Found: messages, answers in threads whose first message is at most a week old (a day in the regular sweeps), and edits
of those. Not to be found: reactions, deletions and joins; taps and commands, which Slack shows to the person as failed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from adapters.slack.gap import Gap
from adapters.slack.identity import Me
from adapters.slack.pace import HURRYING, LOOKING, Turn
from adapters.slack.web import Web
from bot.chat import Cursor, Inbox
from bot.errors import ChatRefused, ChatUnavailable
from bot.events import ChatEvent

Json = dict[str, Any]
Translate = Callable[[Json], Awaitable[ChatEvent | None]]
Look = Callable[[Json, Turn], Awaitable[bool]]

THREADS_AT_FIRST = timedelta(days=7)
THREADS_REGULARLY = timedelta(days=1)
ROOMS = "slack:rooms"
"""The cursor that holds when all rooms were last known."""
_AT_ONCE = 200
_OVERLAP = 10.0
"""Messages may show up in the history a little out of order."""
_JOINS = {"channel_join", "group_join"}

log = logging.getLogger(__name__)


def cursor_of(channel: str) -> str:
    """The name of a room's cursor."""
    return f"slack:{channel}"


class CatchUp:
    """Sweeps the rooms the bot is in; those in which something waits because of the ``gap`` wait for no others.
    ``translate`` reads a payload as if it had just been delivered."""

    def __init__(self, web: Web, me: Me, inbox: Inbox, translate: Translate, gap: Gap) -> None:
        self._web = web
        self._me = me
        self._inbox = inbox
        self._translate = translate
        self._gap = gap
        self._began = 0.0
        self._directs: list[str] = []
        """Direct conversations that this round has still to look through."""
        self._left_out = False
        """Whether any room could not be read in this round."""

    async def sweep(self, threads: timedelta, at_most: timedelta) -> bool:
        """Look through every channel, and for so long through direct conversations: there may be thousands, and the
        next sweep goes on with those that are left. What cannot be read is left for the next round. A new gap ends the
        sweep, so that the channels come first again. Whether it was not ended, and each room could be read."""
        began, gaps = time.time(), self._gap.begun
        known_since = await self._inbox.cursor(ROOMS)
        kinds = "public_channel,private_channel,mpim,im"
        pages = self._web.pages(
            "users.conversations", "channels", types=kinds, exclude_archived=True, patient=True, turn=HURRYING
        )
        rooms = {str(room["id"]): room async for room in pages}
        if known_since is None:
            # The very first start: nothing said before it is for the bot.
            names = [ROOMS, *map(cursor_of, rooms)]
            await self._inbox.put([], [Cursor(name, f"{began:.6f}") for name in names])
            return True
        look = partial(self._look, known_since, threads)
        ordered = await self._in_order(rooms.values(), known_since)
        if not self._directs:
            self._began, self._left_out = began, False
            self._directs = [room["id"] for room in reversed(ordered) if room.get("is_im")]
        leisurely = asyncio.create_task(_each(self._in_turn(ordered, rooms, at_most.total_seconds()), look))
        leisurely.add_done_callback(lambda _: self._gap.asked.set())
        try:
            while (channel := self._gap.wanted()) or not leisurely.done():
                if self._gap.begun != gaps:
                    return False
                if channel in rooms:
                    await look(rooms[channel], HURRYING)
                elif channel:
                    self._gap.let_go(channel)  # it came after the list was read, or the bot is not in it
                else:
                    await self._gap.asked.wait()
        finally:
            leisurely.cancel()
            await asyncio.gather(leisurely, return_exceptions=True)
        if not (self._directs or self._left_out):
            await self._inbox.put([], [Cursor(ROOMS, f"{self._began - _OVERLAP:.6f}")])
        return leisurely.result()

    async def _in_order(self, rooms: Iterable[Json], known_since: str) -> list[Json]:
        """First those in which something was said last."""
        spoken = {room["id"]: await self._inbox.cursor(cursor_of(room["id"])) or known_since for room in rooms}
        return sorted(rooms, key=lambda room: -float(spoken[room["id"]]))

    def _in_turn(self, ordered: Iterable[Json], rooms: Mapping[str, Json], seconds: float) -> Iterator[Json]:
        """Channels, then direct conversations for so long."""
        yield from (room for room in ordered if not room.get("is_im"))
        until = time.monotonic() + seconds
        while self._directs and time.monotonic() < until:
            if room := rooms.get(self._directs[-1]):
                yield room
            self._directs.pop()

    async def _look(self, known_since: str, threads: timedelta, room: Json, turn: Turn) -> bool:
        """Look through one room; in a hurry for its latest messages alone: its threads are read at leisure."""
        threads = timedelta() if turn is HURRYING else threads
        with self._gap.look(str(room["id"])):
            return await self._can_read(room, known_since, threads, turn)

    async def _can_read(self, room: Json, known_since: str, threads: timedelta, turn: Turn) -> bool:
        try:
            await self._room(room, known_since, threads, turn)
        except ChatUnavailable as why:
            log.warning("a room's history cannot be read now", extra={"room": room["id"], "why": str(why)})
            self._left_out = True
            return False
        except ChatRefused as why:
            log.info("a room's history may not be read", extra={"room": room["id"], "why": str(why)})
        return True

    async def _room(self, room: Json, known_since: str, threads: timedelta, turn: Turn) -> None:
        channel, began = str(room["id"]), time.time()
        name = cursor_of(channel)
        after = await self._inbox.cursor(name) or await self._first_sight(room, known_since, turn)
        messages = await self._since(channel, float(after) - threads.total_seconds(), turn)
        after = max([after, *(str(message["ts"]) for message in messages if self._is_our_joining(message))], key=float)
        found = messages + [
            reply for root in messages if self._was_answered(root, float(after))
            for reply in await self._answers(channel, str(root["ts"]), after, turn)
        ]  # fmt: skip
        newest = max([float(after), *(float(message["ts"]) for message in found)])
        # What is looked through again and again is not to be new again when its delivery was forgotten.
        until = max(float(after), min(newest, began - _OVERLAP))
        cursors = [] if turn is HURRYING else [Cursor(name, f"{until:.6f}")]
        await self._store([
            event for message in sorted(found, key=lambda message: float(message["ts"]))
            for event in await self._events(room, message, float(after))
        ], cursors)  # fmt: skip

    async def _events(self, room: Json, message: Json, after: float) -> list[ChatEvent]:
        """The message itself if it is new, and its edit if that is."""
        channel, shapes = str(room["id"]), list[Json]()
        around = {"type": "event_callback", "is_ext_shared_channel": bool(room.get("is_ext_shared"))}
        if float(message["ts"]) > after:
            shapes.append(message | {"type": "message", "channel": channel})
        if float((message.get("edited") or {}).get("ts") or 0) > after:
            shapes.append({"type": "message", "subtype": "message_changed", "channel": channel, "message": message})
        events = [await self._translate(around | {"event": shape}) for shape in shapes]
        return [event for event in events if event is not None]

    async def _store(self, events: list[ChatEvent], cursors: list[Cursor]) -> None:
        once = list({event.delivery: event for event in events}.values())
        for start in range(0, len(once), _AT_ONCE):
            await self._inbox.put(once[start : start + _AT_ONCE])
        if cursors:
            await self._inbox.put([], cursors)

    async def _since(self, channel: str, oldest: float, turn: Turn) -> list[Json]:
        pages = self._web.pages(
            "conversations.history",
            "messages",
            channel=channel,
            oldest=f"{max(oldest, 0):.6f}",
            patient=True,
            turn=turn,
        )
        return [message async for message in pages]

    def _was_answered(self, root: Json, after: float) -> bool:
        """Whether somebody else has answered in this thread since; most have but the bot's own answer."""
        by_bot_alone = root.get("reply_users_count") == 1 and root.get("reply_users") == [self._me.user]
        return float(root.get("latest_reply") or 0) > after and not by_bot_alone

    async def _answers(self, channel: str, root: str, after: str, turn: Turn) -> list[Json]:
        pages = self._web.pages(
            "conversations.replies", "messages", channel=channel, ts=root, oldest=after, patient=True, turn=turn
        )
        return [message async for message in pages if str(message["ts"]) != root]

    async def _first_sight(self, room: Json, known_since: str, turn: Turn) -> str:
        """Where to begin in a room never swept: what was said before the bot came is not for it."""
        channel = str(room["id"])
        if room.get("is_im") or room.get("is_mpim") or room.get("creator") == self._me.user:
            return known_since
        newest = f"{time.time():.6f}"
        for place, message in enumerate(await self._since(channel, float(known_since), turn)):
            if self._is_our_joining(message):
                return str(message["ts"])
            newest = str(message["ts"]) if place == 0 else newest
        return newest

    def _is_our_joining(self, message: Json) -> bool:
        """Whether it says that the bot came into the room: what was said before, also since it was there last, was not
        for it."""
        return message.get("subtype") in _JOINS and message.get("user") == self._me.user


async def _each(rooms: Iterable[Json], look: Look) -> bool:
    """Look through one room after the other; whether each could be read."""
    return all([await look(room, LOOKING) for room in rooms])

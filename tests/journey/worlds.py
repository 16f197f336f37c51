"""The same people doing the same things on three networks, and what each of them sees.

A journey speaks to a world in plain words: who says what where, who taps which button, and what somebody sees then.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.local.people import Player, Seen
from adapters.local.platform import LocalChat
from adapters.program import Program
from adapters.slack.emoji import name_of
from incidents.model import IncidentId
from incidents.ports import Incidents
from tests.journey.organisation import PEOPLE, ROOMS
from tests.matrix.people import Person as MatrixPerson
from tests.servers.synapse import SynapseServer
from tests.strict_slack import StrictSlack
from tests.strict_slack.model import Message, Room

PATIENCE = 25.0


@dataclass(frozen=True, slots=True)
class Line:
    """One message as one person sees it: all its words, the labels of its buttons, where it stands."""

    room: str
    id: str
    text: str
    from_bot: bool
    buttons: tuple[str, ...] = ()
    thread: str = ""
    pinned: bool = False
    raw: Any = field(default=None, compare=False)


class World(ABC):
    """One network with the people and rooms of the journey."""

    platform: str
    program: Program
    """What runs in this world, for what no room shows."""

    @abstractmethod
    async def says(self, who: str, room: str, text: str, under: Line | None = None) -> Line:
        """Write a message in a room (``direct`` for the conversation with the bot), or in a thread."""

    @abstractmethod
    async def lines(self, who: str) -> Sequence[Line]:
        """Everything this person sees in all rooms they are in, oldest first."""

    @abstractmethod
    async def taps(self, who: str, line: Line, label: str) -> None:
        """Tap a button, or what stands for it on this network."""

    @abstractmethod
    async def reacts(self, who: str, line: Line, emoji: str) -> None:
        """React with an emoji."""

    @abstractmethod
    async def edits(self, who: str, line: Line, text: str) -> None:
        """Change one's own message."""

    @abstractmethod
    async def deletes(self, who: str, line: Line) -> None:
        """Take back one's own message."""

    @abstractmethod
    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        """Answer the form that stands before somebody, or the questions asked in its place; values by field id."""

    @abstractmethod
    async def room(self, beginning: str) -> Mapping[str, Any] | None:
        """The room whose name begins so, an open one if there is: ``name``, ``topic``, ``members`` (by person),
        ``closed``, ``pinned``."""

    async def sees(self, who: str, *words: str, button: str = "", within: float = PATIENCE) -> Line:
        """The newest line that shows all these words, as soon as this person sees it."""
        async with asyncio.timeout(within * 2):
            for _ in range(int(within / 0.1)):
                found = await self._newest(who, words, button)
                if found is not None:
                    return found
                await asyncio.sleep(0.1)
        shown = "\n".join(f"  [{line.room}] {line.text!r} {line.buttons}" for line in await self.lines(who))
        raise AssertionError(f"{who} never saw {words} {button}, but:\n{shown}")

    async def gone(self, who: str, line: Line, *words: str, within: float = PATIENCE) -> None:
        """Wait until a line no longer shows these words."""
        for _ in range(int(within / 0.1)):
            now = next((one for one in await self.lines(who) if one.id == line.id), None)
            if now is None or not all(word in now.text for word in words):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{who} still sees {words}")

    async def room_opens(self, beginning: str, within: float = PATIENCE) -> Mapping[str, Any]:
        """The room, as soon as it is there, open and with a pinned message."""
        for _ in range(int(within / 0.1)):
            found = await self.room(beginning)
            if found is not None and found["pinned"] and not found["closed"]:
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(f"no room {beginning}… was opened and given a charter")

    async def come_in(self, beginning: str, people: set[str], within: float = PATIENCE) -> None:
        """Wait until these people are invited into the room or in it."""
        for _ in range(int(within / 0.1)):
            found = await self.room(beginning)
            if found is not None and people <= set(found["members"]):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{people} were never invited into {beginning}…")

    async def room_closes(self, beginning: str, within: float = PATIENCE) -> None:
        """Wait until the room is closed."""
        for _ in range(int(within / 0.1)):
            found = await self.room(beginning)
            if found is not None and found["closed"]:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the room {beginning}… was never closed")

    async def remembered(self, number: int) -> Sequence[str]:
        """The texts in the timeline of an incident, oldest first, as the program keeps them."""
        return await asyncio.to_thread(self._timeline, number)

    async def comes_to(self, number: int, texts: Sequence[str], within: float = PATIENCE) -> None:
        """Wait until these are the texts in the timeline of an incident."""
        kept: Sequence[str] = ()
        for _ in range(int(within / 0.1)):
            kept = await self.remembered(number)
            if kept == texts:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the timeline has {kept}, not {texts}")

    def _timeline(self, number: int) -> list[str]:
        with self.program.storage.work() as work:
            return [entry.text for entry in work.get(Incidents).timeline(IncidentId(number))]

    async def bot_lines(self, who: str) -> list[Line]:
        """What this person sees of the bot."""
        return [line for line in await self.lines(who) if line.from_bot]

    async def _newest(self, who: str, words: Sequence[str], button: str) -> Line | None:
        for line in reversed(await self.lines(who)):
            if line.from_bot and all(word in line.text for word in words) and (not button or button in line.buttons):
                return line
        return None


class LocalWorld(World):
    """The chat in the browser."""

    platform = "local"

    def __init__(self, chat: LocalChat) -> None:
        self._chat = chat

    def _player(self, who: str) -> Player:
        return self._chat.person(who)

    async def says(self, who: str, room: str, text: str, under: Line | None = None) -> Line:
        player = self._player(who)
        where = player.direct if room == "direct" else room
        ref = player.says(where, text, thread=under.raw if under else None)
        return next(_local_line(seen) for seen in player.sees(where) if seen.message == ref)

    async def lines(self, who: str) -> Sequence[Line]:
        player = self._player(who)
        rooms = [id_ for id_, room in player.rooms().items() if room["joined"]]
        seen = [one for room in dict.fromkeys([*rooms, player.direct.id]) for one in player.sees(room)]
        return [_local_line(one) for one in seen]

    async def taps(self, who: str, line: Line, label: str) -> None:
        self._player(who).taps(line.raw, label)

    async def reacts(self, who: str, line: Line, emoji: str) -> None:
        self._player(who).reacts(line.raw, emoji)

    async def edits(self, who: str, line: Line, text: str) -> None:
        self._player(who).edits(line.raw, text)

    async def deletes(self, who: str, line: Line) -> None:
        self._player(who).deletes(line.raw)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        player = self._player(who)
        form = await player.wait_for(lambda: next(iter(player.forms()), None))
        assert form is not None
        player.submits(form, values)

    async def room(self, beginning: str) -> Mapping[str, Any] | None:
        rooms = self._player("mehmet").rooms().values()
        called = [room for room in rooms if room["name"].startswith(beginning)]
        if not called:
            return None
        found = min(called, key=lambda room: bool(room["closed"]))
        pinned = [one for one in self._player("mehmet").sees(found["id"]) if one.pinned]
        return {**found, "pinned": _local_line(pinned[0]) if pinned else None}


class SlackWorld(World):
    """The strict local Slack."""

    platform = "slack"

    def __init__(self, slack: StrictSlack) -> None:
        self.slack = slack
        self._people = {name: slack.person(name, real_name=f"{name.title()} Tester") for name in PEOPLE}
        self.rooms = {name: slack.channel(name, *self._people.values()) for name in ROOMS}
        self.accounts = {name: person.id for name, person in self._people.items()}

    async def says(self, who: str, room: str, text: str, under: Line | None = None) -> Line:
        person = self._people[who]
        where = person.app_room if room == "direct" else self.slack.workspace.room_named(room)
        assert where is not None
        message = await person.says(where, text.replace("@swarmbridge", "@Swarmbridge"), under.raw if under else None)
        return self._line(message)

    async def lines(self, who: str) -> Sequence[Line]:
        person = self._people[who]
        rooms = [room for room in self.slack.workspace.rooms.values() if person.id in room.members]
        said = [message for room in rooms for message in room.messages]
        return [self._line(message) for message in sorted([*said, *person.ephemerals], key=lambda m: m.ts)]

    async def taps(self, who: str, line: Line, label: str) -> None:
        await self._people[who].clicks(line.raw, label)

    async def reacts(self, who: str, line: Line, emoji: str) -> None:
        await self._people[who].reacts(line.raw, name_of(emoji))

    async def unreacts(self, who: str, line: Line, emoji: str) -> None:
        """Take one's own reaction back."""
        await self._people[who].unreacts(line.raw, name_of(emoji))

    async def shares(self, who: str, room: str, text: str, files: list[dict[str, Any]]) -> Line:
        """Write a message with files."""
        where = self.slack.workspace.room_named(room)
        assert where is not None
        return self._line(await self._people[who].says(where, text, files=files))

    async def edits(self, who: str, line: Line, text: str) -> None:
        await self._people[who].edits(line.raw, text)

    async def deletes(self, who: str, line: Line) -> None:
        await self._people[who].deletes(line.raw)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        person = self._people[who]
        await self.slack.wait_for(lambda: person.views, PATIENCE)
        done = await person.submits(person.view, dict(values))
        assert done.ok, done.errors

    async def room(self, beginning: str) -> Mapping[str, Any] | None:
        called = [room for room in self.slack.workspace.rooms.values() if room.name.startswith(beginning)]
        return self._facts(min(called, key=lambda room: room.archived)) if called else None

    def _facts(self, room: Room) -> Mapping[str, Any]:
        names = {id_: name for name, id_ in self.accounts.items()}
        pinned = [self._line(message) for message in room.pinned]
        return {
            "name": room.name, "topic": room.topic, "closed": room.archived, "pinned": pinned[0] if pinned else None,
            "members": [names[member] for member in room.members if member in names],
        }  # fmt: skip

    def _line(self, message: Message) -> Line:
        buttons = tuple(button.label for button in message.buttons)
        thread = message.thread_ts or "" if message.thread_ts != message.ts else ""
        return Line(
            message.room.name, message.ts, message.plain, message.user == self.slack.bot.id, buttons, thread,
            raw=message,
        )  # fmt: skip


class MatrixWorld(World):
    """A real homeserver."""

    platform = "matrix"

    def __init__(self, synapse: SynapseServer, bot: str) -> None:
        self._synapse = synapse
        self._bot = bot
        self._people = {name: MatrixPerson(synapse.base_url, synapse.register(name)) for name in PEOPLE}
        self.accounts = {name: person.id for name, person in self._people.items()}
        self.rooms: dict[str, str] = {}
        self._directs: dict[str, str] = {}

    async def furnish(self) -> None:
        """Open the rooms, with everybody in them and the bot invited."""
        host = self._people["tom"]
        others = [person for name, person in self._people.items() if name != "tom"]
        for name in ROOMS:
            room = await host.open_room(name, invite=[*(other.id for other in others), self._bot])
            await asyncio.gather(*(other.join(room) for other in others))
            self.rooms[name] = room

    async def close(self) -> None:
        """Hang up."""
        for person in self._people.values():
            await person.close()

    async def says(self, who: str, room: str, text: str, under: Line | None = None) -> Line:
        person = self._people[who]
        where = under.room if under else await self._where(who, room)
        more: dict[str, Any] = {}
        if "@swarmbridge" in text:
            text = text.replace("@swarmbridge", self._bot)
            more = {"m.mentions": {"user_ids": [self._bot]}}
        thread = (under.thread or under.id) if under else ""
        id_ = await person.say(where, text, thread=thread, more=more)
        return Line(where, id_, text, False, thread=thread)

    async def lines(self, who: str) -> Sequence[Line]:
        person = self._people[who]
        await self._accept_invitations(person)
        joined = (await person.call("GET", "joined_rooms"))["joined_rooms"]
        found = await asyncio.gather(*(self._lines_of(person, room) for room in joined))
        return [line for _, line in sorted((pair for pairs in found for pair in pairs), key=lambda pair: pair[0])]

    async def taps(self, who: str, line: Line, label: str) -> None:
        number = line.buttons.index(label) + 1
        await self._people[who].react(line.room, line.id, f"{number}\ufe0f\u20e3")

    async def reacts(self, who: str, line: Line, emoji: str) -> None:
        await self._people[who].react(line.room, line.id, emoji)

    async def shows_reaction(self, who: str, line: Line, emoji: str, *, by_bot: bool) -> None:
        """Wait until the bot's reaction is, or is no longer, under a message."""
        for _ in range(int(PATIENCE / 0.1)):
            if (emoji in await self._people[who].reactions(line.room, line.id, by=self._bot)) is by_bot:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{who} {'never saw' if by_bot else 'still sees'} {emoji} of the bot")

    async def edits(self, who: str, line: Line, text: str) -> None:
        await self._people[who].edit(line.room, line.id, text)

    async def deletes(self, who: str, line: Line) -> None:
        await self._people[who].take_back(line.room, line.id)

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        asked: set[str] = set()
        for value in values.values():
            question = await self._question(who, asked)
            asked.add(question.id)
            await self.says(who, question.room, value, under=question if question.thread else None)

    async def room(self, beginning: str) -> Mapping[str, Any] | None:
        closed = None
        for name in ("mehmet", "piet"):
            person = self._people[name]
            await self._accept_invitations(person)
            for room in (await person.call("GET", "joined_rooms"))["joined_rooms"]:
                state = await person.state(room)
                called = state.get(("m.room.name", ""), {}).get("name", "")
                if called.startswith(beginning) or f"[closed] {beginning}" in called:
                    found = await self._facts(person, room, called, state)
                    if not found["closed"]:
                        return found
                    closed = found
        return closed

    async def _facts(self, person: MatrixPerson, room: str, called: str, state: Any) -> Mapping[str, Any]:
        pinned = state.get(("m.room.pinned_events", ""), {}).get("pinned", [])
        lines = {line.id: line for _, line in await self._lines_of(person, room)}
        names = {id_: name for name, id_ in self.accounts.items()}
        members = [key for (kind, key), content in state.items()
                   if kind == "m.room.member" and content.get("membership") in ("join", "invite")]  # fmt: skip
        return {
            "name": called, "topic": state.get(("m.room.topic", ""), {}).get("topic", ""),
            "closed": ("org.swarmbridge.closed", "") in state, "pinned": lines.get(pinned[0]) if pinned else None,
            "members": [names[member] for member in members if member in names],
        }  # fmt: skip

    async def _question(self, who: str, asked: set[str]) -> Line:
        for _ in range(int(PATIENCE / 0.1)):
            for line in reversed(await self.lines(who)):
                if line.from_bot and (line.raw or {}).get("org.swarmbridge.card", {}).get("key", "").find(":ask:") >= 0:
                    if line.id not in asked:
                        return line
                    break
            await asyncio.sleep(0.1)
        raise AssertionError(f"{who} was asked nothing")

    async def _where(self, who: str, room: str) -> str:
        if room != "direct":
            return self.rooms.get(room, room)
        if who not in self._directs:
            person = self._people[who]
            opened = await person.open_room(invite=[self._bot], is_direct=True, preset="trusted_private_chat")
            self._directs[who] = opened
            for _ in range(200):
                members = await person.state(opened)
                if members.get(("m.room.member", self._bot), {}).get("membership") == "join":
                    break
                await asyncio.sleep(0.1)
        return self._directs[who]

    async def _accept_invitations(self, person: MatrixPerson) -> None:
        for room in await person.invitations():
            await person.join(room)

    async def _lines_of(self, person: MatrixPerson, room: str) -> list[tuple[int, Line]]:
        said: list[dict[str, Any]] = [
            e for e in await person.timeline(room) if e["type"] == "m.room.message" and e["content"].get("body")
        ]
        edits: dict[str, Any] = {}
        for event in said:
            relates = event["content"].get("m.relates_to", {})
            if relates.get("rel_type") == "m.replace":
                edits[relates["event_id"]] = event["content"]["m.new_content"]
        found = []
        for event in said:
            relates = event["content"].get("m.relates_to", {})
            if relates.get("rel_type") == "m.replace":
                continue
            content: dict[str, Any] = edits.get(event["event_id"], event["content"])
            thread = relates["event_id"] if relates.get("rel_type") == "m.thread" else ""
            by_bot, buttons = event["sender"] == self._bot, _matrix_buttons(content)
            line = Line(room, event["event_id"], content["body"], by_bot, buttons, thread, raw=content)
            found.append((int(event["origin_server_ts"]), line))
        return found


def _local_line(seen: Seen) -> Line:
    return Line(
        seen.message.room.id, seen.message.id, seen.text, seen.from_bot, tuple(b.label for b in seen.buttons),
        seen.thread.root if seen.thread else "", seen.pinned, raw=seen,
    )  # fmt: skip


def _matrix_buttons(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of the numbered lines, in order."""
    lines = [line for line in str(content.get("body", "")).splitlines() if "\u20e3" in line[:6]]
    return tuple(line.split(" ", 1)[1].split(" — ", 1)[0].strip() for line in lines)

"""The two networks as the promises see them from outside: rooms where people report, and what the bot says there."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from adapters.slack.manifest import manifest
from tests.matrix.people import Person as MatrixPerson
from tests.matrix.people import eventually
from tests.servers.synapse import Account, SynapseServer
from tests.strict_slack import StrictSlack

PEOPLE = ("tom", "lena", "nils", "mehmet", "piet", "femke")
SUPPORT = ("help-a", "help-b", "help-c")
_REGISTERED = re.compile(r"\bINC-(\d+) is registered\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One message in a room. ``key`` names the intent of one of the bot's own; ``receipt`` is the n it registers."""

    room: str
    id: str
    text: str
    thread: str = ""
    key: str = ""

    @property
    def receipt(self) -> int | None:
        """The number in ``INC-n is registered``; None for anything else."""
        found = _REGISTERED.search(self.text)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class SwarmRoom:
    """A room the bot opened: the texts pinned there, and those of PEOPLE who are in or asked in."""

    name: str
    topic: str
    pinned: tuple[str, ...]
    members: frozenset[str]


class Place(ABC):
    """One network with people in it, and the settings a program needs to be there."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = folder / "catalogue.yaml"

    @property
    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """What the program is told of this network."""

    @abstractmethod
    async def say(self, room: str, text: str, who: str = "tom") -> Line:
        """Somebody writes in a room, ``direct`` for the conversation with the bot."""

    @abstractmethod
    async def spoken(self) -> Sequence[Line]:
        """Everything the bot said in the rooms it is in and in direct ones, in order room by room."""

    @abstractmethod
    async def swarm_rooms(self) -> Sequence[SwarmRoom]:
        """Every room that the bot opened for a swarm."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @abstractmethod
    async def close(self) -> None:
        """Hang up."""

    def write_catalogue(
        self, platform: str, accounts: Mapping[str, str], rooms: Mapping[str, str], **more: Any
    ) -> None:
        """A catalogue of these people and rooms: support rooms, and others named by their purpose."""
        people = [
            {"id": name, "name": f"{name.title()} Tester", "language": "en", "accounts": {platform: account}}
            for name, account in accounts.items()
        ]
        channels = [
            {"id": name, "purpose": "support" if name in SUPPORT else name, "language": "en", platform: room}
            for name, room in rooms.items()
        ]
        team = {"id": "network", "name": "Network", "members": ["mehmet", "piet"], "on_duty": ["mehmet", "piet"]}
        written = {
            "organisation": {"name": "Promises", "timezone": "Europe/Berlin", "language": "en"},
            "teams": [team], "people": people, "channels": channels, **more,
        }  # fmt: skip
        self.catalogue.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")


class SlackPlace(Place):
    """The strict Slack, in this process."""

    def __init__(self, folder: Path, rooms: Iterable[str] = (*SUPPORT, "triage"), **catalogue: Any) -> None:
        super().__init__(folder)
        self.slack = StrictSlack(strict=True, manifest=manifest("socket"))
        self.people = {name: self.slack.person(name, real_name=f"{name.title()} Tester") for name in PEOPLE}
        self.rooms = {name: self.slack.channel(name, *self.people.values()) for name in rooms}
        accounts = {name: person.id for name, person in self.people.items()}
        self.write_catalogue("slack", accounts, {name: room.id for name, room in self.rooms.items()}, **catalogue)

    @property
    def settings(self) -> Mapping[str, str]:
        """What the program is told of this Slack."""
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token, "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url, "SWARMBRIDGE_CATALOGUE__PATH": str(self.catalogue),
        }  # fmt: skip

    async def say(self, room: str, text: str, who: str = "tom") -> Line:
        """Somebody writes in a channel."""
        person = self.people[who]
        said = await person.says(person.app_room if room == "direct" else self.rooms[room], text)
        return Line(room, said.ts, text)

    async def spoken(self) -> Sequence[Line]:
        """Everything the bot said."""
        bot, rooms = self.slack.bot.id, self.slack.workspace.rooms.values()
        return [
            Line(
                room.name or room.id, message.ts, message.plain, (message.thread_ts or "") if message.is_reply else "",
                str(((message.metadata or {}).get("event_payload") or {}).get("key", "")),
            )
            for room in rooms for message in room.messages if message.user == bot
        ]  # fmt: skip

    async def swarm_rooms(self) -> Sequence[SwarmRoom]:
        """Channels that the bot created."""
        names = {person.id: name for name, person in self.people.items()}
        return [
            SwarmRoom(room.name, room.topic, tuple(message.plain for message in room.pinned),
                      frozenset(names[one] for one in room.members if one in names))
            for room in self.slack.workspace.rooms.values()
            if room.creator == self.slack.bot.id and room.kind in ("public", "private")
        ]  # fmt: skip

    async def __aenter__(self) -> Self:
        await self.slack.start()
        return self

    async def close(self) -> None:
        """Stop this Slack."""
        await self.slack.stop()


class MatrixPlace(Place):
    """A real homeserver. ``base_url`` is how the program reaches it, straight or through a bad line."""

    def __init__(
        self, folder: Path, synapse: SynapseServer, rooms: Iterable[str] = SUPPORT, *, base_url: str = "",
        **catalogue: Any,
    ) -> None:  # fmt: skip
        super().__init__(folder)
        self._synapse = synapse
        self._names = tuple(rooms)
        self._more = catalogue
        self.base_url = base_url or synapse.base_url
        self.bot: Account = synapse.register("swarmbridge")
        self._as_bot = MatrixPerson(synapse.base_url, self.bot)
        self.people = {name: MatrixPerson(synapse.base_url, synapse.register(name)) for name in PEOPLE}
        self.rooms: dict[str, str] = {}
        self._directs: dict[str, str] = {}

    @property
    def settings(self) -> Mapping[str, str]:
        """What the program is told of this homeserver."""
        return {
            "MATRIX_HOMESERVER": self.base_url, "MATRIX_USER_ID": self.bot.user_id,
            "MATRIX_ACCESS_TOKEN": self.bot.access_token, "SWARMBRIDGE_CATALOGUE__PATH": str(self.catalogue),
            "SWARMBRIDGE_MATRIX__STORE_KEY": "cHJvbWlzZXMsIHByb21pc2VzLCBhbGwgb2YgdGhlbS4=",
            "SWARMBRIDGE_MATRIX__ENCRYPT_NEW_ROOMS": "none",  # these people read what the homeserver has
        }  # fmt: skip

    async def __aenter__(self) -> Self:
        host = self.people["tom"]
        others = [person for name, person in self.people.items() if name != "tom"]
        for name in self._names:
            room = await host.open_room(name, invite=[*(other.id for other in others), self.bot.user_id])
            await asyncio.gather(*(other.join(room) for other in others))
            self.rooms[name] = room
        accounts = {name: person.id for name, person in self.people.items()}
        self.write_catalogue("matrix", accounts, self.rooms, **self._more)
        return self

    async def say(self, room: str, text: str, who: str = "tom") -> Line:
        """Somebody writes in a room."""
        where = await self._direct(who) if room == "direct" else self.rooms[room]
        return Line(room, await self.people[who].say(where, text), text)

    async def spoken(self) -> Sequence[Line]:
        """Everything the bot said, as its own account can read it."""
        known = {room: name for name, room in self.rooms.items()}
        return [line for room in await self._joined() for line in await self._lines(known.get(room, room), room)]

    async def swarm_rooms(self) -> Sequence[SwarmRoom]:
        """Rooms that the bot created for something other than a direct conversation."""
        states = [(room, await self._as_bot.state(room)) for room in await self._joined()]
        return [await self._swarm_room(room, state) for room, state in states
                if ("org.swarmbridge.room", "") in state and ("m.room.name", "") in state]  # fmt: skip

    async def _swarm_room(self, room: str, state: Mapping[tuple[str, str], Any]) -> SwarmRoom:
        names = {person.id: name for name, person in self.people.items()}
        inside = {key for (kind, key), content in state.items()
                  if kind == "m.room.member" and content.get("membership") in ("join", "invite")}  # fmt: skip
        pinned = state.get(("m.room.pinned_events", ""), {}).get("pinned", [])
        texts = [(await self._as_bot.event(room, event))["content"]["body"] for event in pinned]
        return SwarmRoom(
            state["m.room.name", ""]["name"], state.get(("m.room.topic", ""), {}).get("topic", ""), tuple(texts),
            frozenset(names[one] for one in inside if one in names),
        )  # fmt: skip

    async def _joined(self) -> list[str]:
        return list((await self._as_bot.call("GET", "joined_rooms"))["joined_rooms"])

    async def _lines(self, label: str, room: str) -> list[Line]:
        found = []
        for event in await self._as_bot.messages(room, by=self.bot.user_id):
            related = event["content"].get("m.relates_to", {})
            if related.get("rel_type") == "m.replace":
                continue
            thread = related["event_id"] if related.get("rel_type") == "m.thread" else ""
            key = event["content"].get("org.swarmbridge.card", {}).get("key", "")
            found.append(Line(label, event["event_id"], event["content"]["body"], thread, key))
        return found

    async def _direct(self, who: str) -> str:
        if who not in self._directs:
            self._directs[who] = room = await self.people[who].open_room(
                invite=[self.bot.user_id], is_direct=True, preset="trusted_private_chat"
            )

            async def bot_is_in() -> bool:
                return room in await self._joined()

            await eventually(bot_is_in)
        return self._directs[who]

    async def close(self) -> None:
        """Hang up."""
        for person in (self._as_bot, *self.people.values()):
            await person.close()

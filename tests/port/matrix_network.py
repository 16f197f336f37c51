"""A real homeserver under the tests of the port."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.matrix.people import Json, Person, eventually
from tests.port.listening import Ear
from tests.port.network import PEOPLE, Network, RoomNow, Seen, unique
from tests.servers.synapse import SynapseServer


class MatrixNetwork(Network):
    """Synapse, with people who use its client API as it is."""

    platform = Platform.MATRIX

    def __init__(self, synapse: SynapseServer, folder: Path) -> None:
        super().__init__()
        account = synapse.register("swarmbridge")
        self._persons = {who: Person(synapse.base_url, synapse.register(who)) for who in PEOPLE}
        settings: dict[str, Any] = {"user_id": account.user_id, "access_token": account.access_token}
        settings |= {"store_path": folder, "encrypt_new_rooms": "none", "seconds_for_keys": 0.5}
        self._adapter = MatrixChat(MatrixSettings(homeserver=synapse.base_url, **settings))
        self._unconnected = MatrixChat(MatrixSettings(homeserver="http://127.0.0.1:9", **settings))
        self.chat, self.away = self._adapter, self._unconnected
        self.bot, self.stranger = _user(account.user_id), _user("@nobody:elsewhere.test")
        self.people = {who: _user(person.id) for who, person in self._persons.items()}
        self._ear = Ear(self.chat, self.inbox, lambda: f"matrix:{account.user_id}" in self.inbox.cursors)
        self._directs: dict[str, RoomRef] = {}

    async def begin(self) -> None:
        """Give people their names and let the bot hear."""
        for who, person in self._persons.items():
            await person.call("PUT", "profile", person.id, "displayname", body={"displayname": PEOPLE[who]})
        await self._ear.open()

    async def close(self) -> None:
        await self._ear.shut()
        await self._adapter.close()
        await self._unconnected.close()
        for person in self._persons.values():
            await person.close()

    async def help_room(self) -> RoomRef:
        anna, *others = self._persons.values()
        room = await anna.open_room(unique("help"), invite=[other.id for other in others])
        await asyncio.gather(*(other.join(room) for other in others))
        await anna.invite(room, self.bot.id)
        await self._bot_is_in(room)
        return RoomRef(Platform.MATRIX, room)

    async def direct(self, who: str) -> RoomRef:
        if who not in self._directs:
            self._directs[who] = await self.chat.direct_room(self.people[who])
            await self.accepts(who, self._directs[who])
        return self._directs[who]

    async def accepts(self, who: str, room: RoomRef) -> None:
        await self._persons[who].join(room.id)

    async def says(
        self, who: str, room: RoomRef, text: str, *, under: MessageRef | None = None, file: str = ""
    ) -> MessageRef:
        content = self._typed(text) | ({"msgtype": "m.file", "filename": file, "url": "mxc://x/y"} if file else {})
        if under:
            content["m.relates_to"] = {"rel_type": "m.thread", "event_id": under.id}
        return MessageRef(room, await self._persons[who].send(room.id, content))

    def _typed(self, text: str) -> Json:
        """As Element sends it: mentions as links in the HTML, and named beside it."""
        ids = {"bot": ("Swarmbridge", self.bot.id)} | {who: (PEOPLE[who], p.id) for who, p in self._persons.items()}
        body, html, named = text, text, []
        for who, (name, id_) in ids.items():
            if f"{{{who}}}" in text:
                body = body.replace(f"{{{who}}}", name)
                html = html.replace(f"{{{who}}}", f'<a href="https://matrix.to/#/{id_}">{name}</a>')
                named.append(id_)
        content: Json = {"msgtype": "m.text", "body": body, "m.mentions": {"user_ids": named} if named else {}}
        return content | ({"format": "org.matrix.custom.html", "formatted_body": html} if named else {})

    async def edits(self, who: str, message: MessageRef, text: str) -> None:
        await self._persons[who].edit(message.room.id, message.id, text)

    async def deletes(self, who: str, message: MessageRef) -> None:
        await self._persons[who].take_back(message.room.id, message.id)

    async def reacts(self, who: str, message: MessageRef, emoji: str) -> None:
        await self._persons[who].react(message.room.id, message.id, emoji)

    async def unreacts(self, who: str, message: MessageRef, emoji: str) -> None:
        person = self._persons[who]
        [reaction] = [
            event["event_id"] for event in await self._timeline(person, message.room)
            if _related(event).get("key") == emoji and _related(event).get("event_id") == message.id
            and event["sender"] == person.id
        ]  # fmt: skip
        await person.take_back(message.room.id, reaction)

    async def taps(self, who: str, message: MessageRef, label: str) -> None:
        number = (await self.one(who, message)).buttons.index(label) + 1
        await self.reacts(who, message, f"{number}\ufe0f\u20e3")

    async def commands(self, who: str, room: RoomRef, text: str) -> None:
        await self.says(who, room, f"!swarm {text}")

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        raise NotImplementedError("there are no forms on Matrix")

    async def form(self, who: str) -> Sequence[str]:
        raise NotImplementedError("there are no forms on Matrix")

    async def joins(self, who: str, room: RoomRef) -> None:
        await self._persons[who].join(room.id)

    async def leaves(self, who: str, room: RoomRef) -> None:
        await self._persons[who].leave(room.id)

    async def says_sealed(self, who: str, room: RoomRef) -> MessageRef:
        """Write a message whose key nobody will ever give away."""
        content = {
            "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEnAC", "session_id": unique("lost"),
            "sender_key": "x", "device_id": "LOST",
        }  # fmt: skip
        return MessageRef(room, await self._persons[who].send(room.id, content, "m.room.encrypted"))

    async def goes_away(self, who: str) -> None:
        """Close the laptop."""
        person = self._persons[who]
        await person.call("PUT", "presence", person.id, "status", body={"presence": "unavailable"})

    async def content(self, message: MessageRef) -> Json:
        """A message of the bot's as the homeserver keeps it."""
        return dict((await self._persons["anna"].event(message.room.id, message.id))["content"])

    async def all_seen(self, who: str, room: RoomRef) -> list[Seen]:
        person = self._persons[who]
        if room.id not in await self._rooms_of(person):
            return []
        state = await person.state(room.id)
        pinned = state.get(("m.room.pinned_events", ""), {}).get("pinned", [])
        return list(_messages(room, await self._timeline(person, room), pinned))

    async def _timeline(self, person: Person, room: RoomRef) -> list[Json]:
        """The events of a room since its last page, oldest first."""
        page, found = self._pages.get(room), list[Json]()
        query: Json = {"dir": "b", "limit": 30}
        while "from" not in query or query["from"]:
            told = await person.call("GET", "rooms", room.id, "messages", query=query)
            found += told["chunk"]
            query["from"] = told.get("end")
            if page and page.id in [event["event_id"] for event in told["chunk"]]:
                break
        return found[::-1]

    async def alone(self, who: str) -> list[Seen]:
        return [one for one in await self.sees(who, await self.direct(who)) if one.by == self.bot]

    async def now(self, room: RoomRef) -> RoomNow:
        inside = [person for person in self._persons.values() if room.id in await self._rooms_of(person)]
        state = await inside[0].state(room.id)
        joined = {key for (kind, key), content in state.items()
                  if kind == "m.room.member" and content["membership"] == "join"}  # fmt: skip
        return RoomNow(
            name=state[("m.room.name", "")]["name"], topic=state.get(("m.room.topic", ""), {}).get("topic", ""),
            private=state[("m.room.join_rules", "")]["join_rule"] != "public",
            closed=state[("m.room.power_levels", "")]["events_default"] >= 100,
            members=frozenset(map(_user, joined - {self.bot.id})),
        )  # fmt: skip

    async def _rooms_of(self, person: Person) -> list[str]:
        return list((await person.call("GET", "joined_rooms"))["joined_rooms"])

    async def can(self, who: str, act: str, room: RoomRef) -> bool:
        try:
            await (self.joins(who, room) if act == "joins" else self.says(who, room, "one more thing"))
        except AssertionError as refused:
            if "M_FORBIDDEN" not in str(refused):
                raise
            return False
        return True

    @asynccontextmanager
    async def twice(self) -> AsyncIterator[None]:
        await self._ear.shut()
        before = dict(self.inbox.cursors)
        yield
        await self._ear.open()
        count = -1
        while count != len(self.inbox.events):
            count = len(self.inbox.events)
            await asyncio.sleep(0.5)
        await self._ear.shut()
        self.inbox.cursors = before
        await self._ear.open()

    async def _bot_is_in(self, room: str) -> None:
        async def is_in() -> bool:
            state = await self._persons["anna"].state(room)
            return state.get(("m.room.member", self.bot.id), {}).get("membership") == "join"

        await eventually(is_in)


def _user(id_: str) -> UserRef:
    return UserRef(Platform.MATRIX, id_)


def _related(event: Json) -> Json:
    return dict(event["content"].get("m.relates_to", {}))


def _messages(room: RoomRef, timeline: Sequence[Json], pinned: Sequence[str]) -> Iterator[Seen]:
    newest: dict[str, Json] = {}
    reactions: dict[str, set[tuple[str, UserRef]]] = defaultdict(set)
    authors = {event["event_id"]: event["sender"] for event in timeline}
    for event in timeline:
        related = _related(event)
        if related.get("rel_type") == "m.replace" and authors.get(related["event_id"]) == event["sender"]:
            newest[related["event_id"]] = event["content"]["m.new_content"]
        elif related.get("rel_type") == "m.annotation":
            reactions[related["event_id"]].add((related["key"], _user(event["sender"])))
    for event in timeline:
        id_, related = event["event_id"], _related(event)
        is_there = event["type"] == "m.room.message" and "body" in event["content"]
        if not is_there or related.get("rel_type") == "m.replace":
            continue
        content: Json = newest.setdefault(id_, event["content"])
        text = words_of(content["formatted_body"]) if "formatted_body" in content else content["body"]
        mentions = content.get("m.mentions", {"room": True})
        named = [str(_user(user)) for user in mentions.get("user_ids", [])] + (["room"] if mentions.get("room") else [])
        in_thread = related.get("rel_type") == "m.thread"
        yield Seen(
            message=MessageRef(room, id_), by=_user(event["sender"]), text=text,
            summary=content["body"].partition("\n")[0], buttons=_buttons(text), pinned=id_ in pinned,
            thread=ThreadRef(room, related["event_id"]) if in_thread else None,
            pings=frozenset(named), reactions=frozenset(reactions[id_]),
        )  # fmt: skip


def _buttons(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if "\u20e3" in line[:6]]
    return tuple(line.split(" ", 1)[1].split(" — ", 1)[0].strip() for line in lines)


class _Words(HTMLParser):
    """The words of a message's HTML, a line for each of its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "li") and self.words:
            self.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "h4", "blockquote", "ul"):
            self.words += "\n"

    def handle_data(self, data: str) -> None:
        self.words += data


def words_of(html: str) -> str:
    """What a client shows of this HTML."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(line for line in reader.words.split("\n") if line)

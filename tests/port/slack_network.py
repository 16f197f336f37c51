"""The strict Slack under the tests of the port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from adapters.slack.emoji import character_of, name_of
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackChat
from adapters.slack.settings import SlackSettings
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.port.listening import Ear
from tests.port.network import PEOPLE, Network, RoomNow, Seen, unique
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Message, PersonCannot, StrictSlack, reading

PAGES = "https://status.example.org"


class SlackNetwork(Network):
    """The strict Slack with the adapter on a socket."""

    platform = Platform.SLACK

    def __init__(self) -> None:
        super().__init__()
        self.slack = StrictSlack(strict=True, manifest=manifest("socket", public_url=PAGES))
        self.slack.delivery.time_scale = 0.001
        self.bot, self.stranger = _user(self.slack.bot.id), _user("U0NOBODY0")
        self._persons = {handle: self.slack.person(handle, real_name=name) for handle, name in PEOPLE.items()}
        self.people = {handle: _user(person.id) for handle, person in self._persons.items()}

    async def begin(self) -> None:
        """Start Slack and let the bot hear."""
        await self.slack.start()
        settings = SlackSettings(
            bot_token=self.slack.bot_token, app_token=self.slack.app_token, api_url=self.slack.api_url
        )
        self._adapter = SlackChat(settings, PlainVoices())
        self._unconnected = SlackChat(replace(settings, api_url="http://127.0.0.1:9/api/"), PlainVoices())
        self.chat, self.away = self._adapter, self._unconnected
        self._ear = Ear(self.chat, self.inbox, lambda: "slack:rooms" in self.inbox.cursors)
        await self._ear.open()

    async def close(self) -> None:
        await self._ear.shut()
        await self._adapter.close()
        await self._unconnected.close()
        await self.slack.stop()

    async def help_room(self) -> RoomRef:
        room = self.slack.channel(unique("help").replace(" ", "-"), *self._persons.values())
        return RoomRef(Platform.SLACK, room.id)

    async def direct(self, who: str) -> RoomRef:
        return RoomRef(Platform.SLACK, self._persons[who].app_room.id)

    async def accepts(self, who: str, room: RoomRef) -> None:
        """To be invited is to be in."""

    async def says(
        self, who: str, room: RoomRef, text: str, *, under: MessageRef | None = None, file: str = ""
    ) -> MessageRef:
        for handle in PEOPLE:
            text = text.replace(f"{{{handle}}}", f"@{handle}")
        files = [{"id": "F1", "name": file, "title": file, "permalink": f"https://example.slack.com/files/{file}"}]
        said = await self._persons[who].says(
            self.slack.workspace.rooms[room.id], text.replace("{bot}", "@Swarmbridge"), under.id if under else None,
            files=files if file else None,
        )  # fmt: skip
        return MessageRef(room, said.ts)

    async def edits(self, who: str, message: MessageRef, text: str) -> None:
        await self._persons[who].edits(self._message(message), text)

    async def deletes(self, who: str, message: MessageRef) -> None:
        await self._persons[who].deletes(self._message(message))

    async def reacts(self, who: str, message: MessageRef, emoji: str) -> None:
        await self._persons[who].reacts(self._message(message), name_of(emoji))

    async def unreacts(self, who: str, message: MessageRef, emoji: str) -> None:
        await self._persons[who].unreacts(self._message(message), name_of(emoji))

    async def taps(self, who: str, message: MessageRef, label: str) -> None:
        await self._calm()
        await self._persons[who].clicks(self._message(message), label)

    async def commands(self, who: str, room: RoomRef, text: str) -> None:
        await self._calm()
        await self._persons[who].command("/swarm", text, self.slack.workspace.rooms[room.id])

    async def fills(self, who: str, values: Mapping[str, str]) -> None:
        done = await self._persons[who].submits(values=dict(values))
        assert done.ok, done.errors

    async def joins(self, who: str, room: RoomRef) -> None:
        await self._persons[who].joins(self.slack.workspace.rooms[room.id])

    async def leaves(self, who: str, room: RoomRef) -> None:
        await self._persons[who].leaves(self.slack.workspace.rooms[room.id])

    async def all_seen(self, who: str, room: RoomRef) -> list[Seen]:
        there, person = self.slack.workspace.rooms[room.id], self._persons[who]
        if not there.has(person.user):
            return []
        alone = [whisper for whisper in person.ephemerals if whisper.room is there]
        return [self._seen(message) for message in sorted([*there.messages, *alone], key=lambda m: m.ts)]

    async def alone(self, who: str) -> list[Seen]:
        person = self._persons[who]
        said = [*person.ephemerals, *(m for m in person.app_room.messages if m.user == self.slack.bot.id)]
        return [self._seen(message) for message in sorted(said, key=lambda m: m.ts)]

    async def now(self, room: RoomRef) -> RoomNow:
        there = self.slack.workspace.rooms[room.id]
        members = {_user(member) for member in there.members} - {_user(self.slack.owner.id)}
        return RoomNow(
            name=there.name, topic=there.topic, private=there.kind == "private", closed=there.archived,
            members=frozenset(members - {self.bot}),
        )  # fmt: skip

    async def form(self, who: str) -> Sequence[str]:
        view = self._persons[who].view
        return [view.title, *(block["label"]["text"] for block in view.blocks)]

    async def can(self, who: str, act: str, room: RoomRef) -> bool:
        try:
            await (self.joins(who, room) if act == "joins" else self.says(who, room, "one more thing"))
        except PersonCannot:
            return False
        return True

    @asynccontextmanager
    async def twice(self) -> AsyncIterator[None]:
        first = len(self.slack.delivery.attempts)
        yield
        await self.slack.settle()
        for attempt in self.slack.delivery.attempts[first:]:
            await self.slack.send_raw(attempt.parcel.kind, attempt.parcel.payload)

    def pardon(self) -> None:
        self.slack.violations[:] = [one for one in self.slack.violations if one.kind != "no_fallback_text"]

    async def marks(self, who: str, message: MessageRef) -> None:
        """Choose the app's shortcut in a message's menu."""
        await self._calm()
        await self._persons[who].shortcut("report_message", self._message(message))

    async def opens_home(self, who: str) -> None:
        """Look at the Home tab."""
        await self._persons[who].opens_home()
        await self._calm()

    def home(self, who: str) -> str:
        """What stands in somebody's Home tab."""
        view = self._persons[who].home
        return reading.plain("", view.blocks, []) if view is not None else ""

    async def goes_away(self, who: str) -> None:
        """Close the laptop."""
        self.slack.change_person(self._persons[who], presence="away")

    def bookmarks(self, room: RoomRef) -> list[tuple[str, str]]:
        """The title and address of each bookmark of a channel."""
        return [(one["title"], one["link"]) for one in self.slack.workspace.rooms[room.id].bookmarks]

    def kept(self, message: MessageRef) -> dict[str, Any]:
        """A message as Slack keeps it, without the ids it gave to blocks."""
        kept = self._message(message)
        blocks = [{key: value for key, value in block.items() if key != "block_id"} for block in kept.blocks]
        return {"text": kept.text, "blocks": blocks}

    async def _calm(self) -> None:
        """Wait until what came before has arrived: nobody taps as fast as a test does."""
        await self.slack.settle()

    def _message(self, ref: MessageRef) -> Message:
        message = self.slack.workspace.rooms[ref.room.id].message(ref.id)
        assert message is not None, f"{ref} is not there"
        return message

    def _seen(self, message: Message) -> Seen:
        room, users = RoomRef(Platform.SLACK, message.room.id), self.slack.workspace.users
        return Seen(
            message=MessageRef(room, message.ts), by=_user(message.user), text=message.plain, summary=message.text,
            buttons=tuple(button.label for button in message.buttons),
            thread=ThreadRef(room, message.thread_ts) if message.is_reply and message.thread_ts else None,
            pinned=message in message.room.pinned,
            pings=frozenset(str(_user(one)) if one in users else one for one in message.pings),
            reactions=frozenset(
                (character_of(name), _user(by)) for name, people in message.reactions.items() for by in people
            ),
        )  # fmt: skip


def _user(id_: str) -> UserRef:
    return UserRef(Platform.SLACK, id_)

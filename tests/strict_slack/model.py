"""What exists in a workspace. Plain data; what can happen to it is in ``acts``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from . import reading

Json = dict[str, Any]
RoomKind = Literal["public", "private", "im", "mpim"]


@dataclass(eq=False)
class User:
    """A person or a bot user."""

    id: str
    team_id: str
    handle: str
    real_name: str
    email: str | None = None
    tz: str = "Europe/Amsterdam"
    locale: str = "en-US"
    title: str = ""
    display_name: str = ""
    is_bot: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    deleted: bool = False
    is_restricted: bool = False
    barred: str = ""
    """The error with which an invitation of theirs is refused."""
    presence: Literal["active", "away"] = "active"
    dnd_from: float = 1
    dnd_until: float | None = None
    updated: int = 0
    enterprise_id: str = ""

    @property
    def shown_name(self) -> str:
        return self.display_name or self.real_name


@dataclass(eq=False)
class Message:
    """One message, also an ephemeral one; the same object is changed by edits."""

    room: Room = field(repr=False)
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    client_msg_id: str | None = None
    metadata: Json | None = None
    edited: Json | None = None
    deleted: bool = False
    broadcast: bool = False
    ephemeral_to: str | None = None
    names_linked: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    entered: dict[str, dict[str, dict[str, Json]]] = field(default_factory=dict)
    extra: Json = field(default_factory=dict)

    @property
    def is_notice(self) -> bool:
        """True for what Slack itself says, such as "has joined the channel"."""
        return (self.subtype or "").startswith(("channel_", "group_"))

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def pings(self) -> list[str]:
        """Everybody whom this message notifies: ``channel``, ``here``, ``everyone``, ``S…`` and ``U…`` ids."""
        return reading.pings(self.text, self.blocks, self.attachments, names_linked=self.names_linked)

    @property
    def plain(self) -> str:
        """The words a person sees: all blocks where there are some, else the text."""
        return reading.plain(self.text, self.blocks, self.attachments, self.room.name_of)

    @property
    def buttons(self) -> list[reading.Button]:
        return reading.buttons(self.blocks)

    def button(self, which: str) -> reading.Button:
        """The one button with this label or action_id."""
        return reading.button(self.blocks, which)


@dataclass(eq=False)
class Room:
    """A channel, public or private, or a direct message of two or several."""

    id: str
    name: str
    kind: RoomKind
    creator: str
    created: int
    workspace: Workspace = field(repr=False)
    members: list[str] = field(default_factory=list)
    shared_with: list[str] = field(default_factory=list)
    """The workspaces of other organisations that share it (Slack Connect)."""
    topic: str = ""
    topic_by: str = ""
    purpose: str = ""
    purpose_by: str = ""
    archived: bool = False
    is_general: bool = False
    previous_names: list[str] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    closed_for: set[str] = field(default_factory=set)
    restricted: str | None = None
    all_messages: dict[str, Message] = field(default_factory=dict, repr=False)
    _replies: dict[str, list[Message]] = field(default_factory=dict, repr=False)

    def add(self, message: Message) -> None:
        """Puts a message at the end of the room, and of its thread."""
        self.all_messages[message.ts] = message
        if message.is_reply:
            self._replies.setdefault(message.thread_ts or "", []).append(message)

    @property
    def history(self) -> list[Message]:
        """All that stands in the room now, oldest first: messages, replies, and Slack's own notices."""
        return [message for message in self.all_messages.values() if not message.deleted]

    @property
    def messages(self) -> list[Message]:
        """All that people and bots said, oldest first, replies in threads too; no notices such as "has joined"."""
        return [message for message in self.history if not message.is_notice]

    @property
    def timeline(self) -> list[Message]:
        """What one sees without opening a thread, oldest first."""
        return [message for message in self.messages if not message.is_reply or message.broadcast]

    def thread(self, root: str | Message) -> list[Message]:
        """The first message and its replies, oldest first."""
        first = self.message(_root_ts(root))
        return [*([first] if first else []), *self.replies(root)]

    def replies(self, root: str | Message) -> list[Message]:
        """The replies alone, oldest first."""
        return [message for message in self._replies.get(_root_ts(root), []) if not message.deleted]

    def message(self, ts: str) -> Message | None:
        found = self.all_messages.get(ts)
        return None if found is None or found.deleted else found

    def has(self, user: str | User) -> bool:
        return (user.id if isinstance(user, User) else user) in self.members

    def name_of(self, some_id: str) -> str | None:
        return self.workspace.name_of(some_id)

    @property
    def pinned(self) -> list[Message]:
        return [message for pin in self.pins if (message := self.message(pin["ts"])) is not None]

    def __str__(self) -> str:
        return f"#{self.name}" if self.name else self.id


def _root_ts(root: str | Message) -> str:
    return root.thread_ts or root.ts if isinstance(root, Message) else root


@dataclass(eq=False)
class UserGroup:
    id: str
    handle: str
    name: str
    members: list[str]
    created: int
    updated: int
    created_by: str
    description: str = ""
    disabled: bool = False


@dataclass(eq=False)
class View:
    """A modal that somebody has open, or a Home tab."""

    id: str
    user: str
    kind: Literal["modal", "home"]
    body: Json
    root_id: str
    hash: str
    previous_id: str | None = None
    external_id: str = ""
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    response_urls: list[Json] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str((self.body.get("title") or {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))

    @property
    def plain(self) -> str:
        return reading.plain("", self.blocks, [])

    @property
    def buttons(self) -> list[reading.Button]:
        return reading.buttons(self.blocks)


@dataclass(frozen=True)
class Enterprise:
    """An organisation of several workspaces (Enterprise Grid)."""

    id: str
    name: str


@dataclass(eq=False)
class Workspace:
    """One team with its people, rooms and groups."""

    id: str
    name: str
    domain: str
    enterprise: Enterprise | None = None
    users: dict[str, User] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    scheduled: dict[str, Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def holds(self, ids: set[str]) -> bool:
        """Whether one of these is the workspace itself, or a room or person of it."""
        return self.id in ids or bool(ids & self.rooms.keys()) or any(
            self.users[one].team_id == self.id for one in ids & self.users.keys()
        )  # fmt: skip

    def user_named(self, handle: str) -> User | None:
        return next((user for user in self.users.values() if user.handle == handle), None)

    def room_named(self, name: str) -> Room | None:
        wanted = name.removeprefix("#")
        named = (room for room in self.rooms.values() if room.kind in {"public", "private"} and room.name == wanted)
        return next(named, None)

    def direct_room(self, *members: str) -> Room | None:
        wanted = set(members)
        direct = (room for room in self.rooms.values() if room.kind in {"im", "mpim"} and set(room.members) == wanted)
        return next(direct, None)

    def views(self) -> Iterator[View]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def view(self, view_id: str) -> View | None:
        return next((view for view in self.views() if view.id == view_id), None)

    def name_of(self, some_id: str) -> str | None:
        if user := self.users.get(some_id):
            return user.shown_name
        if room := self.rooms.get(some_id):
            return room.name
        if group := self.groups.get(some_id):
            return group.handle
        return None

"""Members of a workspace: what they see, what they say, and where they go."""

from __future__ import annotations

import uuid
from typing import Self

from . import composer
from .acts import messages, rooms
from .delivery import Delivery
from .errors import PersonCannot
from .model import Json, Message, Room, User, View, Workspace
from .world import World

Where = str | Room


class Member:
    """One person at their Slack client, without the app's own doors. ``where`` is a `Room` or the name of one."""

    def __init__(self, world: World, delivery: Delivery, workspace: Workspace, user: User) -> None:
        self._world = world
        self._delivery = delivery
        self.workspace = workspace
        self.user = user

    # -- who it is, and what they see -------------------------------------------------------------------------------

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def ephemerals(self) -> list[Message]:
        """What only they can see, oldest first."""
        return [one for one in self.workspace.ephemerals if one.ephemeral_to == self.id and not one.deleted]

    @property
    def views(self) -> list[View]:
        """The modals open before them, the one on top last."""
        return self.workspace.modals.get(self.id, [])

    @property
    def view(self) -> View:
        """The modal on top."""
        if not self.views:
            raise PersonCannot(f"{self.user.handle} has no form open")
        return self.views[-1]

    @property
    def home(self) -> View | None:
        """The app's Home tab as they see it."""
        return self.workspace.homes.get(self.id)

    @property
    def app_room(self) -> Room:
        """Their direct room with the app, opened when there is none."""
        return rooms.open_direct(self._world, self.workspace, self._bot, self.user)

    @property
    def _bot(self) -> User:
        return self._world.bots[self.workspace.id]

    # -- messages ---------------------------------------------------------------------------------------------------

    async def says(
        self,
        where: Where,
        text: str,
        thread: Message | str | None = None,
        *,
        raw: bool = False,
        broadcast: bool = False,
        files: list[Json] | None = None,
    ) -> Message:
        """Writes a message as typed into the client; ``raw`` sends Slack's own markup as it is."""
        room = self._room(where)
        if room.archived:
            raise PersonCannot(f"{room} is archived")
        if not room.has(self.user):
            raise PersonCannot(f"{self.user.handle} is not in {room}")
        if self._bot.id in room.members and room.kind == "im" and not self._world.app.messages_tab:
            raise PersonCannot("the app's messages tab is off")
        stored = text if raw else composer.typed(text, self.workspace)
        root = self._root(room, thread)
        return messages.post(
            self._world,
            room,
            self.user,
            stored,
            thread_ts=root,
            broadcast=broadcast,
            subtype=_subtype(broadcast=broadcast and root is not None, files=files),
            files=files or [],
            client_msg_id=str(uuid.UUID(int=self._world.dice.getrandbits(128))),
            blocks=composer.rich_text(self._world, stored) if self._world.rich_text and stored else [],
        )

    async def direct(self, text: str, thread: Message | str | None = None, *, raw: bool = False) -> Message:
        """Writes to the app alone."""
        return await self.says(self.app_room, text, thread, raw=raw)

    def _root(self, room: Room, thread: Message | str | None) -> str | None:
        if thread is None:
            return None
        ts = thread if isinstance(thread, str) else thread.thread_ts or thread.ts
        root = room.message(ts)
        if root is None:
            raise PersonCannot(f"there is no message {ts} in {room} to answer")
        root.thread_ts = ts
        return ts

    async def edits(self, message: Message, text: str, *, raw: bool = False) -> None:
        self._own(message)
        stored = text if raw else composer.typed(text, self.workspace)
        blocks = composer.rich_text(self._world, stored) if self._world.rich_text else []
        messages.edit(self._world, message, self.user, text=stored, blocks=blocks)

    async def deletes(self, message: Message) -> None:
        self._own(message)
        messages.delete(self._world, message)

    def _own(self, message: Message) -> None:
        if message.user != self.id or message.deleted:
            raise PersonCannot(f"{self.user.handle} cannot change this message")

    async def reacts(self, message: Message, name: str) -> None:
        """Adds a reaction by its short name, such as ``ticket``."""
        self._sees(message.room)
        if not messages.react(self._world, message, self.user, name.strip(":")):
            raise PersonCannot(f"{self.user.handle} reacted with {name} already")

    async def unreacts(self, message: Message, name: str) -> None:
        if not messages.unreact(self._world, message, self.user, name.strip(":")):
            raise PersonCannot(f"{self.user.handle} has not reacted with {name}")

    async def pins(self, message: Message) -> None:
        self._sees(message.room)
        messages.pin(self._world, message, self.user)

    # -- rooms ------------------------------------------------------------------------------------------------------

    async def creates(self, name: str, *, private: bool = False) -> Room:
        """Makes a channel and is in it."""
        return rooms.create(self._world, self.workspace, name, self.user, kind="private" if private else "public")

    async def joins(self, where: Where) -> None:
        room = self._room(where)
        if room.kind != "public" or room.archived or room.has(self.user):
            raise PersonCannot(f"{self.user.handle} cannot join {room}")
        rooms.enter(self._world, room, self.user)

    async def leaves(self, where: Where) -> None:
        room = self._room(where)
        if not room.has(self.user):
            raise PersonCannot(f"{self.user.handle} is not in {room}")
        rooms.leave(self._world, room, self.user)

    async def invites(self, who: Self | User, where: Where) -> None:
        """Brings another person, or the bot, into a room."""
        room, user = self._room(where), _user(who)
        if not room.has(self.user) or room.has(user) or room.archived:
            raise PersonCannot(f"{self.user.handle} cannot invite {user.handle} to {room}")
        rooms.enter(self._world, room, user, inviter=self.user)

    async def removes(self, who: Self | User, where: Where) -> None:
        """Takes another person, or the bot, out of a room."""
        room, user = self._room(where), _user(who)
        if not room.has(user):
            raise PersonCannot(f"{user.handle} is not in {room}")
        rooms.leave(self._world, room, user)

    async def renames(self, where: Where, name: str) -> None:
        rooms.rename(self._world, self._room(where), name, self.user)

    async def archives(self, where: Where) -> None:
        rooms.archive(self._world, self._room(where), self.user)

    async def opens_direct(self, *others: Self | User) -> Room:
        """A direct room with these people; with one other an im, else an mpim."""
        return rooms.open_direct(self._world, self.workspace, self.user, *(_user(one) for one in others))

    # -- helpers ----------------------------------------------------------------------------------------------------

    def _room(self, where: Where) -> Room:
        if isinstance(where, Room):
            return where
        found = self.workspace.room_named(where) or self.workspace.rooms.get(where)
        if found is None:
            raise PersonCannot(f"there is no room {where}")
        self._sees(found)
        return found

    def _sees(self, room: Room) -> None:
        if room.kind != "public" and not room.has(self.user):
            raise PersonCannot(f"{self.user.handle} cannot see {room}")


def _user(who: Member | User) -> User:
    return who.user if isinstance(who, Member) else who


def _subtype(*, broadcast: bool, files: list[Json] | None) -> str | None:
    if files:
        return "file_share"
    return "thread_broadcast" if broadcast else None

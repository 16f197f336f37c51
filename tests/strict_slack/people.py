"""People who use Slack: what they do reaches the room and, as an event or an interaction, the app."""

from __future__ import annotations

import uuid
from typing import Any

from . import composer, events, forms, interactions, mrkdwn, reading, responses, shapes
from .acts import messages, rooms
from .delivery import Delivery, Outcome
from .errors import NotAnswered, PersonCannot
from .model import Json, Message, Room, User, View, Workspace
from .responses import Submission
from .world import World

Where = str | Room


class Person:
    """One person at their Slack client. Their acts return when Slack has taken them; clicks and forms when answered.

    ``where`` is a `Room` or the name of one. A click, command, shortcut or form raises `NotAnswered` when the app does
    not acknowledge within three seconds, unless ``must_answer`` is off.
    """

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

    # -- rooms ------------------------------------------------------------------------------------------------------

    async def creates(self, name: str, *, private: bool = False) -> Room:
        """Makes a channel and is in it."""
        return rooms.create(self._world, self.workspace, name, self.user, kind="private" if private else "public")

    async def joins(self, where: Where) -> None:
        room = self._room(where)
        if room.kind != "public" or room.has(self.user):
            raise PersonCannot(f"{self.user.handle} cannot join {room}")
        rooms.enter(self._world, room, self.user)

    async def leaves(self, where: Where) -> None:
        room = self._room(where)
        if not room.has(self.user):
            raise PersonCannot(f"{self.user.handle} is not in {room}")
        rooms.leave(self._world, room, self.user)

    async def invites(self, who: Person | User, where: Where) -> None:
        """Brings another person, or the bot, into a room."""
        room, user = self._room(where), who.user if isinstance(who, Person) else who
        if not room.has(self.user) or room.has(user):
            raise PersonCannot(f"{self.user.handle} cannot invite {user.handle} to {room}")
        rooms.enter(self._world, room, user, inviter=self.user)

    async def removes(self, who: Person | User, where: Where) -> None:
        room, user = self._room(where), who.user if isinstance(who, Person) else who
        rooms.leave(self._world, room, user)

    async def archives(self, where: Where) -> None:
        rooms.archive(self._world, self._room(where), self.user)

    async def opens_direct(self, *others: Person | User) -> Room:
        """A direct room with these people; with one other an im, else an mpim."""
        users = [one.user if isinstance(one, Person) else one for one in others]
        return rooms.open_direct(self._world, self.workspace, self.user, *users)

    # -- the app's own doors ----------------------------------------------------------------------------------------

    async def command(
        self, name: str, text: str = "", where: Where | None = None, *, must_answer: bool = True
    ) -> Outcome:
        """Types a slash command; without ``where`` in the direct room with the app."""
        app = self._world.app
        if app.commands is not None and name not in app.commands:
            raise PersonCannot(f"the app has no command {name}")
        if "commands" not in self._world.granted(self.workspace.id):
            raise PersonCannot("the app was not granted the scope commands")
        room = self.app_room if where is None else self._room(where)
        payload = interactions.command(self._world, room, self.user, name, text)
        outcome = await self._send("slash_commands", payload, must_answer=must_answer)
        responses.take_answer(self._world, room, self.user, outcome.answer)
        return outcome

    async def shortcut(self, callback_id: str, message: Message, *, must_answer: bool = True) -> Outcome:
        """Chooses a message shortcut from a message's menu."""
        self._has_shortcut(callback_id)
        self._sees(message.room)
        payload = interactions.message_shortcut(self._world, self.user, message, callback_id)
        return await self._send("interactive", payload, must_answer=must_answer)

    async def global_shortcut(self, callback_id: str, *, must_answer: bool = True) -> Outcome:
        self._has_shortcut(callback_id)
        payload = interactions.global_shortcut(self._world, self.workspace, self.user, callback_id)
        return await self._send("interactive", payload, must_answer=must_answer)

    def _has_shortcut(self, callback_id: str) -> None:
        known = self._world.app.shortcuts
        if known is not None and callback_id not in known:
            raise PersonCannot(f"the app has no shortcut {callback_id}; it has {sorted(known)}")

    async def opens_home(self) -> None:
        """Looks at the app's Home tab."""
        self._opens("home")

    async def opens_messages_tab(self) -> None:
        self._opens("messages")

    def _opens(self, tab: str) -> None:
        room = self.app_room
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": room.id, "tab": tab}
        event["event_ts"] = self._world.clock.stamp()
        if tab == "home" and self.home is not None:
            event["view"] = shapes.view(self.home, self._world.app, self.workspace.id, self._bot.bot_id or "")
        self._world.tell(self.workspace, event)

    # -- buttons, choices, forms ------------------------------------------------------------------------------------

    async def clicks(self, on: Message | View, which: str, *, must_answer: bool = True) -> Outcome:
        """Presses the button with this label or action_id."""
        button = reading.button(on.blocks, which)
        return await self._uses(on, button.action_id, button.block_id, None, must_answer=must_answer)

    async def chooses(self, on: Message | View, action_id: str, value: Any, *, must_answer: bool = True) -> Outcome:
        """Picks a choice (by its words or value), a date or a person in an element outside a form's inputs."""
        found = [(block, one) for block, one in reading.elements(on.blocks) if one.get("action_id") == action_id]
        if len(found) != 1:
            raise PersonCannot(f"there are {len(found)} elements {action_id!r}")
        block_id, element = found[0]
        chosen = forms.choose(element, str(value)) if forms.options(element) else value
        return await self._uses(on, action_id, block_id, chosen, must_answer=must_answer)

    async def _uses(
        self, on: Message | View, action_id: str, block_id: str, chosen: Any, *, must_answer: bool
    ) -> Outcome:
        held = reading.elements(on.blocks)
        element = next(one for block, one in held if block == block_id and one.get("action_id") == action_id)
        action = interactions.action(element, block_id, self._world.clock.stamp(), chosen)
        if isinstance(on, View):
            payload = interactions.view_action(self._world, self.workspace, self.user, on, [action])
        else:
            self._can_use(on)
            payload = interactions.message_action(self._world, self.user, on, [action], {})
        return await self._send("interactive", payload, must_answer=must_answer)

    def _can_use(self, message: Message) -> None:
        self._sees(message.room)
        if message.deleted or message.ephemeral_to not in {None, self.id}:
            raise PersonCannot(f"{self.user.handle} cannot see this message")

    async def submits(
        self, view: View | None = None, values: dict[str, Any] | None = None, *, must_answer: bool = True
    ) -> Submission:
        """Fills in a form (the one on top unless given) and sends it; see `forms.fill` for naming its fields.

        What the client or the app says against it stands in ``errors``; the form stays open then.
        """
        form = view or self.view
        if form not in self.views:
            raise PersonCannot("this form is not open any more")
        if not form.body.get("submit"):
            raise PersonCannot(f"the form {form.title!r} cannot be sent")
        forms.fill(form, values or {})
        if complaints := forms.complaints(form):
            return Submission(complaints, sent=False)
        payload = interactions.submission(self._world, self.workspace, self.user, form)
        outcome = await self._send("interactive", payload, must_answer=must_answer)
        if not outcome.acked:
            return Submission({"": "We had some trouble connecting. Try again?"}, sent=True)
        return responses.take_submission(self._world, self.workspace, form, outcome.answer)

    async def closes(self, view: View | None = None, *, all_of_them: bool = False) -> None:
        """Closes a form unsent, or with ``all_of_them`` every form."""
        form = view or self.view
        closing = list(reversed(self.views)) if all_of_them else [form]
        for one in closing:
            self.views.remove(one)
            if one.body.get("notify_on_close"):
                payload = interactions.closed(self._world, self.workspace, self.user, one, cleared=all_of_them)
                await self._send("interactive", payload, must_answer=False)
        self._world.changes.mark()

    # -- helpers ----------------------------------------------------------------------------------------------------

    async def _send(self, kind: events.ParcelKind, payload: Json, *, must_answer: bool) -> Outcome:
        outcome = await self._delivery.send_once(events.Parcel(kind, payload, takes_answer=True))
        if must_answer and not outcome.acked:
            what = payload.get("command") or payload.get("type")
            raise NotAnswered(f"{self.user.handle}'s {what} was not acknowledged: {outcome.reason}")
        return outcome

    def _room(self, where: Where) -> Room:
        if isinstance(where, Room):
            return where
        found = self.workspace.room_named(where) or self.workspace.rooms.get(where)
        if found is None:
            raise PersonCannot(f"there is no room {where}")
        self._sees(found)
        return found

    def _sees(self, room: Room) -> None:
        if not composer.sees(room, self.user):
            raise PersonCannot(f"{self.user.handle} cannot see {room}")

    def reads(self, message: Message) -> str:
        """The message as it stands on their screen."""
        return mrkdwn.unescape(message.plain) if message.is_notice else message.plain


def _subtype(*, broadcast: bool, files: list[Json] | None) -> str | None:
    if files:
        return "file_share"
    return "thread_broadcast" if broadcast else None

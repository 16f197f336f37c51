"""The chat port on Matrix."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace

from starlette.routing import Route

from adapters.matrix import checking, links, marks, reading, render, speech, translate
from adapters.matrix import presence as presences
from adapters.matrix.directs import Directs
from adapters.matrix.door import Door
from adapters.matrix.encryption import Encryption
from adapters.matrix.homeserver import Connection, Homeserver
from adapters.matrix.intake import Intake
from adapters.matrix.moves import SOON, Moves
from adapters.matrix.powers import Act
from adapters.matrix.pushed import Pushed
from adapters.matrix.reach import Reach
from adapters.matrix.reading import Event, string
from adapters.matrix.reasons import FORBIDDEN, Reasons
from adapters.matrix.rooms import Rooms
from adapters.matrix.sending import Sender
from adapters.matrix.session import Session
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.space import Space
from adapters.matrix.sync import Listener
from adapters.matrix.threads import Threads
from bot.cards import Card, Note, Paragraph, Span, Style, plain
from bot.chat import Finding, Inbox, Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.presence import Presence
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

log = logging.getLogger(__name__)

_ABOUT = {"en": "About ", "de": "Es geht um ", "nl": "Het gaat over "}
_THIS = {"en": "this conversation", "de": "dieses Gespräch", "nl": "dit gesprek"}


class MatrixChat:
    """One Matrix account as the port ``bot.chat.Chat``.

    Any replica may send; only one at a time may ``listen``, unless it is an application service. ``rooms`` are those
    the operator relies on, for ``check``.
    """

    def __init__(self, settings: MatrixSettings, *, rooms: Callable[[], Sequence[RoomRef]] = tuple) -> None:
        self._settings = settings
        self._catalogue = rooms
        connection = Connection(settings.homeserver)
        session = Session(connection, settings)
        self._homeserver = Homeserver(connection, session)
        self._rooms = Rooms(self._homeserver, settings)
        self._moves = Moves(self._homeserver, settings, self._named)
        self._reasons = Reasons(self._homeserver, settings.user_id)
        self._space = Space(self._homeserver, self._moves, settings)
        self._directs = Directs(self._homeserver, self._rooms, settings)
        encryption = Encryption(self._homeserver, session, settings)
        self._sender = Sender(self._homeserver, encryption, settings.user_id)
        self._threads = Threads(self._homeserver, encryption, settings.user_id)
        self._reach = Reach(settings.user_id)
        intake = Intake(
            self._homeserver,
            self._directs,
            self._threads,
            encryption,
            self._moves,
            self._space,
            self._reasons,
            settings,
        )
        self._listener: Listener | Pushed
        self._door: Door | None = None
        if service := settings.appservice:
            self._listener = Pushed(self._homeserver, intake, encryption, self._reach, settings, service)
            self._door = Door(service, settings.user_id, self._listener.take)
        else:
            self._listener = Listener(self._homeserver, intake, encryption, self._reach)

    @property
    def platform(self) -> Platform:
        """Matrix."""
        return Platform.MATRIX

    @property
    def connected(self) -> bool:
        """Whether the homeserver answered the last sync of this replica, or calls the application service."""
        return self._reach.connected

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled; at most one replica at a time, but any number as an application service."""
        await self._listener.run(inbox)

    def routes(self) -> list[Route]:
        """Where the homeserver calls an application service."""
        return self._door.routes() if self._door else []

    async def close(self) -> None:
        """Close the connections."""
        await self._homeserver.close()

    async def post(self, room: RoomRef, card: Card, once: Once, *, thread: ThreadRef | None = None) -> MessageRef:
        """Post a card, with the numbers of its actions under it. In a direct conversation its person is notified."""
        return await self._post(room, card, once, thread, aloud=await self._directs.is_direct(_room(room)))

    async def edit(self, message: MessageRef, card: Card, once: Once) -> None:
        """Replace one of the bot's own messages; the numbers under it go when nothing is left to choose."""
        content = render.edit(card, once.key, message.id, via=self._settings.server_name)
        async with self._at(message, Act.WRITE) as room:
            await self._sender.send(room, "m.room.message", content, marks.txn_id(once.key))
            if card.actions():
                await self._sender.seed(room, message.id, content["m.new_content"], once)
            else:
                await self._sender.clear(room, message.id, once)

    async def retract(self, message: MessageRef, once: Once) -> None:
        """Take one of the bot's own messages back."""
        async with self._at(message, Act.TAKE_BACK) as room:
            await self._sender.redact(room, message.id, marks.txn_id(once.key))

    async def react(self, message: MessageRef, emoji: str, once: Once) -> None:
        """React with an emoji character."""
        async with self._at(message, Act.REACT) as room:
            await self._sender.react(room, message.id, emoji, marks.txn_id(once.key))

    async def unreact(self, message: MessageRef, emoji: str, once: Once) -> None:
        """Take the bot's reaction back."""
        async with self._at(message, Act.TAKE_BACK) as room:
            await self._sender.unreact(room, message.id, emoji, marks.txn_id(once.key))

    async def pin(self, message: MessageRef, once: Once) -> None:
        """Pin a message to its room."""
        async with self._at(message, Act.PIN) as room:
            await self._rooms.pin(room, message.id)

    async def answer(
        self, room: RoomRef, user: UserRef, card: Card, once: Once, *,
        thread: ThreadRef | None = None, message: MessageRef | None = None,
    ) -> None:  # fmt: skip
        """Tell one person something in their direct room, with a line that says what it is about."""
        direct = await self.direct_room(user)
        if direct == room:
            await self._post(room, card, once, thread)
        else:
            about = thread.message if thread else message
            await self._post(direct, await self._with_place(card, room, about), once, None)

    async def ask(
        self, room: RoomRef, user: UserRef, form: Form, trigger: str, once: Once, *, thread: ThreadRef | None = None
    ) -> None:
        """Matrix has no forms: the thread asks instead."""
        raise ChatRefused("expired_trigger", "Matrix has no forms; the bot asks field by field in the thread.")

    async def direct_room(self, user: UserRef) -> RoomRef:
        """The direct conversation with a person, opened if there is none they are in."""
        return RoomRef(Platform.MATRIX, await self._directs.room_with(_user(user)))

    async def open_room(self, name: str, topic: str, once: Once, *, private: bool = False) -> RoomRef:
        """Open a room; one that is not private lies in the space, and lets in everybody of the allowed homeservers who
        has its address."""
        room = await self._rooms.open(name, topic, once, private=private)
        if not private:
            await self._hold(room, once)
        return RoomRef(Platform.MATRIX, room)

    async def _hold(self, room: str, once: Once) -> None:
        """Put a room into the space. A homeserver that is away meanwhile makes the whole act doubtful, once."""
        try:
            await self._space.hold(room)
        except ChatUnavailable as away:
            if not once.doubtful:
                raise ChatUnavailable(str(away), retry_after=away.retry_after, doubtful=True) from away
            log.warning("a room is not in the space", extra={"room": room, "why": str(away)})

    async def invite(self, room: RoomRef, users: Sequence[UserRef], once: Once) -> Mapping[UserRef, WhyNot]:
        """Invite people; those the homeserver refused, and accounts of other networks."""
        elsewhere = {user: WhyNot.ELSEWHERE for user in users if user.platform is not Platform.MATRIX}
        here = [user.id for user in users if user.platform is Platform.MATRIX]
        async with self._in(room, Act.INVITE) as inside:
            refused = await self._rooms.invite(inside, here)
        return elsewhere | {UserRef(Platform.MATRIX, user): why for user, why in refused.items()}

    async def remove(self, room: RoomRef, user: UserRef, once: Once) -> bool:
        """Take somebody out of a room, or take their invitation back."""
        async with self._in(room, Act.REMOVE) as inside:
            return await self._rooms.remove(inside, _user(user))

    async def set_topic(self, room: RoomRef, topic: str, once: Once) -> None:
        """Change the topic."""
        async with self._in(room, Act.SET_TOPIC) as inside:
            await self._rooms.set_topic(inside, topic)

    async def close_room(self, room: RoomRef, once: Once) -> None:
        """Let nobody new in and nobody but the bot write; what was said stays readable."""
        async with self._in(room, Act.CLOSE) as inside:
            await self._rooms.close(inside)
            await self._space.release(inside)

    async def read_thread(self, thread: ThreadRef) -> Sequence[ThreadMessage]:
        """The message the thread hangs on and its answers, oldest first, as they read now."""
        inside = await self._moves.room_of(_room(thread.room), thread.root)
        messages = await self._threads.whole(inside, thread.root)
        senders = {string(event.get("sender")) for event in messages}
        names = {user: await self._rooms.name_of(inside, user) for user in senders}
        me = speech.Self(self._settings.user_id, (), self._settings.command_prefix)
        return [said for event in messages if (said := _thread_message(event, thread.room, me, names))]

    async def members(self, room: RoomRef) -> Sequence[UserRef]:
        """Who is in a room, the bot left out."""
        everybody = await self._rooms.members(await self._moves.current(_room(room)))
        return [UserRef(Platform.MATRIX, user) for user in everybody if user != self._settings.user_id]

    async def presence(self, users: Sequence[UserRef]) -> Mapping[UserRef, Presence]:
        """Who is away, where the homeserver says so."""
        found = await presences.of(self._homeserver, [_user(user) for user in users])
        return {UserRef(Platform.MATRIX, user): one for user, one in found.items()}

    async def link_to(self, message: MessageRef) -> str:
        """An address that opens the message in any Matrix client."""
        inside = await self._moves.room_of(_room(message.room), message.id)
        return links.to_room(inside, self._settings.server_name, message.id)

    async def check(self) -> Sequence[Finding]:
        """Account, homeserver, and the rooms the operator relies on."""
        found = await checking.findings(self._homeserver, self._settings, self._named())
        return [*found, *await checking.space(self._space)]

    def _named(self) -> list[str]:
        return [room.id for room in self._catalogue() if room.platform is Platform.MATRIX]

    async def _post(
        self, room: RoomRef, card: Card, once: Once, thread: ThreadRef | None, *, aloud: bool = False
    ) -> MessageRef:
        async with self._in(room, Act.WRITE) as inside:
            mark: dict[str, object] = {}
            if thread and await self._moves.room_of(inside, thread.root) != inside:
                # No thread goes on in another room: what belongs to it is said in the new one, with a link to the old.
                card, mark = await self._with_place(card, room, thread.message), marks.thread_content(thread.root)
                thread = None
            root = thread.root if thread else ""
            content = render.message(card, once.key, via=self._settings.server_name, thread=root, aloud=aloud) | mark
            return MessageRef(room, await self._sender.post(inside, content, once))

    @contextlib.asynccontextmanager
    async def _in(self, room: RoomRef, act: Act) -> AsyncIterator[str]:
        """The id of the room as it is today; what is forbidden there is refused with the reason for it."""
        inside = await self._moves.current(_room(room))
        try:
            async with self._reasons.of(inside, act):
                yield inside
        except ChatRefused as refused:
            if refused.code == FORBIDDEN and await self._moves.may_move(inside):
                raise ChatUnavailable(f"{inside} was upgraded just now", retry_after=SOON) from refused
            raise

    @contextlib.asynccontextmanager
    async def _at(self, message: MessageRef, act: Act) -> AsyncIterator[str]:
        """The id of the room a message is in, also one that was replaced; what is forbidden there is refused with the
        reason for it. A message in a room that was replaced stays as it is."""
        inside = await self._moves.room_of(_room(message.room), message.id)
        try:
            async with self._reasons.of(inside, act):
                yield inside
        except ChatRefused as refused:
            if refused.code != FORBIDDEN or not self._moves.is_replaced(inside):
                raise
            log.info("left as it is in a room that was upgraded", extra={"room": inside, "event": message.id})

    async def _with_place(self, card: Card, room: RoomRef, message: MessageRef | None) -> Card:
        said = message.id if message else ""
        inside = await (self._moves.room_of(_room(room), said) if said else self._moves.current(_room(room)))
        where = links.to_room(inside, self._settings.server_name, said)
        about = _ABOUT.get(card.language, _ABOUT["en"]), _THIS.get(card.language, _THIS["en"])
        note = Note((Span(about[0]), Span(about[1], Style.LINK, where)))
        return replace(card, blocks=(*(card.blocks or (Paragraph(plain(card.summary)),)), note))


def _room(room: RoomRef) -> str:
    if room.platform is not Platform.MATRIX:
        raise ChatRefused("wrong_network", f"{room} is not a Matrix room.")
    return room.id


def _user(user: UserRef) -> str:
    if user.platform is not Platform.MATRIX:
        raise ChatRefused("wrong_network", f"{user} is not a Matrix account.")
    return user.id


def _thread_message(event: Event, room: RoomRef, me: speech.Self, names: Mapping[str, str]) -> ThreadMessage | None:
    from_bot = event.get("sender") == me.user_id
    content = reading.newest_content(event)
    said = speech.read(content, me)
    text = string(content.get("body")) if from_bot else said.text if said else ""
    if not text:
        return None
    sender = string(event.get("sender"))
    relates = reading.mapping(reading.mapping(event.get("content")).get("m.relates_to"))
    root = string(relates.get("event_id")) if relates.get("rel_type") == "m.thread" else ""
    return ThreadMessage(
        MessageRef(room, string(event.get("event_id"))), UserRef(Platform.MATRIX, sender), names[sender], text,
        reading.time_of(event), from_bot, ThreadRef(room, root) if root else None,
        translate.files_of({**event, "content": content}, room.id),
    )  # fmt: skip

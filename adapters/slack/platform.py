"""The port to chat, on Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from starlette.routing import Route

from adapters.slack import checking, contents, modals, refusals, render, rooms
from adapters.slack import home as home_tab
from adapters.slack import presence as presences
from adapters.slack.accounts import Accounts
from adapters.slack.contents import files_of
from adapters.slack.directs import Directs, is_person
from adapters.slack.door import Door
from adapters.slack.emoji import name_of
from adapters.slack.identity import Me, room_ref, user_ref
from adapters.slack.listening import Listening
from adapters.slack.pace import Pace, Rank, Turn
from adapters.slack.settings import SlackSettings
from adapters.slack.translate import at
from adapters.slack.web import Web
from bot.cards import Card
from bot.chat import Finding, Inbox, Once
from bot.errors import ChatRefused
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.home import Home
from bot.presence import Presence
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import Voices

Json = dict[str, Any]

EVENT_TYPE = "swarmbridge"
"""The type of the metadata that carries an act's key on every message the bot posts."""
_NOT_THERE = {"user_not_in_channel", "not_in_channel", "channel_not_found"}
_NOTHING_TO_UNFURL = {"cannot_find_channel", "cannot_find_message", "cannot_unfurl_message", "cannot_unfurl_url"}
"""The message was taken back or edited meanwhile, or is where the bot cannot see it."""
_PERMALINKS_KNOWN = 500
_TOO_LATE = {"expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id"}


class SlackChat:
    """One Slack workspace. ``rooms`` are those the catalogue names, looked at by ``check``."""

    def __init__(
        self,
        settings: SlackSettings,
        voices: Voices,
        *,
        rooms: Callable[[], Iterable[RoomRef]] = tuple,
        web: Web | None = None,
    ) -> None:
        self._settings = settings
        self._rooms = rooms
        pace = Pace(minute=settings.minute, known=settings.limits_are_known)
        self._web = web or Web(settings.bot_token, settings.api_url, settings.patience, pace)
        self._accounts = Accounts(self._web)
        self._directs = Directs(self._web)
        self._permalinks: dict[MessageRef, str] = {}
        self.listening = Listening(settings, self._web, self._accounts, self._directs, voices)
        self._door = Door(settings)

    @property
    def platform(self) -> Platform:
        """Slack."""
        return Platform.SLACK

    @property
    def connected(self) -> bool:
        """Whether it is heard right now."""
        return self._door.connected

    def routes(self) -> list[Route]:
        """What the web server must serve for HTTP mode: ``/slack/events``; nothing without a signing secret."""
        return self._door.routes()

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.listening.listen(inbox))
            await self.listening.ready.wait()
            await self._door.open(self.listening.hear, self.listening.look_back, self.listening.swept.wait)

    async def close(self) -> None:
        """Close connections; to be called once nothing is said any more."""
        await self._web.close()

    async def post(self, room: RoomRef, card: Card, once: Once, *, thread: ThreadRef | None = None) -> MessageRef:
        """Post a card. Its metadata carries the key, which is looked for before a doubtful repeat."""
        if once.doubtful:
            room = await self._directs.opened(room)
            if ts := await self._posted_before(room, thread, once):
                return MessageRef(room, ts)
        try:
            answer = await self._said(room, card, once, thread)
        except ChatRefused as refused:
            if refused.code == "channel_not_found" and is_person(room):
                raise ChatRefused("user_not_found", refusals.advice("user_not_found")) from None
            raise
        return MessageRef(self._directs.found(room, str(answer["channel"])), str(answer["ts"]))

    async def _said(self, room: RoomRef, card: Card, once: Once, thread: ThreadRef | None) -> Json:
        return await self._web.call(
            "chat.postMessage", turn=Turn(Rank.BROADCAST, once.key) if once.broadcast else None,
            channel=room.id, thread_ts=thread.root if thread else None, **render.message(card),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": once.key}},
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip

    async def _posted_before(self, room: RoomRef, thread: ThreadRef | None, once: Once) -> str | None:
        me = await self._accounts.me()
        oldest = f"{(once.since - rooms.SLACK_OF_CLOCKS).timestamp():.6f}"
        looked: Json = {"channel": room.id, "oldest": oldest, "include_all_metadata": True}
        try:
            if thread:
                found = await self._web.whole("conversations.replies", "messages", ts=thread.root, **looked)
            else:
                found = await self._web.whole("conversations.history", "messages", **looked)
        except ChatRefused as refused:
            if refused.code != "thread_not_found":
                raise
            return None
        ours = (message for message in found if me.wrote(message) and _key_of(message) == once.key)
        return next((str(message["ts"]) for message in ours), None)

    async def edit(self, message: MessageRef, card: Card, once: Once) -> None:
        """Replace one of the bot's own messages; the same twice is the same."""
        await self._web.call("chat.update", channel=message.room.id, ts=message.id, **render.message(card))

    async def retract(self, message: MessageRef, once: Once) -> None:
        """Take one of the bot's own messages back."""
        await _unless(self._web.call("chat.delete", channel=message.room.id, ts=message.id), "message_not_found")

    async def react(self, message: MessageRef, emoji: str, once: Once) -> None:
        """React with an emoji character."""
        call = self._web.call("reactions.add", channel=message.room.id, timestamp=message.id, name=name_of(emoji))
        await _unless(call, "already_reacted")

    async def unreact(self, message: MessageRef, emoji: str, once: Once) -> None:
        """Take the bot's reaction back."""
        call = self._web.call("reactions.remove", channel=message.room.id, timestamp=message.id, name=name_of(emoji))
        await _unless(call, "no_reaction")

    async def preview(self, message: MessageRef, address: str, card: Card, once: Once) -> None:
        """Unfurl a link to one of our pages; the same twice is the same."""
        shown = {address: {"blocks": render.message(card)["blocks"]}}
        try:
            await self._web.call("chat.unfurl", channel=message.room.id, ts=message.id, unfurls=shown)
        except ChatRefused as refused:
            if refused.code not in _NOTHING_TO_UNFURL:
                raise

    async def pin(self, message: MessageRef, once: Once) -> None:
        """Pin a message."""
        call = self._web.call("pins.add", channel=message.room.id, timestamp=message.id)
        await _unless(call, "already_pinned")

    async def answer(
        self, room: RoomRef, user: UserRef, card: Card, once: Once, *,
        thread: ThreadRef | None = None, message: MessageRef | None = None,
    ) -> None:  # fmt: skip
        """Tell one person alone: an ephemeral message, or a direct one where the bot or they are not in the room.

        Slack keeps no trace of an ephemeral message, so a doubtful repeat may be seen twice.
        """
        try:
            await self._web.call(
                "chat.postEphemeral", channel=room.id, user=user.id, thread_ts=thread.root if thread else None,
                **render.message(card),
            )  # fmt: skip
        except ChatRefused as refused:
            if refused.code not in _NOT_THERE:
                raise
            await self.post(await self.direct_room(user), card, once)

    async def ask(
        self, room: RoomRef, user: UserRef, form: Form, trigger: str, once: Once, *, thread: ThreadRef | None = None
    ) -> None:
        """Open a modal; the trigger lasts three seconds and works once."""
        try:
            await self._web.call("views.open", trigger_id=trigger, view=modals.view(form, room, thread))
        except ChatRefused as refused:
            if once.doubtful and refused.code == "exchanged_trigger_id":
                return  # an earlier try was performed
            if refused.code in _TOO_LATE:
                raise ChatRefused("expired_trigger", "the form is asked in the thread instead") from None
            raise

    async def show_home(self, user: UserRef, home: Home, once: Once) -> None:
        """Publish somebody's Home tab; the same twice is the same."""
        await self._web.call("views.publish", user_id=user.id, view=home_tab.view(home))

    async def direct_room(self, user: UserRef) -> RoomRef:
        """The direct conversation with a person, to post in; nothing is called for it."""
        return self._directs.room(user.id)

    async def open_room(self, name: str, topic: str, once: Once, *, private: bool = False) -> RoomRef:
        """Open a channel; what it is called follows Slack's rules for names."""
        return room_ref(await rooms.open_room(self._web, await self._accounts.me(), name, topic, once, private=private))

    async def open_room_near(
        self, near: UserRef, name: str, topic: str, once: Once, *, private: bool = False
    ) -> RoomRef:
        """Open a channel where this person is: in an organisation that is one of its workspaces."""
        team, me = await self._web.team_near(near.id), await self._accounts.me()
        return room_ref(await rooms.open_room(self._web, me, name, topic, once, private=private, team=team))

    async def invite(self, room: RoomRef, users: Sequence[UserRef], once: Once) -> Mapping[UserRef, WhyNot]:
        """Invite people, a hundred at a time; returns those Slack refused, and why."""
        elsewhere = {user: WhyNot.ELSEWHERE for user in users if user.platform is not Platform.SLACK}
        unique = list(dict.fromkeys(user.id for user in users if user.platform is Platform.SLACK))
        refused = await rooms.invite(self._web, room.id, unique)
        return elsewhere | {user_ref(user): why for user, why in refused.items()}

    async def remove(self, room: RoomRef, user: UserRef, once: Once) -> bool:
        """Take somebody out of a channel; False where the workspace lets only its admins do that."""
        return await rooms.remove(self._web, room.id, user.id)

    async def set_topic(self, room: RoomRef, topic: str, once: Once) -> None:
        """Change the topic, cut to what Slack takes."""
        await rooms.set_topic(self._web, room.id, topic)

    async def bookmark(self, room: RoomRef, title: str, address: str, once: Once) -> None:
        """Keep an address among the channel's bookmarks."""
        await rooms.bookmark(self._web, room.id, title, address, once)

    async def close_room(self, room: RoomRef, once: Once) -> None:
        """Archive the channel."""
        await _unless(self._web.call("conversations.archive", channel=room.id), "already_archived")

    async def read_thread(self, thread: ThreadRef) -> Sequence[ThreadMessage]:
        """The message the thread hangs on and its answers, oldest first."""
        me = await self._accounts.me()
        read = await self._web.whole("conversations.replies", "messages", channel=thread.room.id, ts=thread.root)
        # every page may begin with the root again
        messages = sorted({message["ts"]: message for message in read}.values(), key=lambda said: float(said["ts"]))
        named = frozenset[str]().union(*map(contents.named, messages))
        names = await self._accounts.names(named | {str(m["user"]) for m in messages if m.get("user")})
        return [_read(message, thread.room, me, names) for message in messages]

    async def members(self, room: RoomRef) -> Sequence[UserRef]:
        """Who is in a room, the bot left out."""
        me = await self._accounts.me()
        found = self._web.pages("conversations.members", "members", channel=room.id)
        return [user_ref(str(user)) async for user in found if user != me.user]

    async def group(self, id: str) -> Sequence[UserRef]:  # noqa: A002 - an id is called id everywhere
        """Who is in a user group of the workspace."""
        answer = await self._web.call("usergroups.users.list", usergroup=id)
        return [user_ref(str(user)) for user in answer.get("users") or []]

    async def presence(self, users: Sequence[UserRef]) -> Mapping[UserRef, Presence]:
        """Who is away, and who does not want to be disturbed."""
        found = await presences.of(self._web, [user.id for user in users])
        return {user_ref(user): one for user, one in found.items()}

    async def link_to(self, message: MessageRef) -> str:
        """An address that opens the message."""
        if message not in self._permalinks:
            answer = await self._web.call("chat.getPermalink", channel=message.room.id, message_ts=message.id)
            if len(self._permalinks) >= _PERMALINKS_KNOWN:
                self._permalinks.clear()
            self._permalinks[message] = str(answer["permalink"])
        return self._permalinks[message]

    async def check(self) -> Sequence[Finding]:
        """Whether tokens, scopes and the catalogue's rooms are as they must be."""
        return await checking.findings(self._settings, self._web, self._rooms())

    async def check_workspace(self, called: str, install_url: str) -> Sequence[Finding]:
        """The same for one workspace among several, without what is the app's own."""
        return await checking.workspace(self._web, self._rooms(), called, install_url)


def _key_of(message: Json) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key") or "")


def _read(message: Json, room: RoomRef, me: Me, names: dict[str, str]) -> ThreadMessage:
    by = str(message.get("user") or message.get("bot_id") or "")
    root = str(message.get("thread_ts") or message["ts"])
    return ThreadMessage(
        message=MessageRef(room, str(message["ts"])), by=user_ref(by), by_name=names.get(by, ""),
        text=contents.read(message, me.user, names).text, at=at(str(message["ts"])),
        from_bot=bool(message.get("bot_id")) or me.wrote(message),
        thread=ThreadRef(room, root) if root != message["ts"] else None, files=files_of(message),
    )  # fmt: skip


async def _unless(call: Awaitable[Json], done: str) -> None:
    """Await a call; that it was done already is success."""
    try:
        await call
    except ChatRefused as refused:
        if refused.code != done:
            raise

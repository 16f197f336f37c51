"""The port to chat, on Slack in many workspaces: each act goes to the workspace that its references name."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from starlette.routing import Route

from adapters.slack import checking
from adapters.slack.door import Door
from adapters.slack.installations import Installations
from adapters.slack.installing import Installing
from adapters.slack.listeners import Listeners
from adapters.slack.naming import Naming, workspace_of
from adapters.slack.renewing import Renewing
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from adapters.slack.workspaces import Workspace, Workspaces
from bot.cards import Card
from bot.chat import Finding, Inbox, Once
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import ThreadMessage, WhyNot
from bot.forms import Form
from bot.home import Home
from bot.presence import Presence
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.texts import Voices

log = logging.getLogger(__name__)


class SlackWorkspaces:
    """Slack, in every workspace where the app is installed. References are those of ``adapters.slack.naming``."""

    def __init__(
        self,
        settings: SlackSettings,
        voices: Voices,
        installations: Installations,
        *,
        rooms: Callable[[], Iterable[RoomRef]] = tuple,
    ) -> None:
        self._settings = settings
        self._rooms = rooms
        self._web = Web("", settings.api_url, settings.patience)
        renewing = Renewing(settings, installations, self._web)
        self._workspaces = Workspaces(
            installations, renewing, settings.may_install, lambda kept: Workspace(kept, settings, voices, rooms)
        )  # fmt: skip
        self._door = Door(settings)
        self._listeners = Listeners(settings, self._workspaces, self._door)
        self._installing = Installing(settings, installations, voices, self._web, self._listeners.look_now)

    @property
    def platform(self) -> Platform:
        """Slack."""
        return Platform.SLACK

    @property
    def connected(self) -> bool:
        """Whether it is heard right now."""
        return self._door.connected

    def routes(self) -> list[Route]:
        """What the web server must serve: the pages to install the app, and ``/slack/events`` with a signing secret."""
        return [*self._installing.routes(), *self._door.routes()]

    async def listen(self, inbox: Inbox) -> None:
        """Hear until cancelled."""
        await self._listeners.listen(inbox)

    async def close(self) -> None:
        """Close connections; to be called once nothing is said any more."""
        for here in self._workspaces.at_work.values():
            await here.chat.close()
        await self._web.close()

    async def post(self, room: RoomRef, card: Card, once: Once, *, thread: ThreadRef | None = None) -> MessageRef:
        """Post a card."""
        here, to = self._at(room)
        said = await here.chat.post(to.inside(room), to.inside(card), once, thread=to.inside(thread))
        return to.outside(said)

    async def edit(self, message: MessageRef, card: Card, once: Once) -> None:
        """Replace one of the bot's own messages."""
        here, to = self._at(message.room)
        await here.chat.edit(to.inside(message), to.inside(card), once)

    async def retract(self, message: MessageRef, once: Once) -> None:
        """Take one of the bot's own messages back."""
        here, to = self._at(message.room)
        await here.chat.retract(to.inside(message), once)

    async def react(self, message: MessageRef, emoji: str, once: Once) -> None:
        """React with an emoji character."""
        here, to = self._at(message.room)
        await here.chat.react(to.inside(message), emoji, once)

    async def unreact(self, message: MessageRef, emoji: str, once: Once) -> None:
        """Take the bot's reaction back."""
        here, to = self._at(message.room)
        await here.chat.unreact(to.inside(message), emoji, once)

    async def preview(self, message: MessageRef, address: str, card: Card, once: Once) -> None:
        """Unfurl a link to one of our pages."""
        here, to = self._at(message.room)
        await here.chat.preview(to.inside(message), address, to.inside(card), once)

    async def pin(self, message: MessageRef, once: Once) -> None:
        """Pin a message."""
        here, to = self._at(message.room)
        await here.chat.pin(to.inside(message), once)

    async def answer(
        self, room: RoomRef, user: UserRef, card: Card, once: Once, *,
        thread: ThreadRef | None = None, message: MessageRef | None = None,
    ) -> None:  # fmt: skip
        """Tell one person alone."""
        here, to = self._at(room)
        await here.chat.answer(
            to.inside(room), to.inside(user), to.inside(card), once,
            thread=to.inside(thread), message=to.inside(message),
        )  # fmt: skip

    async def ask(
        self, room: RoomRef, user: UserRef, form: Form, trigger: str, once: Once, *, thread: ThreadRef | None = None
    ) -> None:
        """Open a modal."""
        here, to = self._at(room)
        await here.chat.ask(
            to.inside(room), to.inside(user), to.inside(form), trigger, once, thread=to.inside(thread)
        )  # fmt: skip

    async def show_home(self, user: UserRef, home: Home, once: Once) -> None:
        """Publish somebody's Home tab."""
        here, to = self._at(user)
        await here.chat.show_home(to.inside(user), to.inside(home), once)

    async def direct_room(self, user: UserRef) -> RoomRef:
        """The direct conversation with a person."""
        here, to = self._at(user)
        return to.outside(await here.chat.direct_room(to.inside(user)))

    async def open_room(self, name: str, topic: str, once: Once, *, private: bool = False) -> RoomRef:
        """Open a channel where there is only one workspace; see ``open_room_near``."""
        here = self._workspaces.only()
        return here.naming.outside(await here.chat.open_room(name, topic, once, private=private))

    async def open_room_near(
        self, near: UserRef, name: str, topic: str, once: Once, *, private: bool = False
    ) -> RoomRef:
        """Open a channel in the workspace of this person."""
        here, to = self._at(near)
        return to.outside(await here.chat.open_room_near(to.inside(near), name, topic, once, private=private))

    async def invite(self, room: RoomRef, users: Sequence[UserRef], once: Once) -> Mapping[UserRef, WhyNot]:
        """Invite people; returns those Slack refused, among them whoever is of another workspace."""
        here, to = self._at(room)
        home = [user for user in users if workspace_of(user) == here.id]
        refused = {user: WhyNot.ELSEWHERE for user in users if user not in home}
        if home:
            refused |= to.outside(await here.chat.invite(to.inside(room), to.inside(home), once))
        return refused

    async def remove(self, room: RoomRef, user: UserRef, once: Once) -> bool:
        """Take somebody out of a channel; False where the workspace lets only its admins do that."""
        here, to = self._at(room)
        return workspace_of(user) != here.id or await here.chat.remove(to.inside(room), to.inside(user), once)

    async def set_topic(self, room: RoomRef, topic: str, once: Once) -> None:
        """Change the topic."""
        here, to = self._at(room)
        await here.chat.set_topic(to.inside(room), topic, once)

    async def bookmark(self, room: RoomRef, title: str, address: str, once: Once) -> None:
        """Keep an address among the channel's bookmarks."""
        here, to = self._at(room)
        await here.chat.bookmark(to.inside(room), title, address, once)

    async def close_room(self, room: RoomRef, once: Once) -> None:
        """Archive the channel."""
        here, to = self._at(room)
        await here.chat.close_room(to.inside(room), once)

    async def read_thread(self, thread: ThreadRef) -> Sequence[ThreadMessage]:
        """The message the thread hangs on and its answers, oldest first."""
        here, to = self._at(thread.room)
        return to.outside(await here.chat.read_thread(to.inside(thread)))

    async def members(self, room: RoomRef) -> Sequence[UserRef]:
        """Who is in a room, the bot left out."""
        here, to = self._at(room)
        return to.outside(await here.chat.members(to.inside(room)))

    async def group(self, id: str) -> Sequence[UserRef]:  # noqa: A002 - an id is called id everywhere
        """Who is in a user group, which is named with its workspace like a room."""
        group = RoomRef(Platform.SLACK, id)
        here, to = self._at(group)
        return to.outside(await here.chat.group(to.inside(group).id))

    async def presence(self, users: Sequence[UserRef]) -> Mapping[UserRef, Presence]:
        """Who is away, and who does not want to be disturbed; whoever is of no workspace at work is left out."""
        by_workspace: defaultdict[str, list[UserRef]] = defaultdict(list)
        for user in users:
            by_workspace[workspace_of(user)].append(user)
        found: dict[UserRef, Presence] = {}
        failed: ChatUnavailable | ChatRefused | None = None
        for id_, there in by_workspace.items():
            if (here := self._workspaces.at_work.get(id_)) is None:
                continue
            try:
                found |= here.naming.outside(await here.chat.presence(here.naming.inside(there)))
            except (ChatUnavailable, ChatRefused) as why:
                log.info("presence is not to be had in one workspace", extra={"workspace": id_, "why": str(why)})
                failed = why
        if failed is not None and not found:
            raise failed
        return found

    async def link_to(self, message: MessageRef) -> str:
        """An address that opens the message."""
        here, to = self._at(message.room)
        return await here.chat.link_to(to.inside(message))

    async def check(self) -> Sequence[Finding]:
        """Whether the app's own tokens, and those of each workspace, are as they must be; and the catalogue's rooms."""
        await self._workspaces.look()
        each = await asyncio.gather(*(
            here.chat.check_workspace(here.called, self._settings.install_url)
            for _, here in sorted(self._workspaces.at_work.items())
        ))  # fmt: skip
        app = [finding async for finding in checking.ways(self._settings)]
        homeless = [room for room in self._rooms() if workspace_of(room) not in self._workspaces.at_work]
        standing = checking.standing(
            len(self._workspaces.at_work), self._workspaces.locked, self._workspaces.uninvited.keys(), self._settings
        )  # fmt: skip
        return [
            *app, *standing, *(finding for findings in each for finding in findings), *checking.homeless(homeless),
        ]  # fmt: skip

    def _at(self, ref: RoomRef | UserRef) -> tuple[Workspace, Naming]:
        here = self._workspaces.at(ref)
        return here, here.naming

"""One whole strict Slack: the server, the workspace, the people, and everything a test may look at or turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from aiohttp import web

from . import events, installing, responses
from .acts import messages, rooms
from .app import App, Token
from .delivery import Delivery, Outcome
from .errors import PersonCannot
from .faults import Faults
from .http_mode import HttpMode
from .model import Enterprise, Json, Message, Room, RoomKind, User, UserGroup, Workspace
from .people import Person
from .rates import Rates
from .socket_mode import SocketMode
from .web_api.front import Front
from .world import ApiCall, Violation, World

T = TypeVar("T")


class StrictSlack:
    """A Slack on 127.0.0.1 that is as strict as the real one and says what it was asked.

    Use it as ``async with StrictSlack() as slack:`` or with `start` and `stop`.
    """

    bot_token = "xoxb-strict-bot"
    app_token = "xapp-1-strict-app"

    def __init__(
        self, *, seed: int = 0, strict: bool = False, manifest: Json | None = None, installed: bool = True
    ) -> None:
        self.app = App()
        if manifest is not None:
            self.app.read_manifest(manifest)
        self.world = World(self.app, seed)
        self.faults = Faults(self.world.dice)
        self.rates = Rates()
        self.delivery = Delivery(self.world.changes)
        self.sockets = SocketMode(self.world)
        self.http = HttpMode(self.world)
        self.front = Front(self.world, self.faults, self.rates, strict)
        self.world.outgoing = self.delivery.send
        self.workspace = self.add_workspace("Example", "example")
        self.owner = self.person("owner", real_name="Olive Owner")
        if installed:
            self.install(self.workspace, self.bot_token)
        self.world.tokens[self.app_token] = Token(self.app_token, "app", frozenset({"connections:write"}))
        self.channel("general").is_general = True
        self._runner: web.AppRunner | None = None
        self.use_socket()

    @property
    def bot(self) -> User:
        """The bot user of the first workspace."""
        return self.world.bots[self.workspace.id]

    # -- starting and stopping --------------------------------------------------------------------------------------

    async def start(self, port: int = 0, extra_routes: Iterable[web.RouteDef] = ()) -> Self:
        """Listens on 127.0.0.1; port 0 takes a free one."""
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.router.add_route("*", "/api/{method}", self.front.handle)
        application.router.add_get("/link/", self.sockets.handle)
        application.router.add_get("/oauth/v2/authorize", self._ask_for_consent)
        application.router.add_post("/response/{key:.+}", self._respond)
        application.router.add_routes(list(extra_routes))
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self.delivery.stop()
        await self.sockets.stop()
        await self.http.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    async def _respond(self, request: web.Request) -> web.Response:
        return await responses.handle_response_url(self.world, request)

    async def _ask_for_consent(self, request: web.Request) -> web.Response:
        try:
            query = installing.asked(self.world, str(request.url))
        except PersonCannot as shown:
            return web.Response(status=400, text=str(shown))
        return web.Response(text=f"{self.app.name} asks for {query['scope']}: Allow or Cancel?")

    @property
    def url(self) -> str:
        """Where this Slack listens, such as ``http://127.0.0.1:40123``."""
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """The base URL for a Web API client."""
        return f"{self.world.base_url}/api/"

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    # -- furnishing the workspace, without any event -----------------------------------------------------------------

    def add_enterprise(self, name: str) -> Enterprise:
        """An organisation that workspaces can be in (Enterprise Grid)."""
        return Enterprise(self.world.ids.new("E"), name)

    def add_workspace(self, name: str, domain: str, enterprise: Enterprise | None = None) -> Workspace:
        workspace = Workspace(self.world.ids.new("T"), name, domain, enterprise)
        self.world.workspaces[workspace.id] = workspace
        workspace.users["USLACKBOT"] = User("USLACKBOT", workspace.id, "slackbot", "Slackbot", tz="America/Los_Angeles")
        return workspace

    def install(self, workspace: Workspace, secret: str, scopes: Iterable[str] | None = None) -> User:
        """Installs the app in a workspace; the bot user that now is there."""
        handle = self.app.name.lower().replace(" ", "_")
        bot = User(self.world.ids.new("U"), workspace.id, handle, self.app.name, is_bot=True, tz="America/Los_Angeles")
        bot.bot_id, bot.app_id = self.world.ids.new("B"), self.app.id
        workspace.users[bot.id] = bot
        self.world.bots[workspace.id] = bot
        granted = self.app.scopes if scopes is None else frozenset(scopes)
        self.world.tokens[secret] = Token(secret, "bot", granted, workspace.id, bot.id)
        return bot

    def person(self, handle: str, *, workspace: Workspace | None = None, **profile: Any) -> Person:
        """The person with this handle, made when there is none; ``profile`` are fields of `User`."""
        home = workspace or self.workspace
        user = home.user_named(handle)
        if user is None:
            name = profile.pop("real_name", handle.replace(".", " ").title())
            email = profile.pop("email", f"{handle}@example.com")
            user = User(self.world.ids.new("U"), home.id, handle, name, email)
            user.enterprise_id = home.enterprise.id if home.enterprise else ""
            home.users[user.id] = user
        for field, value in profile.items():
            if not hasattr(user, field):
                raise TypeError(f"a person has no {field}")
            setattr(user, field, value)
        return Person(self.world, self.delivery, home, user)

    def channel(
        self, name: str, *members: Person, private: bool = False, bot: bool = True, workspace: Workspace | None = None
    ) -> Room:
        """The channel with this name, made when there is none; these people, and the bot, are in it."""
        home = workspace or self.workspace
        room = home.room_named(name)
        if room is None:
            kind: RoomKind = "private" if private else "public"
            owner = self.person("owner", workspace=home)
            created = int(self.world.clock.now())
            room = Room(self.world.ids.new("C"), name.removeprefix("#"), kind, owner.id, created, home, [owner.id])
            home.rooms[room.id] = room
        app_bot = self.world.bots.get(home.id)
        inside = [*(member.id for member in members), *([app_bot.id] if bot and app_bot else [])]
        room.members += [one for one in dict.fromkeys(inside) if one not in room.members]
        return room

    def group(self, handle: str, *members: Person, name: str | None = None) -> UserGroup:
        """A user group with exactly these people."""
        now = int(self.world.clock.now())
        ids = [member.id for member in members]
        group = UserGroup(self.world.ids.new("S"), handle, name or handle.title(), ids, now, now, self.owner.id)
        self.workspace.groups[group.id] = group
        return group

    # -- how the app is reached --------------------------------------------------------------------------------------

    def use_socket(self) -> None:
        """Everything goes through Socket Mode; this is how it starts."""
        self.app.request_url = None
        self.delivery.use(self.sockets)

    async def use_http(self, url: str, *, verify: bool = True) -> None:
        """Everything goes, signed, to this request URL, which must first answer Slack's challenge."""
        self.app.request_url = url
        self.delivery.use(self.http)
        if verify and not await self.http.verify_url():
            raise AssertionError(f"{url} did not answer the challenge: {self.http.exchanges[-1]}")

    async def send_raw(self, kind: events.ParcelKind, payload: Json) -> Outcome:
        """Sends any payload once, also a forged or stale one."""
        return await self.delivery.send_once(events.Parcel(kind, payload, takes_answer=kind != "events_api"))

    def tell(self, event: Json, room: Room | None = None) -> None:
        """Sends any event, wrapped as Slack wraps it, if the app may hear it."""
        self.world.tell(self.workspace, event, room)

    # -- what happens to the installation ----------------------------------------------------------------------------

    def revoke(self, secret: str | None = None) -> None:
        """The bot's token is worth nothing from now on."""
        token = self.world.tokens[secret or self.bot_token]
        bots = [token.user_id] if token.kind == "bot" else []
        event = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": bots}, "event_ts": self.world.clock.stamp()}
        self.world.tell(self.world.workspaces[self.world.reached(token)[0]], event)
        token.revoked = True

    def uninstall(self, workspace: Workspace | None = None) -> None:
        """Somebody removes the app from the workspace."""
        home = workspace or self.workspace
        self.world.tell(home, {"type": "app_uninstalled", "event_ts": self.world.clock.stamp()})
        bot = self.world.bots[home.id]
        live = [one for one in self.world.tokens.values() if one.user_id == bot.id and not one.revoked]
        for token in live:
            self.revoke(token.secret)
        bot.deleted = True

    def tokens_of(self, workspace: Workspace) -> list[Token]:
        """The bot's tokens that are good in a workspace, oldest first."""
        now = self.world.clock.now()
        good = (one for one in self.world.tokens.values() if one.kind == "bot" and not one.revoked)
        return [
            one for one in good
            if workspace.id in self.world.reached(one) and (one.expires_at is None or one.expires_at > now)
        ]  # fmt: skip

    def grant(self, *scopes: str) -> None:
        """The bot holds exactly these scopes from now on."""
        self.world.tokens[self.bot_token].scopes = frozenset(scopes)

    def change_person(self, person: Person, **profile: Any) -> None:
        """Changes a profile and tells the app."""
        self.person(person.user.handle, workspace=person.workspace, **profile)
        rooms.tell_user_changed(self.world, person.workspace, person.user)

    def pass_time(self, seconds: float) -> None:
        """Moves Slack's clock forward: forms, links and tokens expire, scheduled messages are posted."""
        self.world.clock.advance(seconds)
        for workspace in self.world.workspaces.values():
            messages.post_due(self.world, workspace)

    def integration_says(self, where: Room, text: str, username: str = "alertmanager") -> Message:
        """Another app posts a message of the kind ``bot_message``."""
        bot_id = self.world.ids.new("B")
        extra = {"username": username, "icons": {"emoji": ":bell:"}}
        return messages.post(
            self.world,
            where,
            User("", self.workspace.id, username, username),
            text,
            subtype="bot_message",
            bot_id=bot_id,
            app_id="A0OTHER001",
            extra=extra,
        )

    # -- looking and waiting -----------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[ApiCall]:
        return self.world.calls

    @property
    def violations(self) -> list[Violation]:
        return self.world.violations

    def called(self, method: str) -> list[ApiCall]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, look: Callable[[], T], timeout: float = 5.0) -> T:
        """Returns what ``look`` finds as soon as it is truthy; `TimedOut` shows all rooms when it never is."""
        return await self.world.changes.wait_for(look, timeout, self.transcript)

    async def wait_for_text(
        self, where: str | Room, words: str, timeout: float = 5.0, *, by: User | None = None
    ) -> Message:
        """The newest message in a room that shows these words, from the bot unless somebody else is named."""
        speaker = by or self.bot

        def look() -> Message | None:
            room = where if isinstance(where, Room) else self.workspace.room_named(where)
            said = reversed(room.all_messages.values()) if room else []
            by_them = (one for one in said if one.user == speaker.id and not one.deleted and not one.is_notice)
            return next((one for one in by_them if words in one.plain), None)

        found = await self.wait_for(look, timeout)
        assert found is not None
        return found

    async def settle(self, timeout: float = 10.0) -> None:
        """Waits until every event has been acknowledged or given up."""
        await self.wait_for(lambda: self.delivery.is_quiet, timeout)

    def assert_clean(self) -> None:
        """Fails when the app broke a rule of Slack's documentation."""
        assert not self.violations, "\n".join(f"{one.method}: {one.kind}: {one.detail}" for one in self.violations)

    def transcript(self) -> str:
        """All rooms as people read them, for when a test fails."""
        lines: list[str] = []
        for room in self.workspace.rooms.values():
            lines += [f"{room}:"] if room.history else []
            for message in room.history:
                lines.append(f"  {'  ' if message.is_reply else ''}{self._speaker(message)}: {message.plain}")
        for whisper in self.workspace.ephemerals:
            reader = self.workspace.name_of(whisper.ephemeral_to or "")
            lines.append(f"only for {reader} in {whisper.room}: {whisper.plain}")
        failed = [f"  {call.method} -> {call.status} {call.error}" for call in self.calls if not call.ok]
        return "\n".join([*lines, "refused calls:" if failed else "no refused calls", *failed[-20:]])

    def _speaker(self, message: Message) -> str:
        buttons = "".join(f" [{one.label}]" for one in message.buttons)
        return f"{self.workspace.name_of(message.user) or message.user}{buttons}"

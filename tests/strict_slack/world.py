"""Everything one strict Slack knows, and the two ways in which it lets others know: telling the app, waking tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from . import clock, events
from .app import App, Token
from .changes import Changes
from .model import Enterprise, Json, Message, Room, User, Workspace


@dataclass(frozen=True)
class ApiCall:
    """A call of the Web API, as it came and as it was answered."""

    method: str
    args: Json
    at: float
    token: str
    answer: Json
    status: int = 200
    performed: bool = True

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))

    @property
    def error(self) -> str | None:
        return self.answer.get("error")


@dataclass(frozen=True)
class Violation:
    """Something the app did that Slack's documentation forbids or that real Slack silently ignores."""

    method: str
    kind: str
    detail: str


@dataclass
class Trigger:
    """The short-lived right to open a modal for somebody."""

    user: str
    expires_at: float
    used: bool = False
    view_id: str | None = None


@dataclass
class ResponseUrl:
    """A link under which the app may answer in a conversation, five times within half an hour."""

    room: Room
    user: str
    expires_at: float
    message: Message | None = None
    uses: int = 0


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to and the app has not yet fetched."""

    workspace: Workspace
    installer: str
    scopes: frozenset[str]
    enterprise: Enterprise | None
    expires_at: float


@dataclass
class World:
    """The state behind the Web API, the people and the deliveries."""

    app: App
    seed: int = 0
    base_url: str = ""
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    bots: dict[str, User] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    refreshes: dict[str, Token] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    calls: list[ApiCall] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    not_added: set[str] = field(default_factory=set)
    """Workspaces that their organisation, where the app is installed, has not added it to."""
    outgoing: Callable[[events.Parcel], None] = lambda _parcel: None
    rich_text: bool = True

    def __post_init__(self) -> None:
        self.clock = clock.Clock()
        self.ids = clock.Ids()
        self.dice = clock.chance(self.seed)
        self.changes = Changes()

    def tell(self, workspace: Workspace, event: Json, room: Room | None = None) -> None:
        """Lets the app hear of an event, if it may, and wakes whoever waits for a change."""
        self.changes.mark()
        bot = self.bots.get(workspace.id)
        if bot is None or bot.deleted or not events.reaches(event, room, self.app, self.granted(workspace.id), bot):
            return
        payload = events.callback(
            event,
            app=self.app,
            workspace=workspace,
            bot=bot,
            event_id=self.ids.new("Ev"),
            now=self.clock.now(),
            shared=room is not None and bool(room.shared_with),
            whole=self.is_whole(workspace),
        )
        self.outgoing(events.Parcel("events_api", payload))

    def granted(self, team_id: str) -> frozenset[str]:
        """The scopes that the bot holds in this workspace now."""
        found = [token.scopes for token in self.tokens.values() if self._is_live_bot(token, team_id)]
        return frozenset().union(*found)

    def _is_live_bot(self, token: Token, team_id: str) -> bool:
        return token.kind == "bot" and not token.revoked and team_id in self.reached(token)

    def reached(self, token: Token) -> list[str]:
        """The workspaces that a token is for."""
        if token.enterprise is None:
            return [token.team_id]
        return [workspace.id for workspace in self.workspaces_of(token.enterprise)]

    def workspaces_of(self, enterprise: Enterprise) -> list[Workspace]:
        """The workspaces of an organisation."""
        return [workspace for workspace in self.workspaces.values() if workspace.enterprise == enterprise]

    def bot_of(self, token: Token) -> User:
        """The bot user that speaks with a token."""
        return self.workspaces[self.reached(token)[0]].users[token.user_id]

    def is_whole(self, workspace: Workspace) -> bool:
        """Whether the app is there because it is installed in the whole organisation."""
        live = (one for one in self.tokens.values() if self._is_live_bot(one, workspace.id))
        return any(one.enterprise is not None for one in live)

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """A fresh trigger_id: three seconds, once."""
        made = f"{self.ids.new('')}.{self.dice.randrange(10**12)}.{self.dice.getrandbits(128):032x}"
        self.triggers[made] = Trigger(user, self.clock.now() + 3, view_id=view_id)
        return made

    def response_url(self, room: Room, user: str, message: Message | None = None) -> str:
        """A fresh response_url for what this person did there."""
        key = f"{room.workspace.id}/{self.ids.new('')}/{self.dice.getrandbits(96):024x}"
        self.response_urls[key] = ResponseUrl(room, user, self.clock.now() + 1800, message)
        return f"{self.base_url}/response/{key}"

    def find_room(self, room_id: str) -> Room | None:
        return next((found for workspace in self.workspaces.values() if (found := workspace.rooms.get(room_id))), None)

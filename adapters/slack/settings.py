"""What the adapter must be told to speak to Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from adapters.slack import limits

API_URL = "https://slack.com/api/"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """Tokens and where to use them. With an app token it is heard through Socket Mode, with a signing secret through
    HTTP; both may be on. Secrets never show in a repr."""

    bot_token: str = field(default="", repr=False)
    """The token of the one workspace; none where the app is installed in several."""
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL
    connections: int = 1
    """How many Socket Mode connections are kept. Slack allows an app ten in all, over all its replicas."""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    public_url: str = ""
    """Where people's browsers reach the bot, which they install it in their workspace from."""
    allowed_workspaces: frozenset[str] = frozenset()
    """The workspaces and organisations that may install the app and use it; all of them when none is named."""
    renew_before: timedelta = timedelta(hours=2)
    """So long before it expires a token is renewed; Slack's last twelve hours."""
    look_every: timedelta = timedelta(seconds=5)
    """How often it is looked where the app is installed now, which other replicas may have changed."""
    sweep_every: timedelta = timedelta(minutes=5)
    """How often what Slack may never have delivered is looked for, beside every start and reconnection."""
    patience: float = 10.0
    """Seconds after which a call that has no answer counts as unanswered."""
    minute: float = 60.0
    """The seconds in which Slack takes as many calls as its limits say; tests make it shorter."""
    plans_ahead: bool | None = None
    """Whether calls keep to the documented limits from the start. Unless said so, they do at Slack's own addresses; at
    another they do once a limit was named there."""

    @property
    def install_url(self) -> str:
        """Where the app is installed from."""
        return f"{self.public_url}{INSTALL_PATH}"

    def may_install(self, workspace: str | None, organisation: str | None) -> bool:
        """Whether the app may be used there."""
        return not self.allowed_workspaces or bool(self.allowed_workspaces & {workspace, organisation})

    @property
    def limits_are_known(self) -> bool:
        """Whether the documented limits hold before any was named."""
        return limits.known_at(self.api_url) if self.plans_ahead is None else self.plans_ahead

"""The app under test as Slack knows it: its secrets, what it asked for, and where it is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .model import Enterprise

DEFAULT_SCOPES = frozenset(
    """
    app_mentions:read bookmarks:read bookmarks:write channels:history channels:join channels:manage channels:read
    chat:write commands dnd:read emoji:read files:read groups:history groups:read groups:write im:history im:read
    im:write links:read links:write metadata.message:read mpim:history mpim:read mpim:write pins:read pins:write
    reactions:read reactions:write team:read usergroups:read users:read users:read.email users.profile:read
    """.split()
)

DEFAULT_EVENTS = frozenset(
    """
    app_home_opened app_mention app_uninstalled channel_archive channel_created channel_deleted channel_rename
    channel_unarchive group_archive group_rename group_unarchive member_joined_channel member_left_channel
    message.channels message.groups message.im message.mpim pin_added pin_removed reaction_added reaction_removed
    subteam_members_changed team_join tokens_revoked user_change
    """.split()
)


@dataclass
class App:
    """What was typed into the app's configuration pages. ``None`` for commands or shortcuts lets any name through."""

    id: str = "A0STRICT01"
    name: str = "Swarmbridge"
    client_id: str = "1111.2222"
    client_secret: str = "client-secret"
    signing_secret: str = "signing-secret"
    verification_token: str = "verification-token"
    scopes: frozenset[str] = DEFAULT_SCOPES
    events: frozenset[str] = DEFAULT_EVENTS
    commands: frozenset[str] | None = None
    shortcuts: frozenset[str] | None = None
    home_tab: bool = True
    messages_tab: bool = True
    interactive: bool = True
    unfurl_domains: list[str] = field(default_factory=list)
    redirect_urls: list[str] = field(default_factory=list)
    request_url: str | None = None
    rotation: bool = False
    """Whether tokens expire, once a manifest said so or a test does."""
    tokens_last: float = 43_200.0

    @property
    def uses_sockets(self) -> bool:
        """Without a request URL everything goes through Socket Mode, as Slack's own switch does it."""
        return self.request_url is None

    def read_manifest(self, manifest: dict[str, Any]) -> None:
        """Takes name, scopes, subscriptions, commands and shortcuts from an app manifest."""
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        self.name = manifest.get("display_information", {}).get("name", self.name)
        self.scopes = frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands = frozenset(one["command"] for one in features.get("slash_commands", []))
        self.shortcuts = frozenset(one["callback_id"] for one in features.get("shortcuts", []))
        self.home_tab = bool(features.get("app_home", {}).get("home_tab_enabled", False))
        self.messages_tab = bool(features.get("app_home", {}).get("messages_tab_enabled", True))
        self.interactive = bool(settings.get("interactivity", {}).get("is_enabled", False))
        self.unfurl_domains = list(features.get("unfurl_domains", []))
        self.rotation = bool(settings.get("token_rotation_enabled", False))
        self.redirect_urls = list(manifest.get("oauth_config", {}).get("redirect_urls", []))


@dataclass(eq=False)
class Token:
    """A secret that opens the Web API: ``bot`` for one workspace, ``app`` for Socket Mode."""

    secret: str
    kind: str
    scopes: frozenset[str]
    team_id: str = ""
    user_id: str = ""
    revoked: bool = False
    expires_at: float | None = None
    refresh: str = ""
    enterprise: Enterprise | None = None
    """The organisation whose every workspace it is for; ``team_id`` is empty then."""

"""The app's manifest: what an operator pastes into Slack to create it."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import urlsplit

from adapters.slack.scopes import SCOPES
from adapters.slack.settings import REDIRECT_PATH

Json = dict[str, Any]

SHORTCUT = "report_message"
"""The message shortcut that registers somebody's message."""
REPORT = "report"
"""The global shortcut that asks what is wrong."""
COMMAND = "/swarm"
EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "link_shared", "member_joined_channel", "member_left_channel",
    "message.channels", "message.groups", "message.im", "message.mpim", "reaction_added", "reaction_removed",
    "tokens_revoked",
)  # fmt: skip


def manifest(
    mode: Literal["socket", "http"], base_url: str = "", public_url: str = "", *, several: bool = False
) -> Json:
    """The manifest for Socket Mode, or for HTTP with the address under which Slack reaches Swarmbridge. Links to the
    pages at ``public_url`` are unfurled, and people installing the app are brought back there. ``several``: it is to be
    installed in several workspaces, or in all those of an organisation."""
    if several and not public_url.startswith("https://"):
        raise ValueError("several workspaces need the public https:// address of the pages: set http.public_url")
    address = {"request_url": f"{base_url.rstrip('/')}/slack/events"} if mode == "http" else {}
    if mode == "http" and not base_url.startswith("https://"):
        raise ValueError(
            "HTTP mode needs the public https:// address under which Slack reaches Swarmbridge: "
            "swarmbridge manifest slack --mode http --base-url https://…"
        )
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Swarmbridge",
            "description": "Hears problems, draws the right experts together, keeps everyone informed.",
            "background_color": "#1d3557",
        },
        "features": _features(address, public_url),
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}} | _redirected(public_url),
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | address,
            "interactivity": {"is_enabled": True} | address,
            "org_deploy_enabled": several,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": several,
        },
    }


def _features(address: dict[str, str], public_url: str) -> Json:
    """What people see of the app in Slack."""
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Swarmbridge", "always_online": True},
        "shortcuts": [
            {
                "name": "Report a problem",
                "type": "global",
                "callback_id": REPORT,
                "description": "Tell Swarmbridge what is wrong",
            },
            {
                "name": "Report this",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Report this to Swarmbridge",
            },
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "Report a problem, see what is known, help",
                "usage_hint": "report … | status | help",
                "should_escape": True,
                **({"url": address["request_url"]} if address else {}),
            }
        ],
        **_unfurled(public_url),
    }


def _redirected(public_url: str) -> dict[str, list[str]]:
    return {"redirect_urls": [public_url + REDIRECT_PATH]} if public_url.startswith("https://") else {}


def _unfurled(public_url: str) -> dict[str, list[str]]:
    """Slack takes only domains that could be public."""
    host = urlsplit(public_url).hostname or ""
    return {"unfurl_domains": [host]} if re.fullmatch(r"([\w-]+\.)+[a-z]{2,}", host) else {}

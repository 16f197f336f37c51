"""Which happenings the app hears of, and the envelope Slack wraps around each."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Literal

from .app import App
from .model import Json, Room, User, Workspace

ParcelKind = Literal["events_api", "slash_commands", "interactive"]

_SCOPES: dict[str, set[str]] = {
    "app_mention": {"app_mentions:read"},
    "link_shared": {"links:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "pin_added": {"pins:read"},
    "pin_removed": {"pins:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_archive": {"channels:read"},
    "channel_created": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "subteam_created": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "subteam_members_changed": {"usergroups:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}
_ANYWHERE = {
    "channel_archive", "channel_created", "channel_rename", "channel_unarchive", "channel_left", "group_left",
    "link_shared",
}  # fmt: skip
_MESSAGE_NAMES = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}


@dataclass(eq=False)
class Parcel:
    """One thing on its way to the app."""

    kind: ParcelKind
    payload: Json
    takes_answer: bool = False
    headers: dict[str, str] = field(default_factory=dict)


def subscription(event: Json, room: Room | None) -> str:
    """The name under which an app subscribes to this event."""
    if event["type"] == "message" and room is not None:
        return _MESSAGE_NAMES[room.kind]
    return str(event["type"])


def reaches(event: Json, room: Room | None, app: App, granted: frozenset[str], bot: User) -> bool:
    """True when the app subscribed to it, was granted a scope for it, and its bot is where it happened."""
    name = subscription(event, room)
    if name not in app.events:
        return False
    needed = _SCOPES.get(name)
    if needed is not None and not needed & granted:
        return False
    if name == "message.im" and not app.messages_tab:
        return False
    return room is None or name in _ANYWHERE or room.has(bot)


def callback(event: Json, *, app: App, workspace: Workspace, bot: User, event_id: str, now: float,
             shared: bool = False, whole: bool = False) -> Json:  # fmt: skip
    """The full payload of an event callback; ``whole``: the app is installed in the whole organisation."""
    enterprise = workspace.enterprise.id if workspace.enterprise else None
    channel = event.get("channel")
    context = {"t": workspace.id, "a": app.id, "c": channel if isinstance(channel, str) else ""}
    return {
        "token": app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": enterprise,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": None if whole else workspace.id,
                "user_id": bot.id,
                "is_bot": True,
                "is_enterprise_install": whole,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + base64.urlsafe_b64encode(json.dumps(context).encode()).decode().rstrip("="),
    }

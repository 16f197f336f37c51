"""The JSON in which Slack shows users, rooms, messages and views, as in its published sample payloads."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

from .app import App
from .model import Json, Message, Room, RoomKind, User, UserGroup, View

EVENT_CHANNEL_TYPES: dict[RoomKind, str] = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def user(of: User, *, with_email: bool, with_locale: bool = False) -> Json:
    zone = zoneinfo.ZoneInfo(of.tz)
    offset = datetime.now(UTC).astimezone(zone).utcoffset()
    shown: Json = {
        "id": of.id,
        "team_id": of.team_id,
        "name": of.handle,
        "deleted": of.deleted,
        "color": "9f69e7",
        "real_name": of.real_name,
        "tz": of.tz,
        "tz_label": of.tz.rpartition("/")[2].replace("_", " "),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile(of, with_email=with_email),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": of.is_restricted,
        "is_ultra_restricted": False,
        "is_bot": of.is_bot,
        "is_app_user": False,
        "updated": of.updated,
        "is_email_confirmed": of.email is not None,
        "who_can_share_contact_card": "EVERYONE",
    }
    if of.enterprise_id:
        shown["enterprise_user"] = {
            "id": of.id, "enterprise_id": of.enterprise_id, "is_admin": False, "is_owner": False, "teams": [of.team_id],
        }  # fmt: skip
    if of.deleted:
        for key in ("tz", "tz_label", "tz_offset", "real_name", "color"):
            del shown[key]
    if with_locale and not of.deleted:
        shown["locale"] = of.locale
    return shown


def profile(of: User, *, with_email: bool) -> Json:
    first, _, last = of.real_name.partition(" ")
    shown: Json = {
        "title": of.title,
        "phone": "",
        "skype": "",
        "real_name": of.real_name,
        "real_name_normalized": of.real_name,
        "display_name": of.display_name,
        "display_name_normalized": of.display_name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g0123456789a",
        "first_name": first,
        "last_name": last,
        "team": of.team_id,
    }
    if with_email and of.email:
        shown["email"] = of.email
    if of.is_bot:
        shown |= {"bot_id": of.bot_id, "api_app_id": of.app_id or "", "always_active": True}
    return shown


def room(of: Room, viewer: User | None) -> Json:
    if of.kind == "im":
        other = next((one for one in of.members if viewer is None or one != viewer.id), of.members[0])
        direct: Json = {"id": of.id, "created": of.created, "is_archived": of.archived, "is_im": True}
        return direct | {"is_org_shared": False, "user": other, "is_user_deleted": False, "priority": 0}
    team_id = of.workspace.id
    return {
        "id": of.id,
        "name": of.name,
        "is_channel": of.kind == "public",
        "is_group": of.kind == "private",
        "is_im": False,
        "is_mpim": of.kind == "mpim",
        "is_private": of.kind != "public",
        "created": of.created,
        "is_archived": of.archived,
        "is_general": of.is_general,
        "unlinked": 0,
        "name_normalized": of.name,
        "is_shared": bool(of.shared_with),
        "is_org_shared": False,
        "is_ext_shared": bool(of.shared_with),
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team_id, *of.shared_with],
        "context_team_id": team_id,
        "parent_conversation": None,
        "creator": of.creator,
        "updated": of.created * 1000,
        "is_member": viewer is not None and of.has(viewer),
        "topic": {"value": of.topic, "creator": of.topic_by, "last_set": of.created if of.topic_by else 0},
        "purpose": {"value": of.purpose, "creator": of.purpose_by, "last_set": of.created if of.purpose_by else 0},
        "previous_names": list(of.previous_names),
    }


def bot_profile(app: App, team_id: str, bot_id: str) -> Json:
    return {"id": bot_id, "app_id": app.id, "name": app.name, "deleted": False, "updated": 0, "team_id": team_id}


def message(of: Message, app: App, *, with_metadata: bool = False) -> Json:
    """One message as in history, in an event's ``message`` and in an interaction."""
    team_id = of.room.workspace.id
    shown: Json = {"type": "message", "user": of.user, "ts": of.ts, "text": of.text, "team": team_id}
    optional = {
        "subtype": of.subtype,
        "client_msg_id": of.client_msg_id,
        "bot_id": of.bot_id,
        "app_id": of.app_id,
        "blocks": of.blocks,
        "attachments": of.attachments,
        "files": of.files,
        "thread_ts": of.thread_ts,
        "edited": of.edited,
    }
    shown |= {key: value for key, value in optional.items() if value}
    if of.subtype == "bot_message":
        shown = {key: value for key, value in shown.items() if key not in {"user", "team", "app_id"}}
    shown |= of.extra
    author = of.room.workspace.users.get(of.user)
    if author is not None and author.team_id != team_id:
        shown |= {"user_team": author.team_id, "source_team": author.team_id}
    if of.bot_id and of.app_id == app.id:
        shown["bot_profile"] = bot_profile(app, team_id, of.bot_id)
    if of.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in of.reactions.items()
        ]
    if with_metadata and of.metadata:
        shown["metadata"] = of.metadata
    if any(pin["ts"] == of.ts for pin in of.room.pins):
        shown["pinned_to"] = [of.room.id]
    return shown | _thread_facts(of)


def _thread_facts(of: Message) -> Json:
    if of.is_reply:
        root = of.room.all_messages.get(of.thread_ts or "")
        return {"parent_user_id": root.user} if root else {}
    replies = of.room.replies(of.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": of.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def tombstone(of: Message, app: App) -> Json:
    """What stands where a deleted message had replies."""
    gone: Json = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    return gone | {"hidden": True, "ts": of.ts, "thread_ts": of.ts} | _thread_facts(of)


def view(of: View, app: App, workspace_id: str, bot_id: str) -> Json:
    body = of.body
    shown: Json = {
        "id": of.id,
        "team_id": workspace_id,
        "type": of.kind,
        "blocks": of.blocks,
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": of.callback_id,
        "state": {"values": of.state},
        "hash": of.hash,
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "root_view_id": of.root_id,
        "app_id": app.id,
        "external_id": of.external_id,
        "app_installed_team_id": workspace_id,
        "bot_id": bot_id,
        "previous_view_id": of.previous_id,
        "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "close": body.get("close"),
        "submit": body.get("submit"),
    }
    return shown


def group(of: UserGroup, team_id: str, *, with_users: bool, with_count: bool) -> Json:
    shown: Json = {
        "id": of.id,
        "team_id": team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": of.name,
        "description": of.description,
        "handle": of.handle,
        "is_external": False,
        "date_create": of.created,
        "date_update": of.updated,
        "date_delete": of.updated if of.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": of.created_by,
        "updated_by": of.created_by,
        "deleted_by": of.created_by if of.disabled else None,
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
    }
    if with_users:
        shown["users"] = list(of.members)
    if with_count:
        shown["user_count"] = len(of.members)
    return shown

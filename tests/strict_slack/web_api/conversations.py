"""conversations.*: opening, entering, leaving, describing and archiving rooms."""

from __future__ import annotations

import re

from .. import shapes
from ..acts import rooms
from ..errors import SlackError
from ..model import Json, Room, RoomKind, User, Workspace
from .call import Call, method

LONGEST_NAME = 80
LONGEST_TOPIC = 250
MOST_INVITED = 100
"""Slack's own pages say 100 in one place and 1000 in another, so more than 100 is refused here."""


def checked_name(workspace: Workspace, name: str) -> str:
    """The name if it may be given to a channel, else the error that Slack answers."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[a-z0-9]", name.lower()) and re.fullmatch(r"[-_.,!?]+", name):
        raise SlackError("invalid_name_punctuation")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    handles = {group.handle for group in workspace.groups.values()}
    if workspace.room_named(name) is not None or name in handles:
        raise SlackError("name_taken")
    return name


def channel_only(call: Call, *, member: bool = False) -> Room:
    room = call.room()
    if room.kind in {"im", "mpim"}:
        raise SlackError("method_not_supported_for_channel_type")
    if member and not room.has(call.bot):
        raise SlackError("not_in_channel")
    return room


@method("conversations.create")
def create(call: Call) -> Json:
    kind: RoomKind = "private" if call.flag("is_private") else "public"
    name = checked_name(call.workspace, call.text("name"))
    room = rooms.create(call.world, call.workspace, name, call.bot, kind=kind)
    return {"channel": shapes.room(room, call.bot)}


@method("conversations.invite")
def invite(call: Call) -> Json:
    room = channel_only(call, member=True)
    if room.archived:
        raise SlackError("is_archived")
    wanted = call.listed("users")
    if not wanted:
        raise SlackError("no_user")
    if len(wanted) > MOST_INVITED:
        call.violate("too_many_invited", f"{len(wanted)} users in one call; send at most {MOST_INVITED}")
        raise SlackError("invalid_arguments", f"[ERROR] no more than {MOST_INVITED} users [json-pointer:/users]")
    refused = [(user_id, why) for user_id in wanted if (why := _why_not(call, room, user_id))]
    errors = [{"ok": False, "error": why, "user": user_id} for user_id, why in refused]
    if refused and not call.flag("force"):
        raise SlackError(refused[0][1], errors=errors)
    blocked = {user_id for user_id, _ in refused}
    for user_id in dict.fromkeys(wanted):
        if user_id not in blocked:
            rooms.enter(call.world, room, call.workspace.users[user_id], inviter=call.bot)
    return {"channel": shapes.room(room, call.bot)} | ({"errors": errors} if errors else {})


def _why_not(call: Call, room: Room, user_id: str) -> str | None:
    user = call.workspace.users.get(user_id)
    if user is None:
        return "user_not_found"
    if user is call.bot:
        return "cant_invite_self"
    if user.deleted:
        return "cant_invite"
    if user.barred:
        return user.barred
    return "already_in_channel" if room.has(user) else None


@method("conversations.join")
def join(call: Call) -> Json:
    room = channel_only(call)
    if room.archived:
        raise SlackError("is_archived")
    if room.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if room.has(call.bot):
        warned = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": shapes.room(room, call.bot), **warned}
    rooms.enter(call.world, room, call.bot)
    return {"channel": shapes.room(room, call.bot)}


@method("conversations.leave")
def leave(call: Call) -> Json:
    room = channel_only(call)
    if room.archived:
        raise SlackError("is_archived")
    if room.is_general:
        raise SlackError("cant_leave_general")
    if not room.has(call.bot):
        return {"not_in_channel": True}
    if room.kind == "private" and len(room.members) == 1:
        raise SlackError("last_member")
    rooms.leave(call.world, room, call.bot)
    return {}


@method("conversations.kick")
def kick(call: Call) -> Json:
    room = channel_only(call, member=True)
    if room.is_general:
        raise SlackError("cant_kick_from_general")
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise SlackError("user_not_found")
    if user is call.bot:
        raise SlackError("cant_kick_self")
    if not room.has(user):
        raise SlackError("not_in_channel")
    rooms.leave(call.world, room, user)
    return {"errors": {}}


@method("conversations.archive")
def archive(call: Call) -> Json:
    room = channel_only(call)
    if room.is_general:
        raise SlackError("cant_archive_general")
    if room.archived:
        raise SlackError("already_archived")
    if not room.has(call.bot):
        raise SlackError("not_in_channel")
    rooms.archive(call.world, room, call.bot)
    return {}


@method("conversations.unarchive")
def unarchive(call: Call) -> Json:
    room = channel_only(call)
    if not room.archived:
        raise SlackError("not_archived")
    rooms.unarchive(call.world, room, call.bot)
    return {}


@method("conversations.rename")
def rename(call: Call) -> Json:
    room = channel_only(call, member=True)
    if room.archived:
        raise SlackError("is_archived")
    if room.creator != call.bot.id:
        raise SlackError("not_authorized")
    rooms.rename(call.world, room, checked_name(call.workspace, call.text("name")), call.bot)
    return {"channel": shapes.room(room, call.bot)}


@method("conversations.setTopic")
def set_topic(call: Call) -> Json:
    room, topic = _described(call, "topic")
    if topic != room.topic:
        rooms.set_topic(call.world, room, topic, call.bot)
    return {"channel": shapes.room(room, call.bot)}


@method("conversations.setPurpose")
def set_purpose(call: Call) -> Json:
    room, purpose = _described(call, "purpose")
    if purpose != room.purpose:
        rooms.set_purpose(call.world, room, purpose, call.bot)
    return {"channel": shapes.room(room, call.bot)}


def _described(call: Call, what: str) -> tuple[Room, str]:
    room = call.room(member=True)
    if room.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    if room.archived:
        raise SlackError("is_archived")
    words = call.text(what)
    if len(words) > LONGEST_TOPIC:
        raise SlackError("too_long")
    return room, words


@method("conversations.open")
def open_(call: Call) -> Json:
    if call.text("channel"):
        room = call.room()
        if room.kind not in {"im", "mpim"}:
            raise SlackError("method_not_supported_for_channel_type")
        return {"no_op": True, "already_open": True, "channel": {"id": room.id}}
    wanted = list(dict.fromkeys(call.listed("users")))
    if not wanted:
        raise SlackError("users_list_not_supplied")
    if len(wanted) > 8:
        raise SlackError("too_many_users")
    users = [_openable(call, user_id) for user_id in wanted]
    others = [user for user in users if user is not call.bot]
    if not others:
        raise SlackError("invalid_user_combination")
    known = call.workspace.direct_room(call.bot.id, *(user.id for user in others))
    if known is None and call.flag("prevent_creation"):
        raise SlackError("channel_not_found")
    room = rooms.open_direct(call.world, call.workspace, call.bot, *others)
    shown = shapes.room(room, call.bot) if call.flag("return_im") else {"id": room.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


def _openable(call: Call, user_id: str) -> User:
    user = call.workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    return user


@method("conversations.close")
def close(call: Call) -> Json:
    room = call.room()
    if room.kind not in {"im", "mpim"}:
        raise SlackError("method_not_supported_for_channel_type")
    was_closed = call.bot.id in room.closed_for
    room.closed_for.add(call.bot.id)
    return {"no_op": True, "already_closed": True} if was_closed else {}


@method("conversations.mark")
def mark(call: Call) -> Json:
    call.room(member=True)
    if not re.fullmatch(r"\d+\.\d{6}", call.text("ts")):
        raise SlackError("invalid_timestamp")
    return {}

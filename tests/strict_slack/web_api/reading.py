"""What a bot can look up about rooms: info, lists, members, history, threads."""

from __future__ import annotations

import re

from .. import shapes
from ..errors import SlackError
from ..model import Json, Message, Room, RoomKind
from .call import Call, method, page

_KINDS: dict[str, RoomKind] = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("conversations.info")
def info(call: Call) -> Json:
    room = call.room()
    shown = shapes.room(room, call.bot)
    if call.flag("include_num_members"):
        shown["num_members"] = len(room.members)
    if call.flag("include_locale"):
        shown["locale"] = "en-US"
    return {"channel": shown}


@method("conversations.list")
def list_(call: Call) -> Json:
    return _list(call, members_only=False)


@method("users.conversations")
def users_conversations(call: Call) -> Json:
    return _list(call, members_only=True)


def _list(call: Call, *, members_only: bool) -> Json:
    types = call.listed("types") or ["public_channel"]
    if unknown := [one for one in types if one not in _KINDS]:
        raise SlackError("invalid_types", f"[ERROR] {unknown} [json-pointer:/types]")
    kinds = {_KINDS[one] for one in types}
    rooms = [
        room for room in call.workspace.rooms.values() if room.kind in kinds and _is_listed(call, room, members_only)
    ]
    shown, cursor = page(rooms, call, default=100, most=1000)
    whole = [shapes.room(room, call.bot) | {"num_members": len(room.members)} for room in shown]
    return {"channels": whole, "response_metadata": {"next_cursor": cursor}}


def _is_listed(call: Call, room: Room, members_only: bool) -> bool:
    if call.flag("exclude_archived") and room.archived:
        return False
    inside = room.has(call.text("user") or call.bot.id) if members_only else room.has(call.bot)
    return inside or (room.kind == "public" and not members_only)


@method("conversations.members")
def members(call: Call) -> Json:
    shown, cursor = page(call.room().members, call, default=100, most=1000)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


@method("conversations.history")
def history(call: Call) -> Json:
    room = call.room(member=True)
    messages = [one for one in _in_span(call, room.history) if not one.is_reply or one.broadcast]
    messages.reverse()
    shown, cursor = page(messages, call, default=100, most=999)
    return {
        "messages": [_shown(call, one) for one in shown],
        "has_more": bool(cursor),
        "pin_count": len(room.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    } | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


@method("conversations.replies")
def replies(call: Call) -> Json:
    room = call.room()
    root = room.all_messages.get(call.text("ts"))
    if root is None or (root.deleted and not room.replies(root.ts)):
        raise SlackError("thread_not_found")
    if room.kind == "public" and not room.has(call.bot):
        raise SlackError("channel_not_found")
    thread = [root] if root.is_reply else [root, *room.replies(root.ts)]
    messages = [one for one in thread if one is root or one in _in_span(call, [one])]
    shown, cursor = page(messages, call, default=1000, most=1000)
    shown = shown if root in shown else [root, *shown]
    whole = [shapes.tombstone(one, call.world.app) if one.deleted else _shown(call, one) for one in shown]
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": whole, "has_more": bool(cursor)} | more


def _shown(call: Call, message: Message) -> Json:
    return shapes.message(message, call.world.app, with_metadata=call.flag("include_all_metadata"))


def _in_span(call: Call, messages: list[Message]) -> list[Message]:
    """Those between ``oldest`` and ``latest``; the ends count only with ``inclusive``."""
    oldest, latest = _bound(call, "oldest", "0"), _bound(call, "latest", "99999999999")
    if call.flag("inclusive"):
        return [one for one in messages if oldest <= float(one.ts) <= latest]
    return [one for one in messages if oldest < float(one.ts) < latest]


def _bound(call: Call, name: str, default: str) -> float:
    value = call.text(name) or default
    if not re.fullmatch(r"\d+(\.\d*)?", value):
        raise SlackError(f"invalid_ts_{name}")
    return float(value)

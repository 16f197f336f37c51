"""Reactions, pins and bookmarks: what is put on messages and rooms."""

from __future__ import annotations

import re

from .. import emoji, shapes
from ..acts import messages
from ..errors import SlackError
from ..model import Json, Message
from .call import Call, method

MOST_REACTIONS = 23
MOST_PINS = 100
MOST_BOOKMARKS = 100


def _message(call: Call, *, member: bool = False) -> Message:
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    room = call.room(member=member)
    if not re.fullmatch(r"\d+\.\d{1,6}", call.text("timestamp")):
        raise SlackError("bad_timestamp")
    message = room.message(call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message


def _emoji_name(call: Call) -> str:
    name = call.text("name").strip(":").partition("::")[0]
    if not emoji.is_known(name):
        raise SlackError("invalid_name")
    return name


@method("reactions.add")
def add_reaction(call: Call) -> Json:
    name = _emoji_name(call)
    message = _message(call)
    if message.room.archived:
        raise SlackError("is_archived")
    if name not in message.reactions and len(message.reactions) >= MOST_REACTIONS:
        raise SlackError("too_many_emoji")
    if not messages.react(call.world, message, call.bot, name):
        raise SlackError("already_reacted")
    return {}


@method("reactions.remove")
def remove_reaction(call: Call) -> Json:
    name = _emoji_name(call)
    if not messages.unreact(call.world, _message(call), call.bot, name):
        raise SlackError("no_reaction")
    return {}


@method("reactions.get")
def get_reactions(call: Call) -> Json:
    message = _message(call)
    return {"type": "message", "channel": message.room.id, "message": shapes.message(message, call.world.app)}


@method("pins.add")
def add_pin(call: Call) -> Json:
    message = _message(call, member=True)
    room = message.room
    if any(pin["ts"] == message.ts for pin in room.pins):
        raise SlackError("already_pinned")
    if len(room.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    if message.is_notice:
        raise SlackError("not_pinnable")
    messages.pin(call.world, message, call.bot)
    return {}


@method("pins.remove")
def remove_pin(call: Call) -> Json:
    message = _message(call)
    if not any(pin["ts"] == message.ts for pin in message.room.pins):
        raise SlackError("no_pin")
    messages.unpin(call.world, message, call.bot)
    return {}


@method("pins.list")
def list_pins(call: Call) -> Json:
    room = call.room()
    items = [
        {
            "type": "message",
            "channel": room.id,
            "created": pin["created"],
            "created_by": pin["created_by"],
            "message": shapes.message(room.all_messages[pin["ts"]], call.world.app),
        }
        for pin in reversed(room.pins)
    ]
    return {"items": items}


@method("bookmarks.add")
def add_bookmark(call: Call) -> Json:
    room = call.room("channel_id")
    if not room.has(call.bot):
        raise SlackError("permission_denied")
    if call.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not re.match(r"https?://", call.text("link")):
        raise SlackError("invalid_link")
    if len(room.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(call.world.clock.now())
    bookmark = {"id": call.world.ids.new("Bk"), "channel_id": room.id, "type": "link", "entity_id": None} | {
        "title": call.text("title"),
        "link": call.text("link"),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "date_created": now,
        "date_updated": 0,
        "rank": f"{len(room.bookmarks):04d}",
        "last_updated_by_user_id": call.bot.id,
        "last_updated_by_team_id": call.workspace.id,
        "shortcut_id": None,
        "app_id": None,
    }
    room.bookmarks.append(bookmark)
    call.world.changes.mark()
    return {"bookmark": bookmark}


def _bookmark(call: Call) -> Json:
    room = call.room("channel_id")
    for bookmark in room.bookmarks:
        if bookmark["id"] == call.text("bookmark_id"):
            return bookmark
    raise SlackError("not_found")


@method("bookmarks.edit")
def edit_bookmark(call: Call) -> Json:
    bookmark = _bookmark(call)
    if "link" in call.args and not re.match(r"https?://", call.text("link")):
        raise SlackError("invalid_link")
    bookmark |= {key: call.text(key) for key in ("title", "link", "emoji") if key in call.args}
    bookmark["date_updated"] = int(call.world.clock.now())
    call.world.changes.mark()
    return {"bookmark": bookmark}


@method("bookmarks.remove")
def remove_bookmark(call: Call) -> Json:
    bookmark = _bookmark(call)
    call.room("channel_id").bookmarks.remove(bookmark)
    call.world.changes.mark()
    return {}


@method("bookmarks.list")
def list_bookmarks(call: Call) -> Json:
    return {"bookmarks": list(call.room("channel_id").bookmarks)}

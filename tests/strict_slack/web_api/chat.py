"""chat.*: posting, changing, deleting, whispering, linking."""

from __future__ import annotations

from typing import Any

from .. import shapes
from ..acts import messages, rooms
from ..errors import SlackError
from ..model import Json, Message, Room
from . import content
from .call import Call, method


@method("chat.postMessage")
def post_message(call: Call) -> Json:
    room = _target(call)
    said = content.read(call)
    if said.is_empty:
        raise SlackError("no_text")
    _may_post(call, room)
    root = thread_root(call, room)
    _note_custom_identity(call)
    broadcast = root is not None and call.flag("reply_broadcast")
    message = messages.post(
        call.world,
        room,
        call.bot,
        said.text,
        blocks=said.blocks,
        attachments=said.attachments,
        metadata=said.metadata,
        thread_ts=root.ts if root else None,
        broadcast=broadcast,
        subtype="thread_broadcast" if broadcast else None,
        names_linked=said.names_linked,
    )
    return _answer(call, message, said)


def _answer(call: Call, message: Message, said: content.Content) -> Json:
    shown = shapes.message(message, call.world.app, with_metadata=True)
    answer: Json = {"channel": message.room.id, "ts": message.ts, "message": shown}
    if said.truncated:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


def _target(call: Call) -> Room:
    """The room to post into; a user id stands for the direct room with that person."""
    wanted = call.text("channel")
    workspace = call.workspace
    if user := workspace.users.get(wanted):
        if user.deleted or user is call.bot:
            raise SlackError("channel_not_found")
        return rooms.open_direct(call.world, workspace, call.bot, user)
    named = None if wanted in workspace.rooms else workspace.room_named(wanted)
    if named is not None:
        call.violate("channel_by_name", f"{wanted!r}: names change, ids do not")
        call.args["channel"] = named.id
    return call.room()


def _may_post(call: Call, room: Room) -> None:
    if room.archived:
        raise SlackError("is_archived")
    if not room.has(call.bot) and not call.has_scope("chat:write.public"):
        raise SlackError("not_in_channel")
    if room.restricted is not None:
        raise SlackError(room.restricted)
    if room.kind == "im" and not call.world.app.messages_tab:
        raise SlackError("messages_tab_disabled")


def thread_root(call: Call, room: Room) -> Message | None:
    """The first message of the thread that ``thread_ts`` names."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    root = room.all_messages.get(thread_ts)
    if root is None or (root.deleted and not room.replies(root.ts)) or root.is_notice:
        raise SlackError("cannot_reply_to_message")
    if root.is_reply:
        call.violate("thread_ts_of_a_reply", f"{thread_ts} is a reply itself; use the ts of its parent")
        return room.all_messages.get(root.thread_ts or "")
    root.thread_ts = root.thread_ts or root.ts
    return root


def _note_custom_identity(call: Call) -> None:
    if {"username", "icon_emoji", "icon_url"} & set(call.args) and not call.has_scope("chat:write.customize"):
        call.violate("custom_identity", "username and icon are ignored without the scope chat:write.customize")


@method("chat.update")
def update(call: Call) -> Json:
    room = call.room()
    said = content.read(call)
    message = room.message(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.bot.id or message.is_notice:
        raise SlackError("cant_update_message")
    if room.archived:
        raise SlackError("is_inactive")
    if not said.given - {"metadata"} and "markdown_text" not in call.args:
        raise SlackError("no_text")
    changed: dict[str, Any] = {}
    if "text" in said.given:
        changed["text"] = said.text
    if "blocks" in said.given or "text" in said.given:
        changed["blocks"] = said.blocks
    if "attachments" in said.given:
        changed["attachments"] = said.attachments
    if "metadata" in said.given:
        changed["metadata"] = said.metadata
    left = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments} | changed
    if not left["text"] and not left["blocks"] and not left["attachments"]:
        raise SlackError("no_text")
    messages.edit(call.world, message, call.bot, shows_edited=not changed.get("blocks"), **changed)
    shown = shapes.message(message, call.world.app, with_metadata=True)
    return {"channel": room.id, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete")
def delete(call: Call) -> Json:
    room = call.room()
    message = room.message(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.bot.id:
        raise SlackError("cant_delete_message")
    messages.delete(call.world, message)
    return {"channel": room.id, "ts": message.ts}


@method("chat.postEphemeral")
def post_ephemeral(call: Call) -> Json:
    room = call.room(member=True)
    said = content.read(call)
    if said.is_empty:
        raise SlackError("no_text")
    if room.archived:
        raise SlackError("is_archived")
    reader = call.workspace.users.get(call.text("user"))
    if reader is None or reader.deleted or not room.has(reader):
        raise SlackError("user_not_in_channel")
    root = thread_root(call, room)
    whispered = messages.whisper(
        call.world,
        room,
        call.bot,
        reader.id,
        said.text,
        blocks=said.blocks,
        attachments=said.attachments,
        thread_ts=root.ts if root else None,
        names_linked=said.names_linked,
    )
    if root and not room.replies(root.ts):
        call.violate("whisper_in_no_thread", "Slack shows it to nobody: the thread has no answers")
        whispered.deleted = True
    return {"message_ts": whispered.ts}


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    room = call.room()
    message = room.message(call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": room.id, "permalink": permalink(message)}


def permalink(message: Message) -> str:
    room = message.room
    link = f"https://{room.workspace.domain}.slack.com/archives/{room.id}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={room.id}" if message.is_reply else link


@method("chat.unfurl")
def unfurl(call: Call) -> Json:
    room = call.room(error="cannot_find_channel")
    message = room.message(call.text("ts"))
    if message is None:
        raise SlackError("cannot_find_message")
    unfurls = call.json("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict):
        raise SlackError("missing_unfurls")
    if any(link not in message.text for link in unfurls):
        raise SlackError("cannot_unfurl_url")
    message.attachments += [{"from_url": link, **body} for link, body in unfurls.items()]
    call.world.changes.mark()
    return {}


@method("chat.scheduleMessage")
def schedule_message(call: Call) -> Json:
    room = _target(call)
    said = content.read(call)
    if said.is_empty:
        raise SlackError("no_text")
    _may_post(call, room)
    post_at = call.integer("post_at", 0)
    now = call.world.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + 120 * 86_400:
        raise SlackError("time_too_far")
    root = thread_root(call, room)
    scheduled_id = call.world.ids.new("Q")
    call.workspace.scheduled[scheduled_id] = {"id": scheduled_id, "channel_id": room.id, "post_at": post_at} | {
        "text": said.text,
        "blocks": said.blocks,
        "date_created": int(now),
        "thread_ts": root.ts if root else None,
    }
    return {
        "channel": room.id,
        "scheduled_message_id": scheduled_id,
        "post_at": post_at,
        "message": {"text": said.text},
    }


@method("chat.deleteScheduledMessage")
def delete_scheduled_message(call: Call) -> Json:
    scheduled = call.workspace.scheduled
    wanted = scheduled.get(call.text("scheduled_message_id"))
    if wanted is None or wanted["channel_id"] != call.text("channel"):
        raise SlackError("invalid_scheduled_message_id")
    del scheduled[wanted["id"]]
    return {}


@method("chat.scheduledMessages.list")
def list_scheduled_messages(call: Call) -> Json:
    channel = call.text("channel")
    kept = ("id", "channel_id", "post_at", "date_created", "text")
    shown = [
        {key: one[key] for key in kept}
        for one in call.workspace.scheduled.values()
        if not channel or one["channel_id"] == channel
    ]
    return {"scheduled_messages": shown, "response_metadata": {"next_cursor": ""}}

"""Messages are posted, edited, deleted, reacted to and pinned."""

from __future__ import annotations

import copy
import re
from typing import Any
from urllib.parse import urlsplit

from .. import mrkdwn, shapes
from ..model import Json, Message, Room, User, Workspace
from ..world import World


def post(world: World, room: Room, author: User, text: str, **details: Any) -> Message:
    """Puts a message into a room; ``details`` are further fields of `Message`."""
    message = Message(room, world.clock.stamp(), author.id, text, **details)
    if author.is_bot:
        message.bot_id, message.app_id = author.bot_id, author.app_id
    room.add(message)
    room.closed_for.clear()
    _tell_posted(world, message)
    return message


def _tell_posted(world: World, message: Message) -> None:
    room = message.room
    event = shapes.message(message, world.app, with_metadata=True) | _where(room, message.ts)
    world.tell(room.workspace, event, room)
    bot = world.bots.get(room.workspace.id)
    mentioned = bot is not None and message.user != bot.id and bot.id in mrkdwn.pings(message.text)
    if mentioned and message.subtype is None and room.kind != "im":
        kept = (
            "user",
            "ts",
            "client_msg_id",
            "text",
            "team",
            "blocks",
            "thread_ts",
            "parent_user_id",
            "bot_id",
            "files",
        )
        mention = {key: event[key] for key in kept if key in event}
        mention |= {"type": "app_mention", "channel": room.id, "event_ts": message.ts}
        world.tell(room.workspace, mention, room)
    _tell_links(world, message)


def _tell_links(world: World, message: Message) -> None:
    """The app hears of links into its domains, except its own, wherever they are written."""
    room, bot = message.room, world.bots.get(message.room.workspace.id)
    addresses = [link.partition("|")[0] for link in re.findall(r"<(https?://[^>]+)>", message.text)]
    domains = {address: urlsplit(address).hostname or "" for address in dict.fromkeys(addresses)}
    links = [{"domain": domain, "url": address} for address, domain in domains.items() if _ours(world, domain)]
    if links and bot is not None and message.user != bot.id:
        shared: Json = {"type": "link_shared", "channel": room.id, "is_bot_user_member": room.has(bot)}
        shared |= {"user": message.user, "message_ts": message.ts, "source": "conversations_history"}
        shared |= {"unfurl_id": f"{room.id}.{message.ts}.{message.ts}", "links": links, "event_ts": message.ts}
        if message.thread_ts:
            shared["thread_ts"] = message.thread_ts
        world.tell(room.workspace, shared, room)


def _ours(world: World, domain: str) -> bool:
    return any(domain == ours or domain.endswith(f".{ours}") for ours in world.app.unfurl_domains)


def _where(room: Room, stamp: str) -> Json:
    return {"channel": room.id, "event_ts": stamp, "channel_type": shapes.EVENT_CHANNEL_TYPES[room.kind]}


def post_due(world: World, workspace: Workspace) -> None:
    """Posts the scheduled messages whose time has come."""
    now = world.clock.now()
    for scheduled in [one for one in workspace.scheduled.values() if one["post_at"] <= now]:
        del workspace.scheduled[scheduled["id"]]
        room, bot = workspace.rooms[scheduled["channel_id"]], world.bots[workspace.id]
        post(world, room, bot, scheduled["text"], blocks=scheduled["blocks"], thread_ts=scheduled["thread_ts"])


def notice(world: World, room: Room, subtype: str, user: User, text: str, **extra: Any) -> Message:
    """Slack's own line in a room, such as "has joined the channel"."""
    prefix = "channel" if room.kind == "public" else "group"
    return post(world, room, user, text, subtype=f"{prefix}_{subtype}", extra=extra)


def edit(world: World, message: Message, editor: User, *, shows_edited: bool = True, **changed: Any) -> None:
    """Changes fields of a message and tells the app what it was before."""
    before = shapes.message(message, world.app, with_metadata=True)
    for name, value in changed.items():
        setattr(message, name, value)
    stamp = world.clock.stamp()
    if shows_edited:
        message.edited = {"user": editor.id, "ts": stamp}
    after = shapes.message(message, world.app, with_metadata=True)
    _tell_changed(world, message.room, stamp, after, before)


def _tell_changed(world: World, room: Room, stamp: str, after: Json, before: Json) -> None:
    event: Json = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": stamp}
    event |= {"message": copy.deepcopy(after), "previous_message": copy.deepcopy(before)}
    world.tell(room.workspace, event | _where(room, stamp), room)


def delete(world: World, message: Message) -> None:
    """Takes a message away; where it had replies a tombstone stays."""
    room = message.room
    before = shapes.message(message, world.app, with_metadata=True)
    has_replies = bool(room.replies(message.ts)) and not message.is_reply
    message.deleted = True
    room.pins = [pin for pin in room.pins if pin["ts"] != message.ts]
    stamp = world.clock.stamp()
    if has_replies:
        _tell_changed(world, room, stamp, shapes.tombstone(message, world.app), before)
        return
    event: Json = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": stamp}
    event |= {"deleted_ts": message.ts, "previous_message": before}
    world.tell(room.workspace, event | _where(room, stamp), room)


def whisper(world: World, room: Room, author: User, to: str, text: str, **details: Any) -> Message:
    """Shows a message to one person only; it is in no history and sends no event."""
    message = Message(room, world.clock.stamp(), author.id, text, ephemeral_to=to, **details)
    message.bot_id, message.app_id = author.bot_id, author.app_id
    room.workspace.ephemerals.append(message)
    world.changes.mark()
    return message


def react(world: World, message: Message, user: User, name: str) -> bool:
    """Adds a reaction; False when it was there already."""
    users = message.reactions.setdefault(name, [])
    if user.id in users:
        return False
    users.append(user.id)
    _tell_reaction(world, "reaction_added", message, user, name)
    return True


def unreact(world: World, message: Message, user: User, name: str) -> bool:
    """Takes a reaction back; False when there was none."""
    users = message.reactions.get(name, [])
    if user.id not in users:
        return False
    users.remove(user.id)
    if not users:
        del message.reactions[name]
    _tell_reaction(world, "reaction_removed", message, user, name)
    return True


def _tell_reaction(world: World, kind: str, message: Message, user: User, name: str) -> None:
    item = {"type": "message", "channel": message.room.id, "ts": message.ts}
    event: Json = {"type": kind, "user": user.id, "reaction": name, "item": item, "item_user": message.user}
    world.tell(message.room.workspace, event | {"event_ts": world.clock.stamp()}, message.room)


def pin(world: World, message: Message, user: User) -> None:
    room = message.room
    room.pins.append({"ts": message.ts, "created": int(world.clock.now()), "created_by": user.id})
    _tell_pin(world, "pin_added", message, user)


def unpin(world: World, message: Message, user: User) -> None:
    message.room.pins = [one for one in message.room.pins if one["ts"] != message.ts]
    _tell_pin(world, "pin_removed", message, user)


def _tell_pin(world: World, kind: str, message: Message, user: User) -> None:
    room = message.room
    item = {"type": "message", "channel": room.id, "message": shapes.message(message, world.app)}
    event: Json = {"type": kind, "user": user.id, "channel_id": room.id, "item": item, "item_user": message.user}
    event |= {"pin_count": len(room.pins), "event_ts": world.clock.stamp()}
    world.tell(room.workspace, event, room)

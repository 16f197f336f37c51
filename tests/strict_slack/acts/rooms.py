"""Rooms are opened, entered, left, renamed, described and archived."""

from __future__ import annotations

from .. import shapes
from ..model import Json, Room, RoomKind, User, Workspace
from ..world import World
from . import messages


def create(world: World, workspace: Workspace, name: str, creator: User, *, kind: RoomKind = "public") -> Room:
    """A new channel with its creator as the only member."""
    room_id = world.ids.new("C")
    room = Room(room_id, name, kind, creator.id, int(world.clock.now()), workspace, [creator.id])
    workspace.rooms[room.id] = room
    if kind == "public":
        shown = {"id": room.id, "name": name, "created": room.created, "creator": creator.id, "is_channel": True}
        event: Json = {"type": "channel_created", "channel": shown, "event_ts": world.clock.stamp()}
        world.tell(workspace, event, room)
    messages.notice(world, room, "join", creator, f"<@{creator.id}> has joined the channel")
    return room


def open_direct(world: World, workspace: Workspace, *members: User) -> Room:
    """The direct room of exactly these people, made when there is none yet."""
    ids = [member.id for member in members]
    if room := workspace.direct_room(*ids):
        return room
    kind: RoomKind = "im" if len(set(ids)) <= 2 else "mpim"
    name = "" if kind == "im" else f"mpdm-{'--'.join(member.handle for member in members)}-1"
    room_id = world.ids.new("D" if kind == "im" else "C")
    room = Room(room_id, name, kind, ids[0], int(world.clock.now()), workspace, list(dict.fromkeys(ids)))
    workspace.rooms[room.id] = room
    world.changes.mark()
    return room


def enter(world: World, room: Room, user: User, inviter: User | None = None) -> None:
    """Adds a member; they were invited when there is an ``inviter``, else they came by themselves."""
    room.members.append(user.id)
    invited = {"inviter": inviter.id} if inviter else {}
    messages.notice(world, room, "join", user, f"<@{user.id}> has joined the channel", **invited)
    _tell_member(world, "member_joined_channel", room, user, invited)


def leave(world: World, room: Room, user: User) -> None:
    """Takes a member out; their messages stay."""
    _tell_member(world, "member_left_channel", room, user, {})
    messages.notice(world, room, "leave", user, f"<@{user.id}> has left the channel")
    room.members.remove(user.id)
    bot = world.bots.get(room.workspace.id)
    if bot is user:
        kind = "channel_left" if room.kind == "public" else "group_left"
        event: Json = {"type": kind, "channel": room.id, "actor_id": user.id, "event_ts": world.clock.stamp()}
        world.tell(room.workspace, event, room)


def _tell_member(world: World, kind: str, room: Room, user: User, invited: Json) -> None:
    letter = "C" if room.kind == "public" else "G"
    event: Json = {"type": kind, "user": user.id, "channel": room.id, "channel_type": letter}
    event |= {"team": room.workspace.id, "event_ts": world.clock.stamp(), **invited}
    world.tell(room.workspace, event, room)


def rename(world: World, room: Room, name: str, user: User) -> None:
    old, room.name = room.name, name
    room.previous_names.append(old)
    kind = "channel_rename" if room.kind == "public" else "group_rename"
    shown = {"id": room.id, "name": name, "name_normalized": name, "created": room.created, "is_channel": True}
    event: Json = {"type": kind, "channel": shown, "event_ts": world.clock.stamp()}
    world.tell(room.workspace, event, room)
    words = f'has renamed the channel from "{old}" to "{name}"'
    messages.notice(world, room, "name", user, words, old_name=old, name=name)


def set_topic(world: World, room: Room, topic: str, user: User) -> None:
    room.topic, room.topic_by = topic, user.id
    messages.notice(world, room, "topic", user, f"set the channel topic: {topic}", topic=topic)


def set_purpose(world: World, room: Room, purpose: str, user: User) -> None:
    room.purpose, room.purpose_by = purpose, user.id
    messages.notice(world, room, "purpose", user, f"set the channel description: {purpose}", purpose=purpose)


def archive(world: World, room: Room, user: User) -> None:
    messages.notice(world, room, "archive", user, f"<@{user.id}> archived the channel", members=list(room.members))
    room.archived = True
    _tell_archived(world, room, user, "archive")


def unarchive(world: World, room: Room, user: User) -> None:
    room.archived = False
    _tell_archived(world, room, user, "unarchive")


def _tell_archived(world: World, room: Room, user: User, what: str) -> None:
    kind = f"{'channel' if room.kind == 'public' else 'group'}_{what}"
    event: Json = {"type": kind, "channel": room.id, "user": user.id, "event_ts": world.clock.stamp()}
    world.tell(room.workspace, event, room)


def tell_user_changed(world: World, workspace: Workspace, user: User) -> None:
    """Says that a person's profile is another one now."""
    user.updated = int(world.clock.now())
    shown = shapes.user(user, with_email="users:read.email" in world.granted(workspace.id), with_locale=True)
    event: Json = {"type": "user_change", "user": shown, "cache_ts": user.updated, "event_ts": world.clock.stamp()}
    world.tell(workspace, event)

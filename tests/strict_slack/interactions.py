"""The payloads of commands, clicks, shortcuts and forms, as in Slack's published samples."""

from __future__ import annotations

from typing import Any

from . import shapes
from .model import Json, Message, Room, User, View, Workspace
from .world import World


def _head(world: World, workspace: Workspace, user: User, kind: str) -> Json:
    enterprise, whole = workspace.enterprise, world.is_whole(workspace)
    team: Json = {"id": workspace.id, "domain": workspace.domain}
    if enterprise is not None:
        team |= {"enterprise_id": enterprise.id, "enterprise_name": enterprise.name}
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team_id},
        "api_app_id": world.app.id,
        "token": world.app.verification_token,
        "team": None if whole and kind.startswith("view_") else team,
        "enterprise": {"id": enterprise.id, "name": enterprise.name} if enterprise else None,
        "is_enterprise_install": whole,
    }


def room_name(room: Room) -> str:
    """The name that payloads give a room: direct ones are called so."""
    return "directmessage" if room.kind == "im" else room.name


def command(world: World, room: Room, user: User, name: str, text: str) -> Json:
    workspace = room.workspace
    return {
        "token": world.app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": room.id,
        "channel_name": room_name(room) if room.kind != "private" else "privategroup",
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": str(world.is_whole(workspace)).lower(),
        "response_url": world.response_url(room, user.id),
        "trigger_id": world.trigger(user.id),
    } | _of_enterprise(workspace)


def _of_enterprise(workspace: Workspace) -> Json:
    enterprise = workspace.enterprise
    return {"enterprise_id": enterprise.id, "enterprise_name": enterprise.name} if enterprise else {}


def message_action(world: World, user: User, message: Message, actions: list[Json], state: Json) -> Json:
    """Somebody used an element of a message."""
    room = message.room
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": room.id}
    container["is_ephemeral"] = message.ephemeral_to is not None
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _head(world, room.workspace, user, "block_actions") | {
        "container": container,
        "trigger_id": world.trigger(user.id),
        "channel": {"id": room.id, "name": room_name(room)},
        "state": {"values": state},
        "response_url": world.response_url(room, user.id, message),
        "actions": actions,
    }
    if message.ephemeral_to is None:
        payload["message"] = shapes.message(message, world.app, with_metadata=True)
    return payload


def view_action(world: World, workspace: Workspace, user: User, view: View, actions: list[Json]) -> Json:
    """Somebody used an element of a modal or a Home tab."""
    return _head(world, workspace, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": world.trigger(user.id, view.id),
        "view": _view(world, workspace, view),
        "actions": actions,
    }


def suggestion(
    world: World, workspace: Workspace, user: User, on: Message | View, block_id: str, element: Json, typed: str
) -> Json:
    """Somebody types into an external select and waits for choices."""
    payload = _head(world, workspace, user, "block_suggestion") | {"value": typed}
    payload |= {"action_id": element.get("action_id", ""), "block_id": block_id}
    if isinstance(on, View):
        return payload | {"container": {"type": "view", "view_id": on.id}, "view": _view(world, workspace, on)}
    container = {"type": "message", "message_ts": on.ts, "channel_id": on.room.id, "is_ephemeral": False}
    return payload | {
        "container": container,
        "channel": {"id": on.room.id, "name": room_name(on.room)},
        "message": shapes.message(on, world.app),
    }


def submission(world: World, workspace: Workspace, user: User, view: View) -> Json:
    return _head(world, workspace, user, "view_submission") | {
        "trigger_id": world.trigger(user.id, view.id),
        "view": _view(world, workspace, view),
        "response_urls": list(view.response_urls),
    }


def closed(world: World, workspace: Workspace, user: User, view: View, *, cleared: bool) -> Json:
    payload = _head(world, workspace, user, "view_closed")
    return payload | {"view": _view(world, workspace, view), "is_cleared": cleared}


def _view(world: World, workspace: Workspace, view: View) -> Json:
    shown = shapes.view(view, world.app, workspace.id, world.bots[workspace.id].bot_id or "")
    if world.is_whole(workspace) and workspace.enterprise:
        shown["app_installed_team_id"] = workspace.enterprise.id
    return shown


def message_shortcut(world: World, user: User, message: Message, callback_id: str) -> Json:
    room = message.room
    head = _head(world, room.workspace, user, "message_action")
    del head["api_app_id"]
    return head | {
        "action_ts": world.clock.stamp(),
        "callback_id": callback_id,
        "trigger_id": world.trigger(user.id),
        "response_url": world.response_url(room, user.id, message),
        "message_ts": message.ts,
        "channel": {"id": room.id, "name": room_name(room)},
        "message": shapes.message(message, world.app, with_metadata=True),
    }


def global_shortcut(world: World, workspace: Workspace, user: User, callback_id: str) -> Json:
    head = _head(world, workspace, user, "shortcut")
    return head | {"action_ts": world.clock.stamp(), "callback_id": callback_id, "trigger_id": world.trigger(user.id)}


def action(element: Json, block_id: str, stamp: str, chosen: Any = None) -> Json:
    """One entry of ``actions``: the element that was used, with what was chosen in it."""
    used: Json = {"type": element["type"], "action_id": element.get("action_id", ""), "block_id": block_id}
    if element["type"] == "button":
        used |= {key: element[key] for key in ("text", "value", "url", "style") if key in element}
    else:
        used |= entered(element, chosen)
    return used | {"action_ts": stamp}


_PICKED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
}


def entered(element: Json, value: Any) -> Json:
    """What an element holds, under the key that Slack uses for its kind."""
    return {_PICKED.get(element["type"], "value"): value}

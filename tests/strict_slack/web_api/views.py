"""views.*: modals and Home tabs."""

from __future__ import annotations

import json
from typing import Any

from .. import blocks as block_kit
from .. import shapes
from ..errors import SlackError
from ..model import Json, View
from ..world import Trigger, World
from .call import Call, method
from .content import with_ids

DEEPEST_STACK = 3


@method("views.open")
def open_(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = _use_trigger(call)
    view = make(call.world, trigger.user, "modal", body)
    call.workspace.modals[trigger.user] = [view]
    return _answer(call, view)


@method("views.push")
def push(call: Call) -> Json:
    body = _body(call, "modal")
    trigger = _use_trigger(call)
    stack = call.workspace.modals.setdefault(trigger.user, [])
    if trigger.view_id is None or not stack:
        raise SlackError("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise SlackError("push_limit_reached")
    view = make(call.world, trigger.user, "modal", body, under=stack[-1])
    stack.append(view)
    return _answer(call, view)


@method("views.update")
def update(call: Call) -> Json:
    view = _existing(call)
    body = _body(call, view.kind, ignoring=view)
    if call.text("hash") not in {"", view.hash}:
        raise SlackError("hash_conflict")
    replace(call.world, view, body)
    return _answer(call, view)


@method("views.publish")
def publish(call: Call) -> Json:
    user = call.workspace.users.get(call.text("user_id"))
    if user is None or user.deleted:
        raise SlackError("invalid_arguments", "[ERROR] invalid `user_id` [json-pointer:/user_id]")
    if not call.world.app.home_tab:
        raise SlackError("not_enabled")
    home = call.workspace.homes.get(user.id)
    body = _body(call, "home", ignoring=home)
    if home is None:
        home = call.workspace.homes[user.id] = make(call.world, user.id, "home", body)
    elif call.text("hash") not in {"", home.hash}:
        raise SlackError("hash_conflict")
    else:
        replace(call.world, home, body)
    return _answer(call, home)


def make(world: World, user: str, kind: Any, body: Json, under: View | None = None) -> View:
    """A new view as Slack keeps it."""
    view_id = world.ids.new("V")
    kept = body | {"blocks": with_ids(body["blocks"], world)}
    view = View(view_id, user, kind, kept, under.root_id if under else view_id, _hash(world))
    view.previous_id = under.id if under else None
    view.external_id = str(body.get("external_id") or "")
    world.changes.mark()
    return view


def replace(world: World, view: View, body: Json) -> None:
    """Shows another body in an open view; what was typed stays where block and action ids stay."""
    view.body = body | {"blocks": with_ids(body["blocks"], world)}
    view.hash = _hash(world)
    world.changes.mark()


def _hash(world: World) -> str:
    return f"{int(world.clock.now())}.{world.dice.getrandbits(32):08x}"


def checked(world: World, body: Any, kind: str, ignoring: View | None = None) -> Json:
    """The body of a view if Slack would take it, else the error it answers."""
    if problems := block_kit.check_view(body, kind):
        raise SlackError("invalid_arguments", *problems)
    if len(json.dumps(body)) > block_kit.LARGEST_VIEW:
        raise SlackError("view_too_large")
    external_id = body.get("external_id")
    taken = (view for workspace in world.workspaces.values() for view in workspace.views() if view is not ignoring)
    if external_id and any(view.external_id == external_id for view in taken):
        raise SlackError("duplicate_external_id")
    return dict(body)


def _body(call: Call, kind: str, ignoring: View | None = None) -> Json:
    return checked(call.world, call.json("view", "invalid_arguments"), kind, ignoring)


def _use_trigger(call: Call) -> Trigger:
    trigger = call.world.triggers.get(call.text("trigger_id"))
    if trigger is None or trigger.user not in call.workspace.users:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if trigger.expires_at < call.world.clock.now():
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _existing(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    for view in call.workspace.views():
        if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
            return view
    raise SlackError("not_found")


def _answer(call: Call, view: View) -> Json:
    bot_id = call.bot.bot_id or ""
    return {"view": shapes.view(view, call.world.app, call.workspace.id, bot_id)}

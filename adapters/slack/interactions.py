"""Slash commands, tapped buttons, submitted modals and shortcuts, as what the bot hears. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.slack import contents, modals, mrkdwn
from adapters.slack.contents import files_of
from adapters.slack.home import SEARCH
from adapters.slack.identity import Me, room_ref, user_ref
from adapters.slack.manifest import REPORT
from adapters.slack.render import LINK_ACTION, SEPARATOR
from bot.events import ActionTaken, ChatEvent, CommandGiven, FormSubmitted, HomeOpened, ShortcutUsed
from bot.refs import MessageRef, RoomRef, ThreadRef

Json = dict[str, Any]
Names = Mapping[str, str]


def translate(payload: Json, me: Me, heard_at: datetime, names: Names) -> ChatEvent | None:
    """What somebody did with a command, a button, a form or a shortcut; None for what is nobody's."""
    if "command" in payload:
        return _command(payload, me, heard_at, names)
    match payload.get("type"):
        case "block_actions":
            return _action(payload, heard_at, names)
        case "view_submission":
            return _form(payload, heard_at, names)
        case "message_action":
            return _shortcut(payload, me, heard_at, names)
        case "shortcut":
            return _global_shortcut(payload, heard_at, names)
    return None


def is_nowhere(payload: Json) -> bool:
    """Whether it was done outside any conversation: in the Home tab, or with a global shortcut."""
    kind = payload.get("type")
    return kind == "shortcut" or (kind == "block_actions" and (payload.get("container") or {}).get("type") == "view")


def _command(payload: Json, me: Me, heard_at: datetime, names: Names) -> CommandGiven:
    by, trigger = str(payload["user_id"]), str(payload["trigger_id"])
    heard = mrkdwn.read(str(payload.get("text") or ""), me.user, names)
    return CommandGiven(
        delivery=f"slack:command:{trigger}", at=heard_at, by=user_ref(by),
        by_name=names.get(by) or str(payload.get("user_name") or ""), room=room_ref(str(payload["channel_id"])),
        text=heard.text.strip(), trigger=trigger, mentions=tuple(user_ref(user) for user in heard.mentions),
    )  # fmt: skip


def _global_shortcut(payload: Json, heard_at: datetime, names: Names) -> CommandGiven | None:
    """The shortcut says what the command of its name says."""
    channel = str((payload.get("channel") or {}).get("id") or "")
    if payload.get("callback_id") != REPORT or not channel:
        return None
    return CommandGiven(
        delivery=f"slack:shortcut:{payload['trigger_id']}", at=_at(str(payload.get("action_ts") or ""), heard_at),
        by=user_ref(str(payload["user"]["id"])), by_name=_name(payload, names), room=room_ref(channel), text=REPORT,
        trigger=str(payload["trigger_id"]),
    )  # fmt: skip


def _action(payload: Json, heard_at: datetime, names: Names) -> ActionTaken | HomeOpened | None:
    container = payload.get("container") or {}
    taken = next(iter(payload.get("actions") or []), None)
    channel = str((payload.get("channel") or {}).get("id") or container.get("channel_id") or "")
    if taken is None or not channel:
        return None
    action = str(taken.get("action_id") or "").rpartition(SEPARATOR)[0]
    room, ts = room_ref(channel), str(container.get("message_ts") or "")
    by, when = str(payload["user"]["id"]), str(taken.get("action_ts") or "")
    if taken.get("action_id") == SEARCH:
        return HomeOpened(
            delivery=f"slack:home:{by}:{when}", at=_at(when, heard_at), by=user_ref(by), by_name=_name(payload, names),
            room=room, looking_for=mrkdwn.sendable(str(taken.get("value") or "")).strip(),
        )  # fmt: skip
    if action in ("", LINK_ACTION):
        return None
    message = None if container.get("is_ephemeral") or not ts else MessageRef(room, ts)
    return ActionTaken(
        delivery=f"slack:{channel}:{ts}:action:{taken['action_id']}:{by}:{when}", at=_at(when, heard_at),
        by=user_ref(by), by_name=_name(payload, names), room=room, action=action,
        value=str(taken.get("value") or ""), message=message,
        thread=_thread(room, (payload.get("message") or {}).get("thread_ts") or container.get("thread_ts"), ts),
        trigger=str(payload.get("trigger_id") or ""),
    )  # fmt: skip


def _form(payload: Json, heard_at: datetime, names: Names) -> FormSubmitted | None:
    form = modals.submitted(payload)
    if form is None:
        return None
    room = room_ref(form.room)
    return FormSubmitted(
        delivery=f"slack:form:{payload['view']['id']}", at=heard_at, by=user_ref(str(payload["user"]["id"])),
        by_name=_name(payload, names), room=room, form=form.form, context=form.context, values=form.values,
        thread=ThreadRef(room, form.thread) if form.thread else None,
    )  # fmt: skip


def _shortcut(payload: Json, me: Me, heard_at: datetime, names: Names) -> ShortcutUsed | None:
    message, channel = payload.get("message") or {}, str((payload.get("channel") or {}).get("id") or "")
    ts = str(payload.get("message_ts") or message.get("ts") or "")
    author = str(message.get("user") or message.get("bot_id") or "")
    if not (channel and ts and author):
        return None
    room, when = room_ref(channel), str(payload.get("action_ts") or "")
    return ShortcutUsed(
        delivery=f"slack:shortcut:{payload['trigger_id']}", at=_at(when, heard_at),
        by=user_ref(str(payload["user"]["id"])), by_name=_name(payload, names), room=room,
        shortcut=str(payload.get("callback_id") or ""), message=MessageRef(room, ts),
        text=contents.read(message, me.user, names).text, author=user_ref(author),
        author_name=names.get(author, ""), author_is_bot=bool(message.get("bot_id")),
        thread=_thread(room, message.get("thread_ts"), ts), trigger=str(payload["trigger_id"]),
        files=files_of(message),
    )  # fmt: skip


def _name(payload: Json, names: Names) -> str:
    user = payload.get("user") or {}
    return names.get(str(user.get("id"))) or str(user.get("name") or user.get("username") or "")


def _thread(room: RoomRef, root: str | None, ts: str) -> ThreadRef | None:
    return ThreadRef(room, root) if root and root != ts else None


def _at(ts: str, otherwise: datetime) -> datetime:
    """The time of a tap; Slack sends it as seconds, with or without a fraction."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise

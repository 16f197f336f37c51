"""What the control API shows: messages, rooms, forms and results as JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..delivery import Outcome
from ..model import Json, Message, Room, View
from ..responses import Submission
from ..slack import StrictSlack


def message_json(message: Message) -> Json:
    """A message as a test on the other side reads it."""
    workspace = message.room.workspace
    author = workspace.users.get(message.user)
    return {
        "channel": message.room.id,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "by": author.handle if author else message.user,
        "text": message.text,
        "plain": message.plain,
        "pings": message.pings,
        "buttons": [dataclasses.asdict(button) for button in message.buttons],
        "blocks": message.blocks,
        "metadata": message.metadata,
        "reactions": message.reactions,
        "edited": message.edited,
        "subtype": message.subtype,
        "ephemeral_to": message.ephemeral_to,
    }


def room_json(room: Room, *, with_messages: bool = True) -> Json:
    shown: Json = {"id": room.id, "name": room.name, "kind": room.kind, "archived": room.archived}
    shown |= {"topic": room.topic, "purpose": room.purpose, "members": list(room.members)}
    shown |= {"bookmarks": room.bookmarks, "pinned": [one.ts for one in room.pinned]}
    return shown | ({"messages": [message_json(one) for one in room.messages]} if with_messages else {})


def view_json(view: View) -> Json:
    shown: Json = {"id": view.id, "title": view.title, "callback_id": view.callback_id, "plain": view.plain}
    return shown | {"blocks": view.blocks, "buttons": [dataclasses.asdict(button) for button in view.buttons]}


def encoded(result: Any) -> Any:
    if isinstance(result, Message):
        return message_json(result)
    if isinstance(result, Room):
        return room_json(result)
    if isinstance(result, Outcome | Submission):
        return dataclasses.asdict(result)
    return result


def facts(slack: StrictSlack) -> Json:
    """What a bot needs to connect."""
    return {
        "url": slack.url,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "bot": slack.bot.id,
        "team": slack.workspace.id,
    }

"""What happened in the local chat, in the words the bot hears. Pure: a payload in, an event out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from adapters.local.store import BOT_NAME, Happening
from bot.events import (
    ActionTaken,
    ChatEvent,
    CommandGiven,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

_ADDRESS = re.compile(rf"\s*(?:@{BOT_NAME}\b[:,]?|!swarm\b)\s*", re.IGNORECASE)


def event(store: str, happening: Happening) -> ChatEvent | None:
    """The event of one happening in the store with this identity; None for a kind this version does not know."""
    payload = happening.event
    kind = payload["type"]
    room = RoomRef(Platform.LOCAL, payload["room"])
    heard: dict[str, Any] = {
        "delivery": f"local:{store}:{happening.number}",
        "at": datetime.fromisoformat(payload["at"]),
        "by": UserRef(Platform.LOCAL, payload["by"]),
        "by_name": payload["by_name"],
        "room": room,
    }
    match kind:
        case "message":
            return _posted(payload, heard)
        case "edited":
            return MessageEdited(
                **heard, message=MessageRef(room, payload["id"]), text=without_address(payload["text"])
            )
        case "deleted":
            return MessageDeleted(**heard, message=MessageRef(room, payload["id"]))
        case "reacted":
            return ReactionAdded(**heard, message=MessageRef(room, payload["id"]), emoji=payload["emoji"])
        case "unreacted":
            return ReactionRemoved(**heard, message=MessageRef(room, payload["id"]), emoji=payload["emoji"])
        case "tapped" | "command" | "submitted":
            return _asked(kind, payload, heard)
        case "joined":
            return MemberJoined(**heard, invited=bool(payload.get("invited")))
        case "left":
            return MemberLeft(**heard)
    return None


def without_address(text: str) -> str:
    """The text without the mention of the bot, or the command prefix, that it begins with."""
    match = _ADDRESS.match(text)
    return text[match.end() :] if match else text


def _posted(payload: Any, heard: dict[str, Any]) -> MessagePosted:
    text = payload["text"]
    return MessagePosted(
        **heard,
        message=MessageRef(heard["room"], payload["id"]),
        text=without_address(text),
        thread=_thread(payload, heard["room"]),
        direct=payload["direct"],
        addressed=_ADDRESS.match(text) is not None,
        mentions=tuple(UserRef(Platform.LOCAL, person) for person in payload["mentions"]),
    )


def _asked(kind: str, payload: Any, heard: dict[str, Any]) -> ChatEvent:
    """Acts after which the bot may show a form: what allows it never runs out here."""
    room, trigger = heard["room"], heard["delivery"]
    if kind == "tapped":
        return ActionTaken(
            **heard,
            action=payload["action"],
            value=payload["value"],
            message=MessageRef(room, payload["id"]),
            thread=_thread(payload, room),
            trigger=trigger,
        )
    if kind == "command":
        mentions = tuple(UserRef(Platform.LOCAL, person) for person in payload.get("mentions", ()))
        return CommandGiven(**heard, text=payload["text"], trigger=trigger, mentions=mentions)
    return FormSubmitted(
        **heard,
        form=payload["form"],
        context=payload["context"],
        values=dict(payload["values"]),
        thread=_thread(payload, room),
    )


def _thread(payload: Any, room: RoomRef) -> ThreadRef | None:
    return ThreadRef(room, payload["thread"]) if payload["thread"] else None

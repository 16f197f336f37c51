"""What Slack sends, as what the bot hears. Pure: payload in, event or None out.

The id of a delivery is made of what happened, not of how it was told, so that a redelivery, the second name of a
mention (``app_mention`` and ``message``) and the same message found again in the history are one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict

from adapters.slack import contents, interactions
from adapters.slack.contents import files_of, text_of
from adapters.slack.emoji import character_of
from adapters.slack.identity import Me, room_ref, user_ref
from bot.events import (
    ChatEvent,
    HomeOpened,
    LinkShared,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.refs import MessageRef, RoomRef, ThreadRef, UserRef

Json = dict[str, Any]
Names = Mapping[str, str]

_SAID = {"", "file_share", "thread_broadcast", "me_message"}


def translate(payload: Json, me: Me, *, heard_at: datetime, names: Names | None = None) -> ChatEvent | None:
    """What a payload of the Events API, a slash command or an interaction says; None when it is not for the bot.

    ``heard_at`` stands in where Slack sends no time; ``names`` are shown names by user id, as far as known.
    """
    known = names or {}
    if payload.get("type") == "event_callback":
        event = payload.get("event") or {}
        kind = _EVENTS.get(str(event.get("type")))
        return kind(event, me, known) if kind else None
    return interactions.translate(payload, me, heard_at, known)


def people_in(payload: Json) -> frozenset[str]:
    """The ids of the accounts whose names ``translate`` could use."""
    event = payload.get("event") or {}
    said = (payload if payload.get("type") == "message_action" else event).get("message") or event
    acting = payload.get("user") or {}
    users = (event.get("user"), said.get("user"), acting.get("id"), payload.get("user_id"))
    return frozenset(user for user in users if isinstance(user, str)) | contents.named(said)


def at(ts: str) -> datetime:
    """The time of a message's ``ts``, which is exact to the microsecond."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds or 0), UTC).replace(microsecond=int((micros + "000000")[:6]))


def _message(event: Json, me: Me, names: Names) -> ChatEvent | None:
    subtype = str(event.get("subtype") or "")
    if subtype == "message_changed":
        return _changed(event, me, names)
    if subtype == "message_deleted":
        return _deleted(event, str(event.get("deleted_ts") or ""), event.get("previous_message") or {}, me, names)
    return _posted(event, me, names) if subtype in _SAID and _by_a_person(event, me) else None


def _posted(event: Json, me: Me, names: Names) -> MessagePosted:
    channel, ts, thread = str(event["channel"]), str(event["ts"]), str(event.get("thread_ts") or "")
    room, heard = room_ref(channel), contents.read(event, me.user, names)
    files = files_of(event)
    return MessagePosted(
        delivery=f"slack:{channel}:{ts}", at=at(ts), by=user_ref(str(event["user"])), room=room,
        by_name=names.get(str(event["user"]), ""), message=MessageRef(room, ts),
        text=text_of(heard.text, files),
        thread=ThreadRef(room, thread) if thread and thread != ts else None,
        direct=event.get("channel_type") == "im" or channel.startswith("D"), addressed=heard.addressed,
        mentions=tuple(user_ref(user) for user in heard.mentions), files=files,
    )  # fmt: skip


def _changed(event: Json, me: Me, names: Names) -> ChatEvent | None:
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":  # how Slack deletes a message that has answers
        return _deleted(event, str(now.get("ts") or ""), before or now, me, names)
    edited = now.get("edited") or {}
    # Slack changes messages too, to unfurl a link; that is no edit. Taking a file away is one, though nobody typed.
    reworded = bool(edited) and not ("text" in before and before["text"] == now.get("text"))
    if not reworded and ("files" not in before or files_of(before) == files_of(now)):
        return None
    if str(now.get("subtype") or "") not in _SAID or not _by_a_person(now, me):
        return None
    channel, ts = str(event["channel"]), str(now["ts"])
    when = str(edited["ts"]) if reworded else str(event.get("event_ts") or event.get("ts") or ts)
    files = files_of(now)
    room, by = room_ref(channel), str(now["user"])
    return MessageEdited(
        delivery=f"slack:{channel}:{ts}:edited:{when}", at=at(when), by=user_ref(by), by_name=names.get(by, ""),
        room=room, message=MessageRef(room, ts),
        text=text_of(contents.read(now, me.user, names).text, files), files=files,
    )  # fmt: skip


def _deleted(event: Json, ts: str, before: Json, me: Me, names: Names) -> MessageDeleted | None:
    if not ts or before.get("user") == "USLACKBOT" or not _by_a_person(before, me):
        return None
    channel, by = str(event["channel"]), str(before["user"])
    room = room_ref(channel)
    return MessageDeleted(
        delivery=f"slack:{channel}:{ts}:deleted", at=at(str(event.get("event_ts") or event.get("ts") or ts)),
        by=user_ref(by), by_name=names.get(by, ""), room=room, message=MessageRef(room, ts),
    )  # fmt: skip


def _by_a_person(message: Json, me: Me) -> bool:
    by = message.get("user")
    return bool(by) and by != "USLACKBOT" and not message.get("bot_id") and not me.wrote(message)


def _reaction(kind: type[ReactionAdded] | type[ReactionRemoved]) -> Callable[[Json, Me, Names], ChatEvent | None]:
    verb = "added" if kind is ReactionAdded else "removed"

    def read(event: Json, me: Me, names: Names) -> ChatEvent | None:
        item, by = event.get("item") or {}, str(event.get("user") or "")
        if item.get("type") != "message" or by in ("", me.user):
            return None
        channel, ts = str(item["channel"]), str(item["ts"])
        when, emoji, room = str(event["event_ts"]), str(event["reaction"]), room_ref(channel)
        return kind(
            delivery=f"slack:{channel}:{ts}:reaction {verb}:{emoji}:{by}:{when}", at=at(when), by=user_ref(by),
            by_name=names.get(by, ""), room=room, message=MessageRef(room, ts), emoji=character_of(emoji),
        )  # fmt: skip

    return read


def _joined(event: Json, me: Me, names: Names) -> MemberJoined | None:
    member = _member(event, me, names, "joined")
    invited = event.get("inviter") == me.user
    return MemberJoined(**member, invited=invited) if member else None


def _left(event: Json, me: Me, names: Names) -> MemberLeft | None:
    member = _member(event, me, names, "left")
    return MemberLeft(**member) if member else None


class _Member(TypedDict):
    delivery: str
    at: datetime
    by: UserRef
    by_name: str
    room: RoomRef


def _member(event: Json, me: Me, names: Names, verb: str) -> _Member | None:
    by, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    if by in ("", me.user) or not channel:
        return None
    when = str(event["event_ts"])
    return {
        "delivery": f"slack:{channel}:{verb}:{by}:{when}", "at": at(when), "by": user_ref(by),
        "by_name": names.get(by, ""), "room": room_ref(channel),
    }  # fmt: skip


def _link(event: Json, me: Me, names: Names) -> LinkShared | None:
    """Slack tells of a link while it is typed too; then there is no message yet to show something below."""
    by, channel, ts = (str(event.get(key) or "") for key in ("user", "channel", "message_ts"))
    if by in ("", me.user) or event.get("source") == "composer":
        return None
    room = room_ref(channel)
    return LinkShared(
        delivery=f"slack:{channel}:{ts}:links:{event['event_ts']}", at=at(str(event["event_ts"])), by=user_ref(by),
        by_name=names.get(by, ""), room=room, message=MessageRef(room, ts),
        addresses=tuple(str(link["url"]) for link in event.get("links") or []),
    )  # fmt: skip


def _home(event: Json, me: Me, names: Names) -> HomeOpened | None:
    by, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    if event.get("tab") != "home" or by in ("", me.user) or not channel:
        return None
    when = str(event["event_ts"])
    return HomeOpened(
        delivery=f"slack:home:{by}:{when}", at=at(when), by=user_ref(by), by_name=names.get(by, ""),
        room=room_ref(channel),
    )  # fmt: skip


_EVENTS: dict[str, Callable[[Json, Me, Names], ChatEvent | None]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction(ReactionAdded),
    "reaction_removed": _reaction(ReactionRemoved),
    "app_home_opened": _home,
    "link_shared": _link,
    "member_joined_channel": _joined,
    "member_left_channel": _left,
}

"""Reading what others wrote: nothing in an event can be trusted to have the shape it should."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Event = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 253_402_300_799_000
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """The value if it is a string, without what no database can keep; else an empty one."""
    return _UNKEEPABLE.sub("", value) if isinstance(value, str) else ""


def strings(value: object) -> tuple[str, ...]:
    """The strings in a list."""
    return tuple(string(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def events(value: object) -> list[Event]:
    """The objects in a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def content(event: Event) -> Mapping[str, Any]:
    """What an event says."""
    return mapping(event.get("content"))


def relation(event: Event) -> Mapping[str, Any]:
    """How an event relates to another."""
    return mapping(content(event).get("m.relates_to"))


def replied_to(event: Event) -> str:
    """The event a message answers by a rich reply; empty for one in a thread, where replies are mostly a fallback."""
    related = relation(event)
    if related.get("rel_type"):
        return ""
    return string(mapping(related.get("m.in_reply_to")).get("event_id"))


def newest_content(event: Event) -> Mapping[str, Any]:
    """What a message says now: that of its last edit, which homeservers bundle with it."""
    bundled = mapping(mapping(event.get("unsigned")).get("m.relations"))
    edited = content(mapping(bundled.get("m.replace"))).get("m.new_content")
    return mapping(edited) or content(event)


def membership_before(event: Event) -> str:
    """What somebody's membership was before this event changed it."""
    return string(mapping(mapping(event.get("unsigned")).get("prev_content")).get("membership"))


def name_of_member(event: Event) -> str:
    """What the member an event is about is called; whoever leaves takes no name along, so it is the one before."""
    before = mapping(mapping(event.get("unsigned")).get("prev_content"))
    return string(content(event).get("displayname")) or string(before.get("displayname"))


def sender_before(event: Event) -> str:
    """Who sent the state that this event replaced; empty where the homeserver does not say."""
    return string(mapping(event.get("unsigned")).get("prev_sender"))


def redacted(event: Event) -> str:
    """The event a redaction takes back; room version 11 moved it into the content."""
    return string(content(event).get("redacts")) or string(event.get("redacts"))


def time_of(event: Event) -> datetime:
    """When the sender's homeserver says it happened."""
    milliseconds = event.get("origin_server_ts")
    sane = isinstance(milliseconds, int) and 0 <= milliseconds <= _LATEST_MS
    return _EPOCH + timedelta(milliseconds=milliseconds if isinstance(milliseconds, int) and sane else 0)

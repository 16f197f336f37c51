"""What Slack sends in the shapes that it publishes, with every key there is: filled in, each says what it should."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.identity import Me
from adapters.slack.translate import people_in, translate
from bot.events import (
    ActionTaken,
    ChatEvent,
    CommandGiven,
    File,
    HomeOpened,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
    ShortcutUsed,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

Json = dict[str, Any]

ME = Me(user="U0BOT", bot="B0BOT", team="T0", name="swarmbridge")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "samples"
SAMPLES = sorted(path.stem for path in FOLDER.glob("*.json"))
TS, ROOT = "1763791234.000200", "1763791000.000100"
AT = datetime(2025, 11, 22, 6, 0, 34, 200, UTC)
ANNA, ROOM = UserRef(Platform.SLACK, "U024BE7LH"), RoomRef(Platform.SLACK, "C061EG9SL")
MESSAGE, THREAD = MessageRef(ROOM, TS), ThreadRef(ROOM, ROOT)
FILLED = {
    "user": ANNA.id, "user_id": ANNA.id, "user.id": ANNA.id, "channel": ROOM.id, "channel_id": ROOM.id,
    "channel.id": ROOM.id, "ts": TS, "event_ts": TS, "action_ts": TS, "message_ts": TS, "deleted_ts": TS,
    "thread_ts": ROOT, "text": "printer", "previous_message.text": "prunter", "name": "photo.png",
    "title": "photo.png", "permalink": "https://example.slack.com/files/F1", "mimetype": "image/png",
    "reaction": "ticket", "tab": "home", "command": "/swarm", "trigger_id": "1.2.abc", "callback_id": "register",
    "actions.action_id": "me_too|0", "actions.value": "INC-1", "item.type": "message", "team": "T0", "team_id": "T0",
}  # fmt: skip


def sample(name: str) -> Json:
    said: Json = json.loads((FOLDER / f"{name}.json").read_text())
    return said


def filled(value: Any, *path: str) -> Any:
    """The same with something wherever a value is blank, as far as this test knows what."""
    if isinstance(value, dict):
        return {name: filled(one, *path, name) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, *path) for one in value]
    if value not in ("", "0000000000.000000"):
        return value
    return FILLED.get(".".join(path[-2:]), FILLED.get(path[-1] if path else "", value))


def heard(name: str) -> ChatEvent | None:
    payload = filled(sample(name))
    if "event" in payload:
        payload["type"] = "event_callback"
    return translate(payload, ME, heard_at=NOW, names={"U024BE7LH": "Anna"})


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shape_without_values_is_nothing_or_is_refused_as_what_cannot_be_read(name: str) -> None:
    payload = sample(name)
    assert people_in(payload) <= {""}
    with suppress(KeyError, ValueError, TypeError, AttributeError):  # which the one who hears says in the log
        translate(payload, ME, heard_at=NOW)


def said(delivery: str) -> dict[str, Any]:
    """What is the same in all of them."""
    return {"delivery": delivery, "at": AT, "by": ANNA, "by_name": "Anna", "room": ROOM}


POSTED = {**said(f"slack:C061EG9SL:{TS}"), "message": MESSAGE, "text": "printer", "thread": THREAD}
EXPECTED: dict[str, ChatEvent] = {
    "AppHomeOpenedPayload": HomeOpened(**said(f"slack:home:U024BE7LH:{TS}")),
    "AppMentionPayload": MessagePosted(**POSTED),
    "BlockActionPayload": ActionTaken(
        **said(f"slack:C061EG9SL:{TS}:action:me_too|0:U024BE7LH:{TS}"), action="me_too", value="INC-1",
        message=MESSAGE, thread=THREAD, trigger="1.2.abc",
    ),
    "MemberJoinedChannelPayload": MemberJoined(**said(f"slack:C061EG9SL:joined:U024BE7LH:{TS}")),
    "MemberLeftChannelPayload": MemberLeft(**said(f"slack:C061EG9SL:left:U024BE7LH:{TS}")),
    "MessageChangedPayload": MessageEdited(
        **said(f"slack:C061EG9SL:{TS}:edited:{TS}"), message=MESSAGE, text="printer"
    ),
    "MessageDeletedPayload": MessageDeleted(**said(f"slack:C061EG9SL:{TS}:deleted"), message=MESSAGE),
    "MessageFileSharePayload": MessagePosted(
        **POSTED, files=(File("photo.png", "https://example.slack.com/files/F1", kind="image/png", size=123),)
    ),
    "MessagePayload": MessagePosted(**POSTED),
    "MessageShortcutPayload": ShortcutUsed(
        **said("slack:shortcut:1.2.abc"), shortcut="register", message=MESSAGE, text="printer", author=ANNA,
        author_name="Anna", thread=THREAD, trigger="1.2.abc",
        files=(File("photo.png", "https://example.slack.com/files/F1", kind="image/png", size=123),),
    ),
    "MessageThreadBroadcastPayload": MessagePosted(**POSTED),
    "ReactionAddedPayload": ReactionAdded(
        **said(f"slack:C061EG9SL:{TS}:reaction added:ticket:U024BE7LH:{TS}"), message=MESSAGE, emoji="🎫"
    ),
    "ReactionRemovedPayload": ReactionRemoved(
        **said(f"slack:C061EG9SL:{TS}:reaction removed:ticket:U024BE7LH:{TS}"), message=MESSAGE, emoji="🎫"
    ),
    "SlashCommandPayload": CommandGiven(
        **{**said("slack:command:1.2.abc"), "at": NOW}, text="printer", trigger="1.2.abc"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_shape_with_values_says_what_it_should_and_all_others_are_nobodys(name: str) -> None:
    assert heard(name) == EXPECTED.get(name)

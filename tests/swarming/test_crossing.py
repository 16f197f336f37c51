"""What is carried from one room of a swarm to the others, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sql.engine import open_database
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from adapters.text.voices import BabelVoices
from bot.events import File, MessageEdited, MessagePosted, ReactionAdded
from bot.intents import Edit
from bot.refs import MessageRef, Platform, RoomRef, UserRef
from incidents.model import IncidentId
from swarming import crossing
from swarming.model import Outpost, Swarm
from tests.sql.stand import LEASE, MORNING, SetClock, storage_over

MEHMET = UserRef(Platform.SLACK, "U1")
ROOM = RoomRef(Platform.SLACK, "C1")
SAID = MessageRef(ROOM, "1.1")
VOICE = BabelVoices(lambda text: None, "UTC", lambda: MORNING).voice("en")


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    database = open_database(f"sqlite:///{tmp_path}/swarmbridge.db")
    migrate(database)
    yield storage_over(database, SetClock())
    database.close()


def swarm(*, closed: bool) -> Swarm:
    """One with a room on Slack and one on Matrix."""
    return Swarm(
        incident=IncidentId(1), round=0, platform=Platform.SLACK, room_name="inc-1", private=False, opened_at=MORNING,
        room=ROOM, outposts=[Outpost(platform=Platform.MATRIX)], closed_at=MORNING if closed else None,
    )  # fmt: skip


def test_what_was_sent_along_stays_with_a_message_that_is_edited(storage: SqlStorage) -> None:
    loss = File("loss.png", "https://acme.slack.com/files/U1/F1/loss.png")
    said = MessagePosted(delivery="1", at=MORNING, by=MEHMET, room=ROOM, message=SAID, text="it is teh line",
                         addressed=False, files=(loss,))  # fmt: skip
    edited = MessageEdited(
        delivery="2", at=MORNING, by=MEHMET, room=ROOM, message=SAID, text="it is the line", files=(loss,)
    )

    with storage.work() as work:
        crossing.carry(work, VOICE, swarm(closed=False), said, "Mehmet")
        crossing.carry_change(work, VOICE, swarm(closed=False), edited, "Mehmet")

    [_, edit] = [claimed.intent for claimed in storage.claim(10, LEASE)]
    assert isinstance(edit, Edit)
    assert "it is the line" in str(edit.card.blocks)
    assert loss.url in str(edit.card.blocks)


@pytest.mark.parametrize(("closed", "carried"), [(False, 2), (True, 0)])
def test_nothing_is_said_or_reacted_in_rooms_that_are_closed(storage: SqlStorage, closed: bool, carried: int) -> None:
    said = MessagePosted(
        delivery="1", at=MORNING, by=MEHMET, room=ROOM, message=SAID, text="it is the gateway", addressed=False
    )
    tada = ReactionAdded(delivery="2", at=MORNING, by=MEHMET, room=ROOM, message=SAID, emoji="🎉")

    with storage.work() as work:
        crossing.carry(work, VOICE, swarm(closed=closed), said, "Mehmet")
        crossing.carry_reaction(work, swarm(closed=closed), tada)

    assert len(storage.claim(10, LEASE)) == carried

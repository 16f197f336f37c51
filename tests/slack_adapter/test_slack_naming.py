"""References of one workspace among several, and whose a payload is. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.naming import NamedInbox, Naming, workspace_of
from adapters.slack.whose import candidates, whose
from bot.cards import Action, Actions, Card, Facts, Paragraph, Span, Style, plain
from bot.chat import Cursor
from bot.events import MessagePosted, ReactionAdded
from bot.facts import WhyNot
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.local.memory_inbox import MemoryInbox

HERE = Naming("T024")
AT = datetime(2026, 3, 2, tzinfo=UTC)


def user(id_: str) -> UserRef:
    return UserRef(Platform.SLACK, id_)


def room(id_: str) -> RoomRef:
    return RoomRef(Platform.SLACK, id_)


def posted(before: str) -> MessagePosted:
    there = room(f"{before}C1")
    return MessagePosted(
        delivery="slack:C1:1.0", at=AT, by=user(f"{before}U1"), room=there, message=MessageRef(there, "1.0"),
        text="slack:C1 is not a reference here", thread=ThreadRef(there, "0.9"),
        mentions=(user(f"{before}U2"), UserRef(Platform.MATRIX, "@anna:example.org")),
    )  # fmt: skip


def test_every_reference_in_what_was_heard_gets_its_workspace_and_loses_it_again() -> None:
    assert HERE.outside(posted("")) == posted("T024/")
    assert HERE.inside(posted("T024/")) == posted("")
    assert HERE.inside(posted("T025/")) == posted("T025/"), "what is of another workspace is nobody's here"


def test_on_a_card_only_mentions_are_references() -> None:
    def card(whom: str, value: str) -> Card:
        return Card(summary="slack:T024/U1", blocks=(
            Paragraph((Span("Anna", Style.PERSON, whom), Span(" asks "), Span("x", Style.LINK, "https://x.example"))),
            Facts((("Where", (Span("help", Style.ROOM, "slack:T025/C9"),)),)),
            Actions((Action("join", "Join", value),)),
        ))  # fmt: skip

    said = card("slack:T024/U1", "slack:T024/C1 1.0")
    assert HERE.inside(said) == card("slack:U1", "slack:T024/C1 1.0"), "what a button carries comes back as it went"
    assert HERE.inside(plain("slack:T024/U1")) == plain("slack:T024/U1")


def test_who_was_refused_is_named_as_others_know_them() -> None:
    assert HERE.outside({user("U1"): WhyNot.GONE}) == {user("T024/U1"): WhyNot.GONE}


def test_a_reference_names_its_workspace_or_none() -> None:
    assert [workspace_of(one) for one in (room("T024/C1"), user("E1/W1"), room("C1"))] == ["T024", "E1", ""]


async def test_two_workspaces_store_beside_each_other() -> None:
    inbox = MemoryInbox()
    for name in ("T024", "T025"):
        named = NamedInbox(inbox, Naming(name))
        await named.put([posted("")], [Cursor("slack:C1", name)])
        assert await named.cursor("slack:C1") == name
    assert [(event.delivery, str(event.room)) for event in inbox.events] == [
        ("slack:T024/C1:1.0", "slack:T024/C1"), ("slack:T025/C1:1.0", "slack:T025/C1"),
    ]  # fmt: skip
    assert inbox.cursors == {"slack:T024/C1": "T024", "slack:T025/C1": "T025"}


def test_an_event_of_nothing_but_a_message_is_named_too() -> None:
    reaction = ReactionAdded(
        delivery="slack:C1:1.0:reaction", at=AT, by=user("U1"), room=room("C1"), message=MessageRef(room("C1"), "1.0"),
        emoji="🎫",
    )  # fmt: skip
    assert HERE.outside(reaction).message == MessageRef(room("T024/C1"), "1.0")


def authorized(team: str | None, enterprise: str | None, *, whole: bool) -> dict[str, Any]:
    return {"authorizations": [{"team_id": team, "enterprise_id": enterprise, "is_enterprise_install": whole}]}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"team_id": "T9", **authorized("T1", None, whole=False)}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", **authorized(None, "E1", whole=True)}, "E1"),
        ({"team_id": "T1"}, "T1"),
        ({"team_id": "T7", "enterprise_id": "E1", "is_enterprise_install": "true", "command": "/swarm"}, "E1"),
        ({"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}}, "T1"),
        ({"type": "block_actions", "team": {"id": "T9"}, "message": {"team": "T1"}}, "T1"),
        ({"type": "view_submission", "team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "T8"}}, "E1"),
        ({"type": "view_submission", "team": {"id": "T9"}, "view": {"app_installed_team_id": "T1"}}, "T1"),
        ({"type": "shortcut", "team": None, "enterprise": None, "user": {"team_id": "T1"}}, "T1"),
        ({"team_id": "T9"}, None),
        ({}, None),
    ],
)
def test_a_payload_is_for_the_workspace_in_whose_name_it_comes(payload: dict[str, Any], expected: str | None) -> None:
    assert whose(payload, {"T1", "T2", "E1"}) == expected


def test_somebody_of_another_installed_workspace_speaks_in_the_one_that_hears_them() -> None:
    payload = {"team_id": "T2", **authorized("T1", None, whole=False), "event": {"user_team": "T2"}}
    assert whose(payload, {"T1", "T2"}) == "T1"
    assert list(candidates(payload)) == ["T1", "T2"]

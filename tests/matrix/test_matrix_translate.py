"""Events as Synapse sends them (``samples.json``, recorded from rooms of version 12 and 10), and as nobody should."""

import copy
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix import links, marks, translate
from adapters.matrix.speech import Self
from adapters.matrix.translate import Around, Reaction
from bot.events import (
    ActionTaken,
    File,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text())
ME = Self("@swarmbridge:matrix.test", ("Swarmbridge",))
ROOM = RoomRef(Platform.MATRIX, "!cQHBlE6Kb6ZiNrTMnnwNjWjKORZWkoAWiBfaRF0pRzg")
ANNA, BEN = UserRef(Platform.MATRIX, "@anna:matrix.test"), UserRef(Platform.MATRIX, "@ben:matrix.test")
AROUND = Around(room=ROOM.id, name="Anna")
REPORT = SAMPLES["message"]["event_id"]
CARD = marks.card_of(SAMPLES["card"], ME.user_id)


def at(name: str) -> datetime:
    return datetime.fromtimestamp(SAMPLES[name]["origin_server_ts"] / 1000, UTC)


def common(name: str, by: UserRef = ANNA, by_name: str = "Anna") -> dict[str, Any]:
    return {
        "delivery": f"matrix:{SAMPLES[name]['event_id']}",
        "at": at(name),
        "by": by,
        "by_name": by_name,
        "room": ROOM,
    }


def ref(name: str) -> MessageRef:
    return MessageRef(ROOM, SAMPLES[name]["event_id"])


def heard(name: str, around: Around = AROUND, **changes: Any) -> object:
    return translate.translate(SAMPLES[name] | changes, ME, around)


def test_a_message() -> None:
    assert heard("message") == MessagePosted(**common("message"), message=ref("message"), text="the printer is on fire")


def test_an_emote_says_its_text() -> None:
    assert heard("emote") == MessagePosted(**common("emote"), message=ref("emote"), text="cannot print")


def test_a_message_in_a_thread() -> None:
    assert heard("in_thread") == MessagePosted(
        **common("in_thread"), message=ref("in_thread"), text="since 9", thread=ThreadRef(ROOM, REPORT)
    )


def test_a_rich_reply_without_what_it_quotes_in_the_thread_it_belongs_to() -> None:
    assert heard("reply", Around(room=ROOM.id, name="Anna", thread=REPORT)) == MessagePosted(
        **common("reply"), message=ref("reply"), text="still is", thread=ThreadRef(ROOM, REPORT)
    )


def test_mentions_are_readable_and_the_bots_own_is_the_address() -> None:
    assert heard("pills") == MessagePosted(
        **common("pills"), message=ref("pills"), text="hand over INC-4 @Ben", addressed=True, mentions=(BEN,)
    )


def test_a_direct_message_is_marked_as_one() -> None:
    direct = heard("message", Around(room=ROOM.id, name="Anna", direct=True))

    assert isinstance(direct, MessagePosted)
    assert direct.direct


def test_a_picture_is_its_caption() -> None:
    shown = links.to_room(ref("caption").room.id, "matrix.test", ref("caption").id)
    assert heard("caption") == MessagePosted(
        **common("caption"), message=ref("caption"), text="this is what it says",
        files=(File("screen.png", shown, "image/png", 99),),
    )  # fmt: skip


def test_a_picture_without_a_caption_says_its_name() -> None:
    shown = links.to_room(ref("picture").room.id, "matrix.test", ref("picture").id)
    assert heard("picture") == MessagePosted(
        **common("picture"), message=ref("picture"), text="screen.png", files=(File("screen.png", shown, "image/png"),)
    )


@pytest.mark.parametrize(
    "name", ["notice", "card", "invited", "invited_again", "declined", "reaction_redacted", "message_redacted"]
)
def test_what_is_nothing_to_the_bot(name: str) -> None:
    assert heard(name) is None


def test_an_edit_by_the_author() -> None:
    around = Around(room=ROOM.id, name="Anna", target=SAMPLES["message"])

    assert heard("edit", around) == MessageEdited(
        **common("edit"), message=ref("message"), text="the printer is very hot"
    )


@pytest.mark.parametrize("target", [None, {**SAMPLES["message"], "sender": BEN.id}, SAMPLES["joined"]])
def test_an_edit_of_what_is_not_the_authors_message_counts_for_nothing(target: dict[str, Any] | None) -> None:
    assert heard("edit", Around(room=ROOM.id, target=target)) is None


def test_a_deleted_message() -> None:
    around = Around(room=ROOM.id, name="Anna", target=SAMPLES["message_redacted"])

    assert heard("message_taken_back", around) == MessageDeleted(
        **common("message_taken_back"), message=ref("message_redacted")
    )


@pytest.mark.parametrize("name", ["reaction_taken_back", "reaction_taken_back_v10"])
def test_a_reaction_taken_back(name: str) -> None:
    around = Around(room=ROOM.id, name="Anna", reaction=Reaction(REPORT, "🎫"))

    assert heard(name, around) == ReactionRemoved(**common(name), message=ref("message"), emoji="🎫")


@pytest.mark.parametrize("target", [None, SAMPLES["reaction_redacted"], SAMPLES["joined"]])
def test_a_redaction_of_something_else(target: dict[str, Any] | None) -> None:
    assert heard("reaction_taken_back", Around(room=ROOM.id, target=target)) is None


def test_a_number_under_a_card_chooses_its_action() -> None:
    assert heard("number", Around(room=ROOM.id, name="Anna", card=CARD)) == ActionTaken(
        **common("number"), action="undo", value="INC-4", message=ref("card"), thread=ThreadRef(ROOM, REPORT)
    )


def test_a_number_under_anything_else_is_a_reaction() -> None:
    assert heard("number") == ReactionAdded(**common("number"), message=ref("card"), emoji="2️⃣")


@pytest.mark.parametrize("typed", ["2", " 2 ", "2.", "2)", "#2", "(2)", "2️⃣", "!swarm 2", "Swarmbridge: 2"])
def test_a_number_typed_chooses(typed: str) -> None:
    taken = heard("in_thread", Around(room=ROOM.id, card=CARD), content={"msgtype": "m.text", "body": typed})

    assert isinstance(taken, ActionTaken)
    assert taken.action == "undo"


@pytest.mark.parametrize("typed", ["0", "3", "22", "2 of us", "-2", "²", "②"])
def test_what_is_no_number_of_the_card_is_a_message(typed: str) -> None:
    said = heard("in_thread", Around(room=ROOM.id, card=CARD), content={"msgtype": "m.text", "body": typed})

    assert isinstance(said, MessagePosted)
    assert said.text == typed


def test_entering_and_leaving() -> None:
    assert heard("joined") == MemberJoined(**common("joined", BEN, "Ben B."))
    assert heard("left") == MemberLeft(**common("left", BEN, "Ben B."))


def test_whoever_follows_an_invitation_of_the_bot_was_put_there_by_it() -> None:
    unsigned = {"prev_content": {"membership": "invite"}, "prev_sender": ME.user_id}

    assert heard("joined", unsigned=unsigned) == MemberJoined(**common("joined", BEN, "Ben B."), invited=True)


def test_a_change_of_name_is_no_entering() -> None:
    unsigned = {"prev_content": {"membership": "join", "displayname": "Ben"}}

    assert heard("joined", unsigned=unsigned) is None


@pytest.mark.parametrize("by", [ANNA.id, ME.user_id])
def test_somebody_removed_has_left_themselves(by: str) -> None:
    assert heard("left", sender=by) == MemberLeft(**common("left", BEN, "Ben B."))


def body(text: str, **more: Any) -> dict[str, Any]:
    return {"content": {"msgtype": "m.text", "body": text, **more}}


def pill(user: str, label: str) -> str:
    return f'<a href="https://matrix.to/#/{user}">{label}</a>'


@pytest.mark.parametrize(
    ("content", "addressed", "text", "mentions"),
    [
        (body("!swarm report mail"), True, "report mail", ()),
        (body("!SWARM: help"), True, "help", ()),
        (body("!swarm"), True, "", ()),
        (body("!swarming bees"), False, "!swarming bees", ()),
        (body("@swarmbridge status"), True, "status", ()),
        (body("@Swarmbridge, status"), True, "status", ()),
        (body("@swarmbridge:matrix.test status"), True, "status", ()),
        (body("swarmbridge: status"), True, "status", ()),
        (body("swarmbridge is down"), False, "swarmbridge is down", ()),
        (body("Swarmbridge status", **{"m.mentions": {"user_ids": [ME.user_id]}}), True, "status", ()),
        (body("Swarmbridge status", formatted_body=pill(ME.user_id, "Swarmbridge") + " status"), True, "status", ()),
        (body(f"[Swarmbridge](https://matrix.to/#/{ME.user_id}) status"), True, "status", ()),
        (body("ask [Ben](https://matrix.to/#/%40ben%3Amatrix.test) or @jo"), False, "ask @Ben or @jo", (BEN,)),
        (body("ask Ben, Benny", formatted_body=f"ask {pill(BEN.id, 'Ben')}, Benny"), False, "ask @Ben, Benny", (BEN,)),
        (body("hi", **{"m.mentions": {"user_ids": [BEN.id, BEN.id, 7], "room": True}}), False, "hi", (BEN,)),
        (body("hi", **{"m.mentions": "nonsense"}, formatted_body=["x"]), False, "hi", ()),
        (body("a\x00b\ud800c"), False, "abc", ()),
        (body("> my own quote\nand text"), False, "> my own quote\nand text", ()),
    ],
)  # fmt: skip
def test_how_a_message_is_read(
    content: dict[str, Any], addressed: bool, text: str, mentions: tuple[UserRef, ...]
) -> None:
    assert heard("message", **content) == MessagePosted(
        **common("message"), message=ref("message"), text=text, addressed=addressed, mentions=mentions
    )


@pytest.mark.parametrize(
    "typed", ["[" * 60_000, "[a](" * 15_000, "<a " * 20_000, "a" * 60_000, '<a href="https://matrix.to/#/@' * 2_000]
)
def test_a_message_made_to_be_slow_to_read_is_not(typed: str) -> None:
    began = time.process_time()

    heard("message", **body(typed, formatted_body=typed))

    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("ts", [None, "yesterday", -1, 2**63, 1.5, True, {}])
def test_a_time_that_is_none_is_the_beginning_of_time(ts: object) -> None:
    said = heard("message", origin_server_ts=ts)

    assert isinstance(said, MessagePosted)
    assert said.at.year == 1970


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JUNK = st.recursive(
    LEAVES | st.sampled_from(["m.thread", "m.replace", "$x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["event_id", "key", "user_ids"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_an_event_of_any_shape_is_heard_or_not_but_never_breaks_anything(name: str, data: st.DataObject) -> None:
    event = copy.deepcopy(SAMPLES[name])
    place: Any = event
    for _ in range(data.draw(st.integers(0, 2))):
        inner = [value for value in place.values() if isinstance(value, dict) and value]
        place = data.draw(st.sampled_from(inner)) if inner else place
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JUNK)

    translate.number_in(event, ME)
    marks.card_of(event, ME.user_id)
    around = Around(
        room=ROOM.id, target=data.draw(st.sampled_from([None, event])), card=data.draw(st.sampled_from([None, CARD]))
    )
    result = translate.translate(event, ME, around)
    assert result is None or result.delivery.startswith("matrix:")

"""What is stored reads back as it was."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sql.codec import CORE_FACTS, Codec, UnknownType
from bot.cards import Action, Actions, Card, Facts, Heading, Note, Paragraph, Quote, Span, Style, strong
from bot.dialogs import Dialog
from bot.events import ChatEvent
from bot.facts import Fact
from bot.intents import AnyIntent, Direct, Edit, MessageOf, Post, RoomOf
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from incidents.events import FACTS as INCIDENT_FACTS
from incidents.model import Incident
from knowledge.model import Article
from swarming.model import Swarm
from tests.sql.stand import ANNA, MORNING, heard, room

platforms = st.sampled_from(Platform)
ids = st.text(min_size=1).filter(lambda text: " " not in text)
rooms = st.builds(RoomRef, platforms, ids)
st.register_type_strategy(UserRef, st.builds(UserRef, platforms, ids))
st.register_type_strategy(RoomRef, rooms)
st.register_type_strategy(MessageRef, st.builds(MessageRef, rooms, ids))
st.register_type_strategy(ThreadRef, st.builds(ThreadRef, rooms, ids))
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))

STORED: tuple[type[Any], ...] = (*get_args(ChatEvent), *get_args(AnyIntent), *CORE_FACTS, *INCIDENT_FACTS)
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited(Fact):
    how_long: timedelta
    until: datetime | None = None
    place: RoomRef | RoomOf | Direct | None = None


codec = Codec([*INCIDENT_FACTS, Waited])


@pytest.mark.parametrize("kind", [*STORED, Waited], ids=lambda kind: kind.__name__)
@quickly
@given(data=st.data())
def test_anything_heard_said_or_told_reads_back_as_it_was(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    name, text = codec.dump(value)
    assert text.isascii()
    assert codec.load(name, text) == value


@pytest.mark.parametrize("kind", [Incident, Swarm, Article, Dialog], ids=lambda kind: kind.__name__)
@quickly
@given(data=st.data())
def test_an_aggregate_reads_back_as_it_was(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    text = codec.to_json(value, kind)
    assert codec.from_json(text, kind) == value
    assert codec.recall(text, kind) == codec.recall(text, kind) == value
    assert codec.recall(text, kind) is not codec.recall(text, kind)


def test_a_card_is_stored_in_few_words() -> None:
    blocks = (
        Heading("Mail is down"),
        Paragraph((Span("We look into "), strong("INC-4"), Span("page", Style.LINK, "https://status.example.org"))),
        Note((Span("small"),)),
        Facts((("Service", (Span("Mail"),)),)),
        Quote("it hangs", by="Anna"),
        Actions((Action("join", "Me too", "4"),)),
    )
    posted = Post(key="k", place=room(), card=Card(summary="Mail is down", blocks=blocks))
    name, text = codec.dump(posted)
    assert name == "Post"
    assert text == (
        '{"key":"k","place":["RoomRef","slack:help"],"card":{"summary":"Mail is down","blocks":['
        '["Heading",{"text":"Mail is down"}],'
        '["Paragraph",{"text":["We look into ",["INC-4","strong",""],["page","link","https://status.example.org"]]}],'
        '["Note",{"text":["small"]}],["Facts",{"rows":[["Service",["Mail"]]]}],'
        '["Quote",{"text":"it hangs","by":"Anna"}],'
        '["Actions",{"actions":[{"id":"join","label":"Me too","value":"4"}]}]]}}'
    )
    assert codec.load(name, text) == posted


def test_the_places_and_messages_of_an_intent_keep_their_kind() -> None:
    for place in (room(), RoomOf(Platform.MATRIX, "INC-1:swarm"), Direct(ANNA)):
        for message in (MessageRef(room(), "17.2"), MessageOf("INC-1:card")):
            changed = Edit(key="k", place=place, message=message, card=Card(summary="s"))
            assert codec.load(*codec.dump(changed)) == changed


def test_a_row_of_an_older_version_reads_with_the_defaults_of_what_is_new() -> None:
    old = '{"delivery":"d","at":"2026-03-02T08:00:00+00:00","by":"slack:U1","room":"slack:help","gone":1,'
    old += '"message":"slack:help d","text":"the printer is on fire"}'
    assert codec.load("MessagePosted", old) == heard("d", at=MORNING)


def test_what_was_never_registered_is_refused_by_name() -> None:
    with pytest.raises(UnknownType, match="Waited was not registered"):
        Codec().dump(Waited(about="INC-1", how_long=timedelta()))
    with pytest.raises(UnknownType, match="a stored Fax is unknown"):
        codec.load("Fax", "{}")


def test_two_facts_of_one_name_are_refused() -> None:
    other = type("RoomOpened", (Fact,), {})
    with pytest.raises(ValueError, match="two classes to be stored are named RoomOpened"):
        Codec([other])

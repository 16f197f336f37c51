"""Cards and forms as Slack shows them: whole results, and limits for any content."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View

from adapters.slack import home as home_tab
from adapters.slack import modals, mrkdwn, render
from bot.cards import (
    Action,
    Actions,
    Card,
    Facts,
    Heading,
    Note,
    Paragraph,
    Quote,
    Span,
    Style,
    Tone,
    link,
    plain,
    strong,
)
from bot.errors import ChatRefused
from bot.forms import Choice, Field, FieldKind, Form
from bot.home import Entry, Home
from bot.plain import is_blank
from bot.refs import Platform, RoomRef, ThreadRef
from tests.strict_slack import blocks as block_kit
from tests.strict_slack import reading

ROOM = RoomRef(Platform.SLACK, "C061EG9SL")
HOSTILE = "<!channel> <!here|x> <@U024BE7LH> @channel @here <!subteam^S1> &lt;!channel&gt; *b* `c` :fire: {{ 7*7 }}"


def test_a_whole_card() -> None:
    card = Card(
        summary="INC-4 VPN & mail <down>",
        blocks=(
            Heading("INC-4 VPN & mail"),
            Paragraph((Span("Registered as "), strong("INC-4"), Span(" by "), _person(), Span(" in "), _room())),
            Quote("it *broke* <again>", "Anna"),
            Facts((("Service", plain("VPN")), ("Page", (link("status", "https://s.example.org/?a=1&b=2"),)))),
            Note((Span("Or write "), Span("me too INC-4", Style.CODE), Span(". Not *this* & <that>"))),
            Note(plain("It is on time: 5 < 6 & *so on*")),
            Actions((
                Action("me_too", "Me too", "INC-4", "me too INC-4", Tone.PRIMARY),
                Action("not_a_request", "Not a request", "INC-4", tone=Tone.DANGER),
                Action("open", "Status page", url="https://s.example.org/"),
            )),
        ),
    )  # fmt: skip
    assert render.message(card) == {
        "text": "INC-4 VPN &amp; mail &lt;down&gt;",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "INC-4 VPN & mail", "emoji": False}},
            _section(
                {"type": "text", "text": "Registered as "},
                {"type": "text", "text": "INC-4", "style": {"bold": True}},
                {"type": "text", "text": " by "},
                {"type": "user", "user_id": "U024BE7LH"},
                {"type": "text", "text": " in "},
                {"type": "channel", "channel_id": "C061EG9SL"},
            ),
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_quote",
                        "elements": [
                            {"type": "text", "text": "it *broke* <again>"},
                            {"type": "text", "text": "\n— Anna", "style": {"italic": True}},
                        ],
                    }
                ],
            },
            _section(
                {"type": "text", "text": "Service: ", "style": {"bold": True}},
                {"type": "text", "text": "VPN"},
                {"type": "text", "text": "\n"},
                {"type": "text", "text": "Page: ", "style": {"bold": True}},
                {"type": "link", "url": "https://s.example.org/?a=1&b=2", "text": "status"},
            ),
            _context(
                {
                    "type": "mrkdwn",
                    "text": "Or write `me too INC-4`. Not \u2060*this* &amp; &lt;that&gt;",
                    "verbatim": True,
                }
            ),
            _context({"type": "plain_text", "text": "It is on time: 5 < 6 & *so on*", "emoji": False}),
            {
                "type": "actions",
                "elements": [
                    _button("Me too", action_id="me_too|0", value="INC-4", style="primary"),
                    _button("Not a request", action_id="not_a_request|1", value="INC-4", style="danger"),
                    _button("Status page", action_id="-link|2", url="https://s.example.org/"),
                ],
            },
        ],
    }


def _person() -> Span:
    return Span("Anna", Style.PERSON, "slack:U024BE7LH")


def _room() -> Span:
    return Span("it-help", Style.ROOM, "slack:C061EG9SL")


def _section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def _context(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "context", "elements": [element]}


def _button(label: str, **more: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": label, "emoji": False}, **more}


def test_a_card_of_a_summary_alone_says_it() -> None:
    message = render.message(Card(summary="INC-4 is *solved*"))
    assert message["text"] == "INC-4 is *solved*"
    assert message["blocks"] == [_section({"type": "text", "text": "INC-4 is *solved*"})]


@pytest.mark.parametrize(
    "block",
    [
        Heading(HOSTILE), Paragraph(plain(HOSTILE)), Note(plain(HOSTILE)), Note((Span(HOSTILE), strong(HOSTILE))),
        Note((link(HOSTILE, "https://x.org/<!channel>"), Span(HOSTILE, Style.CODE))), Quote(HOSTILE, HOSTILE),
        Facts(((HOSTILE, plain(HOSTILE)),)), Actions((Action("a", HOSTILE, HOSTILE),)),
        Paragraph((Span(HOSTILE, Style.PERSON, "slack:!channel"), Span(HOSTILE, Style.ROOM, "matrix:!x:y"))),
        Paragraph((Span("x", Style.LINK, "javascript:alert(1)"), Span("y", Style.LINK, "https://x.org/|<!here>"))),
        Note((Span("x", Style.LINK, "https://x.org|y> <!here>"), Span("z", Style.PERSON, "slack:U1> <!channel"))),
    ],
)  # fmt: skip
def test_nothing_typed_pings_or_becomes_markup(block: Any) -> None:
    message = render.message(Card(summary=HOSTILE, blocks=(block,)))
    assert reading.pings(message["text"], message["blocks"], [], names_linked=False) == []
    assert "javascript:" not in json.dumps(message["blocks"])
    assert block_kit.check_message(message["blocks"]) == []


def test_only_a_deliberate_mention_notifies_that_one_person() -> None:
    for block in (Paragraph((Span("x "), _person())), Note((Span("x "), _person()))):
        message = render.message(Card(summary="x", blocks=(block,)))
        assert reading.pings(message["text"], message["blocks"], [], names_linked=False) == ["U024BE7LH"]


def test_long_texts_are_cut_before_blocks_are_left_out_and_actions_stay() -> None:
    actions = Actions((Action("me_too", "Me too", "INC-4"),))
    long = render.message(Card(summary="x", blocks=(*(Quote("word " * 5_000) for _ in range(6)), actions)))["blocks"]
    assert [block["type"] for block in long] == ["rich_text"] * 6 + ["actions"]
    assert not block_kit.too_long(long)
    many = render.message(Card(summary="x", blocks=(*(Paragraph(plain(f"{n}")) for n in range(80)), actions)))["blocks"]
    assert len(many) == 50
    assert many[-1]["elements"][0]["action_id"] == "me_too|0"
    assert many[-2] == _context({"type": "plain_text", "text": "…", "emoji": False})


def test_more_buttons_than_fit_in_a_row_take_two() -> None:
    rows = render.message(Card(summary="x", blocks=(Actions(tuple(Action("n", f"{n}") for n in range(30))),)))["blocks"]
    assert [len(row["elements"]) for row in rows] == [25, 5]


AWKWARD = st.text(
    st.sampled_from([
        "a", "Ä", "ß", " ", "\n", "\t", "\u0301", "\u0300", "\u200d", "\ufe0f", "\u2066", "\u202e", "\u200f", "א", "ش",
        "한", "漢", "👩", "🏽", "🇩", "🇪", "<", ">", "&", "*", "_", "`", "~", "@", "#", "|", ":", "\x00",
        "\ud83d", "\U0010ffff",
    ]),
    max_size=400,
)  # fmt: skip
"""Marks without letters, letters from right to left, halves of flags and of surrogate pairs, and Slack's own signs."""
VERY_LONG = st.builds(lambda text, times: (text or "x") * times, AWKWARD, st.sampled_from([1, 40]))
TEXTS = st.one_of(
    st.text(max_size=40),
    AWKWARD,
    VERY_LONG,
    st.sampled_from(
        [HOSTILE, "", " ", "\u200b", "&" * 4_000, "a" * 5_000, "<" * 200, "\x00\x07", "🎫" * 3_000, "> *_~`"]
    ),
)
SPANS = st.builds(
    Span, TEXTS, st.sampled_from(Style),
    st.one_of(
        TEXTS,
        st.sampled_from(["https://x.org/a?b=1", "slack:U024BE7LH", "slack:C061EG9SL", "https://x.org/" + "y" * 2_990]),
    ),
)  # fmt: skip
RICH = st.lists(SPANS, max_size=6).map(tuple)
ACTIONS = st.builds(
    Action, id=TEXTS, label=TEXTS, value=TEXTS, words=TEXTS, tone=st.sampled_from(Tone),
    url=st.one_of(st.just(""), TEXTS, st.just("https://x.org")),
)  # fmt: skip
BLOCKS = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Paragraph, RICH),
    st.builds(Note, RICH),
    st.builds(Quote, TEXTS, TEXTS),
    st.builds(Facts, st.lists(st.tuples(TEXTS, RICH), max_size=12).map(tuple)),
    st.builds(Actions, st.lists(ACTIONS, max_size=30).map(tuple)),
)
CARDS = st.builds(Card, summary=TEXTS, blocks=st.lists(BLOCKS, max_size=20).map(tuple))


@settings(max_examples=60, deadline=None)
@given(CARDS)
def test_any_card_is_within_slacks_limits(card: Card) -> None:
    message = render.message(card)
    assert block_kit.check_message(message["blocks"]) == []
    assert not block_kit.too_long(message["blocks"])
    assert message["blocks"]
    assert 0 < len(message["text"]) <= 4_000
    for block in message["blocks"]:
        parsed = SlackBlock.parse(block)
        assert parsed is not None
        parsed.to_dict()
    ids = [element["action_id"] for b in message["blocks"] if b["type"] == "actions" for element in b["elements"]]
    assert len(ids) == len(set(ids))
    assert set(reading.pings(message["text"], message["blocks"], [], names_linked=False)) <= _meant(card)
    json.dumps(message).encode()


@settings(max_examples=60, deadline=None)
@given(CARDS)
def test_any_message_can_be_read_aloud_and_says_in_a_notification_what_it_is_about(card: Card) -> None:
    heard = reading.plain(render.message(card)["text"], [], [])
    wanted = " ".join(mrkdwn.sendable(card.summary).split())
    assert heard.strip()
    assert not any(unicodedata.category(sign) == "Cs" or (sign < " " and sign not in "\n\t") for sign in heard)
    if not is_blank(card.summary):
        assert " ".join(heard.split())[:20].removesuffix("…").strip() in wanted
    elif any(not is_blank(render._words(block)) for block in card.blocks):
        assert heard != "…", "the first words of a card without a summary stand in for it"


@settings(max_examples=30, deadline=None)
@given(st.lists(CARDS, max_size=12), TEXTS, TEXTS, TEXTS)
def test_any_home_is_within_slacks_limits(cards: list[Card], label: str, hint: str, more: str) -> None:
    view = home_tab.view(Home(cards=tuple(cards), search=Entry(label, hint), more=more))
    assert block_kit.check_view(view, "home") == []
    assert len(json.dumps(view)) <= block_kit.LARGEST_VIEW
    assert set(reading.pings("", view["blocks"], [], names_linked=False)) <= {one for c in cards for one in _meant(c)}


def test_a_home_that_does_not_fit_says_so_and_ends_with_no_lonely_heading() -> None:
    cards = [Card(summary="x", blocks=(Heading(f"{n}"), *(Paragraph(plain("p")) for _ in range(8)))) for n in range(15)]
    blocks = home_tab.view(Home(cards=tuple(cards), search=Entry("Search"), more="Write “status”."))["blocks"]
    assert len(blocks) <= 100
    assert blocks[0]["type"] == "input"
    assert blocks[-1] == _context({"type": "plain_text", "text": "Write “status”.", "emoji": False})
    assert blocks[-2]["type"] != "header"


def test_a_whole_home() -> None:
    card = Card(summary="x", blocks=(Heading("Your reports"), Actions((Action("start_report", "Report"),))))
    assert home_tab.view(Home(cards=(card,), search=Entry("Search", "Some words"), more="more")) == {
        "type": "home",
        "blocks": [
            {
                "type": "input", "block_id": "-search", "dispatch_action": True, "optional": True,
                "label": _label("Search"),
                "element": {
                    "type": "plain_text_input", "action_id": "-search", "max_length": 200,
                    "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
                    "placeholder": _label("Some words"),
                },
            },
            {"type": "header", "text": _label("Your reports")},
            {"type": "actions", "elements": [_button("Report", action_id="start_report|0")]},
        ],
    }  # fmt: skip


def _meant(card: Card) -> set[str]:
    """Whom the card mentions on purpose."""
    spans = [span for block in card.blocks for span in _spans(block)]
    return {span.target.removeprefix("slack:") for span in spans if span.style is Style.PERSON}


def _spans(block: Any) -> list[Span]:
    if isinstance(block, Paragraph | Note):
        return list(block.text)
    return [span for _, value in block.rows for span in value] if isinstance(block, Facts) else []


@settings(max_examples=60, deadline=None)
@given(RICH, st.integers(10, 3_000))
def test_small_print_is_never_longer_than_asked(text: Any, limit: int) -> None:
    assert len(mrkdwn.write(text, limit)) <= limit


FORM = Form(
    id="resolve", title="What solved INC-4, please?", submit="Send", cancel="Not now", context="INC-4", language="de",
    fields=(
        Field(id="how", label="What solved it?", kind=FieldKind.LONG, max_length=500, initial="toner"),
        Field(id="cause", label="Cause", required=False, hint="If known"),
        Field(
            id="kind", label="Lasting?", kind=FieldKind.CHOICE, initial="yes",
            choices=(Choice("yes", "Yes"), Choice("no", "No")),
        ),
    ),
)  # fmt: skip


def _label(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def test_a_whole_form() -> None:
    view = modals.view(FORM, ROOM, ThreadRef(ROOM, "1.1"))
    yes, no = ({"text": _label(label), "value": label.lower()} for label in ("Yes", "No"))
    assert view == {
        "type": "modal",
        "callback_id": "resolve",
        "title": _label("What solved INC-4,…"),
        "submit": _label("Send"),
        "close": _label("Not now"),
        "private_metadata": '{"context":"INC-4","room":"C061EG9SL","thread":"1.1","language":"de",'
        '"fields":[["how",1,500],["cause",0,3000],["kind",1,3000]]}',
        "blocks": [
            {
                "type": "input", "block_id": "how", "label": _label("What solved it?"), "optional": False,
                "element": {
                    "type": "plain_text_input", "action_id": "input", "multiline": True, "max_length": 500,
                    "initial_value": "toner",
                },
            },
            {
                "type": "input", "block_id": "cause", "label": _label("Cause"), "optional": True,
                "hint": _label("If known"),
                "element": {
                    "type": "plain_text_input", "action_id": "input", "multiline": False, "max_length": 3000,
                },
            },
            {
                "type": "input", "block_id": "kind", "label": _label("Lasting?"), "optional": False,
                "element": {
                    "type": "static_select", "action_id": "input", "options": [yes, no], "initial_option": yes,
                },
            },
        ],
    }  # fmt: skip
    View(**view).validate_json()


def test_a_form_whose_context_does_not_fit_is_refused() -> None:
    with pytest.raises(ChatRefused, match="form_too_large"):
        modals.view(Form(id="x", title="t", fields=(), submit="s", cancel="c", context="y" * 3_000), ROOM, None)


FIELDS = st.builds(
    Field, id=st.uuids().map(str), label=TEXTS, kind=st.sampled_from(FieldKind), required=st.booleans(), hint=TEXTS,
    initial=TEXTS, max_length=st.integers(0, 10_000),
    choices=st.lists(st.builds(Choice, TEXTS, TEXTS), max_size=120, unique_by=lambda c: c.value).map(tuple),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Form, id=st.just("f"), title=TEXTS, fields=st.lists(FIELDS, max_size=8).map(tuple), submit=TEXTS, cancel=TEXTS
    )
)
def test_any_form_is_within_slacks_limits(form: Form) -> None:
    assert block_kit.check_view(modals.view(form, ROOM, None), "modal") == []

"""What a card becomes on Matrix: whole results, and what must hold for any card."""

import json
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.matrix import render
from bot.cards import (
    Action,
    Actions,
    Block,
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

ALLOWED = {"h4", "p", "em", "strong", "code", "ul", "li", "blockquote", "br", "a"}
EVENT_LIMIT = 65_536


def rendered(card: Card) -> dict[str, Any]:
    return render.message(card, "k1", via="matrix.test")


def test_a_card_with_everything_reads_well_with_and_without_markup() -> None:
    card = Card(
        summary="INC-4: Mail is down",
        blocks=(
            Heading("INC-4: Mail is down"),
            Paragraph((Span("Lead: "), Span("Anna", Style.PERSON, "matrix:@anna:matrix.test"), Span(" in "),
                       Span("mail room", Style.ROOM, "matrix:!abc"), Span(", see "), link("the page", "https://s.test/INC-4?a=1&b=2"))),
            Facts((("Service", plain("Mail")), ("Hit", (strong("12"), Span(" people"))))),
            Quote("it <b>broke</b>\n& smokes", "Ben"),
            Actions((Action("me", "Me too", "INC-4", "me too INC-4"), Action("page", "Open", url="https://s.test/INC-4"),
                     Action("undo", "Not a request", "INC-4", tone=Tone.DANGER))),
            Note(plain("You can also type.")),
        ),
    )  # fmt: skip

    assert rendered(card) == {
        "msgtype": "m.text",
        "body": (
            "INC-4: Mail is down\n"
            "Lead: Anna in mail room, see the page (https://s.test/INC-4?a=1&b=2)\n"
            "Service: Mail\nHit: 12 people\n"
            "> it <b>broke</b>\n> & smokes\n> — Ben\n"
            "1️⃣ Me too — or type: me too INC-4\n🔗 Open (https://s.test/INC-4)\n2️⃣ Not a request\n"
            "You can also type."
        ),
        "format": "org.matrix.custom.html",
        "formatted_body": (
            "<h4>INC-4: Mail is down</h4>"
            '<p>Lead: <a href="https://matrix.to/#/@anna:matrix.test">Anna</a> in '
            '<a href="https://matrix.to/#/!abc?via=matrix.test">mail room</a>, see '
            '<a href="https://s.test/INC-4?a=1&amp;b=2">the page</a></p>'
            "<ul><li><strong>Service:</strong> Mail</li><li><strong>Hit:</strong> <strong>12</strong> people</li></ul>"
            "<blockquote>it &lt;b&gt;broke&lt;/b&gt;<br>&amp; smokes<br>— Ben</blockquote>"
            "<p>1️⃣ <strong>Me too</strong> — or type: <code>me too INC-4</code><br>"
            '🔗 <a href="https://s.test/INC-4">Open</a><br>2️⃣ <strong>Not a request</strong></p>'
            "<p><em>You can also type.</em></p>"
        ),
        "m.mentions": {"user_ids": ["@anna:matrix.test"]},
        "org.swarmbridge.card": {
            "key": "k1",
            "actions": [{"id": "me", "value": "INC-4"}, {"id": "undo", "value": "INC-4"}],
        },
    }


def test_a_card_of_a_summary_alone_shows_the_summary() -> None:
    content = rendered(Card(summary="Noted."))

    assert (content["body"], content["formatted_body"], content["msgtype"]) == ("Noted.", "<p>Noted.</p>", "m.notice")


@pytest.mark.parametrize(
    ("language", "how"), [("en", "or type"), ("de", "oder schreib"), ("nl", "of typ"), ("fr", "or type")]
)
def test_what_to_type_is_said_in_the_language_of_the_card(language: str, how: str) -> None:
    actions = Actions((Action("me", "Me too", words="me too"),))

    content = rendered(Card(summary="", blocks=(actions,), language=language))

    assert content["body"] == f"\n1️⃣ Me too — {how}: me too"


def test_clients_without_html_read_nothing_twice() -> None:
    blocks = (Heading("⚠️ INC-4 · VPN"), Paragraph(plain("It is being worked on.")))

    content = rendered(Card(summary="⚠️ INC-4 · VPN – Outage", blocks=blocks))

    assert content["body"] == "⚠️ INC-4 · VPN – Outage\nIt is being worked on."
    assert content["formatted_body"] == "<h4>⚠️ INC-4 · VPN</h4><p>It is being worked on.</p>"


def test_an_edit_says_the_new_text_to_old_clients_too_and_mentions_nobody_again() -> None:
    person = Paragraph((Span("Anna", Style.PERSON, "matrix:@anna:matrix.test"),))
    card = Card(summary="Done", blocks=(person,))

    assert render.edit(card, "k2", "$first", via="matrix.test") == {
        "msgtype": "m.text",
        "body": "* Done\nAnna",
        "format": "org.matrix.custom.html",
        "formatted_body": '* <p><a href="https://matrix.to/#/@anna:matrix.test">Anna</a></p>',
        "m.mentions": {},
        "m.new_content": render.message(card, "k2", via="matrix.test"),
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
    }


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.test",
        "http://",
        "ftp://x.test",
        "https://[",
        "\x00javascript:x",
        "",
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    assert rendered(Card(summary="x", blocks=(Paragraph((link("here", url),)),)))["formatted_body"] == "<p>here</p>"


@pytest.mark.parametrize("target", ["slack:U1", "nonsense", "", "matrix:"])
def test_a_person_of_another_network_is_named_and_not_linked(target: str) -> None:
    content = rendered(Card(summary="x", blocks=(Paragraph((Span("Anna", Style.PERSON, target),)),)))

    assert (content["formatted_body"], content["m.mentions"]) == ("<p>Anna</p>", {})


def test_numbers_past_nine_are_written_out() -> None:
    actions = Actions(tuple(Action(f"a{n}", f"Choice {n}") for n in range(1, 12)))

    lines = rendered(Card(summary="Choose", blocks=(actions,)))["body"].split("\n")

    assert lines[9:] == ["9️⃣ Choice 9", "10. Choice 10", "11. Choice 11"]


def test_a_long_quote_is_cut_and_the_actions_after_it_stay() -> None:
    actions = Actions((Action("me", "Me too"),))

    content = rendered(Card(summary="Long", blocks=(Quote("ö" * 60_000), actions)))

    assert content["formatted_body"].endswith("…</blockquote><p>1️⃣ <strong>Me too</strong></p>")
    assert content["org.swarmbridge.card"]["actions"] == [{"id": "me", "value": ""}]


HOSTILE = (
    "@room", "@ROOM now", "<script>x</script>", "</p><img src=x onerror=y>", "&amp;", "{{ 7*7 }}", "\x00\x1b[0m\r\n",
    "\u202egnp.exe", "<mx-reply>", "https://matrix.to/#/@room", "a\nb", "\ud800", "x" * 30_000,
)  # fmt: skip
ANYTHING = st.text(st.characters(), max_size=200) | st.sampled_from(HOSTILE)
TARGETS = ANYTHING | st.sampled_from(
    ["matrix:@a:b.test", "matrix:!r", "https://x.test/?a=b&c=<d>'\"", "javascript:x", "https://x/@room"]
)
SPANS = st.builds(Span, ANYTHING, st.sampled_from(Style), TARGETS)
TEXTS = st.lists(SPANS, max_size=5).map(tuple)
WORDS_OF_OURS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
ACTIONS = st.builds(
    Action, WORDS_OF_OURS, ANYTHING, WORDS_OF_OURS, ANYTHING, st.sampled_from(Tone), TARGETS | st.just("")
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, ANYTHING),
    st.builds(Paragraph, TEXTS),
    st.builds(Note, TEXTS),
    st.builds(Facts, st.lists(st.tuples(ANYTHING, TEXTS), max_size=5).map(tuple)),
    st.builds(Quote, ANYTHING, ANYTHING),
    st.builds(Actions, st.lists(ACTIONS, max_size=12).map(tuple)),
)
CARDS = st.builds(
    Card,
    summary=ANYTHING,
    blocks=st.lists(BLOCKS, max_size=12).map(tuple),
    language=st.sampled_from(["en", "de", "nl", "xx"]),
)


@settings(max_examples=100, deadline=None)
@given(CARDS)
def test_any_card_fits_is_clean_and_pings_only_people_it_names(card: Card) -> None:
    for content in (rendered(card), render.edit(card, "k2", "$e", via="matrix.test")):
        assert len(json.dumps(content, ensure_ascii=False).encode()) < EVENT_LIMIT * 0.8
        assert "@room" not in content["body"].lower()
        assert set(content["m.mentions"]) <= {"user_ids"}
        assert json.loads(json.dumps(content)) == content
    content = rendered(card)
    html = content["formatted_body"]
    assert nh3.clean(html, tags=ALLOWED, attributes={"a": {"href"}}, link_rel=None).replace("&nbsp;", "\u00a0") == html
    named = {
        s.target for b in card.blocks if isinstance(b, Paragraph | Note) for s in b.text if s.style is Style.PERSON
    }
    named |= {
        s.target
        for b in card.blocks
        if isinstance(b, Facts)
        for _, text in b.rows
        for s in text
        if s.style is Style.PERSON
    }
    assert {f"matrix:{user}" for user in content["m.mentions"].get("user_ids", [])} <= named


@settings(max_examples=50, deadline=None)
@given(CARDS)
def test_the_numbers_shown_are_those_of_the_actions_kept_with_the_message(card: Card) -> None:
    content = rendered(card)

    kept = content["org.swarmbridge.card"]["actions"]
    lines = content["formatted_body"]
    assert all(f"{render.number_sign(number)} <strong>" in lines for number in range(1, len(kept) + 1))
    assert [(a["id"], a["value"]) for a in kept] == [(a.id, a.value) for a in card.actions()][: len(kept)]

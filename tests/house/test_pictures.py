"""The page that draws Slack for the pictures of the docs knows everything the bot sends there."""

from __future__ import annotations

from adapters.slack import home, modals, render
from bot.cards import Action, Actions, Card, Facts, Heading, Note, Paragraph, Quote, Span, Style, Tone, plain
from bot.forms import Choice, Field, FieldKind, Form
from bot.home import Entry, Home
from bot.refs import Platform, RoomRef
from scripts.both_networks import slack_page
from tests.strict_slack.model import View

EVERYTHING = Card(
    summary="All",
    blocks=(
        Heading("INC-1 <b>"),
        Paragraph((Span("Anna", Style.PERSON, "slack:U024BE7LH"), Span(" types "), Span("status", Style.CODE))),
        Facts((("Room", (Span("inc-1", Style.ROOM, "slack:C061EG9SL"),)), ("State", plain("Outage")))),
        Quote("It is down\nagain", "Tom"),
        Note((Span("The page", Style.LINK, "https://status.example.org/"),)),
        Actions((Action("me_too", "Me too", "INC-1", "me too INC-1", Tone.PRIMARY),)),
    ),
    language="en",
)
DRAWN = (
    "<h3>INC-1 &lt;b&gt;</h3>"
    "<p><mark>@Anna Berger</mark> types <code>status</code></p>"
    "<p><b>Room: </b><mark>#inc-1-vpn</mark><br><b>State: </b>Outage</p>"
    "<blockquote>It is down<br>again<i><br>— Tom</i></blockquote>"
    "<div class=context><span><a>The page</a></span></div>"
    "<div class=actions><button class='primary'>Me too</button></div>"
)
NAMES = {"U024BE7LH": "Anna Berger", "C061EG9SL": "inc-1-vpn"}


def test_every_part_of_a_card_is_drawn_and_nothing_typed_is_markup() -> None:
    blocks = render.message(EVERYTHING)["blocks"]

    assert slack_page.blocks(blocks, NAMES.get) == DRAWN


def test_a_home_is_drawn_with_its_search() -> None:
    body = home.view(Home(cards=(EVERYTHING,), search=Entry(label="Search", hint="Some words"), more="There is more."))

    drawn = slack_page.home(View("V1", "U1", "home", body, "V1", ""), NAMES.get)

    assert "<label><b>Search</b><span class=line><span>Some words</span></span></label>" in drawn
    assert DRAWN in drawn


def test_a_form_is_drawn_with_what_was_entered() -> None:
    fields = (
        Field(id="text", label="What is new?", kind=FieldKind.LONG, initial="Nothing <yet>", hint="All read it."),
        Field(id="sure", label="Sure?", kind=FieldKind.CHOICE, required=False, choices=(Choice("y", "Yes"),)),
    )
    form = Form(id="update", title="Update", fields=fields, submit="Tell", cancel="Cancel", context="", language="en")
    view = View("V1", "U1", "modal", modals.view(form, RoomRef(Platform.SLACK, "C1"), None), "V1", "")

    drawn = slack_page.form(view, slack_page.page("behind"))

    assert "<b>What is new?</b><span class=tall>Nothing &lt;yet&gt;</span><small>All read it.</small>" in drawn
    assert "<b>Sure? <small>(optional)</small></b><span class=line>Select an option<i>⌄</i></span>" in drawn

"""A few cards as each network keeps them, to the last sign."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards import Action, Actions, Card, Facts, Heading, Note, Paragraph, Quote, Span, Style, Tone, link, strong
from bot.refs import Platform, RoomRef, UserRef
from tests.port.ledger import covers
from tests.port.local_network import LocalNetwork
from tests.port.matrix_network import MatrixNetwork
from tests.port.network import Network, once
from tests.port.slack_network import SlackNetwork

pytestmark = pytest.mark.asyncio(loop_scope="session")


def registered(ben: UserRef) -> Card:
    """What somebody reads whose report was taken."""
    return Card(
        summary="INC-4 is registered: VPN",
        blocks=(
            Heading("INC-4 · VPN"),
            Paragraph((Span("Thank you. "), Span("Ben Bakker", Style.PERSON, str(ben)), Span(" looks at it."))),
            Facts((("Service", (Span("VPN"),)), ("State", (strong("open"),)))),
            Quote("It is <b>down</b> & @channel", by="Anna Arendt"),
            Actions((
                Action("me_too", "Me too", "INC-4", "me too INC-4", Tone.PRIMARY),
                Action("undo", "Not a request", "INC-4", "not a request"),
                Action("page", "Status page", url="https://status.example.org/"),
            )),
            Note((Span("See "), link("KB-7", "https://status.example.org/knowledge/KB-7?a=1&b=2"), Span("."))),
        ),
    )  # fmt: skip


UPDATE = Card(
    summary="Outage: VPN. Wir sind dran.", language="de",
    blocks=(Paragraph((Span("Wir sind dran. Code "), Span("VPN-42", Style.CODE), Span(".\nNächste Meldung 14:30."))),
            Actions((Action("me_too", "Ich auch", "INC-4", "ich auch INC-4"),))),
)  # fmt: skip


@covers("post", on=[Platform.SLACK])
async def test_cards_on_slack(network: Network, room: RoomRef) -> None:
    assert isinstance(network, SlackNetwork)
    ben = network.people["ben"]
    posted = await network.chat.post(room, registered(ben), once())
    update = await network.chat.post(room, UPDATE, once())

    assert network.kept(posted) == {
        "text": "INC-4 is registered: VPN",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "INC-4 · VPN", "emoji": False}},
            _rich({"type": "text", "text": "Thank you. "}, {"type": "user", "user_id": ben.id},
                  {"type": "text", "text": " looks at it."}),
            _rich({"type": "text", "text": "Service: ", "style": {"bold": True}}, {"type": "text", "text": "VPN"},
                  {"type": "text", "text": "\n"}, {"type": "text", "text": "State: ", "style": {"bold": True}},
                  {"type": "text", "text": "open", "style": {"bold": True}}),
            {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [
                {"type": "text", "text": "It is <b>down</b> & @channel"},
                {"type": "text", "text": "\n— Anna Arendt", "style": {"italic": True}},
            ]}]},
            {"type": "actions", "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Me too", "emoji": False},
                 "action_id": "me_too|0", "value": "INC-4", "style": "primary"},
                {"type": "button", "text": {"type": "plain_text", "text": "Not a request", "emoji": False},
                 "action_id": "undo|1", "value": "INC-4"},
                {"type": "button", "text": {"type": "plain_text", "text": "Status page", "emoji": False},
                 "action_id": "-link|2", "url": "https://status.example.org/"},
            ]},
            {"type": "context", "elements": [{"type": "mrkdwn", "verbatim": True,
             "text": "See <https://status.example.org/knowledge/KB-7?a=1&amp;b=2|KB-7>."}]},
        ],
    }  # fmt: skip
    assert network.kept(update) == {
        "text": "Outage: VPN. Wir sind dran.",
        "blocks": [
            _rich({"type": "text", "text": "Wir sind dran. Code "},
                  {"type": "text", "text": "VPN-42", "style": {"code": True}},
                  {"type": "text", "text": ".\nNächste Meldung 14:30."}),
            {"type": "actions", "elements": [
                {"type": "button", "text": {"type": "plain_text", "text": "Ich auch", "emoji": False},
                 "action_id": "me_too|0", "value": "INC-4"},
            ]},
        ],
    }  # fmt: skip


def _rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


@covers("post", on=[Platform.MATRIX])
async def test_cards_on_matrix(network: Network, room: RoomRef) -> None:
    assert isinstance(network, MatrixNetwork)
    ben = network.people["ben"]
    act = once()
    posted = await network.chat.post(room, registered(ben), act)
    update = await network.chat.post(room, UPDATE, once("update of INC-4"))

    assert await network.content(posted) == {
        "msgtype": "m.text",
        "body": (
            "INC-4 is registered: VPN\n"
            "INC-4 · VPN\n"
            "Thank you. Ben Bakker looks at it.\n"
            "Service: VPN\n"
            "State: open\n"
            "> It is <b>down</b> & @channel\n"
            "> — Anna Arendt\n"
            "1️⃣ Me too — or type: me too INC-4\n"
            "2️⃣ Not a request — or type: not a request\n"
            "🔗 Status page (https://status.example.org/)\n"
            "See KB-7 (https://status.example.org/knowledge/KB-7?a=1&b=2)."
        ),
        "format": "org.matrix.custom.html",
        "formatted_body": (
            "<h4>INC-4 · VPN</h4>"
            f'<p>Thank you. <a href="https://matrix.to/#/{ben.id}">Ben Bakker</a> looks at it.</p>'
            "<ul><li><strong>Service:</strong> VPN</li><li><strong>State:</strong> <strong>open</strong></li></ul>"
            "<blockquote>It is &lt;b&gt;down&lt;/b&gt; &amp; @channel<br>— Anna Arendt</blockquote>"
            "<p>1️⃣ <strong>Me too</strong> — or type: <code>me too INC-4</code><br>"
            "2️⃣ <strong>Not a request</strong> — or type: <code>not a request</code><br>"
            '🔗 <a href="https://status.example.org/">Status page</a></p>'
            '<p><em>See <a href="https://status.example.org/knowledge/KB-7?a=1&amp;b=2">KB-7</a>.</em></p>'
        ),
        "m.mentions": {"user_ids": [ben.id]},
        "org.swarmbridge.card": {
            "key": act.key,
            "actions": [{"id": "me_too", "value": "INC-4"}, {"id": "undo", "value": "INC-4"}],
        },
    }
    assert await network.content(update) == {
        "msgtype": "m.notice",
        "body": (
            "Outage: VPN. Wir sind dran.\n"
            "Wir sind dran. Code VPN-42.\n"
            "Nächste Meldung 14:30.\n"
            "1️⃣ Ich auch — oder schreib: ich auch INC-4"
        ),
        "format": "org.matrix.custom.html",
        "formatted_body": (
            "<p>Wir sind dran. Code <code>VPN-42</code>.<br>Nächste Meldung 14:30.</p>"
            "<p>1️⃣ <strong>Ich auch</strong> — oder schreib: <code>ich auch INC-4</code></p>"
        ),
        "m.mentions": {},
        "org.swarmbridge.card": {"key": "update of INC-4", "actions": [{"id": "me_too", "value": "INC-4"}]},
    }


@covers("post", on=[Platform.LOCAL])
async def test_cards_in_the_local_chat(network: Network, room: RoomRef) -> None:
    assert isinstance(network, LocalNetwork)
    ben = network.people["ben"]
    posted = await network.chat.post(room, registered(ben), once())
    update = await network.chat.post(room, UPDATE, once())

    assert network.kept(posted) == {
        "language": "en",
        "blocks": [
            {"kind": "heading", "text": "INC-4 · VPN"},
            {"kind": "paragraph", "text": [
                _span("Thank you. "), _span("Ben Bakker", "person", "local:ben"), _span(" looks at it."),
            ]},
            {"kind": "facts", "rows": [
                {"name": "Service", "text": [_span("VPN")]}, {"name": "State", "text": [_span("open", "strong")]},
            ]},
            {"kind": "quote", "text": "It is <b>down</b> & @channel", "by": "Anna Arendt"},
            {"kind": "actions", "actions": [
                _action("me_too", "Me too", "INC-4", "me too INC-4", "primary"),
                _action("undo", "Not a request", "INC-4", "not a request"),
                _action("page", "Status page", "", "", url="https://status.example.org/"),
            ]},
            {"kind": "note", "text": [
                _span("See "), _span("KB-7", "link", "https://status.example.org/knowledge/KB-7?a=1&b=2"), _span("."),
            ]},
        ],
    }  # fmt: skip
    assert network.kept(update) == {
        "language": "de",
        "blocks": [
            {"kind": "paragraph", "text": [
                _span("Wir sind dran. Code "), _span("VPN-42", "code"), _span(".\nNächste Meldung 14:30."),
            ]},
            {"kind": "actions", "actions": [_action("me_too", "Ich auch", "INC-4", "ich auch INC-4")]},
        ],
    }  # fmt: skip


def _span(text: str, style: str = "plain", target: str = "") -> dict[str, str]:
    return {"text": text, "style": style, "target": target}


def _action(id_: str, label: str, value: str, words: str, tone: str = "ordinary", url: str = "") -> dict[str, str]:
    return {"id": id_, "label": label, "value": value, "words": words, "tone": tone, "url": url}

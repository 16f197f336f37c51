"""Cards as Slack messages: pure, within Block Kit's limits for any card.

Words stand in rich text and plain text, where nothing typed can be markup or a mention; only small print that holds a
link or a mention is mrkdwn, escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, assert_never

from adapters.slack import mrkdwn
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
    Text,
    Tone,
    as_plain,
    plain,
)
from bot.plain import ELLIPSIS, cut, is_blank

Json = dict[str, Any]

MAX_BLOCKS = 50
MAX_SIZE = 12_000
"""Slack refuses messages whose blocks are longer together (``msg_blocks_too_long``); the figure is not documented."""
_CAPS = (3000, 1200, 500, 150)
_BUTTONS_IN_A_ROW = 25
SEPARATOR = "|"
LINK_ACTION = "-link"
"""Slack tells of links tapped too; such an action is nobody's."""


def message(card: Card) -> Json:
    """The arguments ``text`` (what notifications and screen readers say) and ``blocks`` of a message."""
    summary = card.summary if not is_blank(card.summary) else _first_words(card)
    return {"text": mrkdwn.escape(cut(summary, 600)), "blocks": blocks(card, summary)}


def all_blocks(card: Card) -> list[Json]:
    """The card's blocks where there is room for all of them."""
    return _rendered(card, _CAPS[0])


def blocks(card: Card, summary: str) -> list[Json]:
    """The card's blocks: long texts are cut as far as it takes, then blocks left out from the end, actions last."""
    rendered: list[Json] = []
    for cap in _CAPS:
        rendered = _rendered(card, cap)
        if _fits(rendered):
            break
    else:
        rendered = _squeezed(rendered)
    said = mrkdwn.sendable(cut(summary, _CAPS[1])) or ELLIPSIS
    return rendered or [{"type": "rich_text", "elements": [_section([{"type": "text", "text": said}])]}]


def _rendered(card: Card, cap: int) -> list[Json]:
    rendered: list[Json] = []
    buttons = 0
    for block in card.blocks:
        if isinstance(block, Actions):
            rendered += _rows(_button(action, buttons + n) for n, action in enumerate(block.actions))
            buttons += len(block.actions)
        elif (one := _block(block, cap)) is not None:
            rendered.append(one)
    return rendered


def _block(block: Heading | Paragraph | Note | Facts | Quote, cap: int) -> Json | None:
    match block:
        case Heading(text):
            return None if is_blank(text) else {"type": "header", "text": _plain_text(" ".join(text.split()), 150)}
        case Paragraph(text):
            return _rich(_section(_elements(text, cap)))
        case Quote(text, by):
            said = _elements(plain(text), cap)
            if said and not is_blank(by):
                said.append({"type": "text", "text": f"\n— {cut(mrkdwn.sendable(by), 80)}", "style": {"italic": True}})
            return _rich({"type": "rich_text_quote", "elements": said})
        case Facts(rows):
            return _rich(_section(_elements(_pairs(rows), cap)))
        case Note(text):
            return _note(text, min(cap, 1500))
        case _:
            assert_never(block)


def _pairs(rows: Iterable[tuple[str, Text]]) -> Text:
    spans: list[Span] = []
    for name, value in rows:
        spans += [Span("\n"), Span(f"{name}: ", Style.STRONG), *value]
    return tuple(spans[1:])


def _note(text: Text, cap: int) -> Json | None:
    if is_blank(as_plain(text)):
        return None
    if all(span.style is Style.PLAIN for span in text):
        element = _plain_text(as_plain(text), cap)
    else:
        element = {"type": "mrkdwn", "text": mrkdwn.write(text, 2 * cap), "verbatim": True}
    return {"type": "context", "elements": [element]}


def _rich(section: Json) -> Json | None:
    return {"type": "rich_text", "elements": [section]} if section["elements"] else None


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _elements(text: Text, cap: int) -> list[Json]:
    """Rich text elements of at most ``cap`` characters; none when a reader would see nothing."""
    elements: list[Json] = []
    left = cap
    for span in text:
        words = mrkdwn.sendable(span.text)
        if left <= 0:
            elements.append({"type": "text", "text": ELLIPSIS})
            break
        element = _element(span, cut(words, left))
        if element is not None:
            elements.append(element)
        left -= len(words) + len(span.target if span.style is Style.LINK else "")
    seen = any(element["type"] != "text" or not is_blank(element["text"]) for element in elements)
    return elements if seen else []


def _element(span: Span, words: str) -> Json | None:
    if user := mrkdwn.user_of(span):
        return {"type": "user", "user_id": user}
    if room := mrkdwn.room_of(span):
        return {"type": "channel", "channel_id": room}
    if span.style is Style.LINK and mrkdwn.is_web(span.target):
        return {"type": "link", "url": span.target} | ({} if is_blank(words) else {"text": words})
    if not words:
        return None
    style = {Style.STRONG: {"bold": True}, Style.CODE: {"code": True}}.get(span.style)
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def _plain_text(text: str, limit: int) -> Json:
    # Without "emoji" Slack leaves :words between colons: as they were typed.
    return {"type": "plain_text", "text": cut(mrkdwn.sendable(text), limit), "emoji": False}


def _rows(buttons: Iterable[Json | None]) -> list[Json]:
    there = [button for button in buttons if button is not None]
    return [
        {"type": "actions", "elements": there[start : start + _BUTTONS_IN_A_ROW]}
        for start in range(0, len(there), _BUTTONS_IN_A_ROW)
    ]


def _button(action: Action, number: int) -> Json | None:
    """A button; None for what Slack cannot carry whole (its id, its value): a part of it would be wrong."""
    if is_blank(action.label) or len(action.id) > 240 or len(action.value) > 2000:
        return None
    button: Json = {"type": "button", "text": _plain_text(action.label, 75)}
    if action.url:
        if not mrkdwn.is_web(action.url):
            return None
        button |= {"action_id": f"{LINK_ACTION}{SEPARATOR}{number}", "url": action.url}
    else:
        button |= {"action_id": f"{action.id}{SEPARATOR}{number}"}
        button |= {"value": action.value} if action.value else {}
    return button | ({} if action.tone is Tone.ORDINARY else {"style": action.tone.value})


def _fits(rendered: list[Json]) -> bool:
    return len(rendered) <= MAX_BLOCKS and len(json.dumps(rendered, ensure_ascii=False)) <= MAX_SIZE


def _squeezed(rendered: list[Json]) -> list[Json]:
    more: Json = {"type": "context", "elements": [_plain_text(ELLIPSIS, 1)]}
    shortened = list(rendered)
    while not _fits(shortened):
        words = [n for n, block in enumerate(shortened) if block["type"] != "actions" and block is not more]
        if not words:
            shortened.pop()
            continue
        place = words[-1]
        shortened[place : place + 1] = [] if more in shortened else [more]
    return shortened


def _first_words(card: Card) -> str:
    return next((text for block in card.blocks if not is_blank(text := _words(block))), ELLIPSIS)


def _words(block: Block) -> str:
    match block:
        case Heading(text) | Quote(text):
            return text
        case Paragraph(text) | Note(text):
            return as_plain(text)
        case Facts(rows):
            return as_plain(_pairs(rows))
        case Actions(actions):
            return ", ".join(action.label for action in actions)
        case _:
            assert_never(block)

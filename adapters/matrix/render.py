"""From a card to the content of a Matrix message. Pure: limits, cutting, escaping and mentions are dealt with here.

The notification and clients without HTML get ``body``, all others ``formatted_body``. Every content says whom it
mentions (``m.mentions``), so that no homeserver looks for names or ``@room`` in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, assert_never

from adapters.matrix import fragments, links, marks
from adapters.matrix.fragments import Fragment
from bot import plain
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
)
from bot.refs import Platform, RoomRef, UserRef

LARGEST = 48 * 1024
"""Bytes of a message's content; a whole event may have 64 kB, and an encrypted one is a third larger."""

_LARGEST_TWICE = 4_000
_LIMITS = (20_000, 5_000, 1_200, 300)
_USER = re.compile(r"@[\x21-\x39\x3b-\x7e]*:[\w.:\[\]-]+", re.ASCII)
_ROOM = re.compile(r"![\x21-\x7e]+")
_OR_TYPE = {"en": "or type", "de": "oder schreib", "nl": "of typ"}


def message(card: Card, key: str, *, via: str, thread: str = "", aloud: bool = False) -> dict[str, Any]:
    """The content of a new message, in the thread that hangs on the message ``thread``.

    ``key`` marks it; ``via`` is the bot's own server, for links to rooms. Bots speak in notices, of which nobody is
    notified; ``aloud`` and a card that names a person make it an ordinary message.
    """
    content = _fitted(card, key, via)
    if aloud:
        content["msgtype"] = "m.text"
    if thread:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": thread},
        }
    return content


def edit(card: Card, key: str, event_id: str, *, via: str) -> dict[str, Any]:
    """The content that replaces an earlier message. Nobody is notified again. Clients that know no edits show it as a
    message of its own, in full while there is room for it twice."""
    content = _fitted(card, key, via)
    html = content["formatted_body"]
    shown = {"format": content["format"], "formatted_body": f"* {html}"} if len(html) <= _LARGEST_TWICE else {}
    return {
        "msgtype": content["msgtype"],
        "body": f"* {plain.cut(content['body'], 1_000)}",
        **shown,
        "m.mentions": {},
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def number_sign(number: int) -> str:
    """The emoji of a number 1 to 9; beyond, the number itself."""
    return f"{number}\ufe0f\u20e3" if number <= 9 else f"{number}."


def _fitted(card: Card, key: str, via: str) -> dict[str, Any]:
    """The content, with texts cut and at last whole blocks left out until it fits."""
    for smaller in _smaller(card):
        content = _content(smaller, key, via)
        if len(json.dumps(content, ensure_ascii=False).encode()) <= LARGEST:
            return content
    raise AssertionError("a summary alone always fits")


def _smaller(card: Card) -> Iterator[Card]:
    for limit in _LIMITS:
        cut = replace(card, summary=plain.cut(card.summary, 500), blocks=tuple(_cut(b, limit) for b in card.blocks))
        yield cut
    while cut.blocks:
        cut = replace(cut, blocks=cut.blocks[: len(cut.blocks) // 2])
        yield cut


def _content(card: Card, key: str, via: str) -> dict[str, Any]:
    numbers = iter(range(1, len(card.actions()) + 1))
    parts = [_block(block, card.language, via, numbers) for block in card.blocks]
    summary = fragments.text(card.summary)
    shown = parts or [fragments.wrapped("p", summary)]
    lines = [summary.plain, *(part.plain for part in parts if not summary.plain.startswith(part.plain))]
    mentions = _mentions(parts)
    return {
        "msgtype": "m.text" if mentions else "m.notice",
        "body": "\n".join(lines),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(part.html for part in shown),
        "m.mentions": mentions,
        marks.CARD: marks.card_content(key, tuple((action.id, action.value) for action in card.actions())),
    }


def _mentions(parts: list[Fragment]) -> dict[str, Any]:
    users = tuple(dict.fromkeys(user for part in parts for user in part.users))
    return {"user_ids": list(users)} if users else {}


def _block(block: Block, language: str, via: str, numbers: Iterator[int]) -> Fragment:
    match block:
        case Heading(text):
            return fragments.wrapped("h4", fragments.text(text))
        case Paragraph(text):
            return fragments.wrapped("p", _spans(text, via))
        case Note(text):
            return fragments.wrapped("p", fragments.wrapped("em", _spans(text, via)))
        case Facts(rows):
            return fragments.listed([_row(name, value, via) for name, value in rows])
        case Quote(text, by):
            return fragments.quoted(fragments.text(text), fragments.text(by))
        case Actions(actions):
            return fragments.wrapped("p", fragments.lines([_action(a, language, numbers) for a in actions]))
        case _:
            assert_never(block)


def _row(name: str, value: Text, via: str) -> Fragment:
    return fragments.joined(
        [fragments.wrapped("strong", fragments.text(f"{name}:")), fragments.text(" "), _spans(value, via)]
    )


def _action(action: Action, language: str, numbers: Iterator[int]) -> Fragment:
    label = fragments.text(action.label)
    if action.url:
        return fragments.joined([fragments.text("🔗 "), fragments.link(label, action.url)])
    line = [fragments.text(f"{number_sign(next(numbers))} "), fragments.wrapped("strong", label)]
    if action.words:
        how = _OR_TYPE.get(language, _OR_TYPE["en"])
        line += [fragments.text(f" — {how}: "), fragments.wrapped("code", fragments.text(action.words))]
    return fragments.joined(line)


def _spans(text: Text, via: str) -> Fragment:
    return fragments.joined([_span(span, via) for span in text])


def _span(span: Span, via: str) -> Fragment:
    said = fragments.text(span.text)
    match span.style:
        case Style.PLAIN:
            return said
        case Style.STRONG:
            return fragments.wrapped("strong", said)
        case Style.CODE:
            return fragments.wrapped("code", said)
        case Style.LINK:
            return fragments.link(said, span.target)
        case Style.PERSON:
            return _person(said, span.target)
        case Style.ROOM:
            return _room(said, span.target, via)
        case _:
            assert_never(span.style)


def _person(said: Fragment, target: str) -> Fragment:
    user = _of_matrix(UserRef.parse, target)
    if not _USER.fullmatch(user):
        return said
    return replace(fragments.link(said, links.to_person(user)), plain=said.plain, users=(user,))


def _room(said: Fragment, target: str, via: str) -> Fragment:
    room = _of_matrix(RoomRef.parse, target)
    return replace(fragments.link(said, links.to_room(room, via)), plain=said.plain) if _ROOM.fullmatch(room) else said


def _of_matrix(parse: Callable[[str], UserRef | RoomRef], target: str) -> str:
    try:
        ref = parse(target)
    except ValueError:
        return ""
    return ref.id if ref.platform is Platform.MATRIX else ""


def _cut(block: Block, limit: int) -> Block:
    """The block with every text in it at most so long, and not too many parts."""
    many = max(limit // 50, 6)
    match block:
        case Heading(text):
            return Heading(plain.cut(text, min(limit, 500)))
        case Paragraph(text):
            return Paragraph(_cut_text(text, limit))
        case Note(text):
            return Note(_cut_text(text, limit))
        case Facts(rows):
            return Facts(tuple((plain.cut(name, 200), _cut_text(value, limit)) for name, value in rows[:many]))
        case Quote(text, by):
            return Quote(plain.cut(text, limit), plain.cut(by, 200))
        case Actions(actions):
            return Actions(tuple(_cut_action(action) for action in actions[:many]))
        case _:
            assert_never(block)


def _cut_action(action: Action) -> Action:
    return replace(action, label=plain.cut(action.label, 200), words=plain.cut(action.words, 300))


def _cut_text(text: Text, limit: int) -> Text:
    kept: list[Span] = []
    for span in text:
        if limit <= 0:
            break
        kept.append(replace(span, text=plain.cut(span.text, limit)))
        limit -= max(len(span.text), 1)
    return tuple(kept)

"""What a strict local Slack holds, as a page that looks the way Slack's own client shows it.

Every function gives the HTML of one window. What stands in it are the very texts, blocks and views that the strict
Slack has accepted from the bot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adapters.slack.emoji import character_of
from tests.strict_slack import mrkdwn
from tests.strict_slack.model import Message, Room, User, View

Json = dict[str, Any]
NameOf = Callable[[str], str | None]

STYLE = Path(__file__).with_name("slack.css").read_text(encoding="utf-8")
ICON = (Path(__file__).resolve().parents[2] / "adapters" / "web" / "static" / "icon.svg").read_text(encoding="utf-8")
ZONE = ZoneInfo("Europe/Berlin")
COLOURS = ("#7c3085", "#d4763b", "#2b6cb0", "#2f855a", "#b83280", "#5a67d8")
_MARKS = re.compile(r"<(?P<angle>[^<>\n]+)>|`(?P<code>[^`\n]+)`|\*(?P<bold>[^*\n]+)\*|_(?P<italic>[^_\n]+)_")


def channel(room: Room, since: Message | None = None) -> str:
    """A channel: its head, its bookmarks, and what was said in it, from one message on."""
    shown = [one for one in room.timeline if since is None or one.ts >= since.ts]
    kept = "".join(f"<span>🔖 {escape(str(one['title']))}</span>" for one in room.bookmarks)
    head = f"<header><b># {escape(room.name)}</b><small>👥 {len(room.members)}</small></header>"
    topic = f"<nav>{kept or escape(room.topic)}</nav>" if kept or room.topic else ""
    return page(head + topic + f"<main>{''.join(_message(one) for one in shown)}</main>" + _composer(f"#{room.name}"))


def thread(root: Message) -> str:
    """A message and what was answered in its thread, as the pane that opens beside a channel."""
    replies = root.room.replies(root)
    count = f"<div class=count>{len(replies)} {'reply' if len(replies) == 1 else 'replies'}</div>" if replies else ""
    said = _message(root, alone=True) + count + "".join(_message(one) for one in replies)
    head = f"<header><b>Thread</b><small># {escape(root.room.name)}</small><i>✕</i></header>"
    return page(head + f"<main>{said}</main>" + _composer("Reply…"))


def home(view: View, name_of: NameOf) -> str:
    """The app's Home tab; ``name_of`` gives the names of people and channels."""
    head = f"<header>{_app_icon()}<b>Swarmbridge</b></header><nav class=tabs><b>Home</b><span>Messages</span></nav>"
    return page(head + f"<main class=home>{blocks(view.blocks, name_of)}</main>")


def form(view: View, behind: str) -> str:
    """A modal before the window that it covers."""
    body = view.body
    submit, close = (escape(str(body[key]["text"])) for key in ("submit", "close"))
    modal = (
        f"<div class=veil></div><div class=modal><header>{_app_icon()}<b>{escape(view.title)}</b><i>✕</i></header>"
        f"<main>{blocks(view.blocks, lambda _: None, view)}</main>"
        f"<footer><button>{close}</button><button class=primary>{submit}</button></footer></div>"
    )
    return behind.replace("</body>", modal + "</body>")


def page(inside: str) -> str:
    return f"<!doctype html><html lang=en><meta charset=utf-8><style>{STYLE}</style><body>{inside}</body></html>"


def _composer(where: str) -> str:
    return f"<div class=composer>{'Message ' if where.startswith('#') else ''}{escape(where)}</div>"


# -- messages -----------------------------------------------------------------------------------------------------


def _message(message: Message, *, alone: bool = False) -> str:
    room = message.room
    author = room.workspace.users[message.user]
    at = datetime.fromtimestamp(float(message.ts), ZONE).strftime("%H:%M")
    app = "<em>APP</em>" if author.is_bot else ""
    pinned = "<div class=pinned>📌 Pinned by Swarmbridge</div>" if message in room.pinned else ""
    said = blocks(message.blocks, room.name_of) if message.blocks else f"<p>{_marked(message.text, room.name_of)}</p>"
    edited = "<small class=edited>(edited)</small>" if message.edited and not author.is_bot else ""
    below = "".join(f"<span>{character_of(name)} {len(who)}</span>" for name, who in message.reactions.items() if who)
    replies = 0 if alone or message.is_reply else len(room.replies(message))
    answers = f"<a class=replies>{replies} {'reply' if replies == 1 else 'replies'}</a>" if replies else ""
    return (
        f"<article{' class=marked' if pinned else ''}>{pinned}{_avatar(author)}<div>"
        f"<b class=name>{escape(author.shown_name)}</b>{app}<time>{at}</time>{said}{edited}"
        f"<div class=reactions>{below}</div>{answers}</div></article>"
    )


def _avatar(author: User) -> str:
    if author.is_bot:
        return _app_icon()
    colour = COLOURS[sum(map(ord, author.handle)) % len(COLOURS)]
    return f"<span class=avatar style='background:{colour}'>{escape(author.shown_name[:1])}</span>"


def _app_icon() -> str:
    return f"<span class=avatar>{ICON}</span>"


# -- Block Kit ----------------------------------------------------------------------------------------------------


def blocks(shown: Iterable[Json], name_of: NameOf, view: View | None = None) -> str:
    """Blocks, the inputs of a form with what was entered so far."""
    return "".join(_block(one, name_of, view) for one in shown)


def _block(block: Json, name_of: NameOf, view: View | None) -> str:
    match block["type"]:
        case "header":
            return f"<h3>{_text(block['text'], name_of)}</h3>"
        case "section":
            fields = "".join(f"<p>{_text(one, name_of)}</p>" for one in block.get("fields", ()))
            beside = _element(block["accessory"], name_of) if "accessory" in block else ""
            words = _text(block["text"], name_of) if "text" in block else ""
            return f"<section><p>{words}</p>{fields}{beside}</section>"
        case "rich_text":
            return "".join(_rich(one, name_of) for one in block["elements"])
        case "context":
            return f"<div class=context>{' '.join(_element(one, name_of) for one in block['elements'])}</div>"
        case "actions":
            return f"<div class=actions>{''.join(_element(one, name_of) for one in block['elements'])}</div>"
        case "divider":
            return "<hr>"
        case "image":
            return f"<img src='{escape(block['image_url'])}' alt='{escape(block['alt_text'])}'>"
        case "input":
            return _input(block, name_of, view)
        case unknown:
            raise ValueError(f"there is no picture of a block {unknown}")


def _input(block: Json, name_of: NameOf, view: View | None) -> str:
    element = block["element"]
    entered = (view.state if view else {}).get(block["block_id"], {}).get(element["action_id"], {})
    if element["type"] == "static_select":
        chosen = entered.get("selected_option") or element.get("initial_option")
        inside = f"{_text(chosen['text'], name_of) if chosen else 'Select an option'}<i>⌄</i>"
    else:
        typed = entered.get("value") or element.get("initial_value") or ""
        waiting = _text(element["placeholder"], name_of) if "placeholder" in element else ""
        inside = _lines(typed) if typed else f"<span>{waiting}</span>"
    kind = "tall" if element.get("multiline") else "line"
    optional = " <small>(optional)</small>" if block.get("optional") and view is not None else ""
    hint = f"<small>{_text(block['hint'], name_of)}</small>" if "hint" in block else ""
    return f"<label><b>{_text(block['label'], name_of)}{optional}</b><span class={kind}>{inside}</span>{hint}</label>"


def _element(element: Json, name_of: NameOf) -> str:
    match element["type"]:
        case "button":
            return f"<button class='{element.get('style', '')}'>{_text(element['text'], name_of)}</button>"
        case "static_select":
            return f"<button>{_text(element['placeholder'], name_of)} ⌄</button>"
        case "image":
            return f"<img src='{escape(element['image_url'])}' alt='{escape(element['alt_text'])}'>"
        case "plain_text" | "mrkdwn":
            return f"<span>{_text(element, name_of)}</span>"
        case unknown:
            raise ValueError(f"there is no picture of an element {unknown}")


def _text(text: Json, name_of: NameOf) -> str:
    return _marked(text["text"], name_of) if text["type"] == "mrkdwn" else _lines(text["text"])


def _rich(element: Json, name_of: NameOf) -> str:
    parts: Sequence[Json] = element.get("elements", ())
    match element["type"]:
        case "rich_text_section":
            return f"<p>{''.join(_span(one, name_of) for one in parts)}</p>"
        case "rich_text_quote":
            return f"<blockquote>{''.join(_span(one, name_of) for one in parts)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{''.join(_span(one, name_of) for one in parts)}</pre>"
        case "rich_text_list":
            kind = "ol" if element["style"] == "ordered" else "ul"
            return f"<{kind}>{''.join(f'<li>{_rich(one, name_of)}</li>' for one in parts)}</{kind}>"
        case unknown:
            raise ValueError(f"there is no picture of {unknown}")


def _span(span: Json, name_of: NameOf) -> str:
    match span["type"]:
        case "text":
            words = _lines(span["text"])
            for style, tag in (("code", "code"), ("italic", "i"), ("bold", "b"), ("strike", "s")):
                words = f"<{tag}>{words}</{tag}>" if span.get("style", {}).get(style) else words
            return words
        case "link":
            return f"<a>{_lines(span.get('text') or span['url'])}</a>"
        case "user":
            return f"<mark>@{escape(name_of(span['user_id']) or span['user_id'])}</mark>"
        case "channel":
            return f"<mark>#{escape(name_of(span['channel_id']) or span['channel_id'])}</mark>"
        case "emoji":
            return character_of(span["name"])
        case unknown:
            raise ValueError(f"there is no picture of {unknown}")


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>")


def _marked(text: str, name_of: NameOf) -> str:
    """Slack's own markup, in which ``<``, ``>`` and ``&`` are escaped already."""

    def shown(match: re.Match[str]) -> str:
        for kind, tag in (("code", "code"), ("bold", "b"), ("italic", "i")):
            if match[kind]:
                return f"<{tag}>{_marked(match[kind], name_of)}</{tag}>"
        words = escape(mrkdwn.visible(match[0], name_of))
        return f"<mark>{words}</mark>" if match["angle"][0] in "@#!" else f"<a>{words}</a>"

    pieces = []
    end = 0
    for match in _MARKS.finditer(text):
        pieces += [_lines(mrkdwn.unescape(text[end : match.start()])), shown(match)]
        end = match.end()
    return "".join([*pieces, _lines(mrkdwn.unescape(text[end:]))])

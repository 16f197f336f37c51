"""A message as a person reads it: its words, its buttons, and whom it pings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import mrkdwn
from .errors import PersonCannot

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """A button one can press; ``url`` is set where it opens a page as well."""

    label: str
    action_id: str
    block_id: str
    value: str | None = None
    url: str | None = None
    style: str | None = None


def texts(blocks: list[Json]) -> Iterator[tuple[str, bool]]:
    """Every text in these blocks, in reading order, with True where it is mrkdwn.

    A rich text element comes as mrkdwn too, its mentions written as Slack's angle marks.
    """
    for block in blocks:
        yield from _texts_of(block)


def _texts_of(node: Any) -> Iterator[tuple[str, bool]]:
    if isinstance(node, list):
        for item in node:
            yield from _texts_of(item)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind in {"plain_text", "mrkdwn"}:
            yield str(node.get("text", "")), kind == "mrkdwn"
        elif kind == "markdown":
            yield str(node.get("text", "")), True
        elif kind == "rich_text":
            yield "".join(_rich_text(node.get("elements", []))), True
        elif kind == "raw_text":
            yield str(node.get("text", "")), False
        else:
            if "alt_text" in node:
                yield str(node["alt_text"]), False
            shown = ("title", "label", "text", "hint", "fields", "elements", "element", "accessory", "rows", "blocks")
            for key in shown:
                yield from _texts_of(node.get(key))
            if kind is None and isinstance(node.get("options"), list):
                yield from _texts_of(node["options"])


def _rich_text(elements: list[Json]) -> Iterator[str]:
    for element in elements:
        kind = element.get("type")
        if kind == "text":
            yield mrkdwn.escape(str(element.get("text", "")))
        elif kind == "link":
            yield f"<{element.get('url', '')}|{mrkdwn.escape(str(element.get('text') or element.get('url', '')))}>"
        elif kind == "emoji":
            yield f":{element.get('name', '')}:"
        elif kind == "user":
            yield f"<@{element.get('user_id', '')}>"
        elif kind == "channel":
            yield f"<#{element.get('channel_id', '')}>"
        elif kind == "usergroup":
            yield f"<!subteam^{element.get('usergroup_id', '')}>"
        elif kind == "broadcast":
            yield f"<!{element.get('range', '')}>"
        else:
            yield from _rich_text(element.get("elements", []))
            yield "\n"


def pings(text: str, blocks: list[Json], attachments: list[Json], *, names_linked: bool) -> list[str]:
    """Whom a message notifies, through its text or through any block; each once.

    The text counts also where blocks are shown, because it is what the notification says.
    """
    found = mrkdwn.pings(text, names_linked=names_linked)
    for words, is_mrkdwn in texts(blocks):
        if is_mrkdwn:
            found += mrkdwn.pings(words, names_linked=names_linked)
    for attachment in attachments:
        found += [ping for key in ("pretext", "text") for ping in mrkdwn.pings(str(attachment.get(key, "")))]
        found += pings("", attachment.get("blocks", []), [], names_linked=names_linked)
    return list(dict.fromkeys(found))


def plain(text: str, blocks: list[Json], attachments: list[Json], name_of: mrkdwn.NameOf = lambda _id: None) -> str:
    """The words on the screen, a line for each text; where there are blocks they replace the text."""
    if blocks:
        lines = [mrkdwn.visible(words, name_of) if marked else words for words, marked in texts(blocks)]
    else:
        lines = [mrkdwn.visible(text, name_of)]
    for attachment in attachments:
        lines += [
            mrkdwn.visible(str(attachment[key]), name_of) for key in ("pretext", "title", "text") if key in attachment
        ]
        lines += [plain("", attachment["blocks"], [], name_of)] if attachment.get("blocks") else []
    return "\n".join(line for line in lines if line).strip()


def elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Every interactive element with the block_id of the block that holds it."""
    for block in blocks:
        holders = [*block.get("elements", [])] if block.get("type") in {"actions", "context_actions"} else []
        holders += [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
        for element in holders:
            if element.get("type") != "image":
                yield str(block.get("block_id", "")), element


def buttons(blocks: list[Json]) -> list[Button]:
    """The buttons in reading order."""
    return [
        Button(
            label=str(element["text"]["text"]),
            action_id=str(element.get("action_id", "")),
            block_id=block_id,
            value=element.get("value"),
            url=element.get("url"),
            style=element.get("style"),
        )
        for block_id, element in elements(blocks)
        if element.get("type") == "button"
    ]


def button(blocks: list[Json], which: str) -> Button:
    """The one button with this label or action_id."""
    there = buttons(blocks)
    matching = [one for one in there if which in {one.label, one.action_id}]
    if len(matching) != 1:
        seen = ", ".join(f"{one.label!r} ({one.action_id})" for one in there) or "none"
        raise PersonCannot(f"there are {len(matching)} buttons {which!r}; buttons here: {seen}")
    return matching[0]

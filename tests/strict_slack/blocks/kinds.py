"""The kinds of blocks, which of them a message, a modal and a Home tab may hold, and their limits."""

from __future__ import annotations

from typing import Any

from . import elements, rules, texts
from .rules import Place, Rule, Shape


def _block_id(value: Any, place: Place) -> None:
    rules.string(255)(value, place)
    if isinstance(value, str):
        if value in place.finding.block_ids:
            place.wrong(f"`block_id` {value!r} already exists")
        place.finding.block_ids.append(value)


def _block(required: dict[str, Rule] | None = None, *also: Rule, **optional: Rule) -> Shape:
    return Shape(required or {}, {"block_id": _block_id, **optional}, also)


def _count_input(value: Any, place: Place) -> None:
    place.finding.inputs += 1
    if value.get("dispatch_action") is not True and (value.get("element") or {}).get("dispatch_action_config"):
        place.wrong("dispatch_action_config needs dispatch_action: true")
    if (value.get("element") or {}).get("type") == "file_input" and place.finding.surface != "modal":
        place.wrong("file_input is allowed in modals only")


def _markdown(value: Any, place: Place) -> None:
    rules.string(12_000)(value, place)
    if isinstance(value, str):
        place.finding.markdown_length += len(value)
        if place.finding.markdown_length > 12_000:
            place.wrong("all markdown blocks together must be less than 12001 characters")


_CONTEXT_ELEMENT = rules.by_type(
    {"image": elements.IMAGE, "plain_text": texts.plain(3000), "mrkdwn": texts.mrkdwn(3000)}, "context element"
)
_RICH_TEXT_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_RICH_TEXT_ELEMENT = rules.by_type(dict.fromkeys(_RICH_TEXT_PARTS, rules.anything), "rich text element")
_CELL = rules.by_type(
    {"raw_text": Shape({"text": rules.string(3000)}), "raw_number": rules.anything, "rich_text": rules.anything}, "cell"
)

SECTION = _block(
    None,
    rules.at_least_one("text", "fields"),
    text=texts.either(3000),
    fields=rules.listing(texts.either(2000), 1, 10),
    accessory=elements.AS_ACCESSORY,
    expand=rules.flag,
)
IMAGE = _block(
    {"alt_text": rules.string(2000)},
    rules.exactly_one("image_url", "slack_file"),
    image_url=rules.url(),
    slack_file=rules.anything,
    title=texts.plain(2000),
)
ACTIONS = _block({"elements": rules.listing(elements.IN_ACTIONS, 1, 25)}, rules.unique("action_id", "elements"))
CONTEXT_ACTIONS = _block(
    {"elements": rules.listing(rules.by_type(elements.CONTEXT_ACTIONS, "context action"), 1, 5)},
    rules.unique("action_id", "elements"),
)
INPUT = _block(
    {"label": texts.plain(2000), "element": elements.IN_INPUT},
    _count_input,
    hint=texts.plain(2000),
    optional=rules.flag,
    dispatch_action=rules.flag,
)
HEADER = _block({"text": texts.plain(150)})
TABLE = _block(
    {"rows": rules.listing(rules.listing(_CELL, 1, 20), 1, 100)},
    column_settings=rules.listing(rules.anything, 0, 20),
)
VIDEO = _block(
    {
        "alt_text": rules.string(2000),
        "title": texts.plain(200),
        "thumbnail_url": rules.url(),
        "video_url": rules.url(),
    },
    author_name=rules.string(50),
    description=texts.plain(200),
    provider_icon_url=rules.url(2000),
    provider_name=rules.string(50),
    title_url=rules.url(2000),
)

_EVERYWHERE: dict[str, Rule] = {
    "section": SECTION,
    "divider": _block(),
    "image": IMAGE,
    "actions": ACTIONS,
    "context": _block({"elements": rules.listing(_CONTEXT_ELEMENT, 1, 10)}),
    "header": HEADER,
    "rich_text": _block({"elements": rules.listing(_RICH_TEXT_ELEMENT, 1, 1000)}),
    "video": VIDEO,
    "input": INPUT,
}
_IN_MESSAGES: dict[str, Rule] = {
    "markdown": _block({"text": _markdown}),
    "table": TABLE,
    "file": _block({"external_id": rules.string(255), "source": rules.one_of("remote")}),
    "context_actions": CONTEXT_ACTIONS,
}

IN_MESSAGE = rules.by_type(_EVERYWHERE | _IN_MESSAGES, "block")
IN_VIEW = rules.by_type(_EVERYWHERE, "block")

"""Block Kit's rules, checked on raw JSON: counts, lengths, kinds, unique ids, what a view needs.

The figures are those of Slack's reference and of the limit registry of PyPI ``slackblocks`` 3.0.0.
"""

from __future__ import annotations

import json
from typing import Any

from . import kinds, rules, texts
from .rules import Finding, Place, Shape

LONGEST_BLOCKS = 13_200
"""Characters of all blocks together, beyond which Slack has been seen to answer msg_blocks_too_long."""
LARGEST_VIEW = 250_000


def check_message(blocks: Any) -> list[str]:
    """What Slack would say against these blocks in a message; empty when they are fine."""
    finding = Finding("message")
    place = Place(finding, "/blocks")
    rules.listing(kinds.IN_MESSAGE, 0, 50)(blocks, place)
    _one_focus(finding, place)
    if isinstance(blocks, list):
        _one_table(blocks, place)
    return finding.problems


def too_long(blocks: list[Any]) -> bool:
    """True when the blocks of one message are too long together."""
    return sum(len(json.dumps(block, ensure_ascii=False, separators=(",", ":"))) for block in blocks) > LONGEST_BLOCKS


_VIEW_FIELDS: dict[str, rules.Rule] = {
    "private_metadata": rules.string(3000, 0),
    "callback_id": rules.string(255, 0),
    "external_id": rules.string(255, 0),
    "clear_on_close": rules.flag,
    "notify_on_close": rules.flag,
    "submit_disabled": rules.flag,
}
_BLOCKS = rules.listing(kinds.IN_VIEW, 0, 100)
_MODAL = Shape(
    {"title": texts.plain(24), "blocks": _BLOCKS}, {"submit": texts.plain(24), "close": texts.plain(24), **_VIEW_FIELDS}
)
_HOME = Shape({"blocks": _BLOCKS}, _VIEW_FIELDS)


def check_view(view: Any, expected: str) -> list[str]:
    """What Slack would say against this view, which must be a ``modal`` or a ``home``."""
    surface: rules.Surface = "modal" if expected == "modal" else "home"
    finding = Finding(surface)
    place = Place(finding, "/view")
    if not isinstance(view, dict):
        place.wrong("must provide an object")
    elif view.get("type") != expected:
        place.at("type").wrong(f"unsupported type: {view.get('type')} where {expected} is needed")
    else:
        (_MODAL if expected == "modal" else _HOME)(view, place)
        if expected == "modal" and finding.inputs and not view.get("submit"):
            place.wrong("`submit` is required when an `input` block is within `blocks`")
        _one_focus(finding, place)
    return finding.problems


def check_options(options: Any) -> list[str]:
    """What Slack would say against the choices offered for an external select."""
    finding = Finding("modal")
    rules.listing(texts.option(), 0, 100)(options, Place(finding, "/options"))
    return finding.problems


def _one_focus(finding: Finding, place: Place) -> None:
    if finding.focused > 1:
        place.wrong("only one element can have focus_on_load")


def _one_table(blocks: list[Any], place: Place) -> None:
    if sum(isinstance(block, dict) and block.get("type") == "table" for block in blocks) > 1:
        place.wrong("only_one_table_allowed")

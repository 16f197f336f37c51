"""The bot's home as a Slack Home tab. Pure, within Block Kit's limits for any content."""

from __future__ import annotations

import json
from typing import Any

from adapters.slack import modals, mrkdwn, render
from bot.home import Entry, Home

Json = dict[str, Any]

SEARCH = "-search"
"""The block and the action of the line to type into."""
_MOST_BLOCKS = 100
_LARGEST = 200_000
"""Slack takes 250 kB; what it counts is not documented."""


def view(home: Home) -> Json:
    """The Home tab that shows this: what does not fit is left out from the end, and that is said."""
    search = _search(home.search)
    shown = [block for card in home.cards for block in render.all_blocks(card)]
    more: Json = {"type": "context", "elements": [modals.label(home.more, 150)]}
    if not _fits([search, *shown]):
        while shown and not _fits([search, *shown, more]):
            shown.pop()
        while shown and shown[-1]["type"] == "header":
            shown.pop()
        shown.append(more)
    return {"type": "home", "blocks": [search, *shown]}


def _fits(blocks: list[Json]) -> bool:
    return len(blocks) <= _MOST_BLOCKS and len(json.dumps(blocks)) <= _LARGEST


def _search(entry: Entry) -> Json:
    line: Json = {
        "type": "plain_text_input",
        "action_id": SEARCH,
        "max_length": 200,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    if mrkdwn.sendable(entry.hint).strip():
        line["placeholder"] = modals.label(entry.hint, 150)
    return {
        "type": "input",
        "block_id": SEARCH,
        "dispatch_action": True,
        "optional": True,
        "label": modals.label(entry.label, 150),
        "element": line,
    }

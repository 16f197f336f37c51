"""The contents of a message as chat.* methods and response URLs take them, checked against every limit."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, field
from typing import Any

from .. import blocks as block_kit
from ..errors import SlackError
from ..model import Json
from ..world import World
from .call import Call

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
LARGEST_METADATA = 16_000


@dataclass
class Content:
    """What a message is to say. ``given`` names the arguments that were there."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    given: set[str] = field(default_factory=set)
    truncated: bool = False
    names_linked: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.blocks and not self.attachments


def read(call: Call) -> Content:
    """Reads and checks text, blocks, attachments, metadata; raises the error that Slack answers."""
    content = Content(given={name for name in ("text", "blocks", "attachments", "metadata") if name in call.args})
    content.text = call.text("text")
    content.blocks = _blocks(call)
    content.attachments = _attachments(call)
    content.metadata = _metadata(call)
    content.names_linked = call.flag("link_names") or call.text("parse") == "full"
    _take_markdown(call, content)
    if len(content.text) > LONGEST_TEXT:
        if call.spec.documents("msg_too_long"):
            raise SlackError("msg_too_long")
        content.text, content.truncated = content.text[:LONGEST_TEXT], True
        call.violate("truncated", f"text above {LONGEST_TEXT} characters is cut")
    if content.blocks and not any(map(str.isalnum, content.text)) and call.method != "chat.update":
        call.violate("no_fallback_text", "blocks without words: notifications and screen readers have nothing to say")
    return content


def _blocks(call: Call) -> list[Json]:
    blocks = call.json("blocks", "invalid_blocks_format")
    if blocks in (None, ""):
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := block_kit.check_message(blocks):
        raise SlackError("invalid_blocks", *problems, errors=[one.removeprefix("[ERROR] ") for one in problems])
    if block_kit.too_long(blocks):
        raise SlackError("msg_blocks_too_long" if call.spec.documents("msg_blocks_too_long") else "msg_too_long")
    return with_ids(blocks, call.world)


def with_ids(blocks: list[Json], world: World) -> list[Json]:
    """The blocks as Slack keeps them: every block and interactive element has an id."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", _short_id(world))
        holders = [*(block.get("elements") or [])] if block["type"] == "actions" else []
        holders += [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
        for element in holders:
            if element.get("type") != "image":
                element.setdefault("action_id", _short_id(world))
    return kept


def _short_id(world: World) -> str:
    return "".join(world.dice.choices("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=5))


def _attachments(call: Call) -> list[Json]:
    wrong = "invalid_attachments" if call.spec.documents("invalid_attachments") else "invalid_arguments"
    attachments = call.json("attachments", wrong)
    if attachments in (None, ""):
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError(wrong)
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if problems := block_kit.check_message(attachment.get("blocks") or []):
            raise SlackError("invalid_blocks", *problems)
    return copy.deepcopy(attachments)


def _metadata(call: Call) -> Json | None:
    metadata: Any = call.json("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not re.fullmatch(r"[\w.:-]{1,255}", event_type):
        raise SlackError("invalid_metadata_format")
    if not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError(
            "metadata_too_large" if call.spec.documents("metadata_too_large") else "invalid_metadata_format"
        )
    return copy.deepcopy(metadata)


def _take_markdown(call: Call, content: Content) -> None:
    markdown = call.text("markdown_text")
    if not markdown:
        return
    if content.text or content.blocks:
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long" if call.spec.documents("msg_too_long") else "msg_blocks_too_long")
    content.text = markdown
    content.given.add("text")

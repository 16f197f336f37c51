"""Forms as Slack modals, and what comes back from them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack import mrkdwn
from bot.errors import ChatRefused
from bot.forms import Field, FieldKind, Form
from bot.plain import cut, is_blank
from bot.refs import RoomRef, ThreadRef

Json = dict[str, Any]

INPUT = "input"
_MOST_OPTIONS = 100
_MOST_METADATA = 3000


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal that came back: what it was about, where it was asked, what was entered, and what each field demands."""

    form: str
    context: str
    room: str
    thread: str
    language: str
    values: dict[str, str]
    fields: tuple[Field, ...]


def view(form: Form, room: RoomRef, thread: ThreadRef | None) -> Json:
    """The modal for a form asked in this place; raises ``ChatRefused`` when what it must carry does not fit."""
    metadata = {
        "context": form.context,
        "room": room.id,
        "thread": thread.root if thread else "",
        "language": form.language,
        "fields": [[f.id, int(f.required), f.max_length] for f in form.fields],
    }
    carried = json.dumps(metadata, separators=(",", ":"))
    if len(carried) > _MOST_METADATA:
        raise ChatRefused("form_too_large", f"form {form.id} carries more context than a Slack modal can hold")
    return {
        "type": "modal",
        "callback_id": cut(form.id, 255),
        "title": label(form.title, 24),
        "submit": label(form.submit, 24),
        "close": label(form.cancel, 24),
        "private_metadata": carried,
        "blocks": [_input(f) for f in form.fields],
    }


def submitted(payload: Json) -> Submitted | None:
    """Read a ``view_submission``; None when the modal is not one of ours."""
    shown = payload.get("view") or {}
    try:
        metadata = json.loads(shown.get("private_metadata") or "")
        fields = tuple(
            Field(id=str(id_), label="", required=bool(required), max_length=int(longest))
            for id_, required, longest in metadata["fields"]
        )
        return Submitted(
            form=str(shown["callback_id"]), context=str(metadata["context"]), room=str(metadata["room"]),
            thread=str(metadata["thread"]), language=str(metadata["language"]),
            values=_values((shown.get("state") or {}).get("values") or {}), fields=fields,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def _values(state: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    return {field: _value(inputs[INPUT]) for field, inputs in state.items() if INPUT in inputs}


def _value(entered: Json) -> str:
    chosen = entered.get("selected_option")
    value = chosen.get("value") if isinstance(chosen, dict) else entered.get("value")
    return mrkdwn.sendable(str(value or "")).strip()


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": label(field.label, 150),
        "optional": not field.required,
        "element": _choice(field) or _line(field),
    }
    return block if is_blank(field.hint) else block | {"hint": label(field.hint, 150)}


def _line(field: Field) -> Json:
    longest = max(1, min(field.max_length, 3000))
    element: Json = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "multiline": field.kind is FieldKind.LONG,
        "max_length": longest,
    }
    initial = cut(mrkdwn.sendable(field.initial), longest)
    return element | ({"initial_value": initial} if initial else {})


def _choice(field: Field) -> Json | None:
    """A menu of choices; None where there is nothing to choose from, or nothing that Slack could carry."""
    options = [
        {"text": label(choice.label, 75), "value": choice.value}
        for choice in field.choices[:_MOST_OPTIONS]
        if 0 < len(choice.value) <= 150
    ]
    if field.kind is not FieldKind.CHOICE or not options:
        return None
    element: Json = {"type": "static_select", "action_id": INPUT, "options": options}
    initial = next((option for option in options if option["value"] == field.initial), None)
    return element | ({"initial_option": initial} if initial else {})


def label(text: str, limit: int) -> Json:
    """Plain text on one line, which is never empty."""
    words = " ".join(mrkdwn.sendable(text).split())
    return {"type": "plain_text", "text": cut(words, limit) if not is_blank(words) else "…", "emoji": False}

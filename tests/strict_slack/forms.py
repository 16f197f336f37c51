"""A form as the Slack client fills it in: what was typed is put where it belongs and checked before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from . import interactions, reading
from .errors import PersonCannot
from .model import Json, View

_INITIAL = (
    "initial_value",
    "initial_option",
    "initial_options",
    "initial_date",
    "initial_time",
    "initial_date_time",
    "initial_user",
    "initial_users",
    "initial_conversation",
    "initial_conversations",
    "initial_channel",
    "initial_channels",
)


State = dict[str, dict[str, Json]]
_STATELESS = {"button", "overflow", "image", "workflow_button", "feedback_buttons", "icon_button"}


def inputs(view: View) -> Iterator[tuple[Json, Json]]:
    """Every input block of a form with its element."""
    for block in view.blocks:
        if block["type"] == "input":
            yield block, block["element"]


def state_of(blocks: list[Json], before: State) -> State:
    """What stands in the fields of these blocks: what was there before, else what they start with."""
    state: State = {}
    for block_id, element in reading.elements(blocks):
        if element["type"] not in _STATELESS:
            action_id = str(element["action_id"])
            held = before.get(block_id, {}).get(action_id)
            state.setdefault(block_id, {})[action_id] = held or _holding(element, _initial(element))
    return state


def _holding(element: Json, value: Any) -> Json:
    return {"type": element["type"], **interactions.entered(element, value)}


def _initial(element: Json) -> Any:
    return next((element[key] for key in _INITIAL if key in element), [] if element["type"] == "checkboxes" else None)


def put(state: State, block_id: str, element: Json, value: Any) -> None:
    """Enters one value."""
    if element["type"] not in _STATELESS:
        state.setdefault(block_id, {})[str(element["action_id"])] = _holding(element, value)


def fill(view: View, values: dict[str, Any]) -> None:
    """Types values into a form; each is named by the field's label, block_id or action_id.

    A choice is named by its words or its value. What is not named keeps what stood there.
    """
    left = dict(values)
    view.state = state_of(view.blocks, view.state)
    labels = {block["block_id"]: block["label"]["text"] for block, _element in inputs(view)}
    for block_id, element in reading.elements(view.blocks):
        names = [labels.get(block_id, ""), block_id, element.get("action_id", "")]
        name = next((one for one in names if one in left), None)
        if name is not None:
            put(view.state, block_id, element, typed(element, left.pop(name)))
    if left:
        raise PersonCannot(f"the form {view.title!r} has no field {', '.join(map(repr, left))}; it has {labels}")


def options(element: Json) -> list[Json]:
    """All choices of an element, those in groups too."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def choose(element: Json, wanted: str) -> Json:
    """The one choice with these words or this value."""
    found = [one for one in options(element) if wanted in {one["text"]["text"], one.get("value")}]
    if len(found) != 1:
        offered = [one["text"]["text"] for one in options(element)]
        raise PersonCannot(f"{len(found)} choices {wanted!r}; offered: {offered}")
    return found[0]


def typed(element: Json, value: Any) -> Any:
    """A value as Slack holds it: choices are named by their words or value, all else is kept."""
    kind = element["type"]
    if kind in {"static_select", "radio_buttons", "overflow"}:
        return None if value is None else choose(element, str(value))
    if kind in {"checkboxes", "multi_static_select"}:
        return [choose(element, str(one)) for one in value or []]
    if kind == "external_select" and isinstance(value, str):
        return {"text": {"type": "plain_text", "text": value}, "value": value}
    return value


def complaints(view: View) -> dict[str, str]:
    """What the client itself says against a filled form, by block_id; only an empty answer lets it be sent."""
    found: dict[str, str] = {}
    for block, element in inputs(view):
        held = view.state[block["block_id"]][element["action_id"]]
        value = next((value for key, value in held.items() if key != "type"), None)
        if value in (None, "", []):
            if not block.get("optional", False):
                found[block["block_id"]] = "Please complete this required field."
        elif problem := _problem(element, value):
            found[block["block_id"]] = problem
    return found


def _problem(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_problem(element, str(value))
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        return "Must be a valid email address"
    if kind == "url_text_input" and not re.match(r"https?://\S+", str(value)):
        return "Must be a valid URL"
    if kind == "number_input":
        return _number_problem(element, str(value))
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Must be at most {most} items"
    return None


def _length_problem(element: Json, value: str) -> str | None:
    longest = element.get("max_length", 3000)
    shortest = element.get("min_length", 0)
    if len(value) > longest:
        return f"Must be less than {longest + 1} characters"
    if len(value) < shortest:
        return f"Must be at least {shortest} characters"
    return None


def _number_problem(element: Json, value: str) -> str | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", value):
        return "Must be a number"
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Must be at least {element['min_value']}"
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Must be at most {element['max_value']}"
    return None

"""Interactive elements and images, each with its limits."""

from __future__ import annotations

import re
from typing import Any

from . import rules, texts
from .rules import Place, Rule, Shape

_ID = rules.string(255)
_PLACEHOLDER = texts.plain(150)


def _focus(value: Any, place: Place) -> None:
    rules.flag(value, place)
    if value is True:
        place.finding.focused += 1


def _matches(pattern: str, what: str) -> Rule:
    def rule(value: Any, place: Place) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            place.wrong(f"must be {what}")

    return rule


_DATE = _matches(r"\d{4}-\d{2}-\d{2}", "a date as YYYY-MM-DD")
_TIME = _matches(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:MM")
_DISPATCH = Shape(
    optional={"trigger_actions_on": rules.listing(rules.one_of("on_enter_pressed", "on_character_entered"), 1, 2)}
)
_BASE: dict[str, Rule] = {"action_id": _ID, "confirm": texts.CONFIRM, "focus_on_load": _focus}


def _element(
    optional: dict[str, Rule], *also: Rule, required: dict[str, Rule] | None = None, without: str = ""
) -> Shape:
    base = {name: rule for name, rule in _BASE.items() if name not in without.split()}
    return Shape(required or {}, base | optional, also)


def _no_overlap(value: Any, place: Place) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        place.wrong("min_length must not be greater than max_length")
    first = value.get("initial_value")
    if isinstance(first, str) and isinstance(most, int) and len(first) > most:
        place.wrong("initial_value is longer than max_length")


BUTTON = _element(
    {
        "url": rules.url(),
        "value": rules.string(2000),
        "style": rules.one_of("primary", "danger"),
        "accessibility_label": rules.string(75),
    },
    required={"text": texts.plain(75)},
    without="focus_on_load",
)
IMAGE = Shape(
    {"alt_text": rules.string(2000)},
    {"image_url": rules.url(), "slack_file": rules.anything},
    (rules.exactly_one("image_url", "slack_file"),),
)
_STATIC_ALSO = (
    rules.exactly_one("options", "option_groups"),
    rules.unique("value", "options"),
    texts.initial_among_options,
)
_STATIC: dict[str, Rule] = {
    "placeholder": _PLACEHOLDER,
    "options": rules.listing(texts.option(), 1, 100),
    "option_groups": rules.listing(texts.OPTION_GROUP, 1, 100),
}
_IDS = rules.listing(rules.string(20), 0, 100)
_MOST = rules.number(1, 10_000)
_FILTER = Shape(
    optional={
        "include": rules.listing(rules.one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": rules.flag,
        "exclude_bot_users": rules.flag,
    }
)
_ROOMS: dict[str, Rule] = {
    "placeholder": _PLACEHOLDER,
    "filter": _FILTER,
    "default_to_current_conversation": rules.flag,
}
_EXTERNAL: dict[str, Rule] = {"placeholder": _PLACEHOLDER, "min_query_length": rules.number(0, 3000)}

_OPTION, _SOME_OPTIONS = texts.option(), rules.listing(texts.option(), 1, 100)

SELECTS: dict[str, Rule] = {
    "static_select": _element({**_STATIC, "initial_option": _OPTION}, *_STATIC_ALSO),
    "external_select": _element({**_EXTERNAL, "initial_option": _OPTION}),
    "users_select": _element({"placeholder": _PLACEHOLDER, "initial_user": _ID}),
    "conversations_select": _element({**_ROOMS, "initial_conversation": _ID, "response_url_enabled": rules.flag}),
    "channels_select": _element(
        {"placeholder": _PLACEHOLDER, "initial_channel": _ID, "response_url_enabled": rules.flag}
    ),
}
_MULTI: dict[str, Rule] = {"placeholder": _PLACEHOLDER, "max_selected_items": _MOST}
MULTI_SELECTS: dict[str, Rule] = {
    "multi_static_select": _element({**_STATIC, **_MULTI, "initial_options": _SOME_OPTIONS}, *_STATIC_ALSO),
    "multi_external_select": _element({**_EXTERNAL, **_MULTI, "initial_options": _SOME_OPTIONS}),
    "multi_users_select": _element({**_MULTI, "initial_users": _IDS}),
    "multi_conversations_select": _element({**_ROOMS, **_MULTI, "initial_conversations": _IDS}),
    "multi_channels_select": _element({**_MULTI, "initial_channels": _IDS}),
}
_RICH_OPTION = texts.option(either_text=True)
_CHOICES = rules.listing(_RICH_OPTION, 1, 10)
_CHOICES_ALSO = (rules.unique("value", "options"), texts.initial_among_options)
CHOICES: dict[str, Rule] = {
    "checkboxes": _element({"initial_options": _CHOICES}, *_CHOICES_ALSO, required={"options": _CHOICES}),
    "radio_buttons": _element({"initial_option": _RICH_OPTION}, *_CHOICES_ALSO, required={"options": _CHOICES}),
}
OVERFLOW = _element({}, required={"options": rules.listing(texts.option(with_url=True), 1, 5)}, without="focus_on_load")
PICKERS: dict[str, Rule] = {
    "datepicker": _element({"placeholder": _PLACEHOLDER, "initial_date": _DATE}),
    "timepicker": _element({"placeholder": _PLACEHOLDER, "initial_time": _TIME, "timezone": rules.string(100)}),
    "datetimepicker": _element({"initial_date_time": rules.number(1_000_000_000, 9_999_999_999)}),
}
_TYPED: dict[str, Rule] = {"placeholder": _PLACEHOLDER, "dispatch_action_config": _DISPATCH}
_TEXT_INPUT: dict[str, Rule] = {
    **_TYPED,
    "initial_value": rules.string(3000, 0),
    "multiline": rules.flag,
    "min_length": rules.number(0, 3000),
    "max_length": rules.number(1, 3000),
}
_NUMBER_INPUT: dict[str, Rule] = {
    **_TYPED,
    "initial_value": rules.string(100),
    "min_value": rules.string(100),
    "max_value": rules.string(100),
}
_LINE_INPUT: dict[str, Rule] = {**_TYPED, "initial_value": rules.string(3000, 0)}
_FILE_INPUT: dict[str, Rule] = {
    "filetypes": rules.listing(rules.string(20), 1, 100),
    "max_files": rules.number(1, 10),
}
INPUTS: dict[str, Rule] = {
    "plain_text_input": _element(_TEXT_INPUT, _no_overlap, without="confirm"),
    "email_text_input": _element(_LINE_INPUT, without="confirm"),
    "url_text_input": _element(_LINE_INPUT, without="confirm"),
    "number_input": _element(_NUMBER_INPUT, required={"is_decimal_allowed": rules.flag}, without="confirm"),
    "rich_text_input": _element({**_TYPED, "initial_value": rules.anything}, without="confirm"),
    "file_input": _element(_FILE_INPUT, without="confirm focus_on_load"),
}

_FEEDBACK_BUTTON = Shape(
    {"text": texts.plain(75), "value": rules.string(2000)}, {"accessibility_label": rules.string(75)}
)
CONTEXT_ACTIONS: dict[str, Rule] = {
    "feedback_buttons": Shape(
        {"positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON}, {"action_id": _ID}
    ),
    "icon_button": Shape(
        {"icon": rules.one_of("trash"), "text": texts.plain(75)},
        {
            "action_id": _ID,
            "value": rules.string(2000),
            "confirm": texts.CONFIRM,
            "accessibility_label": rules.string(75),
            "visible_to_user_ids": rules.listing(_ID, 0, 10),
        },
    ),
}

IN_ACTIONS = rules.by_type(
    {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **MULTI_SELECTS, **CHOICES, **PICKERS}, "element"
)
AS_ACCESSORY = rules.by_type(
    {"button": BUTTON, "image": IMAGE, "overflow": OVERFLOW, **SELECTS, **MULTI_SELECTS, **CHOICES, **PICKERS},
    "accessory",
)
IN_INPUT = rules.by_type({**SELECTS, **MULTI_SELECTS, **CHOICES, **PICKERS, **INPUTS}, "input element")

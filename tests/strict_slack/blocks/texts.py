"""Composition objects: texts, options, confirmations."""

from __future__ import annotations

from typing import Any

from . import rules
from .rules import Place, Rule, Shape


def plain(longest: int) -> Rule:
    """A plain_text object."""
    return rules.by_type({"plain_text": _text_shape(longest, {"emoji": rules.flag})}, "text")


def mrkdwn(longest: int) -> Rule:
    return rules.by_type({"mrkdwn": _text_shape(longest, {"verbatim": rules.flag})}, "text")


def either(longest: int) -> Rule:
    """A plain_text or a mrkdwn object."""
    kinds: dict[str, Rule] = {
        "plain_text": _text_shape(longest, {"emoji": rules.flag}),
        "mrkdwn": _text_shape(longest, {"verbatim": rules.flag}),
    }
    return rules.by_type(kinds, "text")


def _text_shape(longest: int, optional: dict[str, Rule]) -> Shape:
    return Shape({"type": rules.anything, "text": rules.string(longest)}, optional)


def option(*, either_text: bool = False, with_url: bool = False) -> Shape:
    """One choice. Only radio buttons and checkboxes may use mrkdwn, only overflow menus a url."""
    text = either if either_text else plain
    optional: dict[str, Rule] = {"description": text(75)}
    if with_url:
        optional["url"] = rules.url()
    return Shape({"text": text(75), "value": rules.string(150)}, optional)


_OPTIONS = rules.listing(option(), 1, 100)
OPTION_GROUP = Shape({"label": plain(75), "options": _OPTIONS}, also=(rules.unique("value", "options"),))

CONFIRM = Shape(
    {"title": plain(100), "text": either(300)},
    {"confirm": plain(30), "deny": plain(30), "style": rules.one_of("primary", "danger")},
)


def initial_among_options(value: Any, place: Place) -> None:
    """What is chosen at first must be one of the choices, to the letter."""
    offered = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        offered += group.get("options") or [] if isinstance(group, dict) else []
    chosen = value.get("initial_options") or ([value["initial_option"]] if value.get("initial_option") else [])
    for one in chosen if isinstance(chosen, list) else []:
        if one not in offered:
            place.wrong("initial option must match one of the options exactly")

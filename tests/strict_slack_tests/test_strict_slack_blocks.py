"""Every limit of Block Kit is noticed, and what Slack takes is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strict_slack import blocks

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "words", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Press", action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "One", value: str = "1", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick"), **more}


def field(element: Json | None = None, **more: Any) -> Json:
    typed = element or {"type": "plain_text_input", "action_id": "typed"}
    return {"type": "input", "label": plain("Label"), "element": typed, **more}


def modal(*inside: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": list(inside), **more}


FINE = {
    "a section": section(),
    "a section of fields": {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    "a section at its limit": section("x" * 3000),
    "a divider": {"type": "divider", "block_id": "line"},
    "a header": {"type": "header", "text": plain("x" * 150)},
    "buttons": actions(button(), button("Two", "two", style="danger", url="https://example.com", value="v")),
    "a confirmed button": actions(button(confirm={"title": plain("Sure?"), "text": mrkdwn("*Really*")})),
    "a select": section(accessory=select(options=[option()], initial_option=option())),
    "grouped choices": section(accessory=select(option_groups=[{"label": plain("G"), "options": [option()]}])),
    "an overflow": section(accessory={"type": "overflow", "action_id": "more", "options": [option()]}),
    "radio buttons": actions({"type": "radio_buttons", "action_id": "r", "options": [option()]}),
    "context": {
        "type": "context",
        "elements": [mrkdwn("a"), {"type": "image", "image_url": "https://e.org/a", "alt_text": "a"}],
    },
    "an image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"},
    "markdown": {"type": "markdown", "text": "**bold**"},
    "rich text": {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    "a table": {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
    "an input": field(),
    "a date": actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-22"}),
}

WRONG: dict[str, tuple[Json, str]] = {
    "no type": ({"text": plain("x")}, "unsupported type"),
    "an unknown block": ({"type": "sparkles"}, "unsupported type"),
    "an unknown field": (section(color="red"), "invalid additional property: color"),
    "an empty section": ({"type": "section"}, "missing required field: text or fields"),
    "an empty text": (section(""), "more than 0 characters"),
    "a long section": (section("x" * 3001), "less than 3001"),
    "a text that is a string": ({"type": "section", "text": "words"}, "must be an object"),
    "eleven fields": ({"type": "section", "fields": [plain("a")] * 11}, "no more than 10 items"),
    "a long field": ({"type": "section", "fields": [plain("x" * 2001)]}, "less than 2001"),
    "a header in mrkdwn": ({"type": "header", "text": mrkdwn("*x*")}, "unsupported type: mrkdwn"),
    "a long header": ({"type": "header", "text": plain("x" * 151)}, "less than 151"),
    "no buttons": (actions(), "no fewer than 1 items"),
    "26 buttons": (actions(*(button(action_id=f"b{n}") for n in range(26))), "no more than 25 items"),
    "a button in mrkdwn": (actions(button() | {"text": mrkdwn("x")}), "unsupported type: mrkdwn"),
    "a long button": (actions(button("x" * 76)), "less than 76"),
    "an empty button": (actions(button("")), "more than 0 characters"),
    "a long value": (actions(button(value="x" * 2001)), "less than 2001"),
    "a long url": (actions(button(url="https://e.org/" + "x" * 3000)), "less than 3001"),
    "a wrong url": (actions(button(url="javascript:alert(1)")), "valid url"),
    "an unknown style": (actions(button(style="green")), "must be one of"),
    "a long action_id": (actions(button(action_id="x" * 256)), "less than 256"),
    "the same action_id twice": (actions(button(), button("Two")), "already exists"),
    "a long block_id": (section(block_id="x" * 256), "less than 256"),
    "a long confirmation": (actions(button(confirm={"title": plain("x" * 101), "text": plain("y")})), "less than 101"),
    "a confirmation without text": (actions(button(confirm={"title": plain("x")})), "missing required field: text"),
    "a text input among actions": (actions({"type": "plain_text_input", "action_id": "t"}), "unsupported type"),
    "an image among actions": (
        actions({"type": "image", "image_url": "https://example.com/a", "alt_text": "a"}),
        "unsupported type",
    ),
    "a button in context": ({"type": "context", "elements": [button()]}, "unsupported type"),
    "eleven in context": ({"type": "context", "elements": [plain("a")] * 11}, "no more than 10 items"),
    "a select without choices": (section(accessory=select(options=[])), "no fewer than 1 items"),
    "a select with nothing": (section(accessory=select()), "exactly one of"),
    "101 choices": (section(accessory=select(options=[option(value=str(n)) for n in range(101)])), "no more than 100"),
    "a long choice": (section(accessory=select(options=[option("x" * 76)])), "less than 76"),
    "a long choice value": (section(accessory=select(options=[option(value="x" * 151)])), "less than 151"),
    "the same choice twice": (section(accessory=select(options=[option(), option()])), "already exists"),
    "a first choice that is none": (
        section(accessory=select(options=[option()], initial_option=option("Other", "2"))),
        "initial option must match",
    ),
    "six in an overflow": (
        section(accessory={"type": "overflow", "options": [option(value=str(n)) for n in range(6)]}),
        "no more than 5 items",
    ),
    "eleven radio buttons": (
        actions({"type": "radio_buttons", "options": [option(value=str(n)) for n in range(11)]}),
        "no more than 10 items",
    ),
    "an image without words": ({"type": "image", "image_url": "https://e.org/a"}, "missing required field: alt_text"),
    "an image without picture": ({"type": "image", "alt_text": "a"}, "exactly one of"),
    "long markdown": ({"type": "markdown", "text": "x" * 12_001}, "less than 12001"),
    "101 rows": ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]] * 101}, "no more than 100 items"),
    "21 columns": ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}, "no more than 20 items"),
    "an input without label": ({"type": "input", "element": {"type": "plain_text_input"}}, "field: label"),
    "an input that is a button": (field(button()), "unsupported type: button"),
    "a long label": (field(label=plain("x" * 2001)), "less than 2001"),
    "a long placeholder": (
        field({"type": "plain_text_input", "placeholder": plain("x" * 151)}),
        "less than 151",
    ),
    "a max_length above 3000": (field({"type": "plain_text_input", "max_length": 3001}), "between 1 and 3000"),
    "lengths crossed": (field({"type": "plain_text_input", "min_length": 9, "max_length": 5}), "must not be greater"),
    "a wrong date": (actions({"type": "datepicker", "initial_date": "22.11.2026"}), "YYYY-MM-DD"),
    "a number input undecided": (field({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    "a file input in a message": (field({"type": "file_input", "action_id": "f"}), "modals only"),
    "a flag that is a word": (field(optional="yes"), "must be a boolean"),
}


@pytest.mark.parametrize("block", FINE.values(), ids=FINE.keys())
def test_slack_takes(block: Json) -> None:
    assert blocks.check_message([block]) == []


@pytest.mark.parametrize(("block", "problem"), WRONG.values(), ids=WRONG.keys())
def test_slack_refuses(block: Json, problem: str) -> None:
    found = blocks.check_message([block])
    assert any(problem in one for one in found), found


def test_slack_refuses_51_blocks_and_says_where() -> None:
    assert blocks.check_message([section()] * 50) == []
    assert blocks.check_message([section()] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


def test_slack_refuses_the_same_block_id_twice() -> None:
    found = blocks.check_message([section(block_id="a"), section(block_id="a")])
    assert found == ["[ERROR] `block_id` 'a' already exists [json-pointer:/blocks/1/block_id]"]


def test_slack_refuses_markdown_blocks_that_are_too_long_together() -> None:
    long = {"type": "markdown", "text": "x" * 7000}
    assert blocks.check_message([long]) == []
    assert "together" in blocks.check_message([long, long])[0]


def test_slack_refuses_two_tables() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert "only_one_table_allowed" in blocks.check_message([table, table])[0]


def test_slack_refuses_blocks_that_are_no_list() -> None:
    assert "must be an array" in blocks.check_message({"type": "section"})[0]
    assert "must be an object" in blocks.check_message(["words"])[0]


def test_a_view_at_its_limits_is_taken() -> None:
    full = modal(*(section() for _ in range(99)), field(), private_metadata="x" * 3000, callback_id="x" * 255)
    assert blocks.check_view(full, "modal") == []
    assert blocks.check_view({"type": "home", "blocks": [section(), field()]}, "home") == []


WRONG_VIEWS: dict[str, tuple[Json, str]] = {
    "no title": ({"type": "modal", "blocks": []}, "missing required field: title"),
    "a long title": (modal(title=plain("x" * 25)), "less than 25"),
    "a title in mrkdwn": (modal(title=mrkdwn("x")), "unsupported type: mrkdwn"),
    "a long submit": (modal(field(), submit=plain("x" * 25)), "less than 25"),
    "inputs and no submit": (modal(field()) | {"submit": None}, "`submit` is required"),
    "101 blocks": (modal(*(section() for _ in range(101))), "no more than 100 items"),
    "long private metadata": (modal(private_metadata="x" * 3001), "less than 3001"),
    "a long callback_id": (modal(callback_id="x" * 256), "less than 256"),
    "an unknown field": (modal(colour="red"), "invalid additional property: colour"),
    "a markdown block": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
    "a table": (modal({"type": "table", "rows": []}), "unsupported type: table"),
    "a home where a modal is needed": ({"type": "home", "blocks": []}, "unsupported type: home"),
    "two that want the cursor": (
        modal(
            field({"type": "plain_text_input", "focus_on_load": True}),
            field({"type": "plain_text_input", "focus_on_load": True}),
        ),
        "only one element can have focus_on_load",
    ),
}


@pytest.mark.parametrize(("view", "problem"), WRONG_VIEWS.values(), ids=WRONG_VIEWS.keys())
def test_slack_refuses_the_view(view: Json, problem: str) -> None:
    found = blocks.check_view(view, "modal")
    assert any(problem in one for one in found), found

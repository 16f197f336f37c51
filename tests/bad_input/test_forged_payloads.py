"""Buttons, forms and requests that somebody made up, or that are long over."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bot.refs import Platform
from tests.journey import organisation
from tests.journey.conftest import Enter, running, settings_for
from tests.journey.worlds import SlackWorld
from tests.strict_slack import StrictSlack
from tests.strict_slack.people import Person


def tapped(slack: StrictSlack, person: Person, world: SlackWorld, action: str, value: str) -> dict[str, Any]:
    """A tap as Slack would send it, of a button with any action and value."""
    return {
        "type": "block_actions",
        "user": {"id": person.id, "username": "x", "name": "x", "team_id": slack.workspace.id},
        "api_app_id": "A1", "token": "x", "trigger_id": "1.2.3",
        "container": {"type": "message", "message_ts": "1.000100", "channel_id": world.rooms["help"].id},
        "team": {"id": slack.workspace.id, "domain": "x"}, "enterprise": None, "is_enterprise_install": False,
        "channel": {"id": world.rooms["help"].id, "name": "help"},
        "message": {"type": "message", "ts": "1.000100", "user": slack.bot.id, "text": "x"},
        "state": {"values": {}}, "response_url": "https://hooks.slack.test/x",
        "actions": [
            {"type": "button", "action_id": f"{action}|1", "block_id": "b", "value": value,
             "action_ts": f"{time.time():.6f}", "text": {"type": "plain_text", "text": "x"}},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("action", "value", "answer"),
    [
        ("me_too", "INC-999", "I do not know INC-999"),
        ("me_too", "'; drop table incidents; --", "I do not know"),
        ("not_a_request", "", "I do not know"),
        ("resolve", "INC-1", "Only the people who work on INC-1"),
        ("declare_war", "INC-1", "no longer in use"),
        ("rate", "INC-1|excellent||", "Please say"),
        ("publish", "KB-1", "I do not know the article"),
        ("solved_it", "INC-1", "I do not know the article"),
        ("register", "not a message", "no longer in use"),
    ],
)
async def test_a_forged_button_is_answered_with_a_clear_sentence_and_changes_nothing(
    enter: Enter, action: str, value: str, answer: str
) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    slack = world.slack
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")

    before = await world.remembered(1)

    await slack.send_raw("interactive", tapped(slack, slack.person("nils"), world, action, value))

    await world.sees("nils", answer)
    assert await world.remembered(1) == before
    receipt = await world.sees("tom", "INC-1", "is registered", button="Not a request")
    assert "people are affected" not in receipt.text


async def test_a_button_of_something_resolved_says_so(enter: Enter) -> None:
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "direct", "resolve INC-1 it was the cable")
    await world.sees("tom", "INC-1", "should be solved")

    lena = world.slack.person("lena")
    await world.slack.send_raw("interactive", tapped(world.slack, lena, world, "me_too", "INC-1"))

    await world.sees("lena", "INC-1 is resolved already", "reopen INC-1")


async def test_a_form_for_something_long_over_changes_nothing_and_says_so(enter: Enter) -> None:
    # given a form somebody has open while somebody else resolves the incident
    world = await enter("slack socket", "en")
    assert isinstance(world, SlackWorld)
    await world.says("tom", "help", "The VPN does not connect")
    board = await world.sees("mehmet", "INC-1", button="Resolve")
    await world.taps("mehmet", board, "Resolve")
    await world.slack.wait_for(lambda: world.slack.person("mehmet").views, 20)
    await world.says("piet", "direct", "resolve INC-1 it was the cable")
    await world.sees("tom", "INC-1", "should be solved", "it was the cable")

    before = await world.remembered(1)
    await world.fills("mehmet", {"solution": "Something else", "cause": ""})

    await world.sees("mehmet", "INC-1 is resolved already")
    assert await world.remembered(1) == before
    assert not [line for line in await world.bot_lines("tom") if "Something else" in line.text]


@pytest.mark.parametrize(("secret", "age"), [("wrong", 0.0), (None, 600.0)])
async def test_a_request_with_a_bad_or_old_signature_changes_nothing(
    tmp_path: Path, secret: str | None, age: float
) -> None:
    async with StrictSlack() as slack:
        world = SlackWorld(slack)
        rooms = {name: room.id for name, room in world.rooms.items()}
        file = organisation.write(tmp_path / "c.yaml", "slack", world.accounts, rooms, "en")
        keys = {"bot_token": slack.bot_token, "signing_secret": slack.signing_secret, "api_url": slack.api_url}
        async with running(settings_for(tmp_path, catalogue={"path": file}, slack=keys)) as program:
            await slack.wait_for(lambda: program.chats[Platform.SLACK].connected, 20)
            await slack.use_http(f"http://127.0.0.1:{program.port_served}/slack/events")
            event = {
                "type": "event_callback", "event_id": "Ev1", "event_time": 1, "team_id": slack.workspace.id,
                "event": {
                    "type": "message", "channel": rooms["help"], "user": world.accounts["tom"], "ts": "2.0001",
                    "text": "The VPN is down", "channel_type": "channel",
                },
            }  # fmt: skip

            refused = await slack.http.post(json.dumps(event), secret=secret or slack.signing_secret, age=age)

            assert refused.status == 401
            with program.storage.work() as work:
                assert not list(work.connection.exec_driver_sql("select 1 from incidents"))

"""What an operator sets up and sees: the manifest, the scopes, and the findings of ``check``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import adapters.slack
from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackChat
from adapters.slack.scopes import METHODS, SCOPES
from adapters.slack.settings import SlackSettings
from bot.chat import Finding
from bot.refs import Platform, RoomRef
from tests.slack_adapter.conftest import room, settings_for
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Person, Room, StrictSlack

REFERENCE = json.loads((Path(__file__).parents[1] / "strict_slack" / "data" / "methods.json").read_text())["methods"]
SOURCES = [path.read_text() for path in Path(adapters.slack.__file__).parent.glob("*.py")]


def test_every_method_that_is_called_is_listed_with_its_scopes() -> None:
    a_call = r"""(?:call|patiently|pages)\(\s*"([a-z]+\.[\w.]+)\""""
    called = {name for source in SOURCES for name in re.findall(a_call, source)}
    assert called == set(METHODS)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_manifest_asks_for_what_each_method_needs(method: str) -> None:
    asked = set(manifest("socket")["oauth_config"]["scopes"]["bot"])
    accepted = set(REFERENCE[method]["bot_scopes"])
    assert set(METHODS[method]) <= asked
    assert not accepted or accepted & set(METHODS[method])


def test_every_scope_has_a_reason() -> None:
    needed = {scope for scopes in METHODS.values() for scope in scopes}
    heard = {"app_mentions:read", "links:read", "reactions:read", "commands", "metadata.message:read"}
    assert set(SCOPES) == needed | heard
    assert all(SCOPES.values())


def test_the_manifest_for_http_names_the_address_everywhere() -> None:
    made = manifest("http", "https://swarm.example.org/")
    address = "https://swarm.example.org/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert not made["settings"]["socket_mode_enabled"]
    with pytest.raises(ValueError, match="https://"):
        manifest("http", "http://swarm.example.org")


def test_the_manifest_is_within_slacks_limits() -> None:
    made = manifest("socket")
    assert "request_url" not in json.dumps(made)
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert all(len(shortcut["name"]) <= 24 for shortcut in made["features"]["shortcuts"])
    shortcuts = {shortcut["callback_id"]: shortcut["type"] for shortcut in made["features"]["shortcuts"]}
    assert shortcuts == {"report_message": "message", "report": "global"}


async def findings(settings: SlackSettings, *rooms: RoomRef) -> list[Finding]:
    chat = SlackChat(settings, PlainVoices(), rooms=lambda: rooms)
    try:
        return list(await chat.check())
    finally:
        await chat.close()


def wrong(found: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in found if not finding.ok]


async def test_when_all_is_well_the_findings_say_what_was_looked_at(slack: StrictSlack, it_help: Room) -> None:
    matrix = RoomRef(Platform.MATRIX, "!x:example.org")
    found = await findings(settings_for(slack), room(it_help), matrix)
    assert [finding.what for finding in found] == [
        "Slack: signed in to Example as swarmbridge",
        "Slack: all scopes are granted",
        "Slack: the app token works (Socket Mode)",
        "Slack: the bot is in #it-help",
    ]
    assert wrong(found) == []


async def test_each_missing_scope_is_named_with_the_way_to_grant_it(slack: StrictSlack) -> None:
    slack.grant(*(set(SCOPES) - {"reactions:read", "pins:write"}))
    missing = wrong(await findings(settings_for(slack)))
    assert [finding.what for finding in missing] == [
        "Slack: the scope pins:write is missing; without it the bot cannot pin the charter of a swarm",
        "Slack: the scope reactions:read is missing; without it the bot cannot hear 🎫, 🙋, ✅ and 📌",
    ]
    assert all("OAuth & Permissions" in finding.advice for finding in missing)


async def test_rooms_that_cannot_be_used_are_named(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    elsewhere = slack.channel("elsewhere", alice, bot=False)
    it_help.archived = True
    found = wrong(await findings(settings_for(slack), room(elsewhere), room(it_help), RoomRef(Platform.SLACK, "C0NO")))
    assert [finding.what for finding in found] == [
        "Slack: #it-help is archived",
        "Slack: the bot is not in #elsewhere",
        "Slack: the channel C0NO cannot be reached: channel_not_found",
    ]
    assert all(finding.advice for finding in found)


async def test_tokens_that_do_not_work_are_said(slack: StrictSlack) -> None:
    [dead_app] = wrong(
        await findings(SlackSettings(bot_token=slack.bot_token, app_token="xapp-dead", api_url=slack.api_url))
    )
    assert "Socket Mode does not work" in dead_app.what
    [nothing_heard] = wrong(await findings(SlackSettings(bot_token=slack.bot_token, api_url=slack.api_url)))
    assert "SLACK_APP_TOKEN" in nothing_heard.advice
    slack.revoke()
    [dead] = await findings(settings_for(slack))
    assert not dead.ok
    assert dead.what == "Slack: the bot token does not work: auth.test: token_revoked"
    assert dead.advice.startswith("install the app again")
    [away] = await findings(SlackSettings(bot_token="xoxb-1", api_url="http://127.0.0.1:9/api/"))
    assert not away.ok

"""The connection to Slack: renewed, lost, refused; forged requests; never a hot loop."""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import urlencode

import pytest

from adapters.slack.platform import SlackChat
from adapters.slack.settings import SlackSettings
from bot.events import CommandGiven
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import connected, eventually, listening, settings_for, web_server
from tests.slack_adapter.plain_voices import PlainVoices
from tests.strict_slack import Person, Room, StrictSlack


async def test_a_renewed_connection_misses_nothing(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    slack.delivery.retries = False
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        renewal = asyncio.create_task(slack.sockets.refresh(closes_after=0.3))
        for number in range(20):
            await alice.says(it_help, f"message {number}")
            await asyncio.sleep(0.03)
            assert chat.connected
        await renewal
        await inbox.has(20)
        await slack.settle()
    assert slack.delivery.lost == []
    assert slack.sockets.opened == 2
    slack.assert_clean()


async def test_of_several_connections_each_is_renewed_without_a_gap(
    slack: StrictSlack, alice: Person, it_help: Room
) -> None:
    slack.delivery.retries = False
    inbox = MemoryInbox()
    async with connected(settings_for(slack, connections=3)) as chat, listening(chat, inbox):
        await slack.wait_for(lambda: len(slack.sockets.connections) == 3, 10)
        renewal = asyncio.create_task(slack.sockets.refresh(closes_after=0.3))
        for number in range(20):
            await alice.says(it_help, f"message {number}")
            await asyncio.sleep(0.03)
            assert chat.connected
        await renewal
        await inbox.has(20)
        await slack.settle()
        await slack.wait_for(lambda: len(slack.sockets.connections) == 3, 10)
    assert slack.delivery.lost == []
    assert slack.sockets.opened == 6
    slack.assert_clean()


async def test_one_of_several_connections_may_break_and_is_opened_again(
    slack: StrictSlack, alice: Person, it_help: Room, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = MemoryInbox()
    async with connected(settings_for(slack, connections=2)) as chat, listening(chat, inbox):
        await slack.wait_for(lambda: len(slack.sockets.connections) == 2, 10)
        slack.sockets.drop(1)
        await alice.says(it_help, "heard by the other")
        await inbox.has(1)
        assert chat.connected
        await slack.wait_for(lambda: slack.sockets.opened == 3, 10)
    assert not [record for record in caplog.records if record.message == "slack is not heard"]


async def test_all_ten_connections_that_slack_allows_can_be_renewed(slack: StrictSlack, it_help: Room) -> None:
    async with connected(settings_for(slack, connections=10)) as chat, listening(chat, MemoryInbox()):
        await slack.wait_for(lambda: len(slack.sockets.connections) == 10, 10)
        await slack.sockets.refresh(closes_after=0.2)
        await slack.wait_for(lambda: slack.sockets.opened == 20 and len(slack.sockets.connections) == 10, 20)


async def test_a_quiet_connection_outlasts_the_patience_with_a_call(slack: StrictSlack, it_help: Room) -> None:
    async with connected(settings_for(slack, patience=0.3)) as chat, listening(chat, MemoryInbox()):
        await asyncio.sleep(1.0)
        assert chat.connected
    assert slack.sockets.opened == 1


async def test_a_dropped_connection_comes_back_and_is_said_once(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "adapters.slack")
    async with listening(chat, MemoryInbox()):
        slack.faults.add("server_error", "apps.connections.open", times=3)
        slack.sockets.drop()
        await slack.wait_for(lambda: slack.sockets.opened == 2, 10)
        await eventually(lambda: chat.connected)
    said = [record.message for record in caplog.records if record.name == "adapters.slack.socket_mode"]
    assert said == ["slack is heard", "slack is not heard", "slack is heard"]


async def test_with_a_revoked_token_there_is_no_hot_loop_and_a_clear_word(
    slack: StrictSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.revoke()
    async with connected(settings_for(slack)) as chat, listening(chat, MemoryInbox(), until_connected=False):
        await asyncio.sleep(1.5)
        assert not chat.connected
    assert len(slack.calls) == 1
    [said] = [record for record in caplog.records if record.name.startswith("adapters.slack")]
    assert "token_revoked" in str(vars(said)["why"]) or "invalid_auth" in str(vars(said)["why"])


async def test_a_dead_app_token_is_tried_ever_more_rarely(slack: StrictSlack, it_help: Room) -> None:
    settings = SlackSettings(bot_token=slack.bot_token, app_token="xapp-dead", api_url=slack.api_url)
    async with connected(settings) as chat, listening(chat, MemoryInbox(), until_connected=False):
        await asyncio.sleep(1.5)
        assert not chat.connected
    assert len(slack.called("apps.connections.open")) == 1


async def test_a_slack_that_is_away_for_a_while_is_waited_for(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    slack.faults.add("server_error", "*", times=4)
    inbox = MemoryInbox()
    async with listening(chat, inbox):
        await alice.says(it_help, "still heard")
        await inbox.has(1)


async def test_an_unsigned_or_stale_request_is_refused(slack: StrictSlack, it_help: Room, alice: Person) -> None:
    inbox = MemoryInbox()
    message = {"type": "message", "channel": it_help.id, "user": alice.id, "ts": "1763791234.000200", "text": "forged"}
    body = json.dumps({"type": "event_callback", "event": message})
    async with connected(settings_for(slack, "http")) as chat, listening(chat, inbox), web_server(chat) as url:
        await slack.use_http(f"{url}/slack/events")
        for forged in (
            await slack.http.post(body, secret="wrong"),
            await slack.http.post(body, secret=""),
            await slack.http.post(body, signed=False),
            await slack.http.post(body, age=400),
        ):
            assert forged.status == 401
        assert inbox.events == []
        assert (await slack.http.post(body)).status == 200
        assert len(inbox.events) == 1
        assert (await slack.http.post("{", "application/json")).status == 400
        assert (await slack.http.post("x" * 1_010_000)).status == 413


async def test_before_it_listens_a_request_is_put_off(slack: StrictSlack) -> None:
    async with connected(settings_for(slack, "http")) as chat, web_server(chat) as url:
        await slack.use_http(f"{url}/slack/events", verify=False)
        assert (await slack.http.post("{}")).status == 503


def test_without_a_signing_secret_there_is_no_door(slack: StrictSlack) -> None:
    assert SlackChat(settings_for(slack, "socket"), PlainVoices()).routes() == []


async def test_both_ways_at_once_hear_everything_once(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    settings = SlackSettings(
        bot_token=slack.bot_token, app_token=slack.app_token, signing_secret=slack.signing_secret, api_url=slack.api_url
    )
    inbox = MemoryInbox()
    async with connected(settings) as chat, listening(chat, inbox), web_server(chat) as url:
        await alice.says(it_help, "through the socket")
        await inbox.has(1)
        await slack.use_http(f"{url}/slack/events")
        await alice.says(it_help, "over http")
        await inbox.has(2)
        await alice.command("/swarm", "help", it_help)
        await inbox.has(3)
    assert isinstance(inbox.events[-1], CommandGiven)


async def test_a_command_over_http_is_not_taken_from_an_unsigned_form(slack: StrictSlack, it_help: Room) -> None:
    inbox = MemoryInbox()
    body = urlencode({"command": "/swarm", "text": "outage", "user_id": "U1", "channel_id": "C1", "trigger_id": "1"})
    async with connected(settings_for(slack, "http")) as chat, listening(chat, inbox), web_server(chat) as url:
        await slack.use_http(f"{url}/slack/events")
        forged = await slack.http.post(body, "application/x-www-form-urlencoded", secret="guess")
    assert forged.status == 401
    assert inbox.events == []


def test_secrets_do_not_show() -> None:
    shown = repr(SlackSettings(bot_token="xoxb-secret", app_token="xapp-secret", signing_secret="sig-secret"))
    assert "secret'" not in shown
    assert "xoxb" not in shown
    assert "xapp" not in shown

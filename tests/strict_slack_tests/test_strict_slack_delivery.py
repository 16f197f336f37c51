"""What reaches the app, how often, and what never does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import Person, Room, StrictSlack
from tests.strict_slack.http_mode import signature
from tests.strict_slack_tests.listener import Listener

Json = dict[str, Any]


@pytest.fixture
def alice(slack: StrictSlack) -> Person:
    return slack.person("alice")


@pytest.fixture
def it_help(slack: StrictSlack, alice: Person) -> Room:
    return slack.channel("it-help", alice)


# -- which events ---------------------------------------------------------------------------------------------------


async def test_a_mention_is_told_twice_and_a_direct_one_once(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    async with Listener(slack) as app:
        await alice.says(it_help, "@Swarmbridge status")
        await alice.direct("@Swarmbridge status")
        await slack.settle()

        told = [(one["type"], one.get("channel_type")) for one in app.events]
        assert told == [("message", "channel"), ("app_mention", None), ("message", "im")]
        assert app.events[1]["text"] == f"<@{slack.bot.id}> status"


async def test_the_app_hears_its_own_messages_too(slack: StrictSlack, it_help: Room, bot: AsyncWebClient) -> None:
    async with Listener(slack) as app:
        await bot.chat_postMessage(channel=it_help.id, text="hello")
        await slack.settle()
        assert [(one["user"], one["bot_id"]) for one in app.events] == [(slack.bot.id, slack.bot.bot_id)]


async def test_nothing_is_told_of_rooms_without_the_bot(slack: StrictSlack, alice: Person) -> None:
    elsewhere = slack.channel("elsewhere", alice, bot=False)
    async with Listener(slack) as app:
        said = await alice.says(elsewhere, "@Swarmbridge are you there?")
        await alice.reacts(said, "ticket")
        await slack.settle()
        assert app.events == []

        await alice.invites(slack.bot, elsewhere)
        await alice.says(elsewhere, "now?")
        await slack.settle()
        heard = [(one["type"], one.get("subtype")) for one in app.events]
        assert heard == [("message", "channel_join"), ("member_joined_channel", None), ("message", None)]


async def test_only_what_is_subscribed_and_granted_is_told(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    slack.app.events = frozenset({"reaction_added", "message.channels"})
    slack.grant("reactions:read")
    async with Listener(slack) as app:
        said = await alice.says(it_help, "@Swarmbridge hello")
        await alice.reacts(said, "ticket")
        await alice.unreacts(said, "ticket")
        await slack.settle()
        assert [one["type"] for one in app.events] == ["reaction_added"]


async def test_a_manifest_says_what_the_app_may_hear_and_offer(alice: Person) -> None:
    manifest = {
        "display_information": {"name": "Helper"},
        "features": {"slash_commands": [{"command": "/help-me"}], "shortcuts": [{"callback_id": "report"}]},
        "oauth_config": {"scopes": {"bot": ["commands", "channels:history"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.channels"]}},
    }
    slack = StrictSlack(manifest=manifest)
    assert slack.bot.handle == "helper"
    assert slack.world.granted(slack.workspace.id) == {"commands", "channels:history"}
    assert slack.app.commands == frozenset({"/help-me"})
    assert slack.app.shortcuts == frozenset({"report"})
    assert not slack.app.interactive


# -- Socket Mode ----------------------------------------------------------------------------------------------------


async def test_what_is_not_acknowledged_comes_again_three_times_and_then_never(
    slack: StrictSlack, alice: Person, it_help: Room
) -> None:
    slack.delivery.ack_within, slack.delivery.time_scale = 0.05, 0.0001
    async with Listener(slack, acknowledges=lambda _envelope: False) as app:
        await alice.says(it_help, "hello")
        await slack.settle()

        repeated = [(one["retry_attempt"], one["retry_reason"]) for one in app.envelopes]
        assert repeated == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
        assert len({one["payload"]["event_id"] for one in app.envelopes}) == 1
        assert len({one["envelope_id"] for one in app.envelopes}) == 4
        assert [one.payload["event"]["text"] for one in slack.delivery.lost] == ["hello"]


async def test_what_was_under_way_when_the_connection_broke_comes_again_on_the_next(
    slack: StrictSlack, alice: Person, it_help: Room
) -> None:
    async with Listener(slack, acknowledges=lambda _envelope: False) as first:
        await alice.says(it_help, "hello")
        await slack.wait_for(lambda: first.envelopes)
        assert slack.sockets.drop() == 1
        await slack.wait_for(lambda: not slack.sockets.connections)
        async with Listener(slack) as second:
            await slack.settle()
            assert [(one["retry_attempt"], one["retry_reason"]) for one in second.envelopes] == [
                (1, "connection_closed")
            ]
    assert slack.delivery.lost == []


async def test_what_is_said_while_nobody_listens_is_lost_but_stands_in_history(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    slack.delivery.patience, slack.delivery.time_scale = 0.01, 0.0001
    await alice.says(it_help, "is anybody there?")
    await slack.settle()
    async with Listener(slack) as app:
        assert app.events == []
        history = await bot.conversations_history(channel=it_help.id)
        assert [one["text"] for one in history["messages"]] == ["is anybody there?"]
    assert {one.outcome.reason for one in slack.delivery.attempts} == {"no_connection"}


async def test_everything_may_be_tripled_or_made_only_once(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    slack.delivery.copies = 3
    async with Listener(slack) as one, Listener(slack) as other:
        await alice.says(it_help, "hello")
        await slack.settle()
        both = one.envelopes + other.envelopes
        assert sorted(envelope["retry_attempt"] for envelope in both) == [0, 1, 2]
        assert len({envelope["payload"]["event_id"] for envelope in both}) == 1

    slack.delivery.copies, slack.delivery.retries, slack.delivery.ack_within = 1, False, 0.05
    async with Listener(slack, acknowledges=lambda _envelope: False) as deaf:
        await alice.says(it_help, "once")
        await slack.settle()
        assert len(deaf.envelopes) == 1


async def test_several_connections_share_what_comes(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    async with Listener(slack) as one, Listener(slack) as other:
        for number in range(30):
            await alice.says(it_help, f"message {number}")
        await slack.settle()
        assert len(one.envelopes) > 3
        assert len(other.envelopes) > 3
        assert len(one.envelopes) + len(other.envelopes) == 30


async def test_a_refresh_warns_asks_and_then_closes(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    async with Listener(slack) as leaving:
        await slack.sockets.refresh(closes_after=0.1)
        await slack.wait_for(lambda: [one["reason"] for one in leaving.told[1:]] == ["warning", "refresh_requested"])
        async with Listener(slack) as next_one:
            await alice.says(it_help, "hello")
            await slack.settle()
            assert len(next_one.envelopes) == 1
            await slack.wait_for(lambda: leaving.socket.closed)


async def test_a_ticket_opens_one_connection_and_there_are_ten_at_most(slack: StrictSlack) -> None:
    client = AsyncWebClient(base_url=slack.api_url)

    async def ticket() -> str:
        return str((await client.apps_connections_open(app_token=slack.app_token))["url"])

    async with ClientSession() as session:
        url = await ticket()
        first = await session.ws_connect(url)
        hello = await first.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        with pytest.raises(Exception, match="403"):
            await session.ws_connect(url)
        held = [await session.ws_connect(await ticket()) for _ in range(9)]
        await slack.wait_for(lambda: len(slack.sockets.connections) == 10)
        eleventh = await session.ws_connect(await ticket())
        assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
        for socket in (first, *held, eleventh):
            await socket.close()


# -- signed HTTP ----------------------------------------------------------------------------------------------------


class HttpApp:
    """A request URL that writes down what comes and answers what a test wants."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.requests.append((dict(request.headers), body))
        if "url_verification" in body:
            return web.Response(text=json.loads(body)["challenge"])
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.headers)


@pytest.fixture
async def http_app(slack: StrictSlack) -> AsyncIterator[HttpApp]:
    app = HttpApp()
    site = web.Application()
    site.router.add_post("/slack/events", app.handle)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    app.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    await slack.use_http(app.url)
    app.requests.clear()
    yield app
    await runner.cleanup()


async def test_requests_are_signed_and_repeated_with_their_number(
    slack: StrictSlack, alice: Person, it_help: Room, http_app: HttpApp
) -> None:
    slack.delivery.time_scale = 0.0001
    http_app.statuses = [500, 404]

    await alice.says(it_help, "hello")
    await slack.settle()

    assert [headers.get("X-Slack-Retry-Num") for headers, _ in http_app.requests] == [None, "1", "2"]
    assert [headers.get("X-Slack-Retry-Reason") for headers, _ in http_app.requests] == [None, *["http_error"] * 2]
    headers, body = http_app.requests[0]
    expected = signature(slack.signing_secret, int(headers["X-Slack-Request-Timestamp"]), body)
    assert headers["X-Slack-Signature"] == expected
    assert [one.status for one in slack.http.exchanges[-3:]] == [500, 404, 200]


async def test_an_app_can_ask_not_to_be_asked_again(
    slack: StrictSlack, alice: Person, it_help: Room, http_app: HttpApp
) -> None:
    http_app.statuses, http_app.headers = [500], {"X-Slack-No-Retry": "1"}
    await alice.says(it_help, "hello")
    await slack.settle()
    assert len(http_app.requests) == 1
    assert len(slack.delivery.lost) == 1


async def test_a_command_and_a_click_come_as_forms(slack: StrictSlack, alice: Person, http_app: HttpApp) -> None:
    await alice.command("/swarm", "status INC-1")
    await alice.shortcut("report", await alice.direct("broken"))
    sent = {
        one.headers["Content-Type"]: one.body for one in slack.http.exchanges if "form" in one.headers["Content-Type"]
    }
    assert len(sent) == 1
    bodies = [body for _, body in http_app.requests]
    assert any("command=%2Fswarm" in body and "text=status+INC-1" in body for body in bodies)
    assert any(body.startswith("payload=%7B%22type%22%3A+%22message_action%22") for body in bodies)


async def test_forged_requests_can_be_sent(slack: StrictSlack, http_app: HttpApp) -> None:
    await slack.http.post("{}", secret="guessed", age=400)
    headers, body = http_app.requests[0]
    stamp = int(headers["X-Slack-Request-Timestamp"])
    assert headers["X-Slack-Signature"] == signature("guessed", stamp, body)
    await slack.http.post("{}", signed=False)
    assert "X-Slack-Signature" not in http_app.requests[1][0]


async def test_a_url_that_does_not_answer_the_challenge_is_not_taken(slack: StrictSlack) -> None:
    with pytest.raises(AssertionError, match="did not answer the challenge"):
        await slack.use_http("http://127.0.0.1:9/slack/events")

"""The strict Slack against the real Bolt, in Socket Mode and over signed HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import NotAnswered, StrictSlack

MODAL = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What is wrong?"},
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
        }
    ],
}


def echo_app(slack: StrictSlack) -> AsyncApp:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)

    @app.event("message")
    async def echo(event: dict[str, Any], say: Any) -> None:
        if event.get("subtype") is None:
            button = {"type": "button", "action_id": "me_too", "text": {"type": "plain_text", "text": "Me too"}}
            section = {"type": "section", "text": {"type": "mrkdwn", "text": f"heard: {event['text']}"}}
            blocks = [section, {"type": "actions", "elements": [button]}]
            await say(text=f"heard: {event['text']}", blocks=blocks, thread_ts=event["ts"])

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.reactions_add(channel=event["channel"], timestamp=event["ts"], name="eyes")

    @app.action("me_too")
    async def me_too(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        who = body["user"]["id"]
        ts = body["message"]["ts"]
        await client.chat_update(channel=body["channel"]["id"], ts=ts, text=f"<@{who}> too")

    @app.command("/swarm")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack("one moment")
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("report")
    async def reported(ack: Any, view: dict[str, Any], client: AsyncWebClient, body: dict[str, Any]) -> None:
        said = view["state"]["values"]["what"]["text"]["value"]
        if said == "bad":
            await ack(response_action="errors", errors={"what": "say more"})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=f"reported: {said}")

    @app.event(re.compile(".*"))
    async def rest() -> None:
        pass

    return app


@pytest.fixture(params=["socket", "http"])
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[StrictSlack]:
    async with StrictSlack() as slack:
        app = echo_app(slack)
        if request.param == "socket":
            web_client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
            handler = AsyncSocketModeHandler(app, slack.app_token, web_client=web_client)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            yield slack
            await handler.close_async()  # type: ignore[no-untyped-call]
        else:
            runner = web.AppRunner(app.server(port=0, path="/slack/events").web_app)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            await slack.use_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
            yield slack
            await runner.cleanup()


async def test_a_person_speaks_and_bolt_answers_in_the_thread(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    it_help = slack.channel("it-help", alice)

    said = await alice.says(it_help, "the printer <is> on fire & @Swarmbridge knows")
    answer = await slack.wait_for_text(it_help, "the printer <is> on fire & @Swarmbridge knows")

    assert it_help.thread(said) == [said, answer]
    assert [button.label for button in answer.buttons] == ["Me too"]
    await slack.wait_for(lambda: "eyes" in said.reactions)
    slack.assert_clean()


async def test_a_click_reaches_bolt_which_edits_the_message(slack: StrictSlack) -> None:
    alice = slack.person("alice", real_name="Alice Meyer")
    it_help = slack.channel("it-help", alice)
    await alice.says(it_help, "mail is down")
    answer = await slack.wait_for_text(it_help, "mail is down")

    await alice.clicks(answer, "Me too")

    await slack.wait_for(lambda: answer.plain == "@Alice Meyer too")
    assert answer.buttons == []


async def test_a_command_opens_a_form_that_refuses_then_takes_what_is_typed(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    await alice.command("/swarm", "report")
    await slack.wait_for(lambda: alice.views)
    assert alice.ephemerals[-1].plain == "one moment"

    too_short = await alice.submits(values={"What is wrong?": "x"})
    refused = await alice.submits(values={"What is wrong?": "bad"})
    taken = await alice.submits(values={"What is wrong?": "mail is down"})

    assert (too_short.sent, refused.errors, taken.ok) == (False, {"what": "say more"}, True)
    assert alice.views == []
    await slack.wait_for_text(alice.app_room, "reported: mail is down")
    slack.assert_clean()


async def test_a_click_that_nobody_acknowledges_fails_for_the_person(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    slack.delivery.ack_within = 0.2

    with pytest.raises(NotAnswered):
        await alice.shortcut("nobody_listens", await alice.direct("hello"))

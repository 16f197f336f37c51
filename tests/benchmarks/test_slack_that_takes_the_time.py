"""The Slack of a benchmark takes the time of what a bot answers, and notices what it answers twice."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.slack import Load
from tests.strict_slack import StrictSlack


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with StrictSlack() as strict:
        yield strict


async def connect(slack: StrictSlack, *, answers: int) -> AsyncSocketModeHandler:
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client)

    @app.event("message")
    async def answer(event: dict[str, str]) -> None:
        for _ in range(answers):
            await client.chat_postMessage(
                channel=event["channel"], thread_ts=event["ts"], text=f"INC-{event['ts'][-4:]}"
            )

    handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    assert await slack.sockets.ready(5)
    return handler


async def test_a_burst_counts_who_was_answered_and_who_twice(slack: StrictSlack) -> None:
    load = Load(slack)
    bot = await connect(slack, answers=2)

    told = await load.burst(5)
    later = await load.burst(1)
    await bot.close_async()  # type: ignore[no-untyped-call]

    assert told["seconds"] > 0
    assert told["references"] == 5
    assert later["answered_twice"] >= 5


async def test_single_messages_wait_for_one_another(slack: StrictSlack) -> None:
    load = Load(slack)
    bot = await connect(slack, answers=1)

    told = await load.paced(3)
    await bot.close_async()  # type: ignore[no-untyped-call]

    assert len(told["latencies"]) == 3
    assert all(0 < latency < 5 for latency in told["latencies"])

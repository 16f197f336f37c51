"""Faults and rate limits strike as asked."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import StrictSlack
from tests.strict_slack.rates import Rates


@pytest.fixture
def hasty(slack: StrictSlack) -> AsyncWebClient:
    """A client that never repeats a call by itself."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)


async def test_every_third_call_is_told_to_wait(slack: StrictSlack, hasty: AsyncWebClient) -> None:
    fault = slack.faults.add("rate_limited", "chat.* conversations.*", every=3, retry_after=4)
    room = slack.channel("it-help")

    for number in range(6):
        with contextlib.suppress(SlackApiError):
            await hasty.chat_postMessage(channel=room.id, text=str(number))

    assert [call.status for call in slack.calls] == [200, 200, 429] * 2
    assert [one.plain for one in room.messages] == ["0", "1", "3", "4"]
    assert fault.struck == 2
    assert [call.performed for call in slack.called("chat.postMessage")] == [True, True, False] * 2


@pytest.mark.parametrize(
    ("kind", "performed"), [("drop_before", False), ("drop_after", True), ("hang_before", False), ("hang_after", True)]
)
async def test_a_connection_breaks_before_or_after_the_work(
    slack: StrictSlack, hasty: AsyncWebClient, kind: Any, performed: bool
) -> None:
    room = slack.channel("it-help")
    slack.faults.add(kind, "chat.postMessage", times=1, seconds=0.1)

    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await hasty.chat_postMessage(channel=room.id, text="once")

    assert [one.plain for one in room.messages] == (["once"] if performed else [])
    assert slack.calls[-1].performed is performed
    await hasty.chat_postMessage(channel=room.id, text="again")


async def test_a_server_error_and_a_chosen_error_do_nothing(slack: StrictSlack, hasty: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    slack.faults.add("server_error", "chat.postMessage", times=1)
    slack.faults.add("error", "chat.postMessage", times=1, code="fatal_error")
    with pytest.raises(SlackApiError) as first:
        await hasty.chat_postMessage(channel=room.id, text="x")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await hasty.chat_postMessage(channel=room.id, text="x")
    assert first.value.response.status_code == 500
    assert room.messages == []


async def test_chance_is_the_same_for_the_same_seed() -> None:
    async def struck(seed: int) -> list[bool]:
        slack = StrictSlack(seed=seed)
        fault = slack.faults.add("server_error", probability=0.3)
        return [fault.strikes("auth.test", slack.world.dice) for _ in range(50)]

    assert await struck(1) == await struck(1) != await struck(2)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="is none of"):
        StrictSlack().faults.add("explode")  # type: ignore[arg-type]


def test_tiers_count_by_method_and_workspace_in_a_sliding_minute() -> None:
    rates = Rates("realistic")
    waits = [rates.refuse("conversations.create", "Tier2", "T1", "", now=100 + second) for second in range(22)]
    assert waits[:20] == [None] * 20
    assert waits[20:] == [40, 39]
    assert rates.refuse("conversations.create", "Tier2", "T2", "", now=121) is None
    assert rates.refuse("conversations.archive", "Tier2", "T1", "", now=121) is None
    assert rates.refuse("conversations.create", "Tier2", "T1", "", now=160.5) is None


def test_a_channel_takes_a_burst_and_then_a_post_a_second() -> None:
    rates = Rates("realistic")

    def post(channel: str, now: float) -> int | None:
        return rates.refuse("chat.postMessage", "SpecialTier_chat_postMessage", "T1", channel, now)

    assert [post("C1", 10.0) for _ in range(6)] == [None] * 5 + [1]
    assert post("C2", 10.0) is None
    assert [post("C1", 11.0), post("C1", 11.1)] == [None, 1]


async def test_a_client_that_waits_gets_through_realistic_limits(slack: StrictSlack) -> None:
    slack.rates.mode, slack.rates.burst = "realistic", 2
    room = slack.channel("it-help")
    handler = AsyncRateLimitErrorRetryHandler(max_retry_count=3)
    patient = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[handler])

    await asyncio.gather(*(patient.chat_postMessage(channel=room.id, text=str(number)) for number in range(3)))

    assert len(room.messages) == 3
    assert [call.status for call in slack.called("chat.postMessage")].count(429) >= 1

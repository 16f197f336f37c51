"""The strict Slack as a process of its own, driven over its control API."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import PersonCannot, TimedOut
from tests.strict_slack.remote import RemoteSlack

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def process() -> AsyncIterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.strict_slack", "--control", "--time-scale", "0.01"]
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    yield json.loads(await running.stdout.readline())
    running.terminate()
    assert await running.wait() == 0


async def test_people_and_the_bot_meet_in_a_slack_of_its_own(process: dict[str, Any]) -> None:
    bot = AsyncWebClient(token=process["SLACK_BOT_TOKEN"], base_url=process["SLACK_API_URL"])
    async with RemoteSlack(process["url"]) as slack:
        await slack.post("people/alice", real_name="Alice Meyer", locale="de-DE")
        room = await slack.post("channels/it-help", members=["alice"])
        said = await slack.does("alice", "says", where="it-help", text="mail is <down>")
        await bot.chat_postMessage(channel=room["id"], thread_ts=said["ts"], text="on it &lt;3")

        answer = await slack.wait_for_text("it-help", "on it <3")
        await slack.does("alice", "reacts", message={"channel": room["id"], "ts": answer["ts"]}, name="tada")

        there = await slack.messages("it-help")
        assert [one["plain"] for one in there] == ["mail is <down>", "on it <3"]
        assert [one["by"] for one in there] == ["alice", "swarmbridge"]
        assert list(there[1]["reactions"]) == ["tada"]
        assert [call["method"] for call in await slack.get("calls")] == ["chat.postMessage"]
        assert await slack.get("violations") == []


async def test_what_a_person_cannot_do_is_said_so_over_control_too(process: dict[str, Any]) -> None:
    async with RemoteSlack(process["url"]) as slack:
        await slack.post("channels/it-help")
        with pytest.raises(PersonCannot, match="not in #it-help"):
            await slack.does("alice", "says", where="it-help", text="hello")
        with pytest.raises(TimedOut):
            await slack.wait_for_text("it-help", "never", timeout=0.1)
        with pytest.raises(AssertionError, match="a person cannot sing"):
            await slack.does("alice", "sing")


async def test_faults_and_settings_are_turned_over_control(process: dict[str, Any]) -> None:
    bot = AsyncWebClient(token=process["SLACK_BOT_TOKEN"], base_url=process["SLACK_API_URL"])
    async with RemoteSlack(process["url"]) as slack:
        await slack.post("faults", kind="rate_limited", methods="auth.*", every=2, retry_after=7)
        assert (await slack.post("delivery", copies=3)) == {"copies": 3}

        await bot.auth_test()
        with pytest.raises(SlackApiError) as refused:
            await bot.auth_test()
        assert refused.value.response.headers["Retry-After"] == "7"

        await slack.post("faults/clear")
        await bot.auth_test()
        await bot.auth_test()

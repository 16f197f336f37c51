"""A Slack that answers errors for an hour is asked seldom, spoken of once, and caught up with afterwards."""

from __future__ import annotations

import logging
from typing import Literal

import pytest

from adapters.slack.manifest import manifest
from bot.events import MessagePosted
from tests.hours import hurry, run
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import connected, listening, settings_for
from tests.strict_slack import StrictSlack

MINUTES = 60
AT_LEAST = MINUTES / 5
AT_MOST = MINUTES * 10
"""In a minute the connection is tried once, and the history as patiently as ever."""


@pytest.mark.parametrize(("kind", "code"), [("server_error", ""), ("error", "invalid_auth"), ("error", "fatal_error")])
def test_an_hour_of_errors_is_no_hour_of_calls(
    caplog: pytest.LogCaptureFixture, kind: Literal["server_error", "error"], code: str
) -> None:
    caplog.set_level(logging.WARNING, "adapters.slack")

    async def story() -> None:
        async with StrictSlack(strict=True, manifest=manifest("socket")) as slack:
            alice, inbox = slack.person("alice"), MemoryInbox()
            room = slack.channel("it-help", alice)
            async with connected(settings_for(slack)) as chat, listening(chat, inbox):
                await alice.says(room, "before")
                await inbox.has(1)
                await hurry(60)
                slack.faults.add(kind, code=code)
                slack.sockets.drop()
                before = len(slack.calls)
                await hurry(MINUTES * 60 / 2)
                await alice.says(room, "meanwhile")
                await hurry(MINUTES * 60 / 2)
                assert AT_LEAST <= len(slack.calls) - before <= AT_MOST, len(slack.calls) - before
                assert not chat.connected
                slack.faults.clear()
                await hurry(2 * 60)
                await alice.says(room, "after")
                heard = [event.text for event in await inbox.has(3) if isinstance(event, MessagePosted)]
                assert heard == ["before", "meanwhile", "after"]

    run(story())

    said = [record.message for record in caplog.records if record.name.startswith("adapters.")]
    assert said == ["slack is not heard", "the history could not be read"]

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import StrictSlack


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with StrictSlack() as slack:
        yield slack


@pytest.fixture
def bot(slack: StrictSlack) -> AsyncWebClient:
    """The bot's own client, with nothing between it and the Web API."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)

"""Installing an app through OAuth on the strict Slack: consent, codes, tokens that expire, organisations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import PersonCannot, StrictSlack

BACK = "https://app.example.org/back"

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with StrictSlack(installed=False) as slack:
        slack.app.redirect_urls = [BACK]
        yield slack


def page(slack: StrictSlack, **change: str) -> str:
    asked = {"client_id": slack.app.client_id, "scope": "chat:write,users:read", "state": "s", "redirect_uri": BACK}
    return f"{slack.url}/oauth/v2/authorize?{urlencode(asked | change)}"


def code_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["code"][0]


async def access(slack: StrictSlack, **arguments: str) -> Any:
    client = AsyncWebClient(base_url=slack.api_url)
    known = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    try:
        return await client.oauth_v2_access(**known | arguments)
    except SlackApiError as error:
        return error.response["error"]


async def works(slack: StrictSlack, token: str) -> bool:
    try:
        await AsyncWebClient(token=token, base_url=slack.api_url).auth_test()
    except SlackApiError:
        return False
    return True


async def test_a_code_becomes_a_token_once_and_within_ten_minutes(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    back = alice.allows(page(slack))
    assert back.startswith(f"{BACK}?code=")
    assert back.endswith("&state=s")
    assert await access(slack, code=code_in(back), client_secret="guessed") == "bad_client_secret"
    assert await access(slack, code=code_in(back), redirect_uri="https://elsewhere.example") == "bad_redirect_uri"

    granted = await access(slack, code=code_in(back), redirect_uri=BACK)
    assert granted["team"] == {"id": slack.workspace.id, "name": "Example"}
    assert (granted["authed_user"], granted["scope"]) == ({"id": alice.id}, "chat:write,users:read")
    assert granted["bot_user_id"] == slack.bot.id
    assert "refresh_token" not in granted
    assert await works(slack, granted["access_token"])
    assert await access(slack, code=code_in(back)) == "invalid_code"

    late = code_in(alice.allows(page(slack)))
    slack.pass_time(601)
    assert await access(slack, code=late) == "invalid_code"


async def test_slack_asks_for_nothing_that_the_app_was_not_set_up_for(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    for change, said in (
        ({"client_id": "1"}, "client_id"),
        ({"scope": ""}, "No scopes"),
        ({"scope": "admin"}, "Invalid permissions"),
        ({"redirect_uri": "https://elsewhere.example"}, "redirect_uri"),
    ):
        with pytest.raises(PersonCannot, match=said):
            alice.allows(page(slack, **change))
        async with aiohttp.ClientSession() as session, session.get(page(slack, **change)) as answer:
            assert answer.status == 400
    async with aiohttp.ClientSession() as session, session.get(page(slack)) as answer:
        assert (answer.status, "Allow" in await answer.text()) == (200, True)
    assert alice.denies(page(slack)) == f"{BACK}?error=access_denied&state=s"


async def test_a_refresh_token_is_good_once_and_two_tokens_live_on(slack: StrictSlack) -> None:
    slack.app.rotation = True
    first = await access(slack, code=code_in(slack.person("alice").allows(page(slack))))
    assert first["expires_in"] == 43_200

    second = await access(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = await access(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again == "invalid_refresh_token"
    assert [await works(slack, one["access_token"]) for one in (first, second)] == [True, True]

    third = await access(slack, grant_type="refresh_token", refresh_token=second["refresh_token"])
    alive = [await works(slack, one["access_token"]) for one in (first, second, third)]
    assert alive == [False, True, True]
    slack.pass_time(43_201)
    assert not await works(slack, third["access_token"])
    assert await access(slack, grant_type="password") == "invalid_grant_type"


async def test_what_is_uninstalled_can_be_installed_again_with_the_same_bot(slack: StrictSlack) -> None:
    alice = slack.person("alice")
    slack.app.rotation = True
    first = await access(slack, code=code_in(alice.allows(page(slack))))
    slack.uninstall()
    assert not await works(slack, first["access_token"])
    lost = await access(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert lost == "invalid_refresh_token"

    second = await access(slack, code=code_in(alice.allows(page(slack))))
    assert second["bot_user_id"] == first["bot_user_id"]
    assert await works(slack, second["access_token"])
    assert not await works(slack, first["access_token"])


async def test_one_workspace_is_uninstalled_and_the_other_is_not(slack: StrictSlack) -> None:
    other = slack.add_workspace("Other", "other")
    tokens = [
        (await access(slack, code=code_in(person.allows(page(slack)))))["access_token"]
        for person in (slack.person("alice"), slack.person("olaf", workspace=other))
    ]
    slack.uninstall(other)
    assert [await works(slack, token) for token in tokens] == [True, False]


async def test_a_token_of_an_organisation_names_the_workspace_where_slack_wants_it(slack: StrictSlack) -> None:
    grid = slack.add_enterprise("Grid")
    north, south = (slack.add_workspace(name, name.lower(), grid) for name in ("North", "South"))
    nora, sam = slack.person("nora", workspace=north), slack.person("sam", workspace=south)
    with pytest.raises(PersonCannot, match="organisation"):
        slack.person("alice").allows(page(slack), whole=True)

    asked = page(slack, scope="channels:manage,channels:read,users:read,chat:write")
    granted = await access(slack, code=code_in(nora.allows(asked, whole=True)))
    assert (granted["team"], granted["enterprise"]) == (None, {"id": grid.id, "name": "Grid"})
    assert granted["is_enterprise_install"] is True
    bot = AsyncWebClient(token=granted["access_token"], base_url=slack.api_url)
    assert (await bot.auth_test())["team_id"] == grid.id
    assert [team["id"] for team in (await bot.auth_teams_list())["teams"]] == [north.id, south.id]
    with pytest.raises(SlackApiError, match="missing_argument"):
        await bot.conversations_create(name="inc-1")
    made = (await bot.conversations_create(name="inc-1", team_id=south.id))["channel"]
    assert south.rooms[made["id"]].name == "inc-1"
    known = (await bot.users_info(user=sam.id))["user"]
    assert known["enterprise_user"]["enterprise_id"] == grid.id
    assert [one.kind for one in slack.violations] == ["missing_argument"]

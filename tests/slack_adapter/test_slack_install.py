"""Installing the app in workspaces: the pages, what must not get through, what is kept and how it goes again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.slack.several import SlackWorkspaces
from bot.chat import Finding
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import Platform, RoomRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import card, eventually, once
from tests.slack_adapter.installed import (
    PUBLIC,
    browser,
    everything_written,
    heard,
    install,
    link_in,
    office,
    opened,
    rows_in,
    sentence_in,
    several,
    strict_slack,
)
from tests.sql.stand import SetClock
from tests.strict_slack import StrictSlack

STALE = (
    "Swarmbridge was not installed: This page belongs to no installation that was begun in this browser within the "
    "last ten minutes, or it was used already. Please begin again."
)


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with strict_slack() as slack:
        yield slack


@pytest.fixture
async def chat(slack: StrictSlack, tmp_path: Path) -> AsyncIterator[SlackWorkspaces]:
    async with several(slack, tmp_path) as chat:
        yield chat


async def test_the_page_leads_to_slack_and_back_to_where_one_can_go_on(
    slack: StrictSlack, chat: SlackWorkspaces, tmp_path: Path
) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        page = await client.get("/slack/install")
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert link_in(page).startswith(f"{slack.url}/oauth/v2/authorize?")
        done = await client.get(alice.allows(link_in(page)))

    assert done.status_code == 200
    assert sentence_in(done) == (
        "Swarmbridge is installed in Example: In each channel it shall hear, write: /invite @Swarmbridge"
    )
    assert link_in(done) == f"https://app.slack.com/client/{slack.workspace.id}"
    assert list(rows_in(tmp_path)) == [slack.workspace.id]


async def test_whoever_thinks_better_of_it_reads_that_nothing_has_changed(
    slack: StrictSlack, chat: SlackWorkspaces, tmp_path: Path
) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        page = await client.get("/slack/install")
        back = await client.get(alice.denies(link_in(page)))

    assert back.status_code == 200
    assert sentence_in(back) == "Swarmbridge was not installed: You did not allow it, so nothing has changed."
    assert link_in(back) == "/slack/install"
    assert rows_in(tmp_path) == {}


@pytest.mark.parametrize("how", ["forged", "another browser's", "none", "no code"])
async def test_a_state_that_is_not_this_browsers_is_refused(
    slack: StrictSlack, chat: SlackWorkspaces, how: str, tmp_path: Path
) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client, browser(chat) as other:
        mine = alice.allows(link_in(await client.get("/slack/install")))
        theirs = alice.allows(link_in(await other.get("/slack/install")))
        state = dict(client.cookies)["slack-app-oauth-state"]
        address = {
            "forged": f"{PUBLIC}/slack/oauth_redirect?code=1&state=forged",
            "another browser's": theirs,
            "none": mine.replace(f"&state={state}", ""),
            "no code": f"{PUBLIC}/slack/oauth_redirect?state={state}",
        }[how]
        assert address != mine
        refused = await client.get(address)

    assert (refused.status_code, sentence_in(refused)) == (400, STALE)
    assert rows_in(tmp_path) == {}
    assert slack.called("oauth.v2.access") == []


async def test_a_state_that_nobody_sealed_is_refused_even_with_its_cookie(
    slack: StrictSlack, chat: SlackWorkspaces
) -> None:
    async with browser(chat) as client:
        client.cookies.set("slack-app-oauth-state", "forged", domain="bridge.example.org")
        refused = await client.get("/slack/oauth_redirect?code=1&state=forged")
    assert (refused.status_code, sentence_in(refused)) == (400, STALE)
    assert slack.called("oauth.v2.access") == []


async def test_a_state_is_good_once(slack: StrictSlack, chat: SlackWorkspaces) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        back = alice.allows(link_in(await client.get("/slack/install")))
        cookies = dict(client.cookies)
        first = await client.get(back)
        client.cookies.update(cookies)
        again = await client.get(back)

    assert (first.status_code, again.status_code, sentence_in(again)) == (200, 400, STALE)
    assert len(slack.called("oauth.v2.access")) == 1


async def test_a_state_that_is_written_otherwise_is_the_same_state(slack: StrictSlack, chat: SlackWorkspaces) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        back = alice.allows(link_in(await client.get("/slack/install")))
        state = dict(client.cookies)["slack-app-oauth-state"].translate(str.maketrans("-_", "+/"))
        first = await client.get(back)
        client.cookies.set("slack-app-oauth-state", state, domain="bridge.example.org")
        again = await client.get("/slack/oauth_redirect", params={"code": "1", "state": state})

    assert (first.status_code, again.status_code, sentence_in(again)) == (200, 400, STALE)
    assert len(slack.called("oauth.v2.access")) == 1


async def test_a_state_is_good_for_ten_minutes(slack: StrictSlack, tmp_path: Path) -> None:
    alice, clock = slack.person("alice"), SetClock()
    async with several(slack, tmp_path, clock=clock) as chat, browser(chat) as client:
        back = alice.allows(link_in(await client.get("/slack/install")))
        clock.forward(601)
        late = await client.get(back)
    assert (late.status_code, sentence_in(late)) == (400, STALE)


async def test_what_slack_refuses_is_shown_in_its_word(slack: StrictSlack, chat: SlackWorkspaces) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        back = alice.allows(link_in(await client.get("/slack/install")))
        slack.app.client_secret = "another"
        refused = await client.get(back)
    assert refused.status_code == 400
    assert sentence_in(refused) == "Swarmbridge was not installed: Slack does not allow it (bad_client_secret)."


async def test_while_slack_is_away_one_is_asked_to_come_again(slack: StrictSlack, chat: SlackWorkspaces) -> None:
    alice = slack.person("alice")
    async with browser(chat) as client:
        back = alice.allows(link_in(await client.get("/slack/install")))
        slack.faults.add("server_error", "oauth.v2.access")
        away = await client.get(back)
    assert away.status_code == 503
    assert sentence_in(away) == (
        "Swarmbridge was not installed: Something does not answer just now. Please begin again in a minute."
    )


async def test_nothing_that_comes_along_becomes_markup(chat: SlackWorkspaces) -> None:
    async with browser(chat) as client:
        page = await client.get("/slack/oauth_redirect?error=<script>alert(1)</script>")
    assert page.status_code == 400
    assert "<script>" not in page.text


@pytest.mark.parametrize("said", ["Your account was closed. Call 0800 1234", "x" * 61, ""])
async def test_an_address_that_somebody_made_up_puts_no_words_on_the_page(chat: SlackWorkspaces, said: str) -> None:
    async with browser(chat) as client:
        page = await client.get("/slack/oauth_redirect", params={"error": said, "state": "s"})
    assert page.status_code == 400
    assert sentence_in(page) in (
        STALE, "Swarmbridge was not installed: Slack does not allow it (unknown_error)."
    )  # fmt: skip


async def test_nothing_in_the_address_of_the_page_changes_where_its_button_leads(chat: SlackWorkspaces) -> None:
    async with browser(chat) as client:
        page = await client.get("/slack/install", params={"team": "T1&client_id=another&scope=admin&state=mine"})
    asked = parse_qs(urlsplit(link_in(page)).query, keep_blank_values=True)
    assert sorted(asked) == ["client_id", "redirect_uri", "scope", "state", "user_scope"]
    assert {name: len(values) for name, values in asked.items()} == dict.fromkeys(asked, 1)


async def test_only_workspaces_that_were_invited_may_install_the_app(slack: StrictSlack, tmp_path: Path) -> None:
    stranger = slack.add_workspace("Elsewhere", "elsewhere")
    async with several(slack, tmp_path, allowed_workspaces=frozenset({slack.workspace.id})) as chat:
        welcome = await install(chat, slack.person("alice"))
        refused = await install(chat, slack.person("mallory", workspace=stranger))

    assert welcome.status_code == 200
    assert (refused.status_code, sentence_in(refused)) == (
        403,
        f"Swarmbridge was not installed: The workspace {stranger.id} is not among those that may use this Swarmbridge. "
        "Ask those who run it.",
    )
    assert list(rows_in(tmp_path)) == [slack.workspace.id]
    assert slack.tokens_of(stranger) == [], "the token was given back"


async def test_where_it_may_be_used_no_longer_nothing_is_heard_and_said(slack: StrictSlack, tmp_path: Path) -> None:
    first, stranger = office(slack, slack.workspace, "alice"), slack.add_workspace("Elsewhere", "elsewhere")
    second, inbox = office(slack, stranger, "mallory"), MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
    async with several(slack, tmp_path, allowed_workspaces=frozenset({slack.workspace.id})) as chat:
        before = len(slack.calls)
        async with heard(chat, inbox, first):
            with pytest.raises(ChatRefused, match=r"not_allowed: name T\w+ in slack.allowed_workspaces"):
                await chat.post(second.room, card("hello"), once())
            await second.person.says(second.help, "What is down there?")
            await first.person.says(first.help, "The printer is on fire")
            await inbox.has(1)
            await slack.settle()
            found = await chat.check()
            [theirs] = slack.tokens_of(stranger)
            slack.uninstall(stranger)
            await eventually(lambda: list(rows_in(tmp_path)) == [slack.workspace.id])

    assert [event.room for event in inbox.events] == [first.room]
    assert [call.method for call in slack.calls[before:] if call.token == theirs.secret] == []
    assert [finding for finding in found if not finding.ok] == [Finding(
        False, f"Slack: the app is installed in {stranger.id}, which allowed_workspaces does not name",
        "have the app removed there, or add it; nothing is heard and said there meanwhile",
    )]  # fmt: skip


async def test_installations_outlive_a_restart_and_nothing_of_them_can_be_read(
    slack: StrictSlack, tmp_path: Path
) -> None:
    first = office(slack, slack.workspace, "alice")
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
    inbox = MemoryInbox()
    async with several(slack, tmp_path) as chat, heard(chat, inbox, first):
        await chat.post(first.room, card("here again"), once())
    assert [message.plain for message in first.help.messages] == ["here again"]

    [token] = slack.tokens_of(slack.workspace)
    written = everything_written(tmp_path)
    for secret in (token.secret, token.user_id, first.person.id, "Example", slack.app.client_secret, "chat:write"):
        assert secret.encode() not in written, secret
    assert slack.workspace.id.encode() in written, "what is looked for is looked for in the right place"


async def test_with_another_store_key_one_sentence_says_what_to_do(
    slack: StrictSlack, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = office(slack, slack.workspace, "alice")
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
    sentence = (
        f"the installations in {slack.workspace.id} were sealed with another store key. Give every replica the same "
        "slack.store_key, or the same folder with store.key. If the key is lost, install the app there again"
    )
    async with several(slack, tmp_path, key="another key of more than twenty letters") as chat:
        async with heard(chat, MemoryInbox()):
            with pytest.raises(ChatUnavailable, match=r"sealed with another store key"):
                await chat.post(first.room, card("hello"), once())
        assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [f"slack: {sentence}"]
        [said] = [finding for finding in await chat.check() if not finding.ok]
        what, _, advice = sentence.partition(". ")
        assert said == Finding(False, f"Slack: {what}", advice)

        await opened(slack, chat, first)
        assert [finding for finding in await chat.check() if not finding.ok] == []


async def test_installing_again_brings_a_new_token_and_nothing_else(slack: StrictSlack, tmp_path: Path) -> None:
    first, inbox = office(slack, slack.workspace, "alice"), MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        async with heard(chat, inbox, first):
            before = slack.tokens_of(slack.workspace)[-1]
            await opened(slack, chat, first)
            after = slack.tokens_of(slack.workspace)[-1]
            before.revoked = True
            while True:
                with suppress(ChatUnavailable):  # until the new token is known
                    await chat.post(first.room, card("hello"), once())
                    break
                await asyncio.sleep(0.02)
            assert slack.called("chat.postMessage")[-1].token == after.secret
            await first.person.says(first.help, "The printer is on fire")
            [event] = await inbox.has(1)
            assert event.by == first.by
    assert list(rows_in(tmp_path)) == [slack.workspace.id]


async def test_check_names_every_workspace_and_what_is_missing_there(slack: StrictSlack, tmp_path: Path) -> None:
    partner = slack.add_workspace("Partner", "partner")
    first, second = office(slack, slack.workspace, "alice"), office(slack, partner, "bob")
    lost = RoomRef(Platform.SLACK, "C0LOST")
    async with several(slack, tmp_path, rooms=[first.room, second.room, lost]) as chat:
        [nowhere, *_] = [finding for finding in await chat.check() if not finding.ok]
        assert nowhere == Finding(
            False, "Slack: the app is not installed in any workspace yet", f"open {PUBLIC}/slack/install"
        )
        await opened(slack, chat, first)
        await install(chat, second.person)
        [token] = slack.tokens_of(partner)
        token.scopes -= {"pins:write"}
        found = await chat.check()

    assert [finding.what for finding in found] == [
        "Slack: the app token works (Socket Mode)",
        f"Slack: whoever reaches {PUBLIC}/slack/install may install the app in their workspace and then sees what your "
        "own people see; allowed_workspaces names those who may",
        f"Slack Example ({slack.workspace.id}): signed in to Example as swarmbridge",
        f"Slack Example ({slack.workspace.id}): all scopes are granted",
        f"Slack Example ({slack.workspace.id}): the bot is in #it-help",
        f"Slack Partner ({partner.id}): signed in to Partner as swarmbridge",
        f"Slack Partner ({partner.id}): the scope pins:write is missing; without it the bot cannot pin the charter of "
        "a swarm",
        f"Slack Partner ({partner.id}): the bot is not in #it-help",
        "Slack: the channel C0LOST is in no workspace where the app is installed",
    ]


async def test_check_says_when_an_organisation_has_added_the_app_to_no_workspace(
    slack: StrictSlack, tmp_path: Path
) -> None:
    grid = slack.add_enterprise("Grid")
    north = office(slack, slack.add_workspace("North", "north", grid), "nora")
    slack.world.not_added.add(north.workspace.id)
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, north, whole=True)
        missing = [finding for finding in await chat.check() if not finding.ok]

    assert missing == [Finding(
        False, f"Slack Grid ({grid.id}): nothing is heard there: no_workspaces",
        "add the app to workspaces in the organisation's settings",
    )]  # fmt: skip


async def test_a_reference_without_its_workspace_is_refused_with_advice(
    slack: StrictSlack, chat: SlackWorkspaces
) -> None:
    first = office(slack, slack.workspace, "alice")
    await opened(slack, chat, first)
    async with heard(chat, MemoryInbox(), first):
        with pytest.raises(ChatRefused, match=r"no_workspace: write it with its workspace"):
            await chat.post(RoomRef(Platform.SLACK, first.help.id), card("hello"), once())
        with pytest.raises(ChatRefused, match=r"not_installed"):
            await chat.post(RoomRef(Platform.SLACK, "T0NOWHERE/C1"), card("hello"), once())

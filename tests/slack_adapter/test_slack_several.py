"""Several workspaces at once: each is heard and answered in its own, with its own token, whatever happens to others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.sql.installations import SqlInstallations
from bot.cards import Card, Paragraph, Span, Style
from bot.errors import ChatUnavailable, StorageUnavailable
from bot.events import CommandGiven, FormSubmitted, MessagePosted
from bot.facts import WhyNot
from bot.presence import Presence
from bot.refs import Platform, RoomRef, ThreadRef, UserRef
from tests.local.memory_inbox import MemoryInbox
from tests.slack_adapter.conftest import card, eventually, once, web_server
from tests.slack_adapter.installed import (
    Office,
    heard,
    invited,
    office,
    opened,
    rows_in,
    settings_for,
    several,
    strict_slack,
    swept,
)
from tests.slack_adapter.test_slack_platform import FORM
from tests.strict_slack import StrictSlack

LONG_AHEAD = timedelta(hours=13)
"""Longer than any token lasts: all are always due to be renewed."""


@pytest.fixture
async def slack() -> AsyncIterator[StrictSlack]:
    async with strict_slack() as slack:
        yield slack


@pytest.fixture
def first(slack: StrictSlack) -> Office:
    return office(slack, slack.workspace, "alice")


@pytest.fixture
def second(slack: StrictSlack) -> Office:
    """A workspace whose room has the very id of the first one's."""
    there = office(slack, slack.add_workspace("Partner", "partner"), "bob")
    del there.workspace.rooms[there.help.id]
    there.help.id = next(iter(room.id for room in slack.workspace.rooms.values() if room.name == "it-help"))
    there.workspace.rooms[there.help.id] = there.help
    return there


def said(events: list[Any]) -> list[tuple[str, str, str]]:
    return [(str(event.by), str(event.room), event.text) for event in events if isinstance(event, MessagePosted)]


@pytest.mark.parametrize("way", ["socket", "http"])
async def test_each_workspace_is_answered_in_its_own_with_its_own_token(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path, way: str
) -> None:
    inbox = MemoryInbox()
    signing = {"app_token": "", "signing_secret": slack.signing_secret}
    settings = settings_for(slack, **(signing if way == "http" else {}))
    async with several(slack, tmp_path, settings=settings) as chat, web_server(chat) as url:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, inbox, first, second):
            if way == "http":
                await slack.use_http(f"{url}/slack/events")
            one = await first.person.says(first.help, "The printer is on fire")
            two = await second.person.says(second.help, "The lift is stuck")
            await inbox.has(2)
            for event, words in zip(sorted(inbox.events, key=lambda e: e.at), ("INC-1", "INC-2"), strict=True):
                assert isinstance(event, MessagePosted)
                await chat.post(event.room, card(words), once(words), thread=ThreadRef(event.room, event.message.id))

    assert sorted(said(inbox.events)) == sorted([
        (str(first.by), str(first.room), "The printer is on fire"),
        (str(second.by), str(second.room), "The lift is stuck"),
    ])  # fmt: skip
    assert first.room.id.endswith(f"/{first.help.id}")
    assert first.help.id == second.help.id
    assert [reply.plain for reply in first.help.replies(one.ts)] == ["INC-1"]
    assert [reply.plain for reply in second.help.replies(two.ts)] == ["INC-2"]
    assert [call.token for call in slack.called("chat.postMessage")] == [
        slack.tokens_of(there.workspace)[0].secret for there in (first, second)
    ]
    assert len(slack.called("auth.test")) == 2, "once for each workspace, however much is said there"


async def test_what_was_said_while_nobody_listened_is_found_again_in_each(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    inbox = MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, inbox, first, second):
            pass
    slack.delivery.retries = False
    await first.person.says(first.help, "one")
    await second.person.says(second.help, "two")
    async with several(slack, tmp_path) as chat, heard(chat, inbox):
        await inbox.has(2)
    assert sorted(text for _, _, text in said(inbox.events)) == ["one", "two"]
    assert {event.room for event in inbox.events} == {first.room, second.room}


async def test_commands_buttons_and_forms_know_their_workspace(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    inbox, bob = MemoryInbox(), second.person
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, inbox, first, second):
            await bob.command("/swarm", "report the lift", second.help)
            [command] = await inbox.has(1)
            assert isinstance(command, CommandGiven)
            await chat.ask(command.room, command.by, FORM, command.trigger, once())
            assert (await bob.submits(values={FORM.fields[0].label: "It is stuck"})).ok
            form = (await inbox.has(2))[-1]
    assert isinstance(form, FormSubmitted)
    assert (command.by, command.room, form.by, form.room) == (second.by, second.room, second.by, second.room)


async def test_somebody_is_mentioned_in_their_own_workspace_and_named_in_others(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    asks = Card(summary="asks", blocks=(Paragraph((Span("Alice", Style.PERSON, str(first.by)), Span(" asks"))),))
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, MemoryInbox(), first, second):
            await chat.post(first.room, asks, once("1"))
            await chat.post(second.room, asks, once("2"))
    assert first.help.messages[-1].pings == [first.person.id]
    assert (second.help.messages[-1].pings, second.help.messages[-1].plain) == ([], "Alice asks")


async def test_everything_the_port_does_is_done_where_it_belongs(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, MemoryInbox(), first, second):
            posted = await chat.post(second.room, card("one"), once("1"))
            assert posted.room == second.room
            await chat.edit(posted, card("two"), once("2"))
            await chat.react(posted, "🎫", once("3"))
            await chat.pin(posted, once("4"))
            assert await chat.members(second.room) == [owner(slack, second), second.by]
            assert [one.message for one in await chat.read_thread(ThreadRef(posted.room, posted.id))] == [posted]
            assert "partner" in await chat.link_to(posted)
            direct = await chat.post(await chat.direct_room(second.by), card("psst"), once("5"))
            opened_room = await chat.open_room_near(second.by, "inc-1-lift", "The lift", once("6"))
            refused = await chat.invite(opened_room, [first.by, second.by], once("7"))
            assert await chat.remove(opened_room, second.by, once("8"))
            await chat.close_room(opened_room, once("9"))

    [message] = second.help.messages
    assert (message.plain, list(message.reactions), second.help.pinned) == ("two", ["ticket"], [message])
    assert direct.room.id.startswith(f"{second.workspace.id}/D")
    assert [one.plain for one in second.person.app_room.messages] == ["psst"]
    room = second.workspace.room_named("inc-1-lift")
    assert room is not None
    assert opened_room == RoomRef(Platform.SLACK, f"{second.workspace.id}/{room.id}")
    assert (room.archived, refused) == (True, {first.by: WhyNot.ELSEWHERE})
    assert slack.workspace.room_named("inc-1-lift") is None


def owner(slack: StrictSlack, there: Office) -> UserRef:
    return UserRef(Platform.SLACK, f"{there.workspace.id}/{slack.person('owner', workspace=there.workspace).id}")


@pytest.mark.parametrize("how", ["uninstalled", "revoked"])
async def test_where_the_app_is_removed_everything_of_it_goes_and_others_are_not_disturbed(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path, how: str
) -> None:
    inbox = MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, inbox, first, second):
            [gone] = slack.tokens_of(first.workspace)
            if how == "uninstalled":
                slack.uninstall(first.workspace)
            else:
                slack.revoke(gone.secret)
            await eventually(lambda: list(rows_in(tmp_path)) == [second.workspace.id])
            await second.person.says(second.help, "still here")
            [event] = await inbox.has(1)
            await chat.post(event.room, card("so are we"), once())
            calls = [call for call in slack.calls if call.token == gone.secret]
            with pytest.raises(Exception, match=r"not_installed"):
                await chat.post(first.room, card("hello?"), once())
            assert [call for call in slack.calls if call.token == gone.secret] == calls, "it is used no longer"

            await opened(slack, chat, first)
            await eventually(lambda: f"slack:{first.workspace.id}/rooms" in inbox.cursors)
            await first.person.says(first.help, "back again")
            assert (await inbox.has(2))[-1].by == first.by
    assert [message.plain for message in second.help.messages] == ["still here", "so are we"]


async def test_what_is_said_of_an_earlier_installation_ends_no_later_one(
    slack: StrictSlack, first: Office, tmp_path: Path
) -> None:
    inbox = MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        async with heard(chat, inbox, first):
            for kind, at in (("app_uninstalled", 1_700_000_000), ("tokens_revoked", int(slack.world.clock.now()) + 5)):
                event = {"type": kind, "tokens": {"bot": [slack.bot.id]}, "event_ts": f"{at}.000000"}
                payload = {"type": "event_callback", "team_id": first.workspace.id, "event": event, "event_time": at}
                assert (await slack.send_raw("events_api", payload)).acked
            await first.person.says(first.help, "still here")
            await inbox.has(1)
    assert list(rows_in(tmp_path)) == [first.workspace.id]


async def test_where_the_app_is_not_installed_is_acknowledged_and_said_once(
    slack: StrictSlack, first: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = MemoryInbox()
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        async with heard(chat, inbox, first):
            for number in range(3):
                event = {"type": "message", "user": "U1", "channel": "C1", "ts": f"17000000{number}.0", "text": "hi"}
                payload = {"type": "event_callback", "team_id": "T0NOBODY", "event": event}
                assert (await slack.send_raw("events_api", payload)).acked
    assert inbox.events == []
    strangers = [one for one in caplog.records if "not installed" in one.message]
    assert [(one.levelname, one.workspace) for one in strangers] == [("WARNING", "T0NOBODY")]  # type: ignore[attr-defined]


async def test_an_installation_that_cannot_be_opened_holds_up_nothing_of_another(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    inbox = MemoryInbox()
    async with several(slack, tmp_path, key="another key of more than twenty letters") as chat:
        await opened(slack, chat, second)
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        async with heard(chat, inbox, first):
            event = {"type": "message", "user": first.person.id, "channel": first.help.id, "ts": "1700000000.000100",
                     "text": "The lift is stuck"}  # fmt: skip
            shared = {"type": "event_callback", "team_id": second.workspace.id, "event": event}
            ours = [{"team_id": first.workspace.id, "enterprise_id": None, "is_enterprise_install": False}]
            assert (await slack.send_raw("events_api", shared | {"authorizations": ours})).acked
            [said] = await inbox.has(1)
            assert not (await slack.send_raw("events_api", shared)).acked
    assert said.room == first.room


async def test_who_is_there_is_known_of_one_workspace_while_another_is_away(
    slack: StrictSlack, first: Office, second: Office, tmp_path: Path
) -> None:
    slack.change_person(first.person, presence="away")
    async with several(slack, tmp_path) as chat:
        await opened(slack, chat, first)
        await opened(slack, chat, second)
        async with heard(chat, MemoryInbox(), first, second):
            for there in (second, first):
                [token] = slack.tokens_of(there.workspace)
                token.revoked = True
                if there is second:
                    assert await chat.presence([second.by, first.by]) == {first.by: Presence(away=True)}
            with pytest.raises(ChatUnavailable):
                await chat.presence([second.by, first.by])


async def test_tokens_are_renewed_while_calls_go_on(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        async with several(slack, tmp_path, renew_before=LONG_AHEAD) as chat:
            await opened(slack, chat, first)
            async with heard(chat, MemoryInbox(), first):
                number = 0
                while len({call.token for call in slack.called("chat.postMessage")}) < 4:
                    number += 1
                    await chat.post(first.room, card(str(number)), once(str(number)))
                    await asyncio.sleep(0.01)
        assert all(call.ok for call in slack.calls), slack.transcript()
        assert [message.plain for message in first.help.messages] == [str(n + 1) for n in range(number)]


async def test_one_replica_renews_a_token_and_the_other_goes_on_with_it(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        slack.app.tokens_last = 600
        async with several(slack, tmp_path) as one, several(slack, tmp_path) as other:
            await opened(slack, one, first)
            slack.app.tokens_last = 43_200
            async with heard(one, MemoryInbox(), first), heard(other, MemoryInbox(), first):
                await eventually(lambda: slack.called("oauth.v2.access")[1:])
                [fresh] = [
                    token for token in slack.tokens_of(slack.workspace) if token.refresh in slack.world.refreshes
                ]
                for name, chat in (("one", one), ("other", other)):
                    while slack.calls[-1].token != fresh.secret or slack.calls[-1].args.get("text") != name:
                        await chat.post(first.room, card(name), once(name))
                        await asyncio.sleep(0.01)
        asked = [call.args.get("grant_type") for call in slack.called("oauth.v2.access")]
        assert asked == [None, "refresh_token"]


class Forgetful(SqlInstallations):
    """A database that is away just when the new pair is to be kept."""

    tries = 0

    def replace(self, workspace: str, version: int, sealed: str) -> bool:
        Forgetful.tries += 1
        if Forgetful.tries <= 2:
            raise StorageUnavailable("away")
        return super().replace(workspace, version, sealed)


async def test_a_new_token_is_kept_before_it_is_used(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        slack.app.tokens_last = 600
        async with several(slack, tmp_path, store=Forgetful) as chat:
            await opened(slack, chat, first)
            slack.app.tokens_last = 43_200
            async with heard(chat, MemoryInbox(), first):
                await chat.post(first.room, card("hello"), once())
        assert Forgetful.tries == 3
        asked = [call.args.get("grant_type") for call in slack.called("oauth.v2.access")]
        assert asked == [None, "refresh_token"], "what was renewed is not renewed again"
        async with several(slack, tmp_path) as chat, heard(chat, MemoryInbox(), first):
            await chat.post(first.room, card("hello again"), once())
        said = [call.token for call in slack.called("chat.postMessage")]
        assert said == [slack.tokens_of(slack.workspace)[-1].secret] * 2
        assert all(call.ok for call in slack.calls)


class LateAgain(SqlInstallations):
    """A database that comes back a moment after the program was told to end."""

    tried, back = 0, False

    def replace(self, workspace: str, version: int, sealed: str) -> bool:
        LateAgain.tried += 1
        if not LateAgain.back:
            raise StorageUnavailable("away")
        return super().replace(workspace, version, sealed)


def database_is_back() -> None:
    LateAgain.back = True


async def test_a_token_that_is_just_being_renewed_is_kept_when_the_program_ends(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        slack.app.tokens_last = 600
        async with several(slack, tmp_path, store=LateAgain) as chat:
            await opened(slack, chat, first)
            slack.app.tokens_last = 43_200
            listening = asyncio.create_task(chat.listen(MemoryInbox()))
            await eventually(lambda: LateAgain.tried)
            asyncio.get_running_loop().call_later(0.1, database_is_back)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        async with several(slack, tmp_path) as chat, heard(chat, MemoryInbox(), first):
            await chat.post(first.room, card("here again"), once())
        asked = [call.args.get("grant_type") for call in slack.called("oauth.v2.access")]
        assert asked == [None, "refresh_token"]
        assert slack.called("chat.postMessage")[-1].token == slack.tokens_of(slack.workspace)[-1].secret


async def test_a_token_that_expired_while_the_bot_was_down_is_renewed_before_anything_else(tmp_path: Path) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        async with several(slack, tmp_path) as chat:
            await opened(slack, chat, first)
        slack.pass_time(50_000)
        before = len(slack.calls)

        def later() -> datetime:
            return datetime.now(UTC) + timedelta(seconds=50_000)

        async with several(slack, tmp_path, clock=later) as chat, heard(chat, MemoryInbox(), first):
            await chat.post(first.room, card("good morning"), once())
        assert next(call.method for call in slack.calls[before:]) == "oauth.v2.access"
        assert all(call.ok for call in slack.calls[before:])


async def test_a_token_that_cannot_be_renewed_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with strict_slack(rotation=True) as slack:
        first = office(slack, slack.workspace, "alice")
        async with several(slack, tmp_path, renew_before=LONG_AHEAD) as chat:
            await opened(slack, chat, first)
            slack.world.refreshes.clear()
            async with heard(chat, MemoryInbox(), first):
                await chat.post(first.room, card("as long as it lasts"), once())
                await asyncio.sleep(0.3)
        [said] = [one for one in caplog.records if one.levelname == "ERROR"]
        assert said.message == "a token cannot be renewed; once it expires the app must be installed there again"
        assert said.code == "invalid_refresh_token"  # type: ignore[attr-defined]


async def test_an_organisation_installs_it_once_for_all_its_workspaces(tmp_path: Path) -> None:
    async with strict_slack() as slack:
        grid = slack.add_enterprise("Grid")
        north = office(slack, slack.add_workspace("North", "north", grid), "nora")
        south = office(slack, slack.add_workspace("South", "south", grid), "sam")
        inbox, whole = MemoryInbox(), [UserRef(Platform.SLACK, f"{grid.id}/{p.person.id}") for p in (north, south)]
        async with several(slack, tmp_path) as chat:
            await opened(slack, chat, north, whole=True)
            await invited(slack, south)
            async with heard(chat, inbox):
                await swept(inbox, grid.id)
                await north.person.says(north.help, "The printer is on fire")
                await south.person.says(south.help, "The lift is stuck")
                await inbox.has(2)
                for event in inbox.events:
                    await chat.post(event.room, card("heard"), once(event.delivery))
                room = await chat.open_room_near(whole[1], "inc-1-lift", "The lift", once("open"))
                await south.person.command("/swarm", "status", south.help)
                command = (await inbox.has(3))[-1]
                found = await chat.check()

        assert list(rows_in(tmp_path)) == [grid.id]
        assert sorted(event.by for event in inbox.events) == sorted([*whole, whole[1]])
        assert command.room == RoomRef(Platform.SLACK, f"{grid.id}/{south.help.id}")
        assert not any(event.outside for event in inbox.events)
        assert [office.help.messages[-1].plain for office in (north, south)] == ["heard", "heard"]
        lift = south.workspace.room_named("inc-1-lift")
        assert lift is not None
        assert room == RoomRef(Platform.SLACK, f"{grid.id}/{lift.id}")
        assert f"Slack Grid ({grid.id}): signed in to Grid as swarmbridge" in [finding.what for finding in found]


def test_secrets_show_in_no_repr() -> None:
    shown = repr(settings_for(StrictSlack(installed=False), bot_token="xoxb-geheim"))
    assert "geheim" not in shown
    assert "client-secret" not in shown

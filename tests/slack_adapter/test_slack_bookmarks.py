"""Bookmarks at the head of a channel: in the port, and in the room of a swarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack.platform import SlackChat
from bot.chat import HasBookmarks
from bot.errors import ChatRefused, ChatUnavailable
from tests.slack_adapter.conftest import once
from tests.slack_adapter.organised import PUBLIC, organised
from tests.strict_slack import StrictSlack

PAGE = f"{PUBLIC}/incidents/INC-1"


async def test_an_address_is_kept_at_the_head_of_a_channel(slack: StrictSlack, chat: SlackChat) -> None:
    port: HasBookmarks = chat
    opened = await chat.open_room("inc-1-vpn", "", once())

    await port.bookmark(opened, "Status page", PAGE, once("b"))

    [kept] = slack.workspace.rooms[opened.id].bookmarks
    assert (kept["title"], kept["link"]) == ("Status page", PAGE)
    slack.assert_clean()


async def test_after_a_lost_answer_it_is_not_kept_twice(slack: StrictSlack, chat: SlackChat) -> None:
    opened = await chat.open_room("inc-1-vpn", "", once())
    slack.faults.add("drop_after", "bookmarks.add", times=1)
    with pytest.raises(ChatUnavailable) as away:
        await chat.bookmark(opened, "Status page", PAGE, once("b"))

    await chat.bookmark(opened, "Status page", PAGE, once("b", doubtful=away.value.doubtful))

    assert len(slack.workspace.rooms[opened.id].bookmarks) == 1


async def test_without_the_scope_it_says_which_to_grant(slack: StrictSlack, chat: SlackChat) -> None:
    opened = await chat.open_room("inc-1-vpn", "", once())
    slack.grant(*(slack.app.scopes - {"bookmarks:write"}))

    with pytest.raises(ChatRefused, match="missing_scope") as refused:
        await chat.bookmark(opened, "Status page", PAGE, once("b"))

    assert "bookmarks:write" in refused.value.advice


async def test_the_room_of_a_swarm_has_its_charter_and_the_public_page_at_its_head(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("mehmet", "direct", "outage INC-1")
        room = await world.room_opens("inc-1-vpn")
        there = next(one for one in world.slack.workspace.rooms.values() if one.name == room["name"])
        await world.slack.wait_for(lambda: len(there.bookmarks) == 2, 10)

    [charter] = there.pinned
    assert [kept["title"] for kept in there.bookmarks] == ["What is known, and who is here", "Status page"]
    assert there.bookmarks[0]["link"].endswith(charter.ts.replace(".", ""))
    assert there.bookmarks[1]["link"] == PAGE
    assert "See how it goes on the status page" in charter.plain

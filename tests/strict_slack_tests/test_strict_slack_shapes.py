"""Answers, events and interactions hold only keys that Slack's own samples hold.

``known_keys.json`` lists the keys of the samples published with slackapi/java-slack-sdk (MIT).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import StrictSlack

Json = dict[str, Any]
_OPAQUE = {"blocks", "attachments", "files", "file", "room", "root", "state", "metadata", "reactions"}
_NEWER = {
    "context_team_id",
    "context_enterprise_id",
    "event.item_user",
    "container.thread_ts",
    "bookmark.icon_url",
    "pinned_to",
    "parent_user_id",
    "reply_users",
    "user.username",
    "event.event_ts",
    "event.team",
    "view.blocks",
    "response_urls",
    "channel.parent_conversation",
    "usergroups[].auto_type",
}
"""Keys that today's Slack sends and the published samples do not have yet."""


@cache
def known(sample: str) -> frozenset[str]:
    text = (Path(__file__).parent / "known_keys.json").read_text()
    return frozenset(json.loads(text)[sample].split())


def keys(value: Any, under: str = "") -> set[str]:
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inside in value.items():
            here = f"{under}.{key}" if under else key
            found.add(here)
            if key not in _OPAQUE:
                found |= keys(inside, here)
    elif isinstance(value, list):
        for inside in value:
            found |= keys(inside, f"{under}[]")
    return found


def unknown_keys(sample: str, value: Any) -> set[str]:
    return {one for one in keys(value) - known(sample) if one not in _NEWER and one.rpartition(".")[2] not in _NEWER}


@pytest.fixture
async def heard(slack: StrictSlack) -> AsyncIterator[list[Json]]:
    """What arrives in Socket Mode, acknowledged at once."""
    app_client = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    url = (await app_client.apps_connections_open(app_token=slack.app_token))["url"]
    arrived: list[Json] = []
    async with ClientSession() as session, session.ws_connect(url) as socket:

        async def listen() -> None:
            async for frame in socket:
                envelope = frame.json()
                if "envelope_id" in envelope:
                    arrived.append(envelope)
                    await socket.send_json({"envelope_id": envelope["envelope_id"]})

        listening = asyncio.create_task(listen())
        await slack.wait_for(lambda: slack.sockets.connections)
        yield arrived
        listening.cancel()


async def test_the_answers_of_the_web_api(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    said = await alice.says(room, "hello")
    slack.group("experts", alice)
    made = await bot.conversations_create(name="swarm")
    guest = slack.person("guest")
    answers = {
        "auth.test": await bot.auth_test(),
        "team.info": await bot.team_info(),
        "users.info": await bot.users_info(user=alice.id, include_locale=True),
        "users.list": await bot.users_list(),
        "users.lookupByEmail": await bot.users_lookupByEmail(email="alice@example.com"),
        "usergroups.list": await bot.usergroups_list(include_users=True, include_count=True),
        "conversations.create": made,
        "conversations.info": await bot.conversations_info(channel=room.id, include_num_members=True),
        "conversations.invite": await bot.conversations_invite(channel=made["channel"]["id"], users=[guest.id]),
        "conversations.members": await bot.conversations_members(channel=room.id),
        "chat.postEphemeral": await bot.chat_postEphemeral(channel=room.id, user=alice.id, text="x"),
        "chat.getPermalink": await bot.chat_getPermalink(channel=room.id, message_ts=said.ts),
        "reactions.add": await bot.reactions_add(channel=room.id, timestamp=said.ts, name="tada"),
        "pins.add": await bot.pins_add(channel=room.id, timestamp=said.ts),
        "bookmarks.add": await bot.bookmarks_add(channel_id=room.id, title="x", type="link", link="https://e.org"),
        "dnd.info": await bot.dnd_info(user=alice.id),
    }
    found = {name: unknown_keys(name, answer.data) for name, answer in answers.items()}
    assert {name: extra for name, extra in found.items() if extra} == {}


async def test_the_events(slack: StrictSlack, heard: list[Json]) -> None:
    alice, bob = slack.person("alice"), slack.person("bob")
    room = slack.channel("it-help", alice)
    said = await alice.says(room, "@Swarmbridge hello")
    await alice.says(room, "reply", thread=said, broadcast=True)
    await alice.edits(said, "hello again")
    await alice.reacts(said, "ticket")
    await alice.unreacts(said, "ticket")
    await bob.joins(room)
    await bob.leaves(room)
    await alice.deletes(await alice.says(room, "gone"))
    await alice.opens_home()
    await alice.renames(room, "help")
    slack.change_person(alice, title="Boss")
    slack.integration_says(room, "disk full")
    await alice.archives(room)
    await slack.settle()

    samples = {
        "message.": "MessagePayload",
        "message.message_changed": "MessageChangedPayload",
        "message.message_deleted": "MessageDeletedPayload",
        "message.thread_broadcast": "MessageThreadBroadcastPayload",
        "message.channel_join": "MessageChannelJoinPayload",
        "message.bot_message": "MessageBotPayload",
        "app_mention.": "AppMentionPayload",
        "reaction_added.": "ReactionAddedPayload",
        "reaction_removed.": "ReactionRemovedPayload",
        "member_joined_channel.": "MemberJoinedChannelPayload",
        "member_left_channel.": "MemberLeftChannelPayload",
        "app_home_opened.": "AppHomeOpenedPayload",
        "channel_rename.": "ChannelRenamePayload",
        "channel_archive.": "ChannelArchivePayload",
        "user_change.": "UserChangePayload",
    }
    seen = {f"{one['payload']['event']['type']}.{one['payload']['event'].get('subtype', '')}": one for one in heard}
    assert set(samples) <= set(seen)
    found = {name: unknown_keys(sample, seen[name]["payload"]) for name, sample in samples.items()}
    assert {name: extra for name, extra in found.items() if extra} == {}


async def test_the_interactions(slack: StrictSlack, heard: list[Json], bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    element = {"type": "button", "action_id": "go", "value": "1", "text": {"type": "plain_text", "text": "Go"}}
    await bot.chat_postMessage(channel=room.id, text="x", blocks=[{"type": "actions", "elements": [element]}])
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "T"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [],
        "notify_on_close": True,
    }
    await alice.clicks(room.messages[0], "Go")
    await alice.shortcut("report", room.messages[0])
    await alice.command("/swarm", "status", room)
    await bot.views_open(trigger_id=heard[-1]["payload"]["trigger_id"], view=view)
    await alice.submits()
    await bot.views_open(trigger_id=slack.world.trigger(alice.id), view=view)
    await alice.closes()

    samples = {
        "block_actions": "BlockActionPayload",
        "message_action": "MessageShortcutPayload",
        "view_submission": "ViewSubmissionPayload",
        "view_closed": "ViewClosedPayload",
    }
    seen = {one["payload"].get("type", "command"): one["payload"] for one in heard}
    found = {name: unknown_keys(sample, seen[name]) for name, sample in samples.items()}
    found["command"] = unknown_keys("SlashCommandPayload", seen["command"])
    assert {name: extra for name, extra in found.items() if extra} == {}

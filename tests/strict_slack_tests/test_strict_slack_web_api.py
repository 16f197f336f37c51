"""The Web API answers as Slack does, and each kind of wrong call is noticed."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import StrictSlack


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


async def error_of(call: Any) -> str:
    return str((await refused(call))["error"])


def kinds(slack: StrictSlack) -> list[tuple[str, str]]:
    return [(one.kind, one.detail) for one in slack.violations]


# -- who may call ---------------------------------------------------------------------------------------------------


async def test_a_call_needs_a_live_token_of_the_right_kind(slack: StrictSlack, bot: AsyncWebClient) -> None:
    def client(token: str | None) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=slack.api_url)

    assert await error_of(client(None).auth_test()) == "not_authed"
    assert await error_of(client("xoxb-guessed").auth_test()) == "invalid_auth"
    assert await error_of(client(slack.app_token).auth_test()) == "not_allowed_token_type"
    assert await error_of(bot.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    slack.bot.deleted = True
    assert await error_of(bot.auth_test()) == "account_inactive"
    slack.bot.deleted = False
    slack.revoke()
    assert await error_of(bot.auth_test()) == "token_revoked"


async def test_a_missing_scope_is_named_with_what_is_there(slack: StrictSlack, bot: AsyncWebClient) -> None:
    private = slack.channel("secret", private=True)
    slack.grant("chat:write", "channels:read")

    answer = await refused(bot.conversations_info(channel=private.id))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")
    assert answer["provided"] == "channels:read,chat:write"
    assert await error_of(bot.conversations_create(name="new")) == "missing_scope"
    assert (await bot.auth_test()).headers["X-OAuth-Scopes"] == "channels:read,chat:write"


async def test_an_address_shows_only_with_its_own_scope(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice", email="alice@example.com", locale="nl-NL")
    assert (await bot.users_info(user=alice.id))["user"]["profile"]["email"] == "alice@example.com"
    assert (await bot.users_info(user=alice.id, include_locale=True))["user"]["locale"] == "nl-NL"

    slack.grant("users:read")

    assert "email" not in (await bot.users_info(user=alice.id))["user"]["profile"]
    assert await error_of(bot.users_lookupByEmail(email="alice@example.com")) == "missing_scope"


async def test_an_app_that_is_uninstalled_can_do_nothing_more(slack: StrictSlack, bot: AsyncWebClient) -> None:
    slack.uninstall()
    assert await error_of(bot.auth_test()) == "token_revoked"


# -- arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["form", "json", "query"])
async def test_arguments_may_come_as_form_json_or_query(slack: StrictSlack, how: str) -> None:
    room = slack.channel("it-help")
    given = {"channel": room.id, "text": "hello"}
    sent: dict[str, Any] = {"form": {"data": given}, "json": {"json": given}, "query": {"params": given}}[how]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}chat.postMessage", headers=headers, **sent) as response,
    ):
        answer = await response.json()

    assert answer["ok"] is True
    assert [one.plain for one in room.messages] == ["hello"]


async def test_an_unknown_method_and_an_unknown_argument_are_noticed(slack: StrictSlack, bot: AsyncWebClient) -> None:
    assert await error_of(bot.api_call("chat.shout")) == "unknown_method"
    await bot.api_call("auth.test", json={"volume": 11})

    assert kinds(slack) == [("unknown_method", "chat.shout"), ("unknown_argument", "volume")]
    with pytest.raises(AssertionError, match="unknown_argument: volume"):
        slack.assert_clean()


async def test_a_strict_slack_refuses_an_unknown_argument() -> None:
    async with StrictSlack(strict=True) as slack:
        bot = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        assert await error_of(bot.api_call("auth.test", json={"volume": 11})) == "invalid_arg_name"


async def test_a_missing_argument_and_one_of_a_wrong_kind_are_refused(slack: StrictSlack, bot: AsyncWebClient) -> None:
    answer = await refused(bot.api_call("chat.delete", json={"channel": "C1"}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]
    assert ("missing_argument", "ts") in kinds(slack)
    assert await error_of(bot.api_call("conversations.list", json={"limit": "many"})) == "invalid_arguments"
    assert await error_of(bot.api_call("conversations.create", json={})) == "invalid_name_required"


async def test_a_method_that_is_not_built_says_so(slack: StrictSlack, bot: AsyncWebClient) -> None:
    assert await error_of(bot.api_call("reminders.list")) == "fatal_error"
    assert kinds(slack)[0][0] == "not_built"


# -- messages -------------------------------------------------------------------------------------------------------


async def test_a_message_is_posted_changed_and_taken_away(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*one*"}}

    posted = await bot.chat_postMessage(channel=room.id, text="one", blocks=[section])
    await bot.chat_update(channel=room.id, ts=posted["ts"], text="two")
    assert (room.messages[0].plain, room.messages[0].blocks) == ("two", [])
    assert room.messages[0].edited is not None
    await bot.chat_delete(channel=room.id, ts=posted["ts"])

    assert room.messages == []
    assert await error_of(bot.chat_delete(channel=room.id, ts=posted["ts"])) == "message_not_found"
    assert await error_of(bot.chat_update(channel=room.id, ts=posted["ts"], text="x")) == "message_not_found"
    slack.assert_clean()


async def test_posting_is_refused_where_slack_refuses_it(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    inside, outside = slack.channel("inside", alice), slack.channel("outside", bot=False)
    hidden, old = slack.channel("hidden", private=True, bot=False), slack.channel("old")
    old.archived = True
    said = await alice.says(inside, "hello")

    async def why(**arguments: Any) -> str:
        return await error_of(bot.api_call("chat.postMessage", json=arguments))

    assert await why(channel="C404", text="x") == "channel_not_found"
    assert await why(channel=hidden.id, text="x") == "channel_not_found"
    assert await why(channel=outside.id, text="x") == "not_in_channel"
    assert await why(channel=old.id, text="x") == "is_archived"
    assert await why(channel=inside.id) == "no_text"
    assert await why(channel=inside.id, text="") == "no_text"
    assert await why(channel=inside.id, text="x", thread_ts="1.000001") == "cannot_reply_to_message"
    assert await why(channel=inside.id, text="x", blocks="[{") == "invalid_blocks_format"
    assert await why(channel=inside.id, text="x", blocks=[{"type": "nope"}]) == "invalid_blocks"
    assert await why(channel=inside.id, text="x", markdown_text="y") == "markdown_text_conflict"
    assert await why(channel=inside.id, text="x", attachments=[{}] * 101) == "too_many_attachments"
    assert await why(channel=inside.id, text="x", metadata={"event_type": "t"}) == "invalid_metadata_format"
    assert await error_of(bot.chat_update(channel=inside.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await error_of(bot.chat_delete(channel=inside.id, ts=said.ts)) == "cant_delete_message"
    assert [one.user for one in inside.messages] == [alice.id]


async def test_blocks_that_are_too_long_together_are_refused(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}
    answer = await refused(bot.chat_postMessage(channel=room.id, text="x", blocks=[section] * 5))
    assert answer["error"] == "msg_blocks_too_long"


async def test_a_long_text_is_cut_with_a_warning_when_posted_and_refused_when_edited(
    slack: StrictSlack, bot: AsyncWebClient
) -> None:
    room = slack.channel("it-help")

    posted = await bot.chat_postMessage(channel=room.id, text="x" * 40_001)

    assert posted["warning"] == "message_truncated"
    assert len(room.messages[0].text) == 40_000
    assert kinds(slack)[0][0] == "truncated"
    assert await error_of(bot.chat_update(channel=room.id, ts=posted["ts"], text="x" * 40_001)) == "msg_too_long"


async def test_blocks_without_a_fallback_text_are_noticed(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    await bot.api_call("chat.postMessage", json={"channel": room.id, "blocks": [{"type": "divider"}]})
    assert kinds(slack)[0][0] == "no_fallback_text"


async def test_a_channel_by_name_and_a_thread_by_its_reply_are_noticed(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    root = await alice.says(room, "root")
    reply = await alice.says(room, "reply", thread=root)

    await bot.chat_postMessage(channel="#it-help", text="by name")
    await bot.chat_postMessage(channel=room.id, text="there", thread_ts=reply.ts)

    assert [kind for kind, _ in kinds(slack)] == ["channel_by_name", "thread_ts_of_a_reply"]
    assert [one.plain for one in room.replies(root)] == ["reply", "there"]


async def test_a_message_to_a_person_lands_in_their_direct_room(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice, gone = slack.person("alice"), slack.person("gone", deleted=True)
    posted = await bot.chat_postMessage(channel=alice.id, text="psst")
    assert posted["channel"] == alice.app_room.id
    assert [one.plain for one in alice.app_room.messages] == ["psst"]
    assert await error_of(bot.chat_postMessage(channel=gone.id, text="psst")) == "channel_not_found"


async def test_only_the_asked_person_sees_a_whisper(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice, bob = slack.person("alice"), slack.person("bob")
    room = slack.channel("it-help", alice)

    await bot.chat_postEphemeral(channel=room.id, user=alice.id, text="just you")

    assert [one.plain for one in alice.ephemerals] == ["just you"]
    assert (bob.ephemerals, room.messages) == ([], [])
    assert await error_of(bot.chat_postEphemeral(channel=room.id, user=bob.id, text="x")) == "user_not_in_channel"
    ts = alice.ephemerals[0].ts
    assert await error_of(bot.chat_update(channel=room.id, ts=ts, text="x")) == "message_not_found"


async def test_metadata_is_kept_and_shown_only_when_asked_for(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    metadata = {"event_type": "swarmbridge_intent", "event_payload": {"key": "42"}}
    posted = await bot.chat_postMessage(channel=room.id, text="once", metadata=metadata)

    shown = (await bot.conversations_history(channel=room.id, include_all_metadata=True))["messages"][0]
    bare = (await bot.conversations_history(channel=room.id))["messages"][0]
    thread = await bot.conversations_replies(channel=room.id, ts=posted["ts"], include_all_metadata=True)

    assert shown["metadata"] == thread["messages"][0]["metadata"] == metadata
    assert "metadata" not in bare
    await bot.chat_update(channel=room.id, ts=posted["ts"], text="twice")
    assert room.messages[0].metadata == metadata


async def test_a_deleted_root_leaves_a_tombstone_over_its_replies(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    root = await alice.says(room, "root")
    await alice.says(room, "reply", thread=root)

    await alice.deletes(root)

    thread = (await bot.conversations_replies(channel=room.id, ts=root.ts))["messages"]
    assert [one.get("subtype") for one in thread] == ["tombstone", None]


async def test_a_message_is_posted_when_its_time_has_come(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    at = int(slack.world.clock.now()) + 3600
    assert await error_of(bot.chat_scheduleMessage(channel=room.id, text="late", post_at=1)) == "time_in_past"
    await bot.chat_scheduleMessage(channel=room.id, text="later", post_at=at)
    assert len((await bot.chat_scheduledMessages_list())["scheduled_messages"]) == 1

    slack.pass_time(3601)

    assert [one.plain for one in room.messages] == ["later"]
    assert (await bot.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_a_closed_room_refuses_with_its_own_error_and_only_documented_ones_pass(
    slack: StrictSlack, bot: AsyncWebClient
) -> None:
    room = slack.channel("it-help")
    room.restricted = "restricted_action_read_only_channel"
    assert await error_of(bot.chat_postMessage(channel=room.id, text="x")) == room.restricted
    slack.assert_clean()

    room.restricted = "made_up_error"
    with pytest.raises(SlackApiError):
        await bot.chat_postMessage(channel=room.id, text="x")
    assert kinds(slack) == [("undocumented_error", "made_up_error")]


async def test_what_slack_ignores_in_silence_is_written_down(slack: StrictSlack, bot: AsyncWebClient) -> None:
    room = slack.channel("it-help")
    for number in range(201):
        slack.person(f"person-{number}")
    await bot.chat_postMessage(channel=room.id, text="x", username="Somebody else")
    await bot.users_list()
    assert [kind for kind, _ in kinds(slack)] == ["custom_identity", "users_list_without_limit"]


# -- rooms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Upper", "invalid_name_specials"),
        ("two words", "invalid_name_specials"),
        ("inc.42", "invalid_name_specials"),
        ("störung", "invalid_name_specials"),
        ("general", "name_taken"),
        ("old", "name_taken"),
    ],
)
async def test_a_bad_name_is_refused(slack: StrictSlack, bot: AsyncWebClient, name: str, error: str) -> None:
    slack.channel("old").archived = True
    assert await error_of(bot.conversations_create(name=name)) == error


async def test_a_room_lives_and_ends(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice, bob = slack.person("alice"), slack.person("bob")
    made = (await bot.conversations_create(name="inc-42-mail"))["channel"]
    room = slack.workspace.rooms[made["id"]]

    await bot.conversations_invite(channel=room.id, users=[alice.id, bob.id])
    await bot.conversations_setTopic(channel=room.id, topic="INC-42")
    await bot.conversations_setPurpose(channel=room.id, purpose="mail is down")
    await bot.conversations_kick(channel=room.id, user=bob.id)
    await bot.conversations_rename(channel=room.id, name="inc-42-mail-down")
    await bot.conversations_archive(channel=room.id)

    assert room.members == [slack.bot.id, alice.id]
    assert (room.name, room.topic, room.purpose, room.archived) == ("inc-42-mail-down", "INC-42", "mail is down", True)
    assert await error_of(bot.conversations_archive(channel=room.id)) == "already_archived"
    assert await error_of(bot.conversations_setTopic(channel=room.id, topic="x")) == "is_archived"
    assert await error_of(bot.conversations_invite(channel=room.id, users=bob.id)) == "is_archived"
    await bot.conversations_unarchive(channel=room.id)
    assert await error_of(bot.conversations_unarchive(channel=room.id)) == "not_archived"
    slack.assert_clean()


async def test_one_bad_guest_fails_the_invitation_unless_it_is_forced(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice, bob, gone = slack.person("alice"), slack.person("bob"), slack.person("gone", deleted=True)
    room = slack.channel("swarm", alice)

    async def why(*users: str) -> str:
        return await error_of(bot.conversations_invite(channel=room.id, users=list(users)))

    assert await why(bob.id, "U404") == "user_not_found"
    assert await why(slack.bot.id) == "cant_invite_self"
    assert await why(alice.id) == "already_in_channel"
    assert await why(gone.id) == "cant_invite"
    assert await why(*(f"U{number}" for number in range(101))) == "invalid_arguments"
    assert not room.has(bob.user)
    answer = await bot.conversations_invite(channel=room.id, users=[bob.id, "U404"], force=True)
    assert room.has(bob.user)
    assert answer["errors"] == [{"ok": False, "error": "user_not_found", "user": "U404"}]


async def test_rooms_refuse_what_cannot_be(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    outside = slack.channel("outside", bot=False)
    general = slack.workspace.room_named("general")
    assert general is not None
    assert await error_of(bot.conversations_history(channel=outside.id)) == "not_in_channel"
    assert await error_of(bot.conversations_setTopic(channel=outside.id, topic="x")) == "not_in_channel"
    assert await error_of(bot.conversations_archive(channel=general.id)) == "cant_archive_general"
    assert await error_of(bot.conversations_leave(channel=general.id)) == "cant_leave_general"
    assert (
        await error_of(bot.conversations_archive(channel=alice.app_room.id)) == "method_not_supported_for_channel_type"
    )
    assert await error_of(bot.conversations_setTopic(channel=general.id, topic="x" * 251)) == "too_long"
    people = [slack.person(f"p{number}").id for number in range(9)]
    assert await error_of(bot.conversations_open(users=people)) == "too_many_users"
    assert await error_of(bot.conversations_open(users=[])) == "users_list_not_supplied"
    assert await error_of(bot.conversations_open(users=[slack.bot.id])) == "invalid_user_combination"
    opened = await bot.conversations_open(users=people[:2], return_im=True)
    assert opened["channel"]["is_mpim"] is True
    assert (await bot.conversations_open(users=people[:2]))["already_open"] is True


async def test_history_and_threads_come_in_pages_and_spans(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    said = [await alice.says(room, f"message {number}") for number in range(25)]
    await alice.says(room, "in the thread", thread=said[0])

    pages = [page["messages"] async for page in await bot.conversations_history(channel=room.id, limit=10)]
    read = [one["text"] for page in pages for one in page]
    span = await bot.conversations_history(channel=room.id, oldest=said[3].ts, latest=said[6].ts)
    ends = await bot.conversations_history(channel=room.id, oldest=said[3].ts, latest=said[6].ts, inclusive=True)

    assert [len(page) for page in pages] == [10, 10, 5]
    assert read == [f"message {number}" for number in reversed(range(25))]
    assert [one["text"] for one in span["messages"]] == ["message 5", "message 4"]
    assert len(ends["messages"]) == 4
    assert pages[-1][-1]["reply_count"] == 1
    assert await error_of(bot.conversations_history(channel=room.id, cursor="made-up")) == "invalid_cursor"
    assert await error_of(bot.conversations_history(channel=room.id, oldest="yesterday")) == "invalid_ts_oldest"
    assert await error_of(bot.conversations_replies(channel=room.id, ts="1.000001")) == "thread_not_found"


async def test_lists_of_rooms_and_people_come_in_pages(slack: StrictSlack, bot: AsyncWebClient) -> None:
    for number in range(12):
        slack.channel(f"room-{number}", bot=number < 3)
        slack.person(f"person-{number}")
    slack.channel("hidden", private=True, bot=False)
    slack.channel("ours", private=True)

    rooms = [one["name"] async for page in await bot.conversations_list(limit=5) for one in page["channels"]]
    ours = (await bot.users_conversations(types="public_channel,private_channel"))["channels"]
    people = [one["name"] async for page in await bot.users_list(limit=5) for one in page["members"]]
    members = (await bot.conversations_members(channel=slack.channel("room-0").id))["members"]

    assert rooms == ["general", *(f"room-{number}" for number in range(12))]
    assert {one["name"] for one in ours} == {"general", "room-0", "room-1", "room-2", "ours"}
    assert {"slackbot", "swarmbridge", "person-11"} <= set(people)
    assert members == [slack.owner.id, slack.bot.id]
    assert await error_of(bot.conversations_list(types="secret")) == "invalid_types"


# -- reactions, pins, bookmarks, groups -----------------------------------------------------------------------------


async def test_reactions_pins_and_bookmarks_are_put_and_refused(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    room = slack.channel("it-help", alice)
    said = await alice.says(room, "hello")
    at: dict[str, Any] = {"channel": room.id, "timestamp": said.ts}

    await bot.reactions_add(**at, name="ticket")
    assert said.reactions == {"ticket": [slack.bot.id]}
    assert await error_of(bot.reactions_add(**at, name="ticket")) == "already_reacted"
    assert await error_of(bot.reactions_add(**at, name="🎫")) == "invalid_name"
    assert await error_of(bot.reactions_add(**at, name="no_such_emoji")) == "invalid_name"
    assert await error_of(bot.reactions_remove(**at, name="tada")) == "no_reaction"
    assert await error_of(bot.reactions_add(channel=room.id, timestamp="1.1", name="tada")) == "message_not_found"
    assert (await bot.reactions_get(**at))["message"]["reactions"][0]["count"] == 1

    await bot.pins_add(**at)
    assert room.pinned == [said]
    assert await error_of(bot.pins_add(**at)) == "already_pinned"
    assert (await bot.pins_list(channel=room.id))["items"][0]["message"]["pinned_to"] == [room.id]
    await bot.pins_remove(**at)
    assert await error_of(bot.pins_remove(**at)) == "no_pin"

    marked = await bot.bookmarks_add(channel_id=room.id, title="Status", type="link", link="https://example.com")
    await bot.bookmarks_edit(channel_id=room.id, bookmark_id=marked["bookmark"]["id"], title="Status page")
    assert [one["title"] for one in room.bookmarks] == ["Status page"]
    wrong = bot.bookmarks_add(channel_id=room.id, title="x", type="link", link="status")
    assert await error_of(wrong) == "invalid_link"
    slack.assert_clean()


async def test_groups_presence_and_quiet_hours_can_be_asked(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice", presence="away", dnd_until=slack.world.clock.now() + 600)
    group = slack.group("experts", alice)

    assert (await bot.usergroups_list(include_users=True))["usergroups"][0]["users"] == [alice.id]
    assert (await bot.usergroups_users_list(usergroup=group.id))["users"] == [alice.id]
    assert await error_of(bot.usergroups_users_list(usergroup="S404")) == "no_such_subteam"
    assert (await bot.dnd_info(user=alice.id))["dnd_enabled"] is True
    assert (await bot.users_getPresence(user=alice.id))["presence"] == "away"
    assert await error_of(bot.users_info(user="U404")) == "user_not_found"


async def test_the_quiet_hours_of_many_are_told_at_once_but_not_why_they_are_quiet(
    slack: StrictSlack, bot: AsyncWebClient
) -> None:
    now = int(slack.world.clock.now())
    alice = slack.person("alice", dnd_from=now - 60, dnd_until=now + 600)
    bob = slack.person("bob", dnd_from=now - 900, dnd_until=now - 300)

    told = await bot.dnd_teamInfo(users=[alice.id, bob.id])

    assert told["users"] == {
        alice.id: {"dnd_enabled": True, "next_dnd_start_ts": now - 60, "next_dnd_end_ts": now + 600},
        bob.id: {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1},
    }
    assert await error_of(bot.dnd_teamInfo(users=[alice.id, "U404"])) == "user_not_visible"
    assert await error_of(bot.dnd_teamInfo(users=",")) == "no_users_provided"
    slack.assert_clean()
    await bot.dnd_teamInfo(users=[alice.id] * 51)
    assert [one.kind for one in slack.violations] == ["too_many_users"]
    slack.grant("users:read")
    assert await error_of(bot.dnd_teamInfo(users=[alice.id])) == "missing_scope"


# -- views ----------------------------------------------------------------------------------------------------------

VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}


async def test_a_trigger_opens_one_modal_within_three_seconds(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    used, late = slack.world.trigger(alice.id), slack.world.trigger(alice.id)

    opened = await bot.views_open(trigger_id=used, view=VIEW)

    assert alice.view.id == opened["view"]["id"]
    assert await error_of(bot.views_open(trigger_id=used, view=VIEW)) == "exchanged_trigger_id"
    slack.pass_time(4)
    assert await error_of(bot.views_open(trigger_id=late, view=VIEW)) == "expired_trigger_id"
    assert await error_of(bot.views_open(trigger_id="1.2.3", view=VIEW)) == "invalid_trigger_id"


async def test_views_are_updated_pushed_and_checked(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    opened = (await bot.views_open(trigger_id=slack.world.trigger(alice.id), view=VIEW | {"external_id": "one"}))[
        "view"
    ]

    stale = opened["hash"]
    await bot.views_update(external_id="one", hash=stale, view=VIEW | {"external_id": "one"})
    assert await error_of(bot.views_update(view_id=opened["id"], hash=stale, view=VIEW)) == "hash_conflict"
    assert await error_of(bot.views_update(view_id="V404", view=VIEW)) == "not_found"
    trigger = slack.world.trigger(alice.id)
    assert (
        await error_of(bot.views_open(trigger_id=trigger, view=VIEW | {"external_id": "one"}))
        == "duplicate_external_id"
    )
    wrong = await refused(bot.views_open(trigger_id=trigger, view={"type": "modal", "blocks": []}))
    assert wrong["error"] == "invalid_arguments"
    assert wrong["response_metadata"]["messages"] == ["[ERROR] missing required field: title [json-pointer:/view]"]
    pushed = await bot.views_push(trigger_id=slack.world.trigger(alice.id, opened["id"]), view=VIEW)
    assert pushed["view"]["previous_view_id"] == opened["id"]
    assert len(alice.views) == 2


async def test_a_home_tab_is_published(slack: StrictSlack, bot: AsyncWebClient) -> None:
    alice = slack.person("alice")
    text = {"type": "section", "text": {"type": "plain_text", "text": "Your open incidents"}}
    await bot.views_publish(user_id=alice.id, view={"type": "home", "blocks": [text]})
    assert alice.home is not None
    assert alice.home.plain == "Your open incidents"
    assert await error_of(bot.views_publish(user_id="U404", view={"type": "home", "blocks": []})) == "invalid_arguments"
    assert await error_of(bot.views_publish(user_id=alice.id, view=VIEW)) == "invalid_arguments"

"""People type, read, click and fill in forms as they do in Slack's own client."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.strict_slack import NotAnswered, Person, PersonCannot, Room, StrictSlack, TimedOut
from tests.strict_slack_tests.listener import Listener

Json = dict[str, Any]


@pytest.fixture
def alice(slack: StrictSlack) -> Person:
    return slack.person("alice", real_name="Alice Meyer")


@pytest.fixture
def it_help(slack: StrictSlack, alice: Person) -> Room:
    return slack.channel("it-help", alice)


# -- typing and reading ---------------------------------------------------------------------------------------------


async def test_what_is_typed_becomes_slacks_markup(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    group = slack.group("experts", alice)
    typed = "@Swarmbridge <b> & @channel #it-help @experts mail@example.com see https://example.com/a?b=1&c=2."

    said = await alice.says(it_help, typed)

    assert said.text == (
        f"<@{slack.bot.id}> &lt;b&gt; &amp; <!channel> <#{it_help.id}|it-help> <!subteam^{group.id}|@experts>"
        " mail@example.com see <https://example.com/a?b=1&amp;c=2>."
    )
    assert said.pings == [slack.bot.id, "channel", group.id]
    assert said.plain == typed
    assert (await alice.says(it_help, "<!here>", raw=True)).pings == ["here"]


@pytest.mark.parametrize(
    ("text", "pinged"),
    [
        ("hello", []),
        ("&lt;!channel&gt; @channel", []),
        ("`<!channel>`", ["channel"]),
        ("<!here|here> <!everyone>", ["here", "everyone"]),
        ("<@U0000000009> <@U0000000009>", ["U0000000009"]),
        ("<!date^1700000000^{date}|today> <https://example.com|@here>", []),
    ],
)
async def test_whom_a_text_pings(it_help: Room, bot: AsyncWebClient, text: str, pinged: list[str]) -> None:
    await bot.chat_postMessage(channel=it_help.id, text=text)
    assert it_help.messages[0].pings == pinged


async def test_a_ping_in_any_block_counts(it_help: Room, bot: AsyncWebClient) -> None:
    broadcast = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}
    blocks: list[Json] = [
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "<!channel>"}]},
        {"type": "section", "text": {"type": "plain_text", "text": "<!everyone>"}},
        {"type": "rich_text", "elements": [broadcast]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!subteam^S01>"}]},
    ]
    await bot.chat_postMessage(channel=it_help.id, text="<@U0000000009>", blocks=blocks)
    assert it_help.messages[0].pings == ["U0000000009", "channel", "here", "S01"]


async def test_names_ping_when_they_are_linked(it_help: Room, bot: AsyncWebClient) -> None:
    await bot.chat_postMessage(channel=it_help.id, text="@channel", link_names=True)
    await bot.chat_postMessage(channel=it_help.id, text="@channel")
    assert [one.pings for one in it_help.messages] == [["channel"], []]


async def test_a_card_reads_as_on_the_screen(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "INC-42 <Mail>"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"Reported by <@{alice.id}> &amp; others"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*State*"}, {"type": "plain_text", "text": "open"}]},
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {"type": "button", "action_id": "join", "text": {"type": "plain_text", "text": "Join"}, "value": "42"},
                {
                    "type": "button",
                    "action_id": "page",
                    "text": {"type": "plain_text", "text": "Page"},
                    "url": "https://e.org",
                },
            ],
        },
    ]
    await bot.chat_postMessage(channel=it_help.id, text="fallback", blocks=blocks)
    card = it_help.messages[0]

    assert card.plain == "INC-42 <Mail>\nReported by @Alice Meyer & others\n*State*\nopen\nJoin\nPage"
    assert [(one.label, one.value, one.url) for one in card.buttons] == [
        ("Join", "42", None),
        ("Page", None, "https://e.org"),
    ]
    assert card.button("join").block_id == "acts"
    with pytest.raises(PersonCannot, match="0 buttons 'Leave'; buttons here: 'Join' \\(join\\)"):
        card.button("Leave")
    assert slack.transcript().count("[Join] [Page]") == 1


async def test_people_cannot_do_what_the_client_forbids(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    bob = slack.person("bob")
    said = await alice.says(it_help, "hello")
    secret = slack.channel("secret", alice, private=True)
    with pytest.raises(PersonCannot, match="bob is not in #it-help"):
        await bob.says(it_help, "hi")
    with pytest.raises(PersonCannot, match="cannot change this message"):
        await bob.edits(said, "mine")
    with pytest.raises(PersonCannot, match="cannot see #secret"):
        await bob.joins("secret")
    with pytest.raises(PersonCannot, match="cannot see #secret"):
        await bob.reacts(await alice.says(secret, "psst"), "eyes")
    await alice.reacts(said, "eyes")
    with pytest.raises(PersonCannot, match="reacted with eyes already"):
        await alice.reacts(said, "eyes")
    await alice.archives(it_help)
    with pytest.raises(PersonCannot, match="is archived"):
        await alice.says(it_help, "anybody?")


async def test_waiting_in_vain_shows_what_could_be_seen(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    root = await alice.says(it_help, "mail is down")
    await alice.says(it_help, "still", thread=root)
    with pytest.raises(TimedOut, match=r"nothing came within 0\.1 s") as error:
        await slack.wait_for_text(it_help, "INC-1", timeout=0.1)
    assert "#it-help:\n  Alice Meyer: mail is down\n    Alice Meyer: still" in str(error.value)


async def test_slacks_own_notices_are_no_messages(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    bob = slack.person("bob")
    await bob.joins(it_help)
    await alice.says(it_help, "welcome")
    assert [one.plain for one in it_help.messages] == ["welcome"]
    assert [one.plain for one in it_help.history] == ["@Bob has joined the channel", "welcome"]


# -- clicks, choices, response URLs ---------------------------------------------------------------------------------


def buttons(**more: Any) -> list[Json]:
    label = {"type": "plain_text", "text": "Go"}
    return [
        {"type": "actions", "block_id": "b", "elements": [{"type": "button", "action_id": "go", "text": label, **more}]}
    ]


async def test_a_click_carries_the_message_and_a_fresh_trigger(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    await bot.chat_postMessage(channel=it_help.id, text="x", blocks=buttons(value="42"))
    async with Listener(slack) as app:
        outcome = await alice.clicks(it_help.messages[0], "Go")
        payload = app.asked[0]
    assert outcome.acked
    assert payload["user"]["id"] == alice.id
    assert payload["container"] == {
        "type": "message",
        "message_ts": it_help.messages[0].ts,
        "channel_id": it_help.id,
        "is_ephemeral": False,
    }
    assert payload["message"]["blocks"] == it_help.messages[0].blocks
    assert [(one["action_id"], one["value"], one["block_id"]) for one in payload["actions"]] == [("go", "42", "b")]
    assert slack.world.triggers[payload["trigger_id"]].user == alice.id


async def test_a_choice_is_reported_and_stays_in_the_state(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    option = {"text": {"type": "plain_text", "text": "Mail"}, "value": "mail"}
    select = {"type": "static_select", "action_id": "service", "options": [option]}
    blocks = [{"type": "actions", "block_id": "pick", "elements": [select]}, *buttons()]
    await bot.chat_postMessage(channel=it_help.id, text="x", blocks=blocks)
    async with Listener(slack) as app:
        await alice.chooses(it_help.messages[0], "service", "Mail")
        await alice.clicks(it_help.messages[0], "go")
        chosen, clicked = app.asked
    assert chosen["actions"][0]["selected_option"] == option
    assert clicked["state"]["values"]["pick"]["service"]["selected_option"] == option
    with pytest.raises(PersonCannot, match="0 choices 'Phone'; offered: \\['Mail'\\]"):
        await alice.chooses(it_help.messages[0], "service", "Phone")


async def test_a_button_only_others_see_cannot_be_clicked(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    await bot.chat_postEphemeral(channel=it_help.id, user=alice.id, text="x", blocks=buttons())
    with pytest.raises(PersonCannot, match="cannot see this message"):
        await slack.person("bob").clicks(alice.ephemerals[0], "Go")
    async with Listener(slack) as app:
        await alice.clicks(alice.ephemerals[0], "Go")
        payload = app.asked[0]
        assert payload["container"]["is_ephemeral"] is True
        assert "message" not in payload

        async with aiohttp.ClientSession() as session:
            await session.post(payload["response_url"], json={"replace_original": True, "text": "done"})
            assert [one.plain for one in alice.ephemerals] == ["done"]
            await session.post(payload["response_url"], json={"delete_original": True})
    assert alice.ephemerals == []


async def test_a_response_url_speaks_five_times_within_half_an_hour(
    slack: StrictSlack, alice: Person, it_help: Room
) -> None:
    async with Listener(slack) as app, aiohttp.ClientSession() as session:
        await alice.command("/swarm", "status", it_help)
        url = app.asked[0]["response_url"]
        answers = [await session.post(url, json={"text": str(number)}) for number in range(5)]
        over = await session.post(url, json={"text": "six"})
        assert ([one.status for one in answers], over.status) == ([200] * 5, 404)
        assert [one.plain for one in alice.ephemerals] == ["0", "1", "2", "3", "4"]

        await alice.command("/swarm", "status", it_help)
        later = app.asked[1]["response_url"]
        in_channel = {"response_type": "in_channel", "text": "for all"}
        assert (await session.post(later, json=in_channel)).status == 200
        assert (await session.post(later, json={"text": ""})).status == 400
        slack.pass_time(1801)
        assert (await session.post(later, json={"text": "late"})).status == 404
    assert [one.plain for one in it_help.messages] == ["for all"]
    assert [one.kind for one in slack.violations] == ["no_text"]


async def test_a_command_may_be_answered_in_the_same_breath(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    async with Listener(slack) as app:
        app.answers["command"] = {"response_type": "in_channel", "text": "for all"}
        await alice.command("/swarm", "status", it_help)
        app.answers["command"] = {"blocks": [{"type": "nope"}]}
        await alice.command("/swarm", "status", it_help)
    assert [one.plain for one in it_help.messages] == ["for all"]
    assert [(one.method, one.kind) for one in slack.violations] == [("command answer", "invalid_blocks")]


async def test_a_person_without_an_answer_sees_an_error(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    with pytest.raises(NotAnswered, match="/swarm was not acknowledged: no_connection"):
        await alice.command("/swarm", "status", it_help)
    outcome = await alice.command("/swarm", "status", it_help, must_answer=False)
    assert (outcome.acked, outcome.reason) == (False, "no_connection")


async def test_commands_and_shortcuts_must_be_configured(slack: StrictSlack, alice: Person, it_help: Room) -> None:
    slack.app.commands, slack.app.shortcuts = frozenset({"/swarm"}), frozenset({"report"})
    said = await alice.says(it_help, "x")
    with pytest.raises(PersonCannot, match="no command /other"):
        await alice.command("/other")
    with pytest.raises(PersonCannot, match=r"no shortcut other; it has \['report'\]"):
        await alice.shortcut("other", said)
    slack.grant("chat:write")
    with pytest.raises(PersonCannot, match="not granted the scope commands"):
        await alice.command("/swarm")


# -- forms ----------------------------------------------------------------------------------------------------------


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def form(**more: Any) -> Json:
    options = [{"text": text(words), "value": words.lower()} for words in ("Mail", "Phone")]
    blocks: list[Json] = [
        {
            "type": "input",
            "block_id": "what",
            "label": text("What is wrong?"),
            "element": {"type": "plain_text_input", "action_id": "words", "min_length": 3, "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "service",
            "label": text("Service"),
            "optional": True,
            "element": {"type": "static_select", "action_id": "pick", "options": options, "initial_option": options[0]},
        },
        {
            "type": "input",
            "block_id": "mail",
            "label": text("Address"),
            "optional": True,
            "element": {"type": "email_text_input", "action_id": "address"},
        },
    ]
    return {"type": "modal", "title": text("Report"), "submit": text("Send"), "blocks": blocks, **more}


@pytest.fixture
async def opened(slack: StrictSlack, alice: Person, bot: AsyncWebClient) -> None:
    await bot.views_open(trigger_id=slack.world.trigger(alice.id), view=form())


@pytest.mark.usefixtures("opened")
async def test_the_client_checks_a_form_before_it_is_sent(slack: StrictSlack, alice: Person) -> None:
    async with Listener(slack) as app:
        empty = await alice.submits()
        wrong = await alice.submits(values={"What is wrong?": "x" * 21, "Address": "no address"})
        assert app.asked == []
    assert (empty.sent, empty.errors) == (False, {"what": "Please complete this required field."})
    assert wrong.errors == {"what": "Must be less than 21 characters", "mail": "Must be a valid email address"}
    with pytest.raises(PersonCannot, match="no field 'Colour'"):
        await alice.submits(values={"Colour": "red"})


@pytest.mark.usefixtures("opened")
async def test_a_sent_form_carries_what_was_typed_and_what_stood_there(slack: StrictSlack, alice: Person) -> None:
    async with Listener(slack) as app:
        done = await alice.submits(values={"words": "mail is down"})
        values = app.asked[0]["view"]["state"]["values"]
    assert done.ok
    assert values["what"]["words"] == {"type": "plain_text_input", "value": "mail is down"}
    assert values["service"]["pick"]["selected_option"]["value"] == "mail"
    assert values["mail"]["address"] == {"type": "email_text_input", "value": None}
    assert alice.views == []


@pytest.mark.usefixtures("opened")
async def test_the_app_may_refuse_replace_push_or_clear_a_form(slack: StrictSlack, alice: Person) -> None:
    first = alice.view
    values = {"what": "mail is down", "service": "Phone"}
    async with Listener(slack) as app:
        app.answers["view_submission"] = {"response_action": "errors", "errors": {"what": "say more"}}
        assert (await alice.submits(values=values)).errors == {"what": "say more"}
        app.answers["view_submission"] = {"response_action": "errors", "errors": {"nowhere": "say more"}}
        assert not (await alice.submits(values=values)).ok
        app.answers["view_submission"] = {"response_action": "update", "view": form(title=text("Sure?"))}
        assert (await alice.submits(values=values)).ok
        assert (alice.view, alice.view.title) == (first, "Sure?")
        app.answers["view_submission"] = {"response_action": "push", "view": form(title=text("Really?"))}
        await alice.submits()
        assert [one.title for one in alice.views] == ["Sure?", "Really?"]
        sent = app.asked[-1]["view"]["state"]["values"]
        assert sent["service"]["pick"]["selected_option"]["value"] == "phone"
        app.answers["view_submission"] = {"response_action": "update", "view": {"type": "modal"}}
        assert not (await alice.submits(values=values)).ok
        app.answers["view_submission"] = {"response_action": "clear"}
        await alice.submits(values=values)
    assert alice.views == []
    assert [one.kind for one in slack.violations] == ["errors_for_no_input", "invalid_arguments"]


async def test_closing_a_form_is_told_only_when_asked_for(
    slack: StrictSlack, alice: Person, bot: AsyncWebClient
) -> None:
    async with Listener(slack) as app:
        for told in (False, True):
            await bot.views_open(trigger_id=slack.world.trigger(alice.id), view=form(notify_on_close=told))
            await alice.closes()
        assert [one["type"] for one in app.asked] == ["view_closed"]


async def test_an_external_select_offers_what_the_app_answers(
    slack: StrictSlack, alice: Person, it_help: Room, bot: AsyncWebClient
) -> None:
    element = {"type": "external_select", "action_id": "service", "placeholder": text("Service")}
    await bot.chat_postMessage(channel=it_help.id, text="x", blocks=[{"type": "actions", "elements": [element]}])
    async with Listener(slack) as app:
        app.answers["block_suggestion"] = {"options": [{"text": text("Mail"), "value": "mail"}]}
        assert await alice.looks_up(it_help.messages[0], "service", "ma") == ["Mail"]
        app.answers["block_suggestion"] = {"options": [{"text": text("x" * 76), "value": "mail"}]}
        assert await alice.looks_up(it_help.messages[0], "service", "ma") == []
    assert [one.kind for one in slack.violations] == ["invalid_options"]


async def test_two_workspaces_do_not_see_each_other(slack: StrictSlack, bot: AsyncWebClient) -> None:
    other = slack.add_workspace("Partner", "partner")
    other_bot = slack.install(other, "xoxb-partner")
    carol = slack.person("carol", workspace=other)
    room = slack.channel("it-help", carol, workspace=other)
    client = AsyncWebClient(token="xoxb-partner", base_url=slack.api_url)
    async with Listener(slack) as app:
        await carol.says(room, "hello")
        await slack.settle()
        payload = app.envelopes[0]["payload"]
    assert payload["team_id"] == other.id
    assert payload["authorizations"][0]["user_id"] == other_bot.id
    await client.chat_postMessage(channel=room.id, text="hi")
    assert (await bot.conversations_list())["channels"][0]["name"] == "general"
    with pytest.raises(Exception, match="channel_not_found"):
        await bot.chat_postMessage(channel=room.id, text="hi")

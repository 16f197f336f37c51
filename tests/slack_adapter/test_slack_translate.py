"""Payloads as Slack sends them, and what the bot hears."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.identity import Me
from adapters.slack.translate import people_in, translate
from bot.events import (
    ActionTaken,
    ChatEvent,
    CommandGiven,
    File,
    FormSubmitted,
    MemberJoined,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ShortcutUsed,
)
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef

Json = dict[str, Any]

ME = Me(user="U0BOT", bot="B0BOT", team="T0", name="swarmbridge")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOM = RoomRef(Platform.SLACK, "C061EG9SL")
ANNA = UserRef(Platform.SLACK, "U024BE7LH")
TS = "1763791234.000200"
NAMES = {"U024BE7LH": "Anna", "U0BEN": "Ben"}


def hear(payload: Json) -> ChatEvent | None:
    return translate(payload, ME, heard_at=NOW, names=NAMES)


def event(**event: Any) -> ChatEvent | None:
    return hear(
        {
            "token": "t", "team_id": "T0", "api_app_id": "A0", "type": "event_callback", "event_id": "Ev08MFMKH6",
            "event_time": 1763791234, "event": event,
            "authorizations": [{"team_id": "T0", "user_id": "U0BOT", "is_bot": True}],
        }
    )  # fmt: skip


def message(text: str = "printer", **more: Any) -> Json:
    said = {"type": "message", "user": "U024BE7LH", "text": text, "ts": TS, "team": "T0", "channel": "C061EG9SL"}
    return said | {"channel_type": "channel", "event_ts": TS, "client_msg_id": "6c5d4e", "blocks": []} | more


def text_of(typed: str) -> str:
    heard = event(**message(typed))
    assert isinstance(heard, MessagePosted)
    return heard.text


def test_a_message_in_a_channel() -> None:
    assert event(**message()) == MessagePosted(
        delivery=f"slack:C061EG9SL:{TS}", at=datetime(2025, 11, 22, 6, 0, 34, 200, UTC), by=ANNA, by_name="Anna",
        room=ROOM, message=MessageRef(ROOM, TS), text="printer",
    )  # fmt: skip


@pytest.mark.parametrize(("inviter", "invited"), [("U0BOT", True), ("U0BEN", False), (None, False)])
def test_only_whom_the_bot_itself_put_there_was_invited(inviter: str | None, invited: bool) -> None:
    joined = {"type": "member_joined_channel", "user": "U024BE7LH", "channel": "C061EG9SL", "event_ts": TS}
    heard = event(**joined, **({"inviter": inviter} if inviter else {}))
    assert heard == MemberJoined(
        delivery=f"slack:C061EG9SL:joined:U024BE7LH:{TS}", at=datetime(2025, 11, 22, 6, 0, 34, 200, UTC), by=ANNA,
        by_name="Anna", room=ROOM, invited=invited,
    )  # fmt: skip


def test_a_mention_and_its_message_are_the_same_delivery_and_both_addressed() -> None:
    said = message("<@U0BOT> hand over INC-4 <@U0BEN>")
    mention = {k: v for k, v in said.items() if k != "channel_type"} | {"type": "app_mention"}
    heard = event(**said)
    assert heard == event(**mention)
    assert isinstance(heard, MessagePosted)
    assert heard.addressed
    assert heard.text == "hand over INC-4 @Ben"
    assert heard.mentions == (UserRef(Platform.SLACK, "U0BEN"),)


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("<@U0BOT>: status", "status"),
        ("<@U0BOT|swarmbridge>, help", "help"),
        ("could you help, <@U0BOT>?", "could you help, ?"),
        ("it fails <@U0BOT|x>, see:\n    indented  code", "it fails see:\n    indented  code"),
        ("<@U0BOT>", ""),
        ("report line one\nline  two <@U0BOT>", "report line one\nline  two"),
    ],
)
def test_the_bots_own_name_is_not_part_of_what_was_said(typed: str, rest: str) -> None:
    assert text_of(typed) == rest


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@U0STRANGER> and <@U0CARL|carl>", "@U0STRANGER and @carl"),
        ("see <#C1|general> or <#C2>", "see #general or #C2"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("<!subteam^S1|@oncall> <!subteam^S2>", "@oncall @subteam"),
        ("<!date^1392734382^Posted {date_num}|Posted 2014-02-18>", "Posted 2014-02-18"),
        ("<https://status.example.org/a?b=1&amp;c=2>", "https://status.example.org/a?b=1&c=2"),
        ("<http://example.org|example.org>", "example.org"),
        ("<mailto:a@example.org|a@example.org> <tel:+311|+311>", "a@example.org +311"),
        ("<https://wiki.example.org/vpn|the runbook>", "the runbook (https://wiki.example.org/vpn)"),
        ("*bold* _it_ `x &lt; y` :ticket: 10:30:15", "*bold* _it_ `x < y` 🎫 10:30:15"),
        ("so :thumbsup::skin-tone-4: :our_own:", "so 👍🏽 :our_own:"),
        ("a\x00b\ud800c", "abc"),
        ("&lt;!channel&gt;", "<!channel>"),
    ],
)
def test_slacks_form_of_a_text_is_read_as_its_author_sees_it(typed: str, read: str) -> None:
    assert text_of(typed) == read


@pytest.mark.parametrize(
    "shape",
    [
        {"subtype": "bot_message", "bot_id": "B1", "user": None},
        {"bot_id": "B0OTHER"},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic", "topic": "x"},
        {"subtype": "message_replied", "message": {}},
        {"subtype": "huddle_thread"},
        {"subtype": "assistant_app_thread"},
    ],
)
def test_bots_and_slacks_own_notices_are_not_heard(shape: Json) -> None:
    assert event(**message(**shape)) is None


FILES = [
    {"id": "F1", "title": "error.png", "permalink": "https://acme.slack.com/files/F1", "mimetype": "image/png",
     "size": 34_400},
    {"id": "F2", "name": "log.txt"},
]  # fmt: skip
PICTURE = File("error.png", "https://acme.slack.com/files/F1", "image/png", 34_400)


def test_answers_broadcasts_direct_messages_and_files() -> None:
    thread = ThreadRef(ROOM, "1763790000.000100")
    answer = event(**message(thread_ts=thread.root))
    broadcast = event(**message(thread_ts=thread.root, subtype="thread_broadcast", root={"ts": thread.root}))
    assert isinstance(answer, MessagePosted)
    assert answer.thread == thread
    assert answer == broadcast
    root = event(**message(thread_ts=TS, reply_count=2))
    assert isinstance(root, MessagePosted)
    assert root.thread is None
    direct = event(**message(channel="D0ANNA", channel_type="im"))
    assert isinstance(direct, MessagePosted)
    assert direct.direct
    shared = event(**message("", subtype="file_share", files=FILES))
    assert isinstance(shared, MessagePosted)
    assert shared.text == "error.png, log.txt"
    assert shared.files == (PICTURE, File("log.txt", ""))
    assert shared.words == ""


def forwarded(text: str, **more: Any) -> Json:
    """How Slack sends a message that was forwarded: its words are in no field of the message itself."""
    whence = "https://acme.slack.com/archives/C0OTHER/p1763790000000100"
    return {
        "is_share": True, "is_msg_unfurl": True, "author_id": "U0BEN", "author_name": "Ben", "channel_id": "C0OTHER",
        "ts": "1763790000.000100", "from_url": whence, "fallback": f"[November 22nd, 2025 8:00 AM] ben: {text}",
        "text": text, "mrkdwn_in": ["text"], "footer": "Posted in #other",
    } | more  # fmt: skip


def test_what_was_forwarded_is_heard_as_somebody_elses_words() -> None:
    asked = event(**message("can you look?", attachments=[forwarded("<@U0BOT> outage the *printer* &amp; <@U0BEN>")]))
    assert isinstance(asked, MessagePosted)
    assert asked.text == "can you look?\n“@U0BOT outage the *printer* & @Ben”"
    assert (asked.addressed, asked.mentions) == (False, ())
    alone = event(**message("", attachments=[forwarded("it is on fire", files=FILES)]))
    assert isinstance(alone, MessagePosted)
    assert (alone.text, alone.files) == ("“it is on fire”", (PICTURE, File("log.txt", "")))
    picture = event(**message("", attachments=[forwarded("", files=FILES[:1])]))
    assert isinstance(picture, MessagePosted)
    assert (picture.text, picture.words) == ("error.png", "")


def test_what_a_link_leads_to_is_not_what_somebody_said() -> None:
    unfurled = {"from_url": "https://example.org", "text": "A page about printers", "fallback": "A page", "id": 1}
    assert text_of("see https://example.org") == "see https://example.org"
    heard = event(**message("see <https://example.org>", attachments=[unfurled]))
    assert isinstance(heard, MessagePosted)
    assert heard.text == "see https://example.org"


def test_the_names_of_those_a_forwarded_message_mentions_are_asked_for() -> None:
    said = message("look", attachments=[forwarded("ask <@U0BEN>")])
    assert people_in({"type": "event_callback", "event": said}) == {"U024BE7LH", "U0BEN"}


def test_a_file_of_another_organisation_of_which_only_the_id_is_told_is_kept() -> None:
    stub = {"id": "F0PARTNER", "mode": "file_access", "file_access": "check_file_info"}
    heard = event(**message("", subtype="file_share", files=[stub]))
    assert isinstance(heard, MessagePosted)
    assert (heard.text, heard.files) == ("F0PARTNER", (File("F0PARTNER", ""),))


def changed(now: Json, before: Json) -> ChatEvent | None:
    return event(
        type="message", subtype="message_changed", hidden=True, channel="C061EG9SL", channel_type="channel",
        ts="1763791300.000100", event_ts="1763791300.000100", message=now, previous_message=before,
    )  # fmt: skip


def test_an_edit_is_known_by_when_it_was_made() -> None:
    edited = {"user": "U024BE7LH", "ts": "1763791300.000000"}
    assert changed(message("printer &amp; scanner", edited=edited), message()) == MessageEdited(
        delivery=f"slack:C061EG9SL:{TS}:edited:1763791300.000000", at=datetime(2025, 11, 22, 6, 1, 40, tzinfo=UTC),
        by=ANNA, by_name="Anna", room=ROOM, message=MessageRef(ROOM, TS), text="printer & scanner",
    )  # fmt: skip


def test_an_edit_keeps_what_was_sent_along() -> None:
    edited = {"user": "U024BE7LH", "ts": "1763791300.000000"}
    file = {"id": "F1", "title": "error.png", "permalink": "https://acme.slack.com/files/F1"}
    heard = changed(message("the printer", subtype="file_share", files=[file], edited=edited), message("teh printer"))

    assert isinstance(heard, MessageEdited)
    assert heard.files == (File("error.png", "https://acme.slack.com/files/F1"),)


def test_taking_a_file_away_is_an_edit_though_nobody_typed() -> None:
    gone = [FILES[0], {"id": "F2", "mode": "tombstone", "name": "log.txt"}]
    heard = changed(message("the printer", subtype="file_share", files=gone), message("the printer", files=FILES))

    assert heard == MessageEdited(
        delivery=f"slack:C061EG9SL:{TS}:edited:1763791300.000100", at=datetime(2025, 11, 22, 6, 1, 40, 100, UTC),
        by=ANNA, by_name="Anna", room=ROOM, message=MessageRef(ROOM, TS), text="the printer", files=(PICTURE,),
    )  # fmt: skip
    last = changed(message("", subtype="file_share", files=gone[1:]), message("", files=FILES))
    assert isinstance(last, MessageEdited)
    assert (last.text, last.files) == ("", ())


def test_an_unfurled_link_is_no_edit() -> None:
    unfurled = message("https://x.org", attachments=[{"title": "X"}])
    assert changed(unfurled, message("https://x.org")) is None
    edited = {"user": "U024BE7LH", "ts": "1763791300.000000"}
    assert changed(unfurled | {"edited": edited}, message("https://x.org", edited=edited)) is None
    assert changed(message("INC-1 now", user="U0BOT", bot_id="B0BOT", edited=edited), message("INC-1")) is None


def test_a_deletion_with_and_without_answers() -> None:
    plain = event(
        type="message", subtype="message_deleted", hidden=True, channel="C061EG9SL", ts="1763791400.000300",
        event_ts="1763791400.000300", deleted_ts=TS, previous_message=message(),
    )  # fmt: skip
    assert plain == MessageDeleted(
        delivery=f"slack:C061EG9SL:{TS}:deleted", at=datetime(2025, 11, 22, 6, 3, 20, 300, UTC), by=ANNA,
        by_name="Anna", room=ROOM, message=MessageRef(ROOM, TS),
    )  # fmt: skip
    tombstone = {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "text": "This message was deleted.",
        "ts": TS,
    }
    with_answers = changed(tombstone, message(reply_count=1))
    assert isinstance(with_answers, MessageDeleted)
    assert with_answers.delivery == plain.delivery
    own = event(
        type="message", subtype="message_deleted", channel="C061EG9SL", ts="1.1", deleted_ts=TS,
        previous_message=message(user="U0BOT", bot_id="B0BOT"),
    )  # fmt: skip
    assert own is None


def test_a_reaction() -> None:
    item = {"type": "message", "channel": "C061EG9SL", "ts": TS}
    reaction = {"type": "reaction_added", "user": "U024BE7LH", "reaction": "ticket", "item_user": "U0BEN", "item": item}
    assert event(**reaction, event_ts="1763791300.000100") == ReactionAdded(
        delivery=f"slack:C061EG9SL:{TS}:reaction added:ticket:U024BE7LH:1763791300.000100",
        at=datetime(2025, 11, 22, 6, 1, 40, 100, UTC), by=ANNA, by_name="Anna", room=ROOM,
        message=MessageRef(ROOM, TS), emoji="🎫",
    )  # fmt: skip
    assert event(**reaction | {"user": "U0BOT"}, event_ts="1.1") is None
    assert event(**reaction | {"item": {"type": "file", "file": "F1"}}, event_ts="1.1") is None


def test_a_slash_command() -> None:
    assert hear(
        {
            "token": "t", "team_id": "T0", "channel_id": "C061EG9SL", "channel_name": "it-help",
            "user_id": "U0NEW", "user_name": "new.person", "command": "/swarm", "api_app_id": "A0",
            "text": "hand over INC-4 <@U0BEN|ben>", "response_url": "https://hooks.example.org/x",
            "trigger_id": "13345224609.738474920.8088930838d88f",
        }
    ) == CommandGiven(
        delivery="slack:command:13345224609.738474920.8088930838d88f", at=NOW, by=UserRef(Platform.SLACK, "U0NEW"),
        by_name="new.person", room=ROOM, text="hand over INC-4 @ben", mentions=(UserRef(Platform.SLACK, "U0BEN"),),
        trigger="13345224609.738474920.8088930838d88f",
    )  # fmt: skip


def tapped(**more: Any) -> Json:
    action = {
        "action_id": "me_too|1",
        "block_id": "b1",
        "type": "button",
        "value": "INC-4",
        "action_ts": "1763791300.5",
    }
    return {
        "type": "block_actions", "user": {"id": "U024BE7LH", "username": "anna", "name": "anna", "team_id": "T0"},
        "container": {"type": "message", "message_ts": TS, "channel_id": "C061EG9SL", "is_ephemeral": False},
        "trigger_id": "12.34.ab", "channel": {"id": "C061EG9SL", "name": "it-help"},
        "message": {"type": "message", "user": "U0BOT", "ts": TS, "thread_ts": "1763790000.000100"},
        "actions": [action | {"action_ts": "1763791300.5"}],
    } | more  # fmt: skip


def test_a_tapped_button() -> None:
    assert hear(tapped()) == ActionTaken(
        delivery=f"slack:C061EG9SL:{TS}:action:me_too|1:U024BE7LH:1763791300.5",
        at=datetime(2025, 11, 22, 6, 1, 40, 500_000, UTC), by=ANNA, by_name="Anna", room=ROOM, action="me_too",
        value="INC-4", message=MessageRef(ROOM, TS), thread=ThreadRef(ROOM, "1763790000.000100"), trigger="12.34.ab",
    )  # fmt: skip


def test_a_tapped_link_and_a_button_of_somebody_else_mean_nothing() -> None:
    assert hear(tapped(actions=[{"action_id": "-link|0", "action_ts": "1.1"}])) is None
    assert hear(tapped(actions=[{"action_id": "legacy", "action_ts": "1.1"}])) is None
    assert hear(tapped(actions=[])) is None
    assert hear(tapped(channel=None, container={"type": "view", "view_id": "V1"})) is None


def test_a_submitted_form() -> None:
    metadata = (
        '{"context":"INC-4","room":"C061EG9SL","thread":"1763790000.000100","language":"de","fields":[["how",1,500]]}'
    )
    assert hear(
        {
            "type": "view_submission", "team": {"id": "T0"}, "user": {"id": "U024BE7LH", "name": "anna"},
            "trigger_id": "1.2.c",
            "view": {
                "id": "V0FORM", "type": "modal", "callback_id": "resolve", "private_metadata": metadata, "hash": "1.a",
                "state": {
                    "values": {
                        "how": {"input": {"type": "plain_text_input", "value": " toner \n"}},
                        "cause": {"input": {"type": "plain_text_input", "value": None}},
                        "kind": {"input": {"type": "static_select", "selected_option": {"value": "yes"}}},
                    }
                },
            },
        }
    ) == FormSubmitted(
        delivery="slack:form:V0FORM", at=NOW, by=ANNA, by_name="Anna", room=ROOM, form="resolve", context="INC-4",
        values={"how": "toner", "cause": "", "kind": "yes"}, thread=ThreadRef(ROOM, "1763790000.000100"),
    )  # fmt: skip


def test_the_shortcut_on_a_message() -> None:
    payload = {
        "type": "message_action", "callback_id": "report_message", "trigger_id": "1.2.d", "action_ts": "1763791300.5",
        "message_ts": TS, "channel": {"id": "C061EG9SL", "name": "it-help"}, "user": {"id": "U0BEN", "name": "ben"},
        "message": {"type": "message", "user": "U024BE7LH", "ts": TS, "text": "door &amp; lock", "thread_ts": "1.1"},
    }  # fmt: skip
    assert hear(payload) == ShortcutUsed(
        delivery="slack:shortcut:1.2.d", at=datetime(2025, 11, 22, 6, 1, 40, 500_000, UTC),
        by=UserRef(Platform.SLACK, "U0BEN"), by_name="Ben", room=ROOM, shortcut="report_message",
        message=MessageRef(ROOM, TS), text="door & lock", author=ANNA, author_name="Anna",
        thread=ThreadRef(ROOM, "1.1"), trigger="1.2.d",
    )  # fmt: skip
    assert "U024BE7LH" in people_in(payload)


def test_names_are_wanted_for_the_author_and_those_mentioned() -> None:
    assert people_in({"type": "event_callback", "event": message("<@U0BEN> and <@U0BOT|x>")}) == {
        "U024BE7LH", "U0BEN", "U0BOT",
    }  # fmt: skip
    assert people_in({"command": "/swarm"}) == frozenset()


@pytest.mark.parametrize(
    "kind", ["view_closed", "block_suggestion", "shortcut", "event_callback", "interactive_message"]
)
def test_what_is_not_for_the_bot_is_nothing(kind: str) -> None:
    assert hear({"type": kind, "event": {"type": "user_change", "user": {"id": "U1"}}}) is None

"""Addresses of our own pages in people's messages: what the page says to everybody is shown below them, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.manifest import manifest
from adapters.slack.platform import SlackChat
from adapters.slack.translate import translate
from bot.chat import HasPreviews
from bot.events import LinkShared
from bot.refs import MessageRef
from tests.journey.worlds import SlackWorld
from tests.slack_adapter.conftest import card, once, room
from tests.slack_adapter.organised import PUBLIC, organised
from tests.slack_adapter.test_slack_translate import ME
from tests.strict_slack import Person, Room, StrictSlack
from tests.strict_slack.model import Message

INCIDENT, ARTICLE = f"{PUBLIC}/incidents/INC-1", f"{PUBLIC}/knowledge/KB-1"

SHARED = {
    "type": "link_shared", "channel": "C061EG9SL", "is_bot_user_member": True, "user": "U024BE7LH",
    "message_ts": "1763791234.000200", "unfurl_id": "C061EG9SL.1763791234.000200.1b90", "event_ts": "1763791235.1855",
    "source": "conversations_history", "links": [{"domain": "status.example.org", "url": INCIDENT}],
}  # fmt: skip


def heard(event: dict[str, Any]) -> object:
    return translate({"type": "event_callback", "event": event}, ME, heard_at=datetime.now(UTC), names={})


def test_a_shared_link_is_heard_with_its_message() -> None:
    event = heard(SHARED)

    assert isinstance(event, LinkShared)
    assert (event.message.id, str(event.by), event.addresses) == ("1763791234.000200", "slack:U024BE7LH", (INCIDENT,))


def test_a_link_that_is_only_being_typed_or_that_the_bot_wrote_is_not() -> None:
    assert heard(SHARED | {"source": "composer", "channel": "COMPOSER", "message_ts": "4b1ee1c2"}) is None
    assert heard(SHARED | {"user": ME.user}) is None


@pytest.mark.parametrize(
    ("public", "domains"),
    [(PUBLIC, ["status.example.org"]), ("https://a.example.org:8443/x", ["a.example.org"]), ("", None),
     ("http://127.0.0.1:8080", None), ("http://localhost:8080", None)],
)  # fmt: skip
def test_the_manifest_names_the_domain_where_there_is_one(public: str, domains: list[str] | None) -> None:
    assert manifest("socket", public_url=public)["features"].get("unfurl_domains") == domains


async def test_a_card_is_shown_below_a_message_and_the_same_twice_is_fine(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    port: HasPreviews = chat
    said = await alice.says(it_help, f"see {INCIDENT}")
    where = MessageRef(room(it_help), said.ts)

    await port.preview(where, INCIDENT, card("VPN is down"), once())
    await port.preview(where, "https://status.example.org/elsewhere", card("not in it"), once("other"))

    assert shown(said) == "VPN is down"
    slack.assert_clean()


async def test_a_message_that_was_taken_back_shows_nothing_and_is_no_trouble(
    slack: StrictSlack, chat: SlackChat, alice: Person, it_help: Room
) -> None:
    said = await alice.says(it_help, f"see {INCIDENT}")
    await alice.deletes(said)
    await chat.preview(MessageRef(room(it_help), said.ts), INCIDENT, card("VPN is down"), once())


def shown(message: Message) -> str:
    """The words that are shown below a message."""
    return " ".join(_words([one.get("blocks") for one in message.attachments]))


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [word for inside in value.values() for word in _words(inside)]
    return [word for inside in value for word in _words(inside)] if isinstance(value, list) else []


async def declared(world: SlackWorld) -> None:
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "direct", "outage INC-1")
    await world.room_opens("inc-1-vpn")
    await world.says("mehmet", "direct", "update INC-1 The gateway is being replaced.")
    await world.sees("tom", "The gateway is being replaced.")


async def test_the_address_of_an_outage_shows_what_its_page_says_and_nothing_to_tap(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        await declared(world)
        said = await world.says("nils", "help", f"<{INCIDENT}|this> and {PUBLIC}/incidents/INC-99")
        said = await world.says("nils", "help", f"look at {INCIDENT}")
        await world.slack.wait_for(lambda: said.raw.attachments, 10)

    assert [one["from_url"] for one in said.raw.attachments] == [INCIDENT]
    assert "INC-1" in shown(said.raw)
    assert "The gateway is being replaced." in shown(said.raw)
    assert "Tom" not in shown(said.raw)
    assert not [block for one in said.raw.attachments for block in one["blocks"] if block["type"] == "actions"]


async def test_what_has_no_public_page_shows_nothing(tmp_path: Path) -> None:
    def confide(catalogue: dict[str, Any]) -> None:
        catalogue["services"][0]["confidential"] = True

    async with organised(tmp_path, confide) as world:
        await world.says("mehmet", "direct", "report The VPN does not connect")
        await world.sees("mehmet", "INC-1", "is registered")
        said = await world.says("mehmet", "direct", f"look at {INCIDENT} and {ARTICLE}")
        await world.says("mehmet", "direct", "outage INC-1")
        await world.room_opens("inc-1")
        again = await world.says("mehmet", "help", f"look at {INCIDENT} and {ARTICLE}")
        await world.says("mehmet", "help", "@swarmbridge article KB-9")
        await world.sees("mehmet", "I do not know the article")  # so all before was heard

    assert (said.raw.attachments, again.raw.attachments) == ([], [])
    assert world.slack.called("chat.unfurl") == []


async def test_the_address_of_a_published_article_shows_it(tmp_path: Path) -> None:
    async with organised(tmp_path) as world:
        await world.says("tom", "help", "The VPN does not connect")
        await world.sees("tom", "INC-1", "is registered")
        await world.says("mehmet", "direct", "resolve INC-1 Restart the client and choose the second gateway.")
        draft = await world.sees("mehmet", "KB-1", button="Publish")
        early = await world.says("nils", "help", f"is it {ARTICLE} ?")
        await world.says("nils", "help", "@swarmbridge article KB-1")
        await world.sees("nils", "I do not know the article")  # so all before was heard
        await world.taps("mehmet", draft, "Publish")
        await world.sees("mehmet", "KB-1", "published")
        said = await world.says("nils", "help", f"look at {ARTICLE}")
        await world.slack.wait_for(lambda: said.raw.attachments, 10)

    assert "choose the second gateway" in shown(said.raw)
    assert early.raw.attachments == []

"""What only some networks have beside the conversations: homes, bookmarks, previews of pages."""

from __future__ import annotations

import pytest

from bot.chat import Chat, HasBookmarks, HasHomes, HasPresence, HasPreviews, HasWorkspaces
from bot.events import HomeOpened, LinkShared
from bot.home import Entry, Home
from bot.presence import Presence
from bot.refs import RoomRef
from tests.port.ledger import covers
from tests.port.matrix_network import MatrixNetwork
from tests.port.network import Network, card, once, unique
from tests.port.slack_network import PAGES, SlackNetwork

pytestmark = pytest.mark.asyncio(loop_scope="session")


@covers("HomeOpened", "show_home")
async def test_a_home_is_shown_to_whoever_opens_it_in_place_of_what_it_showed(network: Network, chat: Chat) -> None:
    assert isinstance(network, SlackNetwork)
    assert isinstance(chat, HasHomes)
    anna = network.people["anna"]
    await network.opens_home("anna")

    [opened] = await network.heard_of(await network.direct("anna"), HomeOpened)
    for words in ("INC-4 is open", "Nothing is open"):
        home = Home(cards=(card(words),), search=Entry("Search", "What is wrong?"), more="There is more.")
        await chat.show_home(anna, home, once())

    assert isinstance(opened, HomeOpened)
    assert (opened.by, opened.looking_for) == (anna, "")
    assert network.home("anna").splitlines()[-1] == "Nothing is open"
    assert "INC-4" not in network.home("anna")
    assert network.home("ben") == ""


@covers("open_room_near")
async def test_a_room_is_opened_where_somebody_is_once(network: Network, chat: Chat) -> None:
    assert isinstance(chat, HasWorkspaces)
    anna, key, name = network.people["anna"], unique("near"), unique("inc-7-mail")

    opened = await chat.open_room_near(anna, name, "Mail is down", once(key))
    again = await chat.open_room_near(anna, name, "Mail is down", once(key, doubtful=True))

    assert again == opened
    await chat.invite(opened, [anna], once(unique("invite")))
    assert anna in await chat.members(opened)


@covers("bookmark")
async def test_an_address_is_kept_at_the_head_of_a_room_once(network: Network, chat: Chat) -> None:
    assert isinstance(network, SlackNetwork)
    assert isinstance(chat, HasBookmarks)
    swarm, key = await network.swarm_room(), unique("bookmark")

    await chat.bookmark(swarm, "Status page", f"{PAGES}/incidents/INC-4", once(key))
    await chat.bookmark(swarm, "Status page", f"{PAGES}/incidents/INC-4", once(key, doubtful=True))

    assert network.bookmarks(swarm) == [("Status page", f"{PAGES}/incidents/INC-4")]


@covers("LinkShared", "preview")
async def test_below_a_link_to_our_pages_stands_what_it_leads_to(network: Network, chat: Chat, room: RoomRef) -> None:
    assert isinstance(network, SlackNetwork)
    assert isinstance(chat, HasPreviews)
    address = f"{PAGES}/incidents/INC-4"
    said = await network.says("anna", room, f"is that {address} or https://elsewhere.example.com/x?")

    _, shared = await network.heard(room)
    assert isinstance(shared, LinkShared)
    assert (shared.message, shared.addresses, shared.by) == (said, (address,), network.people["anna"])
    await chat.preview(said, address, card("INC-4 · VPN · open"), once())

    assert "INC-4 · VPN · open" in (await network.one("ben", said)).text
    await network.deletes("anna", said)
    await chat.preview(said, address, card("INC-4 · VPN · open"), once())


@covers("presence")
async def test_it_is_known_who_is_away_and_nothing_of_whom_nobody_has(network: Network, chat: Chat) -> None:
    assert isinstance(network, SlackNetwork | MatrixNetwork)
    assert isinstance(chat, HasPresence)
    ben = network.people["ben"]
    await network.shared("swarm")
    await network.goes_away("ben")

    assert await chat.presence([ben, network.stranger]) == {ben: Presence(away=True)}

"""Where a network is away or will not do it: the two errors of the port, and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest

from bot.chat import Chat
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from tests.port import ledger
from tests.port.ledger import State, covers
from tests.port.network import FORM, Network, card, once

pytestmark = pytest.mark.asyncio(loop_scope="session")

Act = Callable[[Chat, MessageRef, UserRef], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "post": lambda chat, at, who: chat.post(at.room, card("Hello"), once()),
    "edit": lambda chat, at, who: chat.edit(at, card("Hello"), once()),
    "retract": lambda chat, at, who: chat.retract(at, once()),
    "react": lambda chat, at, who: chat.react(at, "🎫", once()),
    "unreact": lambda chat, at, who: chat.unreact(at, "🎫", once()),
    "pin": lambda chat, at, who: chat.pin(at, once()),
    "answer": lambda chat, at, who: chat.answer(at.room, who, card("Hello"), once()),
    "ask": lambda chat, at, who: chat.ask(at.room, who, FORM, "trigger", once()),
    "open_room": lambda chat, at, who: chat.open_room("inc", "", once()),
    "invite": lambda chat, at, who: chat.invite(at.room, [who], once()),
    "remove": lambda chat, at, who: chat.remove(at.room, who, once()),
    "set_topic": lambda chat, at, who: chat.set_topic(at.room, "Hello", once()),
    "close_room": lambda chat, at, who: chat.close_room(at.room, once()),
    "read_thread": lambda chat, at, who: chat.read_thread(ThreadRef.under(at)),
    "members": lambda chat, at, who: chat.members(at.room),
}
"""Each act of which a network must be asked, done somewhere."""

NOWHERE = {
    Platform.SLACK: MessageRef(RoomRef(Platform.SLACK, "C0NOWHERE0"), "1600000000.000100"),
    Platform.MATRIX: MessageRef(RoomRef(Platform.MATRIX, "!nowhere:matrix.test"), "$nothing"),
    Platform.LOCAL: MessageRef(RoomRef(Platform.LOCAL, "nowhere"), "m999999"),
}
NEEDS_NO_PLACE = {"ask", "open_room"}


@pytest.mark.parametrize("act", ACTS)
async def test_a_network_that_is_away_does_it_later_and_surely_has_not_done_it(network: Network, act: str) -> None:
    exempt = ledger.ACTS[act, network.platform].state is State.EXEMPT

    with pytest.raises(ChatRefused if exempt else ChatUnavailable) as away:
        await ACTS[act](network.away, NOWHERE[network.platform], network.people["anna"])

    assert not getattr(away.value, "doubtful", False)


@covers("listen", "check")
async def test_a_network_that_is_away_is_said_to_be(network: Network) -> None:
    assert not network.away.connected
    assert network.chat.connected
    try:
        findings = await network.away.check()
    except ChatUnavailable:
        return
    assert [finding.ok for finding in findings] == [False]
    assert findings[0].advice


@pytest.mark.parametrize("act", sorted(set(ACTS) - NEEDS_NO_PLACE))
async def test_what_is_not_there_is_refused_with_the_networks_own_word(network: Network, act: str) -> None:
    if act in _FINE_WHERE_NOTHING_IS[network.platform]:
        await ACTS[act](network.chat, NOWHERE[network.platform], network.people["anna"])
        return
    with pytest.raises(ChatRefused) as refused:
        await ACTS[act](network.chat, NOWHERE[network.platform], network.people["anna"])

    assert refused.value.code


_FINE_WHERE_NOTHING_IS: dict[Platform, Sequence[str]] = {
    Platform.SLACK: ["answer"],  # it comes directly where the bot cannot speak
    Platform.MATRIX: ["answer"],  # it always comes directly
    Platform.LOCAL: [],
}


async def test_a_form_that_nothing_was_done_for_comes_too_late(network: Network, chat: Chat, room: RoomRef) -> None:
    with pytest.raises(ChatRefused) as refused:
        await chat.ask(room, network.people["anna"], FORM, "", once())

    assert refused.value.code == "expired_trigger", "which makes the thread ask instead"


@pytest.mark.parametrize("act", ["edit", "retract"])
async def test_what_somebody_else_wrote_is_not_changed(network: Network, chat: Chat, room: RoomRef, act: str) -> None:
    said = await network.says("anna", room, "VPN is down")

    with suppress(ChatRefused):  # Matrix takes an edit by somebody else, and no client shows it
        await ACTS[act](chat, said, network.people["anna"])

    assert (await network.one("ben", said)).text == "VPN is down"


async def test_what_is_exempt_is_refused(network: Network, chat: Chat, room: RoomRef) -> None:
    message = await network.says("anna", room, "VPN is down")
    exempt = {name for (name, on), entry in ledger.ACTS.items()
              if on == network.platform and entry.state is State.EXEMPT}  # fmt: skip
    extras = {act: port for port in ledger.EXTRAS for act in ledger.acts_of(port)}

    for act, port in extras.items():
        assert isinstance(chat, port) is (act not in exempt), act
    for act in exempt - set(extras):
        with pytest.raises(ChatRefused):
            await ACTS[act](chat, message, network.people["anna"])

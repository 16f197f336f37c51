"""Letters from device to device: one that fails keeps nothing else from being done, and none is answered for ever."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix.letters import BETWEEN_MENDINGS, CANCEL
from adapters.matrix.olm import OLM, Olm
from adapters.matrix.shelf import Shelf
from adapters.matrix.vault import Vault
from bot.events import MessagePosted
from tests.hours import hurry, run
from tests.matrix.bad_line import PROXY_ERROR, Fault
from tests.matrix.bots import Bot, Met, on_a_line
from tests.matrix.people import Person, eventually
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.synapse import SynapseServer

NEARLY_AS_LONG_AS_ALLOWED = 65_300
TOO_LARGE = Fault(413, '{"errcode": "M_TOO_LARGE", "error": "The letter is too long"}')


@pytest.fixture
async def met(synapse: SynapseServer, tmp_path: Path) -> AsyncIterator[Met]:
    async with on_a_line(synapse, tmp_path, encrypts=True) as found:
        yield found


async def write(person: Person, to: str, kind: str, content: dict[str, Any]) -> None:
    """A letter to all devices of somebody's."""
    body = {"messages": {to: {"*": content}}}
    await person.call("PUT", "sendToDevice", kind, secrets.token_hex(8), body=body)


async def ask_to_compare(person: Person, bot: Bot, number: str) -> None:
    wanted = {"from_device": person.account.device_id, "transaction_id": number, "methods": ["m.sas.v1"]}
    await write(person, bot.id, "m.key.verification.request", wanted)


async def answered(person: Person) -> list[str]:
    """The numbers of the requests to compare signs that were declined."""
    told = (await person.sync()).get("to_device", {}).get("events", [])
    return [letter["content"]["transaction_id"] for letter in told if letter["type"] == CANCEL]


async def test_a_request_too_long_to_be_answered_holds_nothing_up(met: Met) -> None:
    bot, anna, line = met
    async with bot.listening():
        await ask_to_compare(anna, bot, "x" * NEARLY_AS_LONG_AS_ALLOWED)
        await ask_to_compare(anna, bot, "short")
        await bot.enter(anna)
        assert await eventually(lambda: answered(anna)) == ["short"]
        assert bot.chat.connected

    assert line.count(CANCEL) == 1


async def test_a_letter_that_is_refused_holds_up_no_other(met: Met) -> None:
    bot, anna, line = met
    refused = iter([TOO_LARGE])
    line.faults = lambda method, path: next(refused, None) if CANCEL in path else None
    async with bot.listening():
        await ask_to_compare(anna, bot, "refused")
        await ask_to_compare(anna, bot, "sent")
        await bot.enter(anna)
        assert await eventually(lambda: answered(anna)) == ["sent"]


async def test_a_letter_that_cannot_be_sent_now_is_sent_later(met: Met) -> None:
    bot, anna, line = met
    failing = iter([PROXY_ERROR])
    line.faults = lambda method, path: next(failing, None) if CANCEL in path else None
    async with bot.listening():
        await ask_to_compare(anna, bot, "late")
        assert await eventually(lambda: answered(anna)) == ["late"]


async def test_a_request_in_a_room_where_the_bot_may_not_write_holds_nothing_up(met: Met) -> None:
    bot, anna, line = met
    async with bot.listening():
        room = await bot.enter(anna, power_level_content_override={"events_default": 50})
        wanted = {"from_device": anna.account.device_id, "to": bot.id, "methods": ["m.sas.v1"]}
        await anna.say(room, "compare", more=wanted | {"msgtype": "m.key.verification.request"})
        await bot.enter(anna, "another room")
        await anna.say(room, "are you there?")
        [heard] = await bot.hears(MessagePosted)
        assert bot.chat.connected

    assert heard.text == "are you there?"
    assert line.count(f"/send/{CANCEL}/") == 1


async def device(person: Person, inbox: TinyInbox) -> Olm:
    """The keys of a person's device, which the homeserver has."""
    shelf = Shelf(Vault(secrets.token_hex(16)), person.id)
    shelf.open(inbox)
    olm = Olm(shelf, person.id)
    await olm.load(person.account.device_id)
    body = {"device_keys": olm.device_keys(), "one_time_keys": olm.one_time_keys(0)}
    await person.call("POST", "keys", "upload", body=body)
    return olm


def test_a_device_is_mended_once_for_a_letter_and_again_for_another_one_an_hour_later(
    synapse: SynapseServer, tmp_path: Path
) -> None:
    async def story() -> None:
        async with on_a_line(synapse, tmp_path, encrypts=True) as (bot, anna, line), bot.listening():
            olm = await device(anna, bot.inbox)
            room = await bot.enter(anna)

            async def garble() -> None:
                garbled = {"ciphertext": {}, "algorithm": OLM, "sender_key": olm.curve}
                await write(anna, bot.id, "m.room.encrypted", garbled | {"n": secrets.token_hex(4)})

            async def mendings_when(said: str, garbled: int = 0) -> int:
                """How many mendings there ever were, once so many garbled letters have come, this was heard, and all
                was done that was to do then."""
                receipts = line.count("/receipt/")

                async def shown() -> bool:
                    return line.count("/receipt/") > receipts

                for _ in range(garbled):
                    await garble()
                await anna.say(room, said)
                await eventually(shown)
                return line.count("/keys/claim")

            async def an_hour_passes() -> None:
                line.faults = lambda method, path: PROXY_ERROR
                await hurry(BETWEEN_MENDINGS)
                line.faults = lambda method, path: None
                passed = line.count()
                while line.count() == passed:
                    await hurry(1)

            assert await mendings_when("one", garbled=1) == 1
            await an_hour_passes()
            assert await mendings_when("an hour later") == 1
            assert await mendings_when("another letter", garbled=2) == 2
            assert await mendings_when("too soon", garbled=1) == 2
            await an_hour_passes()
            assert await mendings_when("due") == 3
            told = (await anna.sync())["to_device"]["events"]
            assert [letter["type"] for letter in told].count("m.room.encrypted") == 3

    run(story())

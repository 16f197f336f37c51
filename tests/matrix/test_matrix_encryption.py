"""Encrypted rooms, with a person whose client and encryption others wrote, on a real homeserver."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.matrix.encryption import FALLBACK
from adapters.matrix.olm import ONE_TIME_KEYS
from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.shelf import Shelf
from adapters.matrix.vault import vault_for
from bot.errors import ChatUnavailable
from bot.events import (
    ActionTaken,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessageUnreadable,
    ReactionAdded,
)
from bot.refs import ThreadRef
from tests.conftest import made
from tests.matrix.bad_line import LOST_ANSWER, BadLine
from tests.matrix.bots import Bot, card, choice, once, room_ref, user_ref
from tests.matrix.conftest import Meet
from tests.matrix.people import Person, eventually
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.peer import Json, Peer, installed
from tests.servers.synapse import SynapseServer

ENCRYPTED = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def bot(synapse: SynapseServer, tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot with its password and a place for keys, not listening yet."""
    account = synapse.register("swarmbridge")
    settings = MatrixSettings(
        homeserver=synapse.base_url, user_id=account.user_id, password=account.password, store_path=tmp_path / "keys"
    )
    inbox = TinyInbox(tmp_path / "inbox.sqlite")
    chat = MatrixChat(settings)
    started = Bot(account, settings, inbox, chat, [chat])
    yield started
    for each in started.started:
        await each.close()
    inbox.close()


@pytest.fixture(scope="session")
def other_client() -> None:
    """The other client is installed; a skip that says so where it is not, and a failure under CI=true."""
    made(installed)


@pytest.fixture
async def anna(other_client: None, synapse: SynapseServer) -> AsyncIterator[Peer]:
    """Anna, whose client shares nothing with devices that their owner has not signed, and believes none of them."""
    async with Peer.started(synapse.base_url, synapse.register("anna")) as peer:
        await peer.ask("sign_own_device")
        await peer.ask("only_signed_devices")
        yield peer


@pytest.fixture
async def host(meet: Meet) -> Person:
    """Somebody who opens rooms."""
    return await meet("host")


async def room_of(host: Person, bot: Bot, *peers: Peer) -> str:
    """An encrypted room with all of them in it."""
    room = await host.open_room("help", invite=[bot.id, *(peer.id for peer in peers)], initial_state=[ENCRYPTED])
    for someone in (bot.id, *(peer.id for peer in peers)):
        await eventually(functools.partial(is_in, host, room, someone))
    return room


async def is_in(host: Person, room: str, user: str) -> bool:
    return (await host.state(room)).get(("m.room.member", user), {}).get("membership") == "join"


async def read_by(peer: Peer, event: str) -> Json:
    """An event as the peer reads it, waited for until it could be decrypted."""

    async def found() -> list[Json]:
        return [each for each in await peer.heard() if each["id"] == event and not each["unreadable"]]

    return (await eventually(found))[0]


async def asked_who_is_there(line: BadLine) -> bool:
    return any(request.endswith("/members") for request in line.passed)


async def texts(bot: Bot) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]


async def test_both_read_each_other_though_only_signed_devices_count(bot: Bot, host: Person, anna: Peer) -> None:
    async with bot.listening():
        room = await room_of(host, bot, anna)
        question = await anna.say(room, "the printer is on fire")
        [heard] = await bot.hears(MessagePosted)
        thread = ThreadRef(room_ref(room), question)
        answer = await bot.chat.post(room_ref(room), choice("Registered as INC-4."), once("a"), thread=thread)
        read = await read_by(anna, answer.id)

    assert (heard.text, heard.message.id) == ("the printer is on fire", question)
    assert read["content"]["body"].startswith("Registered as INC-4.")
    assert (read["sent_as"], read["shield"]) == ("m.room.encrypted", None)
    assert read["relation"]["event_id"] == question  # readable for homeservers, who make threads of it
    assert await anna.ask("devices_of", who=bot.id) == [{"id": await device_of(bot), "signed": True}]
    assert "INC-4" not in json.dumps(await host.event(room, answer.id))


async def test_edits_threads_reactions_numbers_and_deletions_are_heard(bot: Bot, host: Person, anna: Peer) -> None:
    async with bot.listening():
        room = await room_of(host, bot, anna)
        asked = await anna.say(room, "the printer is on fire")
        await bot.hears(MessagePosted)
        thread = ThreadRef(room_ref(room), asked)
        answer = await bot.chat.post(room_ref(room), choice("Registered as INC-4."), once("a"), thread=thread)
        await read_by(anna, answer.id)
        in_thread = {"m.relates_to": {"rel_type": "m.thread", "event_id": asked}}
        replaces = {"rel_type": "m.replace", "event_id": asked}
        new = {"msgtype": "m.text", "body": "the scanner is on fire"}
        await anna.say(room, "* the scanner is on fire", **{"m.new_content": new, "m.relates_to": replaces})
        await anna.ask("react", room=room, event=asked, key="🎫")
        await anna.say(room, "1", **in_thread)
        [edited] = await bot.hears(MessageEdited)
        [reaction] = await bot.hears(ReactionAdded)
        [taken] = await bot.hears(ActionTaken)
        await bot.chat.edit(answer, card("Registered as INC-5."), once("b"))
        said = await bot.chat.read_thread(thread)
        await host.call("PUT", "rooms", room, "redact", asked, "r1", body={})
        [deleted] = await bot.hears(MessageDeleted)

    assert (edited.text, edited.message.id) == ("the scanner is on fire", asked)
    assert (reaction.message.id, reaction.emoji) == (asked, "🎫")
    assert (taken.action, taken.value) == ("me_too", "INC-4")
    assert [message.text for message in said] == ["the scanner is on fire", "Registered as INC-5.", "1"]
    assert deleted.message.id == asked


async def test_a_restart_is_the_same_device_and_reads_what_was_said_before_and_meanwhile(
    bot: Bot, host: Person, anna: Peer
) -> None:
    async with bot.listening():
        room = await room_of(host, bot, anna)
        before = await anna.say(room, "said before")
        await bot.hears(MessagePosted)
        device = await device_of(bot)
    await anna.say(room, "said while it was down")
    again = bot.another()
    async with bot.listening(again):
        await bot.hears(MessagePosted, 2)
        said = await again.read_thread(ThreadRef(room_ref(room), before))
        answer = await again.post(room_ref(room), card("I am back."), once("b"))
        read = await read_by(anna, answer.id)

    assert await texts(bot) == ["said before", "said while it was down"]
    assert [message.text for message in said] == ["said before"]
    assert (read["content"]["body"], read["shield"]) == ("I am back.", None)
    assert await device_of(bot) == device


async def used_up(host: Person, bot: Bot) -> str:
    """The key that others begin with when all that lay ready for one of them each have been taken."""
    device = await device_of(bot)
    for _ in range(2 * ONE_TIME_KEYS):
        body = {"one_time_keys": {bot.id: {device: "signed_curve25519"}}}
        told = await host.call("POST", "keys", "claim", body=body)
        [key] = told["one_time_keys"][bot.id][device].values()
        if key.get("fallback"):
            return str(key["key"])
    raise AssertionError("there is no end of them")


async def fallback_of(bot: Bot, *, made_at: float | None = None) -> float:
    """When the key for all others was made; ``made_at`` makes it older."""
    shelf = Shelf(vault_for(bot.settings), f"matrix:{bot.id}")
    shelf.open(bot.inbox)
    if made_at is not None:
        shelf.put(FALLBACK, {"at": made_at})
        await shelf.store()
    return float((await shelf.get(FALLBACK) or {}).get("at", 0.0))


async def test_more_begin_to_write_than_keys_lie_ready_for(bot: Bot, host: Person, anna: Peer) -> None:
    async with bot.listening():
        room = await room_of(host, bot, anna)
        await eventually(lambda: fallback_of(bot))
        await asyncio.sleep(0.5)  # it is told to the homeserver right after it was stored
    first = await used_up(host, bot)
    await anna.say(room, "said with the key for all others")
    await fallback_of(bot, made_at=0.0)
    async with bot.listening(bot.another()):
        await bot.hears(MessagePosted)
        await eventually(lambda: fallback_of(bot))
        await asyncio.sleep(0.5)
    second = await used_up(host, bot)

    assert await texts(bot) == ["said with the key for all others"]
    assert first != second


async def test_another_replica_takes_over_as_the_same_device_with_all_keys(
    bot: Bot, host: Person, anna: Peer, tmp_path: Path
) -> None:
    # Replicas share the database and the store key, and no folder.
    one = bot.another(store_path=tmp_path / "one", store_key="the key that all replicas have")
    other = bot.another(store_path=tmp_path / "other", store_key="the key that all replicas have")
    async with bot.listening(one):
        room = await room_of(host, bot, anna)
        old = await anna.say(room, "heard by the first")
        await bot.hears(MessagePosted)
        await one.post(room_ref(room), card("From the first."), once("a"))
    async with bot.listening(other):
        await anna.say(room, "heard by the second")
        await bot.hears(MessagePosted, 2)
        said = await other.read_thread(ThreadRef(room_ref(room), old))
        answer = await other.post(room_ref(room), card("From the second."), once("b"))
        read = await read_by(anna, answer.id)

    assert await texts(bot) == ["heard by the first", "heard by the second"]
    assert [message.text for message in said] == ["heard by the first"]
    assert (read["content"]["body"], read["shield"]) == ("From the second.", None)
    assert len(await anna.ask("devices_of", who=bot.id)) == 1


async def test_a_message_whose_key_comes_late_is_heard_then_and_once(
    bot: Bot, host: Person, anna: Peer, line: BadLine
) -> None:
    async with bot.listening(bot.another(homeserver=line.base_url)):
        room = await room_of(host, bot, anna)
        line.holds_letters = True
        late = await anna.say(room, "the printer is on fire")
        await eventually(functools.partial(keeps, bot, late))
        assert await texts(bot) == []
        line.holds_letters = False
        await anna.say(room, "and the scanner")
        await bot.hears(MessagePosted, 2)

    assert sorted(await texts(bot)) == ["and the scanner", "the printer is on fire"]
    assert not await keeps(bot, late)


async def test_a_message_whose_key_comes_while_nothing_can_be_stored_is_heard_all_the_same(
    bot: Bot, host: Person, anna: Peer, line: BadLine
) -> None:
    async with bot.listening(bot.another(homeserver=line.base_url)):
        room = await room_of(host, bot, anna)
        line.holds_letters = True
        late = await anna.say(room, "the printer is on fire")
        await eventually(functools.partial(keeps, bot, late))
        bot.inbox.fail_next(2)
        line.holds_letters = False
        await anna.say(room, "and the scanner")
        await bot.hears(MessagePosted, 2)

    assert sorted(await texts(bot)) == ["and the scanner", "the printer is on fire"]


async def test_a_message_waits_for_its_key_across_a_restart(bot: Bot, host: Person, anna: Peer, line: BadLine) -> None:
    one = bot.another(homeserver=line.base_url)
    async with bot.listening(one):
        room = await room_of(host, bot, anna)
        line.holds_letters = True
        late = await anna.say(room, "the printer is on fire")
        await eventually(functools.partial(keeps, bot, late))
    line.holds_letters = False
    async with bot.listening(bot.another(homeserver=line.base_url)):
        await anna.say(room, "and the scanner")
        await bot.hears(MessagePosted, 2)

    assert sorted(await texts(bot)) == ["and the scanner", "the printer is on fire"]


async def test_who_wrote_what_stays_unreadable_is_told_once_and_heard_when_the_key_comes_after_all(
    bot: Bot, host: Person, anna: Peer, line: BadLine
) -> None:
    async with bot.listening(bot.another(homeserver=line.base_url, seconds_for_keys=1.0)):
        room = await room_of(host, bot, anna)
        line.holds_letters = True
        first = await anna.say(room, "the printer is on fire")
        await anna.say(room, "do you hear me?")
        [unreadable] = await bot.hears(MessageUnreadable)
        await anna.say(room, "hello?")
        assert await texts(bot) == []
        line.holds_letters = False
        await anna.say(room, "well then")
        await bot.hears(MessagePosted, 4)

    assert (unreadable.by.id, unreadable.message.id) == (anna.id, first)
    assert len([event for event in bot.inbox.heard if isinstance(event, MessageUnreadable)]) == 1


async def test_the_key_is_given_to_whoever_comes_and_changed_when_somebody_leaves(
    synapse: SynapseServer, bot: Bot, host: Person, anna: Peer
) -> None:
    async with bot.listening(), Peer.started(synapse.base_url, synapse.register("ben")) as ben:
        await ben.ask("sign_own_device")
        room = await room_of(host, bot, anna)
        one = await bot.chat.post(room_ref(room), card("One."), once("1"))
        await read_by(anna, one.id)
        await host.invite(room, ben.id)
        await eventually(functools.partial(is_in, host, room, ben.id))
        await bot.hears(MemberJoined, 2)
        two = await bot.chat.post(room_ref(room), card("Two."), once("2"))
        heard_by_ben = await read_by(ben, two.id)
        await ben.ask("leave", room=room)
        await bot.hears(MemberLeft)
        three = await bot.chat.post(room_ref(room), card("Three."), once("3"))
        heard_by_anna = await read_by(anna, three.id)
        sessions = [(await host.event(room, each.id))["content"]["session_id"] for each in (one, two, three)]

    assert [heard["content"]["body"] for heard in (heard_by_ben, heard_by_anna)] == ["Two.", "Three."]
    assert sessions[0] == sessions[1] != sessions[2]


async def test_whoever_comes_while_the_bot_asks_who_is_there_is_given_the_key(
    synapse: SynapseServer, bot: Bot, host: Person, anna: Peer, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    async with bot.listening(chat), Peer.started(synapse.base_url, synapse.register("ben")) as ben:
        await ben.ask("sign_own_device")
        room = await room_of(host, bot, anna)
        await bot.hears(MemberJoined)
        line.holds_answers = "/members"
        posting = asyncio.create_task(chat.post(room_ref(room), card("One."), once("1")))
        await eventually(functools.partial(asked_who_is_there, line))
        await host.invite(room, ben.id)
        await bot.hears(MemberJoined, 2)
        line.gives_answers.set()
        await posting
        two = await chat.post(room_ref(room), card("Two."), once("2"))
        heard = await read_by(ben, two.id)

    assert heard["content"]["body"] == "Two."


async def test_sending_twice_is_one_message_also_from_another_device(
    bot: Bot, host: Person, anna: Peer, line: BadLine
) -> None:
    chat = bot.another(homeserver=line.base_url)
    async with bot.listening(chat):
        room = await room_of(host, bot, anna)
        line.faults = lambda method, path: LOST_ANSWER if "/send/m.room.encrypted/" in path else None
        with pytest.raises(ChatUnavailable) as lost:
            await chat.post(room_ref(room), card("Once."), once("a"))
        line.faults = lambda method, path: None
        again = await chat.post(room_ref(room), card("Once."), once("a"))
        looked = await chat.post(room_ref(room), card("Once."), once("a", doubtful=True))
        await read_by(anna, again.id)
        heard = [event for event in await anna.heard(room) if event["sender"] == bot.id]

    assert lost.value.doubtful
    assert again == looked
    assert [event["content"]["body"] for event in heard if event["type"] == "m.room.message"] == ["Once."]


async def test_only_signed_devices_are_given_the_key_where_that_is_chosen(
    synapse: SynapseServer, bot: Bot, host: Person, anna: Peer
) -> None:
    chat = bot.another(only_signed_devices=True)
    async with bot.listening(chat), Peer.started(synapse.base_url, synapse.register("carl")) as carl:
        room = await room_of(host, bot, anna, carl)
        said = await chat.post(room_ref(room), card("For signed devices."), once("a"))
        await read_by(anna, said.id)
        [by_carl] = [event for event in await eventually(functools.partial(carl.heard, room)) if event["id"] == said.id]

    assert by_carl["unreadable"]


async def test_direct_conversations_are_encrypted_and_open_rooms_are_not(bot: Bot, host: Person, anna: Peer) -> None:
    async with bot.listening():
        direct = await bot.chat.direct_room(user_ref(anna.id))
        told = await bot.chat.post(direct, card("For you alone."), once("a"))
        read = await read_by(anna, told.id)
        private = await bot.chat.open_room("INC-1", "", once("b"), private=True)
        swarm = await bot.chat.open_room("INC-2", "", once("c"))
        said = await bot.chat.post(swarm, card("For all."), once("d"))
        hidden = await bot.chat.post(private, card("For few."), once("e"))
    as_bot = Person(bot.settings.homeserver, bot.account)
    kinds = [(await as_bot.event(each.room.id, each.id))["type"] for each in (told, said, hidden)]
    await as_bot.close()

    assert read["content"]["body"] == "For you alone."
    assert kinds == ["m.room.encrypted", "m.room.message", "m.room.encrypted"]


async def test_whoever_wants_to_compare_signs_is_told_why_not(bot: Bot, host: Person, anna: Peer) -> None:
    async with bot.listening():
        direct = await bot.chat.direct_room(user_ref(anna.id))
        await anna.ask("look_at", room=direct.id)
        ended = await anna.ask("verify", who=bot.id, room=direct.id)

    assert ended["code"] == "m.user"


async def test_keys_sealed_with_another_key_are_named_and_given_up_only_when_told_to(
    bot: Bot, host: Person, anna: Peer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    async with bot.listening():
        room = await room_of(host, bot, anna)
    wrong = bot.another(store_path=None, store_key="another key than the one before")
    hearing = asyncio.create_task(wrong.listen(bot.inbox))
    await eventually(functools.partial(is_logged, caplog, "sealed with another store key"))
    hearing.cancel()
    new = bot.another(store_path=tmp_path / "new", new_identity=True)
    async with bot.listening(new):
        await anna.say(room, "hello again")
        [heard] = await bot.hears(MessagePosted)
        answer = await new.post(room_ref(room), card("Here I am."), once("a"))
        read = await read_by(anna, answer.id)

    assert heard.text == "hello again"
    assert read["content"]["body"] == "Here I am."


async def test_an_account_with_only_a_token_can_be_signed_while_it_has_no_identity_yet(
    bot: Bot, host: Person, anna: Peer
) -> None:
    chat = bot.another(password="", access_token=bot.account.access_token)
    async with bot.listening(chat):
        room = await room_of(host, bot, anna)
        await anna.say(room, "hello")
        [heard] = await bot.hears(MessagePosted)

    assert heard.text == "hello"


async def is_logged(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return any(words in record.getMessage() for record in caplog.records)


async def keeps(bot: Bot, event: str) -> bool:
    """Whether the bot keeps a message that it cannot read yet."""
    vault = vault_for(bot.settings)
    name = f"matrix:{bot.id} waiting"
    sealed = await bot.inbox.cursor(name)
    return bool(vault and sealed and event in vault.open(name, sealed))


async def device_of(bot: Bot) -> str:
    """The device that the bot's session is of."""
    assert bot.settings.store_path is not None
    return str(json.loads((bot.settings.store_path / "session.json").read_text())["device_id"])

"""The places where keys lie: sealed, private, stored before they are used; two devices of our own side by side."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.matrix import signing
from adapters.matrix.devices import cross_signing_key
from adapters.matrix.megolm import RoomKeys
from adapters.matrix.olm import Olm, Peer
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.shelf import Shelf
from adapters.matrix.signing import SigningKey
from adapters.matrix.vault import Vault, WrongKey, vault_for
from adapters.matrix.waiting import Waiting
from adapters.sealing import kept_secret
from bot.chat import Cursor
from bot.errors import ChatUnavailable
from bot.events import ChatEvent
from tests.matrix.tiny_inbox import TinyInbox

SECRET = "a secret of more than twenty characters"
ROOM = "!room:matrix.test"


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[TinyInbox]:
    made = TinyInbox(tmp_path / "inbox.sqlite")
    yield made
    made.close()


def opened(inbox: TinyInbox, name: str = "matrix:@bot:matrix.test", secret: str = SECRET) -> Shelf:
    shelf = Shelf(Vault(secret), name)
    shelf.open(inbox)
    return shelf


async def device(inbox: TinyInbox, user: str) -> tuple[Olm, Peer]:
    """A device of somebody's, and how others know it."""
    olm = Olm(opened(inbox, f"matrix:{user}"), user)
    await olm.load("DEVICE")
    return olm, Peer(user, "DEVICE", olm.curve, olm.ed)


def test_what_is_sealed_opens_with_its_key_and_under_its_name_only() -> None:
    vault = Vault(SECRET)
    sealed = vault.seal("one", {"token": "geheim"})

    assert vault.open("one", sealed) == {"token": "geheim"}
    assert "geheim" not in sealed
    assert vault.seal("one", {"token": "geheim"}) != sealed
    for other, name, text in [
        (Vault(SECRET + "!"), "one", sealed),
        (vault, "two", sealed),
        (vault, "one", sealed[:-4]),
    ]:
        with pytest.raises(WrongKey):
            other.open(name, text)


def test_a_short_key_is_no_key() -> None:
    with pytest.raises(ValueError, match="20 characters"):
        Vault("short")


def test_the_kept_key_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    secret = kept_secret(folder)

    assert kept_secret(folder) == secret
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()] == [("store.key", 0o600)]


def test_without_a_place_for_keys_there_is_no_vault() -> None:
    settings = MatrixSettings(homeserver="http://localhost", user_id="@bot:matrix.test")

    assert vault_for(settings) is None
    assert vault_for(replace(settings, store_key=SECRET)) is not None


async def test_rows_are_stored_with_what_was_heard_and_are_found_by_another_process(inbox: TinyInbox) -> None:
    shelf = opened(inbox)
    shelf.put("token", {"it": "is geheim"})
    assert await opened(inbox).get("token") is None
    await shelf.store([], [Cursor("since", "s1")])

    assert await opened(inbox).get("token") == {"it": "is geheim"}
    assert await inbox.cursor("since") == "s1"
    assert "geheim" not in str(await inbox.cursor("matrix:@bot:matrix.test token"))


async def test_what_could_not_be_stored_stays_to_be_stored(inbox: TinyInbox) -> None:
    class Full(TinyInbox):
        full = True

        async def put(self, events: Sequence[ChatEvent], cursors: Sequence[Cursor] = ()) -> None:
            if self.full:
                raise OSError("disk full")
            await super().put(events, cursors)

    full = Full(inbox.file)
    shelf = opened(full)
    shelf.put("key", {"n": 1})
    with pytest.raises(OSError, match="disk full"):
        await shelf.store()
    full.full = False
    await shelf.store()

    assert await opened(inbox).get("key") == {"n": 1}
    full.close()


async def test_a_closed_shelf_asks_to_come_back(inbox: TinyInbox) -> None:
    shelf = opened(inbox)
    shelf.close()

    with pytest.raises(ChatUnavailable) as closed:
        await shelf.get("anything")
    assert closed.value.retry_after is not None


async def test_a_letter_is_read_by_whom_it_is_for_and_answered(inbox: TinyInbox) -> None:
    (anna, to_anna), (ben, to_ben) = await device(inbox, "@anna:m"), await device(inbox, "@ben:m")
    key = next(iter(ben.one_time_keys(0).values()))
    assert await anna.begin(to_ben, key)
    letter = await anna.encrypt(to_ben, "m.dummy", {"n": 1})
    assert letter is not None

    assert await ben.decrypt("@mallory:m", letter) is None
    read = await ben.decrypt("@anna:m", letter)
    assert read is None  # the step was used up: a letter is read once, by whatever name it came
    again = await anna.encrypt(to_ben, "m.dummy", {"n": 2})
    assert again is not None
    assert (await ben.decrypt("@anna:m", again) or {})["content"] == {"n": 2}
    answer = await ben.encrypt(to_anna, "m.dummy", {"n": 3})
    assert (await anna.decrypt("@ben:m", answer or {}) or {})["content"] == {"n": 3}
    assert await (await device(inbox, "@carl:m"))[0].decrypt("@anna:m", again) is None


async def test_a_one_time_key_that_its_device_has_not_signed_is_refused(inbox: TinyInbox) -> None:
    (anna, _), (ben, to_ben) = await device(inbox, "@anna:m"), await device(inbox, "@ben:m")
    key = next(iter(ben.one_time_keys(0).values()))

    assert not await anna.begin(to_ben, {**key, "key": anna.curve})
    assert await anna.encrypt(to_ben, "m.dummy", {}) is None


async def test_many_can_begin_with_one_fallback_key_also_while_the_next_one_is_told(inbox: TinyInbox) -> None:
    bot, as_others_know_it = await device(inbox, "@bot:matrix.test")
    bot.new_fallback_key()
    [(name, key)] = bot.fallback_keys().items()
    bot.uploaded()
    assert (name.partition(":")[0], key["fallback"], bot.fallback_keys()) == ("signed_curve25519", True, {})

    async def arrives(writer: str) -> bool:
        olm, _ = await device(inbox, writer)
        assert await olm.begin(as_others_know_it, key)
        letter = await olm.encrypt(as_others_know_it, "m.dummy", {})
        assert letter is not None
        return await bot.decrypt(writer, letter) is not None

    arrived = [await arrives(f"@one{number}:matrix.test") for number in range(3)]
    for _ in range(2):
        bot.new_fallback_key()
        bot.uploaded()
        arrived.append(await arrives(f"@late{len(arrived)}:matrix.test"))

    assert arrived == [True, True, True, True, False]


async def test_one_time_keys_are_filled_up_and_the_same_until_they_are_uploaded(inbox: TinyInbox) -> None:
    olm, _ = await device(inbox, "@bot:m")
    first = olm.one_time_keys(0)
    assert len(first) == 150
    assert olm.one_time_keys(0).keys() == first.keys()
    olm.uploaded()

    assert len(olm.one_time_keys(140)) == 10


async def room_keys(inbox: TinyInbox) -> tuple[RoomKeys, RoomKeys, dict[str, Any], str]:
    """Anna's and the bot's keys; an event of Anna's, whose key the bot has not; and the key."""
    (anna, _), (bot, _) = await device(inbox, "@anna:m"), await device(inbox, "@bot:m")
    hers = RoomKeys(opened(inbox, "matrix:@anna:m"), anna)
    outbound = await hers.begin(ROOM, {})
    key = outbound.key_for(ROOM)
    content = hers.seal(outbound, ROOM, "m.room.message", {"body": "hi", "m.relates_to": {"event_id": "$root"}})
    event = {"event_id": "$1", "sender": "@anna:m", "type": "m.room.encrypted", "content": content}
    return hers, RoomKeys(opened(inbox, "matrix:@bot:m"), bot), event, json.dumps(key)


async def test_a_room_key_opens_what_its_giver_said_once_and_there_only(inbox: TinyInbox) -> None:
    _, keys, event, key = await room_keys(inbox)
    assert await keys.open(ROOM, event) is None
    assert await keys.learn("@anna:m", "curve", json.loads(key))

    read = await keys.open(ROOM, event)
    assert read is not None
    assert (read["type"], read["content"]["body"]) == ("m.room.message", "hi")
    assert event["content"]["m.relates_to"] == {"event_id": "$root"}
    assert "body" not in base64.b64decode(event["content"]["ciphertext"] + "==").decode("latin-1")
    assert await keys.open(ROOM, {**event, "sender": "@mallory:m"}) is None
    assert await keys.open("!other:matrix.test", event) is None
    assert await keys.open(ROOM, {**event, "event_id": "$replayed"}) is None
    assert await keys.open(ROOM, event) == read


@pytest.mark.parametrize("first", ["@anna:m", "@mallory:m"])
async def test_nobody_takes_another_ones_key_over(inbox: TinyInbox, first: str) -> None:
    _, keys, event, key = await room_keys(inbox)
    for giver in sorted(("@anna:m", "@mallory:m"), key=lambda one: one != first):
        await keys.learn(giver, "curve", json.loads(key))

    copied = await keys.open(ROOM, {**event, "event_id": "$copied", "sender": "@mallory:m"})
    read = await keys.open(ROOM, event)
    assert copied is not None
    assert copied["sender"] == "@mallory:m"
    assert read is not None
    assert read["sender"] == "@anna:m"


async def test_what_comes_encrypted_cannot_take_anything_back(inbox: TinyInbox) -> None:
    (anna, _) = await device(inbox, "@anna:m")
    keys = RoomKeys(opened(inbox, "matrix:@anna:m"), anna)
    outbound = await keys.begin(ROOM, {})
    content = keys.seal(outbound, ROOM, "m.room.redaction", {"redacts": "$1"})
    read = await keys.open(
        ROOM, {"event_id": "$2", "sender": "@anna:m", "type": "m.room.encrypted", "content": content}
    )

    assert read is not None
    assert read["type"] not in ("m.room.redaction", "m.room.member")


async def test_a_key_is_changed_when_it_is_used_up_or_somebody_has_it_who_may_not(inbox: TinyInbox) -> None:
    olm, peer = await device(inbox, "@anna:m")
    keys = RoomKeys(opened(inbox, "matrix:@anna:m"), olm)
    outbound = await keys.begin(ROOM, {"rotation_period_msgs": 2})
    outbound.shared.add(peer)

    assert keys.outbound(ROOM, {peer}) is outbound
    assert keys.outbound(ROOM, {replace(peer, signed=True)}) is outbound
    assert keys.outbound(ROOM, set()) is None
    for n in range(2):
        keys.seal(outbound, ROOM, "m.room.message", {"n": n})
    assert keys.outbound(ROOM, {peer}) is None


async def test_messages_wait_each_once_and_their_author_is_told_once_for_a_key(inbox: TinyInbox) -> None:
    waiting = Waiting(opened(inbox), grace=0.0)
    one, two = ({"event_id": f"${n}", "content": {"session_id": "s"}} for n in (1, 2))
    assert await waiting.add(ROOM, one)
    assert not await waiting.add(ROOM, one)
    assert await waiting.overdue() == [(ROOM, one)]
    await waiting.add(ROOM, two)

    assert await waiting.overdue() == []
    assert await waiting.for_keys({(ROOM, "s")}) == [(ROOM, one), (ROOM, two)]
    await waiting.read(one)
    assert await waiting.everything() == [(ROOM, two)]


def test_a_signature_counts_for_the_object_and_key_it_was_made_for() -> None:
    key, other = SigningKey(b"1" * 32), SigningKey(b"2" * 32)
    signed = signing.signed({"b": 1, "a": "ü"}, "@bot:m", key.id, key.sign)

    assert signing.is_signed(signed | {"unsigned": {"age": 1}}, "@bot:m", key.id, key.public)
    assert not signing.is_signed(signed | {"b": 2}, "@bot:m", key.id, key.public)
    assert not signing.is_signed(signed, "@bot:m", key.id, other.public)
    assert not signing.is_signed(signed, "@anna:m", key.id, key.public)
    assert not signing.is_signed({"signatures": {"@bot:m": {key.id: "nonsense"}}}, "@bot:m", key.id, key.public)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"user_id": "@bot:m", "usage": ["master"], "keys": {"ed25519:A": "B"}},
        {"user_id": "@x:m", "usage": ["master"]},
    ],
)
def test_what_is_no_cross_signing_key_is_none(told: dict[str, Any]) -> None:
    assert cross_signing_key(told, "@bot:m", "master") == ""

"""What the bot may do in rooms of each version, and what an operator is told when it may not."""

import json
from typing import Any

import pytest

from adapters.matrix.powers import Act, Room
from adapters.matrix.refusals import error_for
from bot.errors import ChatRefused
from tests.matrix.bots import Bot, card, once, room_ref, user_ref
from tests.matrix.people import Person, eventually

BOT, ANNA = "@bot:matrix.test", "@anna:matrix.test"


def room(version: str, levels: dict[str, Any] | None = None, *, others: list[str] | None = None) -> Room:
    created = {"room_version": version} | ({"additional_creators": others} if others else {})
    state: list[dict[str, Any]] = [{"type": "m.room.create", "state_key": "", "sender": ANNA, "content": created}]
    if levels is not None:
        state.append({"type": "m.room.power_levels", "state_key": "", "sender": ANNA, "content": levels})
    return Room(state)


def acts(of: Room, user: str = BOT) -> set[Act]:
    return {act for act in Act if of.may(user, act)}


COMMON = {Act.WRITE, Act.WRITE_ENCRYPTED, Act.REACT, Act.TAKE_BACK, Act.INVITE}


@pytest.mark.parametrize("version", ["10", "11", "12"])
def test_levels_that_stand_nowhere_are_those_of_the_specification(version: str) -> None:
    assert acts(room(version, {})) == COMMON
    assert acts(room(version, {"users": {BOT: 50}})) == set(Act)
    assert acts(room(version, {"users_default": 50})) == set(Act)


@pytest.mark.parametrize("version", ["10", "11", "12"])
def test_a_level_of_its_own_goes_before_the_one_for_all(version: str) -> None:
    levels = {"users": {BOT: 60}, "events_default": 70, "events": {"m.reaction": 0, "m.room.pinned_events": 61}}

    assert acts(room(version, levels)) == {Act.REACT, Act.SET_TOPIC, Act.INVITE, Act.REMOVE, Act.CLOSE}


@pytest.mark.parametrize(("version", "allowed"), [("10", False), ("11", False), ("12", True), ("13", True)])
def test_who_created_a_room_stands_above_all_levels_from_version_12_on(version: str, allowed: bool) -> None:
    silent = room(version, {"events_default": 100, "users": {}}, others=[BOT])

    assert [silent.may(user, Act.WRITE) for user in (ANNA, BOT)] == [allowed, allowed]


def test_in_a_room_without_power_levels_its_creator_has_power_and_everybody_may_speak() -> None:
    bare = room("11")

    assert acts(bare) == set(Act) - {Act.REMOVE}
    assert acts(bare, ANNA) == set(Act)


def test_levels_of_any_shape_do_no_harm() -> None:
    odd = room("9", {"users": {BOT: "50"}, "events": ["x"], "kick": None, "state_default": "many"})

    assert acts(odd) == set(Act)


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_what_the_bot_lacks_is_said_with_the_way_to_grant_it(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        where = await bot.enter(anna, "Help", version=version)
    said = await bot.chat.post(room_ref(where), card("Hello."), once("k1"))

    with pytest.raises(ChatRefused) as refused:
        await bot.chat.pin(said, once("k2"))

    assert refused.value.advice == (
        f"The bot may not pin messages in Help. It has power level 0 and needs 50: "
        f"an administrator of the room types /op {bot.id} 50 there."
    )
    [told] = [f for f in await bot.watching([room_ref(where)]).check() if "Help" in f.what]
    assert told.ok
    assert told.what == (
        "The bot hears and writes in Help; to pin messages, change the topic or take people out there "
        "it would need power level 50"
    )


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_check_names_what_it_needs_and_may_not(bot: Bot, anna: Person, version: str) -> None:
    async with bot.listening():
        levels = {"events": {"m.reaction": 10, "m.room.redaction": 20}}
        where = await bot.enter(anna, "Help", version=version, power_level_content_override=levels)

    [told] = [f for f in await bot.watching([room_ref(where)]).check() if "Help" in f.what]

    assert (told.ok, told.what) == (False, "The bot may not react or take its own messages back in Help")
    assert f"/op {bot.id} 20" in told.advice


@pytest.mark.parametrize(
    ("how", "advice"),
    [
        ("kick", "was taken out of {room} by {anna} (“too loud”): invite {bot} again if it shall be there."),
        ("ban", "was banned from {room} by {anna} (“too loud”): lift the ban, then invite {bot} again."),
    ],
)
async def test_a_bot_that_was_shown_out_says_by_whom_and_why(
    bot: Bot, anna: Person, how: str, advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot.listening():
        where = await bot.enter(anna)
        await anna.call("POST", "rooms", where, how, body={"user_id": bot.id, "reason": "too loud"})
        expected = "The bot " + advice.format(room=where, anna=anna.id, bot=bot.id)

        async def said() -> bool:
            return expected in caplog.messages

        await eventually(said)

    ben = user_ref("@ben:matrix.test")
    for act in (
        lambda: bot.chat.post(room_ref(where), card("Hello."), once("k1")),
        lambda: bot.chat.invite(room_ref(where), [ben], once("k2")),
        lambda: bot.chat.remove(room_ref(where), ben, once("k3")),
    ):
        with pytest.raises(ChatRefused) as refused:
            await act()
        assert (refused.value.code, refused.value.advice) == ("M_FORBIDDEN", expected)
    [told] = [f for f in await bot.watching([room_ref(where)]).check() if where in f.what + f.advice]
    assert not told.ok


async def test_a_room_the_bot_never_was_in_says_so(bot: Bot, anna: Person) -> None:
    where = await anna.open_room("elsewhere")

    with pytest.raises(ChatRefused) as refused:
        await bot.chat.post(room_ref(where), card("Hello."), once("k1"))

    assert refused.value.advice == f"The bot is not in {where}: invite {bot.id} there."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("M_USER_DEACTIVATED", "The bot's account is deactivated: ask the homeserver's administrator to activate it."),
        ("M_TOO_LARGE", "The text is longer than a Matrix event can be (64 kB)."),
        ("M_UNSUPPORTED_ROOM_VERSION", "The homeserver does not know this room version: upgrade it."),
    ],
)
def test_what_a_homeserver_will_never_do_has_a_sentence_for_the_operator(code: str, words: str) -> None:
    refused = error_for(403, json.dumps({"errcode": code, "error": "Because."}).encode(), {}, changes=True)

    assert isinstance(refused, ChatRefused)
    assert refused.advice == f"{words} The homeserver says: Because."

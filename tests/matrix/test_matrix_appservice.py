"""The bot as an application service of a real homeserver, which pushes what happens to it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.matrix import marks
from bot.events import Heard, MemberJoined, MessageDeleted, MessageEdited, MessagePosted, ReactionAdded, ReactionRemoved
from bot.refs import MessageRef, ThreadRef
from tests.matrix.appservices import PushedBot, PushingServer
from tests.matrix.bad_line import PROXY_ERROR, BadLine
from tests.matrix.bots import card, once, room_ref, user_ref
from tests.matrix.people import Person, eventually


@pytest.fixture
def anna(neighbour: Person) -> Person:
    return neighbour


@pytest.fixture
async def ben(pushing: PushingServer) -> AsyncIterator[Person]:
    person = Person(pushing.base_url, pushing.register("ben"))
    yield person
    await person.close()


OPENS_ROOMS = pytest.mark.parametrize("pushed", [True], indirect=True, ids=["opens rooms"])


@pytest.fixture
def bot(pushed: PushedBot) -> PushedBot:
    return pushed


def texts(bot: PushedBot) -> list[str]:
    return [event.text for event in bot.inbox.heard if isinstance(event, MessagePosted)]


def kinds(bot: PushedBot) -> list[type[Heard]]:
    return [type(event) for event in bot.inbox.heard]


async def test_what_people_do_in_a_room_is_pushed_and_heard_as_by_a_sync(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        said = await anna.say(room, "The printer is on fire")
        await anna.say(room, "in the thread", thread=said)
        reaction = await anna.react(room, said, "🎫")
        await bot.hears(ReactionAdded)
        await anna.take_back(room, reaction)
        await anna.edit(room, said, "The printer is cold")
        await bot.hears(MessageEdited)
        await anna.take_back(room, said)
        await bot.hears(MessageDeleted)

    first, second = [event for event in bot.inbox.heard if isinstance(event, MessagePosted)]
    assert (first.text, first.by, first.by_name) == ("The printer is on fire", user_ref(anna), "Anna")
    assert second.thread == ThreadRef(room_ref(room), said)
    assert kinds(bot) == [
        MessagePosted, MessagePosted, ReactionAdded, ReactionRemoved, MessageEdited, MessageDeleted,
    ]  # fmt: skip
    assert (first.direct, first.outside, first.shared) == (False, False, False)


async def test_what_the_bot_says_is_not_heard(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        posted = await bot.chat.post(room_ref(room), card("Hello."), once("k1"))
        await bot.chat.react(posted, "👀", once("k2"))
        await anna.say(room, "Hello bot")
        await bot.hears(MessagePosted)

    assert texts(bot) == ["Hello bot"]
    assert [message["content"]["body"] for message in await anna.messages(room, bot.id)] == ["Hello."]


async def test_a_conversation_of_two_is_a_direct_one_until_a_third_comes(
    bot: PushedBot, anna: Person, ben: Person
) -> None:
    async with bot.behind_its_door():
        room = await anna.open_room(invite=[bot.id], is_direct=True)
        await eventually(lambda: is_in(anna, room, bot.id))
        await anna.say(room, "just us")
        await bot.hears(MessagePosted)
        await anna.invite(room, ben.id)
        await ben.join(room)
        await anna.say(room, "and now")
        first, second = await bot.hears(MessagePosted, 2)

    assert (first.direct, second.direct) == (True, False)


async def is_in(person: Person, room: str, user: str) -> bool:
    return (await person.state(room)).get(("m.room.member", user), {}).get("membership") == "join"


async def test_what_was_written_between_the_invitation_and_entering_is_heard(bot: PushedBot, anna: Person) -> None:
    room = await anna.open_room("help")
    await anna.say(room, "before")
    await anna.invite(room, bot.id)
    await anna.say(room, "as soon as you are here")

    async with bot.behind_its_door():
        await eventually(lambda: is_in(anna, room, bot.id))
        await anna.say(room, "are you?")
        await bot.hears(MessagePosted, 2)

    assert texts(bot) == ["as soon as you are here", "are you?"]


async def test_an_encrypted_room_is_declined_with_the_reason(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        room = await anna.open_room("secret", invite=[bot.id], initial_state=[marks.ENCRYPTION])

        async def declined() -> str:
            mine = (await anna.state(room)).get(("m.room.member", bot.id), {})
            return str(mine.get("reason", "")) if mine.get("membership") == "leave" else ""

        assert await eventually(declined) == (
            "This bot cannot read encrypted rooms: invite it into a room without encryption."
        )
        findings = await bot.chat.check()

    assert all(finding.ok for finding in findings), findings


@OPENS_ROOMS
async def test_rooms_it_opens_are_not_encrypted(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        direct = await bot.chat.direct_room(user_ref(anna))
        await anna.join(direct.id)

    assert ("m.room.encryption", "") not in await anna.state(direct.id)


@pytest.mark.timeout(180)
async def test_fifty_messages_through_restarts_of_both_arrive_once_and_in_order(
    bot: PushedBot, anna: Person, pushing: PushingServer
) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        for number in range(10):
            await anna.say(room, f"message {number}")
    for number in range(10, 25):  # nobody listens
        await anna.say(room, f"message {number}")
    async with bot.behind_its_door(bot.another()):
        await bot.hears(MessagePosted, 25, within=15)  # at once, and not when the homeserver tries again by itself
        for number in range(25, 35):
            await anna.say(room, f"message {number}")
        pushing.restart()
        for number in range(35, 45):
            await anna.say(room, f"message {number}")
    for number in range(45, 50):
        await anna.say(room, f"message {number}")
    pushing.restart()
    async with bot.behind_its_door(bot.another()):
        await bot.hears(MessagePosted, 50, within=60)

    assert texts(bot) == [f"message {number}" for number in range(50)]


async def test_who_came_while_nobody_listened_is_told_apart_from_who_took_another_name(
    bot: PushedBot, anna: Person, ben: Person
) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        await anna.say(room, "one")
        await bot.hears(MessagePosted)
    await anna.call("PUT", "profile", anna.id, "displayname", body={"displayname": "Anna B."})
    await anna.invite(room, ben.id)
    await ben.join(room)
    await anna.say(room, "two")
    async with bot.behind_its_door(bot.another()):
        await bot.hears(MessagePosted, 2)

    assert [event.by for event in bot.inbox.heard if isinstance(event, MemberJoined)] == [user_ref(ben)]
    assert [event.by_name for event in bot.inbox.heard if isinstance(event, MessagePosted)] == ["Anna", "Anna B."]


async def test_looking_back_does_not_go_behind_the_invitation_however_much_was_said(
    bot: PushedBot, anna: Person
) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        for number in range(105):
            await anna.say(room, f"message {number}")
        await bot.hears(MessagePosted, 105, within=30)
        heard = list(bot.inbox.heard)
    async with bot.behind_its_door(bot.another()):
        await anna.say(room, "and more")
        await bot.hears(MessagePosted, 106)

    assert bot.inbox.heard[:-1] == heard
    assert MemberJoined not in kinds(bot)


async def test_nothing_is_lost_beside_a_new_name_of_the_bot(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        common = {"room_id": room, "origin_server_ts": int(time.time() * 1000)}
        said = {
            "type": "m.room.message", "event_id": "$said", "sender": anna.id,
            "content": {"msgtype": "m.text", "body": "Mail is down"},
        }  # fmt: skip
        named = {
            "type": "m.room.member", "event_id": "$named", "sender": bot.id, "state_key": bot.id,
            "content": {"membership": "join", "displayname": "Bee"},
            "unsigned": {"replaces_state": "$before", "prev_content": {"membership": "join"}},
        }  # fmt: skip
        async with httpx.AsyncClient(base_url=bot.registration.url) as homeserver:
            await homeserver.put(
                "/_matrix/app/v1/transactions/99",
                json={"events": [said | common, named | common]},
                headers={"Authorization": f"Bearer {bot.registration.hs_token}"},
            )

    assert texts(bot) == ["Mail is down"]


async def test_a_transaction_that_comes_twice_is_heard_once_by_whichever_replica(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door(bot.another(), bot.another()) as replicas:
        room = await bot.enter(anna)
        await anna.say(room, "once")
        await bot.hears(MessagePosted)
        before = list(bot.inbox.heard)
        async with httpx.AsyncClient(base_url=bot.registration.url) as homeserver:
            for path, body in [again for again in replicas.taken for _ in range(2)]:
                headers = {"Authorization": f"Bearer {bot.registration.hs_token}"}
                answer = await homeserver.put(path, content=body, headers=headers)
                assert (answer.status_code, answer.json()) == (200, {})

    assert bot.inbox.heard == before


async def test_a_forged_token_changes_nothing(bot: PushedBot, anna: Person) -> None:
    event = {
        "type": "m.room.message", "event_id": "$forged", "sender": anna.id, "origin_server_ts": 1_700_000_000_000,
        "content": {"msgtype": "m.text", "body": "outage everything"},
    }  # fmt: skip
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        body = json.dumps({"events": [event | {"room_id": room}]})
        async with httpx.AsyncClient(base_url=bot.registration.url) as stranger:
            where = "/_matrix/app/v1/transactions/1"
            answers = [
                await stranger.put(where, content=body),
                await stranger.put(where, content=body, headers={"Authorization": "Bearer guessed"}),
                await stranger.put(f"{where}?access_token={bot.registration.hs_token}", content=body),
                await stranger.put(
                    where, content=body, headers={"Authorization": f"Bearer {bot.settings.access_token}"}
                ),
            ]
        await anna.say(room, "mine")
        await bot.hears(MessagePosted)

    assert [(answer.status_code, answer.json()["errcode"]) for answer in answers] == [
        (401, "M_UNAUTHORIZED"), (403, "M_FORBIDDEN"), (401, "M_UNAUTHORIZED"), (403, "M_FORBIDDEN"),
    ]  # fmt: skip
    assert texts(bot) == ["mine"]


async def test_what_was_said_long_before_the_bot_came_is_left_alone(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        room = await bot.enter(anna)
        async with httpx.AsyncClient(base_url=bot.registration.url) as homeserver:
            old = {
                "type": "m.room.message", "event_id": "$old", "sender": anna.id, "room_id": room,
                "origin_server_ts": 1_700_000_000_000, "content": {"msgtype": "m.text", "body": "Mail is down"},
            }  # fmt: skip
            answer = await homeserver.put(
                "/_matrix/app/v1/transactions/1",
                json={"events": [old]},
                headers={"Authorization": f"Bearer {bot.registration.hs_token}"},
            )
        await anna.say(room, "new")
        await bot.hears(MessagePosted)

    assert (answer.status_code, texts(bot)) == (200, ["new"])


@OPENS_ROOMS
async def test_a_room_with_an_alias_like_the_bots_own_is_not_listened_to(
    bot: PushedBot, anna: Person, ben: Person
) -> None:
    async with bot.behind_its_door() as replicas:
        theirs = await anna.open_room("Swarm", invite=[ben.id], room_alias_name="swarm-of-others")
        await anna.say(theirs, "not for you")
        room = await bot.enter(anna)
        await anna.say(room, "for you")
        await bot.hears(MessagePosted)

    assert any(b"not for you" in body for _, body in replicas.taken), "it was told"
    assert texts(bot) == ["for you"]


async def test_replicas_take_turns_and_know_what_the_others_were_told(
    bot: PushedBot, anna: Person, ben: Person
) -> None:
    async with bot.behind_its_door(bot.another(), bot.another()) as replicas:
        room = await anna.open_room(invite=[bot.id], is_direct=True)
        await eventually(lambda: is_in(anna, room, bot.id))
        for number in range(6):
            await anna.say(room, f"alone {number}")
            await bot.hears(MessagePosted, number + 1)
        await anna.invite(room, ben.id)
        await ben.join(room)
        reactions = []
        for number in range(6):
            said = await anna.say(room, f"together {number}")
            reactions.append(await anna.react(room, said, "🙋"))
            await bot.hears(ReactionAdded, number + 1)
        for number, reaction in enumerate(reactions):
            await anna.take_back(room, reaction)
            await bot.hears(ReactionRemoved, number + 1)

    said_all = [event for event in bot.inbox.heard if isinstance(event, MessagePosted)]
    assert [event.text for event in said_all] == [f"alone {n}" for n in range(6)] + [f"together {n}" for n in range(6)]
    assert [event.direct for event in said_all] == [True] * 6 + [False] * 6
    assert len(replicas.taken) > 12


async def test_a_room_that_is_upgraded_is_followed_and_keeps_its_name_inside(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door(bot.another(), bot.another()):
        room = await bot.enter(anna)
        await anna.say(room, "old")
        await bot.hears(MessagePosted)
        new = (await anna.call("POST", "rooms", room, "upgrade", body={"new_version": "11"}))["replacement_room"]
        await anna.invite(new, bot.id)
        await anna.say(new, "new")
        await bot.hears(MessagePosted, 2)
        posted = await bot.chat.post(room_ref(room), card("Hello."), once("k1"))

    assert [event.room for event in bot.inbox.heard if isinstance(event, MessagePosted)] == [room_ref(room)] * 2
    assert [message["content"]["body"] for message in await anna.messages(new, bot.id)] == ["Hello."]
    assert posted == MessageRef(room_ref(room), posted.id)


async def test_an_invitation_not_answered_when_the_process_ended_is_answered_by_the_next_one(
    bot: PushedBot, anna: Person, pushing: PushingServer
) -> None:
    async with BadLine(pushing.base_url) as line:
        line.faults = lambda method, path: PROXY_ERROR if path.endswith("/join") else None
        async with bot.behind_its_door(bot.another(homeserver=line.base_url)):
            room = await anna.open_room("help", invite=[bot.id])

            async def tried() -> bool:
                return line.count("/join") > 0

            await eventually(tried)
    async with bot.behind_its_door():
        await eventually(lambda: is_in(anna, room, bot.id))


async def test_check_says_whether_the_homeserver_reaches_the_bot(bot: PushedBot, anna: Person) -> None:
    async with bot.behind_its_door():
        reached = await bot.another().check()
    away = await bot.another().check()

    assert [(finding.ok, finding.what) for finding in reached] == [
        (True, reached[0].what), (True, f"Logged in as {bot.id}"), (True, "The homeserver reaches the bot"),
    ]  # fmt: skip
    [finding] = [finding for finding in away if not finding.ok]
    assert finding.what == "The homeserver does not reach the bot (M_CONNECTION_FAILED)"
    assert "swarmbridge manifest matrix" in finding.advice


async def test_a_bot_that_is_not_reached_says_so_once_and_is_not_ready_until_it_is(
    bot: PushedBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "adapters.matrix")
    task = asyncio.create_task(bot.chat.listen(bot.inbox))

    async def said(count: int) -> bool:
        return len(caplog.records) == count

    await eventually(lambda: said(1))
    before = bot.chat.connected
    task.cancel()
    async with bot.behind_its_door():
        after = bot.chat.connected

    assert (before, after) == (False, True)

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "the homeserver is not heard", "the homeserver is back",
    ]  # fmt: skip

"""Bad days: the homeserver is away, answers errors, limits the bot's pace or no longer knows it."""

import asyncio
import itertools
import json
import logging
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import ChatRefused, ChatUnavailable
from bot.events import MessagePosted
from bot.facts import WhyNot
from tests.matrix.bad_line import LOST_ANSWER, PROXY_ERROR, UNKNOWN_TOKEN, BadLine, Fault, rate_limited
from tests.matrix.bots import Bot, card, choice, once, room_ref, user_ref
from tests.matrix.people import Person, eventually


@pytest.fixture
async def room(bot: Bot, anna: Person) -> str:
    async with bot.listening():
        return await bot.enter(anna)


def only(fault: Fault, part: str, *, times: int = 10**6) -> Callable[[str, str], Fault | None]:
    """The fault for so many requests whose method and path contain this."""
    left = itertools.count()

    def faults(method: str, path: str) -> Fault | None:
        return fault if part in f"{method} {path}" and next(left) < times else None

    return faults


@pytest.mark.parametrize(
    ("fault", "retry_after", "doubtful"),
    [
        (rate_limited(3500), timedelta(milliseconds=3500), False),
        (Fault(429, "slow down"), timedelta(seconds=5), False),
        (PROXY_ERROR, None, True),
        (Fault(404, "<html>not found</html>"), None, True),
        (Fault(200, "<html>welcome</html>"), None, True),
        (UNKNOWN_TOKEN, timedelta(minutes=5), False),
    ],
)
async def test_a_homeserver_that_cannot_now_makes_the_act_wait(
    bot: Bot, line: BadLine, room: str, fault: Fault, retry_after: timedelta | None, doubtful: bool
) -> None:
    line.faults = only(fault, "PUT")

    with pytest.raises(ChatUnavailable) as away:
        await bot.another(homeserver=line.base_url).post(room_ref(room), card("Hello."), once("k1"))

    assert (away.value.retry_after, away.value.doubtful) == (retry_after, doubtful)
    assert line.count("PUT") == 1


async def test_a_short_limit_of_pace_is_waited_for(bot: Bot, anna: Person, line: BadLine, room: str) -> None:
    line.faults = only(rate_limited(100), "PUT", times=2)

    await bot.another(homeserver=line.base_url).post(room_ref(room), card("Hello."), once("k1"))

    assert line.count("PUT") == 3
    assert len(await anna.messages(room)) == 1


async def test_no_connection_is_sure_not_to_have_done_anything(bot: Bot, line: BadLine, room: str) -> None:
    await line.cut()

    with pytest.raises(ChatUnavailable) as away:
        await bot.another(homeserver=line.base_url).post(room_ref(room), card("Hello."), once("k1"))

    assert not away.value.doubtful


@pytest.mark.parametrize(
    ("code", "status"), [("M_FORBIDDEN", 403), ("M_TOO_LARGE", 413), ("M_NOT_FOUND", 404), ("M_INVENTED", 400)]
)
async def test_a_homeserver_that_never_will_is_named_with_its_own_words(
    bot: Bot, line: BadLine, room: str, code: str, status: int
) -> None:
    line.faults = only(Fault(status, f'{{"errcode": "{code}", "error": "Because."}}'), "PUT")

    with pytest.raises(ChatRefused) as refused:
        await bot.another(homeserver=line.base_url).post(room_ref(room), card("Hello."), once("k1"))

    assert refused.value.code == code
    assert refused.value.advice.endswith("The homeserver says: Because.")


async def test_a_post_whose_answer_was_lost_is_found_again(bot: Bot, anna: Person, line: BadLine, room: str) -> None:
    chat = bot.another(homeserver=line.base_url)
    line.faults = only(LOST_ANSWER, "/send/m.room.message", times=1)
    with pytest.raises(ChatUnavailable):
        await chat.post(room_ref(room), choice("Hello."), once("k1"))

    posted = await chat.post(room_ref(room), choice("Hello."), once("k1", doubtful=True))

    assert [message["event_id"] for message in await anna.messages(room)] == [posted.id]


async def test_numbers_that_could_not_be_put_under_a_card_are_put_there_by_the_next_try(
    bot: Bot, anna: Person, line: BadLine, room: str
) -> None:
    chat = bot.another(homeserver=line.base_url)
    line.faults = only(PROXY_ERROR, "/send/m.reaction")
    with pytest.raises(ChatUnavailable) as away:
        await chat.post(room_ref(room), choice("Hello."), once("k1"))
    assert away.value.doubtful

    posted = await chat.post(room_ref(room), choice("Hello."), once("k1", doubtful=True))
    line.faults = only(rate_limited(50), "/send/m.reaction", times=2)
    assert await chat.post(room_ref(room), choice("Hello."), once("k1", doubtful=True)) == posted

    kinds = [event["type"] for event in await anna.timeline(room) if event["sender"] == bot.id]
    assert kinds[-3:] == ["m.room.message", "m.reaction", "m.reaction"]


async def test_a_room_whose_answer_was_lost_is_the_room(bot: Bot, line: BadLine) -> None:
    chat = bot.another(homeserver=line.base_url)
    line.faults = only(LOST_ANSWER, "createRoom", times=1)
    with pytest.raises(ChatUnavailable) as away:
        await chat.open_room("inc-4", "Mail", once("INC-4 room"))
    assert away.value.doubtful

    opened = await chat.open_room("inc-4", "Mail", once("INC-4 room", doubtful=True))

    assert opened == await bot.chat.open_room("inc-4", "Mail", once("INC-4 room", doubtful=True))


async def test_a_partners_homeserver_that_is_away_keeps_nobody_else_waiting(bot: Bot, line: BadLine) -> None:
    chat = bot.another(homeserver=line.base_url)
    room = await chat.open_room("inc-4", "", once("INC-4 room"))
    line.faults = only(PROXY_ERROR, "/invite")
    partner, colleague = user_ref("@eva:partner.example"), user_ref("@ben:matrix.test")

    assert await chat.invite(room, [partner], once("i1")) == {partner: WhyNot.AWAY}
    with pytest.raises(ChatUnavailable):
        await chat.invite(room, [partner, colleague], once("i2"))


async def test_a_homeserver_that_is_away_is_said_once_asked_seldom_and_nothing_is_lost(
    bot: Bot, anna: Person, line: BadLine, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat = bot.another(homeserver=line.base_url)
    caplog.set_level(logging.WARNING, "adapters.matrix")
    async with bot.listening(chat):
        await line.cut()
        await anna.say(room, "while away")

        async def is_away() -> bool:
            return not chat.connected

        await eventually(is_away)
        await line.connect()
        line.faults = only(PROXY_ERROR, "")
        line.passed.clear()
        await asyncio.sleep(4)
        assert line.count() <= 5
        line.faults = only(PROXY_ERROR, "nothing more")
        [said] = await bot.hears(MessagePosted)
        assert chat.connected

    assert said.text == "while away"
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "the homeserver is not heard", "the homeserver is back"
    ]  # fmt: skip


async def test_a_homeserver_that_does_not_wait_is_not_asked_without_pause(
    bot: Bot, anna: Person, line: BadLine, room: str
) -> None:
    async with bot.listening(bot.another(homeserver=line.base_url)):
        await anna.say(room, "one")
        await bot.hears(MessagePosted)
        line.faults = only(Fault(200, "{}"), "/sync")
        await anna.say(room, "two, which ends the sync that waits")
        line.passed.clear()
        await asyncio.sleep(3)

    assert 1 <= line.count("/sync") <= 4


async def test_an_encrypted_room_is_said_once_and_keeps_nothing_else_from_being_heard(
    bot: Bot, anna: Person, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "adapters.matrix")
    async with bot.listening():
        for _ in range(3):
            await anna.send(room, {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA"}, "m.room.encrypted")
        await anna.say(room, "in the open")
        [said] = await bot.hears(MessagePosted)

    assert said.text == "in the open"
    [record] = caplog.records
    assert record.message == "an encrypted room cannot be read"


async def test_a_token_the_homeserver_does_not_know_is_not_tried_over_and_over(
    bot: Bot, line: BadLine, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat = bot.another(homeserver=line.base_url, access_token="syt_nobody")
    caplog.set_level(logging.WARNING, "adapters.matrix")
    task = asyncio.create_task(chat.listen(bot.inbox))
    await asyncio.sleep(3)
    task.cancel()

    assert line.count() == 1
    assert not chat.connected
    [record] = caplog.records
    assert "new access token" in record.getMessage()
    assert "syt_nobody" not in caplog.text
    with pytest.raises(ChatUnavailable) as away:
        await chat.post(room_ref(room), card("Hello."), once("k1"))
    assert away.value.retry_after == timedelta(minutes=5)
    [finding] = [finding for finding in await chat.check() if not finding.ok]
    assert "access token" in finding.what


async def test_an_inbox_that_fails_for_a_while_loses_nothing(bot: Bot, anna: Person, room: str) -> None:
    await anna.say(room, "one")
    bot.inbox.fail_next(2)
    async with bot.listening():
        await anna.say(room, "two")
        said = await bot.hears(MessagePosted, 2)

    assert [event.text for event in said] == ["one", "two"]


async def test_a_password_logs_in_once_and_keeps_its_device_over_restarts(
    bot: Bot, anna: Person, room: str, line: BadLine, tmp_path: Path
) -> None:
    how = {
        "access_token": "",
        "password": bot.account.password,
        "store_path": tmp_path / "store",
        "homeserver": line.base_url,
    }
    first, second = bot.another(**how), bot.another(**how)
    await first.post(room_ref(room), card("Hello."), once("k1"))
    await second.post(room_ref(room), card("Hello."), once("k1"))

    assert line.count("POST /_matrix/client/v3/login") == 1
    assert len(await anna.messages(room)) == 1
    file = tmp_path / "store" / "session.json"
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


async def test_a_token_that_was_revoked_is_replaced_by_logging_in_again_as_the_same_device(
    bot: Bot, anna: Person, room: str, line: BadLine, tmp_path: Path
) -> None:
    how = {
        "access_token": "",
        "password": bot.account.password,
        "store_path": tmp_path / "store",
        "homeserver": line.base_url,
    }
    await bot.another(**how).post(room_ref(room), card("One."), once("k1"))
    before = json.loads((tmp_path / "store" / "session.json").read_text())
    line.faults = only(UNKNOWN_TOKEN, "/send/", times=1)

    await bot.another(**how).post(room_ref(room), card("Two."), once("k2"))

    after = json.loads((tmp_path / "store" / "session.json").read_text())
    assert [message["content"]["body"] for message in await anna.messages(room)] == ["One.", "Two."]
    assert after["device_id"] == before["device_id"]
    assert after["access_token"] != before["access_token"]


async def test_a_wrong_password_is_said_and_tried_once(bot: Bot, line: BadLine, room: str) -> None:
    chat = bot.another(access_token="", password="wrong", homeserver=line.base_url)

    for _ in range(3):
        with pytest.raises(ChatUnavailable, match="refuses the bot's login"):
            await chat.post(room_ref(room), card("Hello."), once("k1"))

    assert line.count("login") == 1


def test_secrets_are_not_shown(bot: Bot) -> None:
    assert bot.settings.access_token not in repr(bot.settings)

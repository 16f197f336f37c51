"""A homeserver that refuses the bot's whole account: what is to be said waits until somebody has mended that."""

from __future__ import annotations

import json

import httpx
import pytest

from adapters.matrix.refusals import TOKEN_PAUSE, error_for
from bot.errors import ChatRefused, ChatUnavailable
from bot.facts import WhyNot
from tests.matrix.bad_line import BadLine, Fault
from tests.matrix.bots import Bot, card, once, room_ref, user_ref
from tests.matrix.people import Person
from tests.servers.synapse import SynapseServer

UNLOCK = "The bot's account is locked: ask the homeserver's administrator to unlock it."


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "M_USER_LOCKED", UNLOCK),
        (403, "M_USER_SUSPENDED", "The bot's account is suspended: ask the homeserver's administrator to lift it."),
        (403, "M_CONSENT_NOT_GIVEN", "Log in as the bot once by hand and accept the homeserver's terms."),
        (403, "M_RESOURCE_LIMIT_EXCEEDED", "The homeserver has reached a limit: its administrator must raise it."),
        (401, "M_USER_DEACTIVATED", "The bot's account is deactivated: ask the homeserver's administrator to "
                                    "activate it."),
    ],
)  # fmt: skip
def test_what_keeps_the_account_from_everything_is_waited_for_and_says_who_can_mend_it(
    status: int, code: str, words: str
) -> None:
    away = error_for(status, json.dumps({"errcode": code, "error": "Because."}).encode(), {}, changes=True)

    assert isinstance(away, ChatUnavailable)
    assert (away.retry_after, away.doubtful) == (TOKEN_PAUSE, False)
    assert str(away) == f"the homeserver refuses the bot's account ({code}). {words} The homeserver says: Because."


def test_a_room_too_large_to_be_entered_is_refused_for_good() -> None:
    raw = b'{"errcode": "M_RESOURCE_LIMIT_EXCEEDED", "error": "Too complex"}'

    assert isinstance(error_for(400, raw, {}, changes=True), ChatRefused)


async def lock(synapse: SynapseServer, user: str, *, locked: bool) -> None:
    """What an administrator of the homeserver does."""
    token = synapse.register("admin", admin=True).access_token
    async with httpx.AsyncClient(base_url=synapse.base_url, headers={"Authorization": f"Bearer {token}"}) as admin:
        answer = await admin.put(f"/_synapse/admin/v2/users/{user}", json={"locked": locked})
        assert answer.status_code == 200, answer.text


async def test_what_is_to_be_said_while_the_account_is_locked_waits_until_it_is_not(
    synapse: SynapseServer, bot: Bot, anna: Person
) -> None:
    async with bot.listening():
        where = await bot.enter(anna)
    await lock(synapse, bot.id, locked=True)

    with pytest.raises(ChatUnavailable) as away:
        await bot.chat.post(room_ref(where), card("Hello."), once("k1"))
    assert (away.value.retry_after, away.value.doubtful) == (TOKEN_PAUSE, False)
    [finding] = await bot.watching([room_ref(where)]).check()
    assert not finding.ok
    assert UNLOCK in finding.what

    await lock(synapse, bot.id, locked=False)
    await bot.chat.post(room_ref(where), card("Hello."), once("k1"))
    assert [said["content"]["body"] for said in await anna.messages(where, bot.id)] == ["Hello."]


async def test_that_somebody_invited_is_deactivated_is_no_word_about_the_bot(synapse: SynapseServer, bot: Bot) -> None:
    gone, colleague = user_ref("@eva:matrix.test"), user_ref(synapse.register("ben").user_id)
    async with BadLine(synapse.base_url) as line:
        chat = bot.another(homeserver=line.base_url)
        room = await chat.open_room("inc-4", "", once("INC-4 room"))
        deactivated = iter([Fault(403, '{"errcode": "M_USER_DEACTIVATED", "error": "This user is gone"}')])
        line.faults = lambda method, path: next(deactivated, None) if path.endswith("/invite") else None

        assert await chat.invite(room, [gone], once("i1")) == {gone: WhyNot.GONE}
        assert await chat.invite(room, [colleague], once("i2")) == {}

"""Who is away, as a real homeserver says."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.matrix import presence
from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from bot.chat import HasPresence
from bot.presence import Presence
from tests.conftest import made
from tests.matrix.bots import Bot, user_ref
from tests.matrix.people import Person, eventually
from tests.servers.synapse import SynapseServer

AWAY = Presence(away=True)


async def says_it_is(person: Person, state: str, status: str = "") -> None:
    """Somebody's client says how they stand."""
    body = {"presence": state} | ({"status_msg": status} if status else {})
    await person.call("PUT", "presence", person.id, "status", body=body)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"presence": "online", "currently_active": True, "last_active_ago": 12}, Presence()),
        ({"presence": "unavailable", "last_active_ago": 420_000}, AWAY),
        ({"presence": "offline", "last_active_ago": 420_000}, AWAY),
        ({"presence": "offline"}, None),
        ({"presence": "org.example.busy", "last_active_ago": 12}, None),
        ({}, None),
        ({"presence": "online", "status_msg": "Do not disturb until 18:00", "last_active_ago": 12}, Presence()),
    ],
)
def test_only_what_the_protocol_says_is_read(said: dict[str, Any], meant: Presence | None) -> None:
    assert presence.read(said) == meant


async def test_whoever_shares_a_room_is_seen_there_or_away_and_their_status_is_not_read(
    bot: Bot, anna: Person, ben: Person
) -> None:
    chat = bot.chat
    assert isinstance(chat, HasPresence)
    async with bot.listening():
        room = await bot.enter(anna)
        await anna.invite(room, ben.id)
        await ben.join(room)
        await says_it_is(anna, "online", "do not disturb")
        await says_it_is(ben, "unavailable")

        async def are_known() -> bool:
            known = await chat.presence([user_ref(anna), user_ref(ben)])
            return known == {user_ref(anna): Presence(), user_ref(ben): AWAY}

        await eventually(are_known)


async def test_of_strangers_and_accounts_that_are_not_there_nothing_is_known(bot: Bot, anna: Person) -> None:
    assert isinstance(bot.chat, HasPresence)
    await says_it_is(anna, "online")

    assert await bot.chat.presence([user_ref(anna), user_ref("@nobody:elsewhere.invalid")]) == {}


async def test_where_a_homeserver_keeps_no_presence_nobody_counts_as_away() -> None:
    with made(lambda: SynapseServer(config={"presence": {"enabled": False}})) as synapse:
        account, anna = synapse.register("swarmbridge"), synapse.register("anna")
        chat = MatrixChat(
            MatrixSettings(
                homeserver=synapse.base_url, user_id=account.user_id, access_token=account.access_token
            )
        )  # fmt: skip
        assert await chat.presence([user_ref(anna.user_id)]) == {}
        await chat.close()

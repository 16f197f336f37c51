"""Whose phone rings: on a homeserver that works out notifications, as any real one does."""

from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from bot.cards import Card, Paragraph, Span, Style, plain
from tests.conftest import made
from tests.matrix.bots import card, once, room_ref, user_ref
from tests.matrix.people import Person
from tests.servers.synapse import SynapseServer


@pytest.fixture(scope="module")
def notifying() -> Iterator[SynapseServer]:
    with made(lambda: SynapseServer(config={"push": {"enabled": True}})) as server:
        yield server


@pytest.fixture
async def anna(notifying: SynapseServer) -> AsyncIterator[Person]:
    person = Person(notifying.base_url, notifying.register("anna"))
    yield person
    await person.close()


@pytest.fixture
async def ben(notifying: SynapseServer) -> AsyncIterator[Person]:
    person = Person(notifying.base_url, notifying.register("ben"))
    yield person
    await person.close()


@pytest.fixture
async def chat(notifying: SynapseServer) -> AsyncIterator[MatrixChat]:
    account = notifying.register("swarmbridge")
    settings = MatrixSettings(homeserver=notifying.base_url, user_id=account.user_id, access_token=account.access_token)
    bot = MatrixChat(settings)
    yield bot
    await bot.close()


async def rung(person: Person, room: str) -> tuple[int, int]:
    """How often this person was notified of something in a room, and how often as somebody named."""
    counts = (await person.sync())["rooms"]["join"][room]["unread_notifications"]
    return counts["notification_count"], counts["highlight_count"]


async def test_only_a_person_who_is_named_is_notified_whatever_the_text(
    chat: MatrixChat, anna: Person, ben: Person
) -> None:
    room = await chat.open_room("inc-4", "", once("room"))
    for person in (anna, ben):
        await chat.invite(room, [user_ref(person)], once("i"))
        await person.join(room.id)
    hostile = f"@room {ben.id} Ben <a href='https://matrix.to/#/{ben.id}'>Ben</a> https://x.test/@room"

    await chat.post(room, card(hostile), once("k1"))
    await chat.post(room, Card(summary=hostile, blocks=(Paragraph((Span(hostile, Style.LINK, hostile),)),)), once("k2"))
    assert await rung(anna, room.id) == await rung(ben, room.id) == (0, 0)

    named = Paragraph((Span("Anna", Style.PERSON, f"matrix:{anna.id}"), *plain(hostile)))
    posted = await chat.post(room, Card(summary=hostile, blocks=(named,)), once("k3"))
    await chat.edit(posted, Card(summary=hostile, blocks=(named,)), once("k4"))
    assert await rung(anna, room.id) == (1, 1)
    assert (await rung(ben, room.id))[1] == 0
    for message in await anna.messages(room.id):
        assert "@room" not in message["content"]["body"]


async def test_an_update_in_a_direct_conversation_notifies_and_an_answer_does_not(
    chat: MatrixChat, anna: Person
) -> None:
    direct = await chat.direct_room(user_ref(anna))
    await anna.join(direct.id)

    await chat.answer(room_ref(direct.id), user_ref(anna), card("That is done."), once("w1"))
    assert await rung(anna, direct.id) == (0, 0)

    await chat.post(direct, card("INC-4 is resolved."), once("k1"))
    assert await rung(anna, direct.id) == (1, 0)

"""Who may invite the bot."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.matrix.directs import Directs
from adapters.matrix.homeserver import Connection, Homeserver
from adapters.matrix.invitations import Invitations
from adapters.matrix.partners import Partners
from adapters.matrix.rooms import Rooms
from adapters.matrix.session import Session
from adapters.matrix.settings import MatrixSettings
from bot.events import ReactionAdded
from bot.refs import MessageRef, Platform, UserRef
from tests.matrix.bots import Bot, room_ref
from tests.matrix.people import Person, eventually


@pytest.mark.parametrize(
    ("server", "allowed"),
    [
        ("matrix.test", True), ("partner.example", True), ("berlin.test", True), ("evil.example", False),
        ("notmatrix.test", False), ("", False),
    ],
)  # fmt: skip
def test_people_of_the_own_and_of_allowed_homeservers_may(server: str, allowed: bool) -> None:
    settings = MatrixSettings(
        homeserver="http://127.0.0.1", user_id="@bot:matrix.test", allowed_servers=("partner.example",),
        own_servers=("berlin.test",),
    )  # fmt: skip

    assert settings.allows(server) is allowed


@pytest.mark.parametrize(("inviter", "membership"), [("@mallory:evil.example", "leave"), ("@anna:matrix.test", "join")])
async def test_an_invitation_is_declined_or_accepted_by_where_it_comes_from(
    bot: Bot, anna: Person, inviter: str, membership: str
) -> None:
    connection = Connection(bot.settings.homeserver)
    homeserver = Homeserver(connection, Session(connection, bot.settings))
    invitations = Invitations(
        homeserver, Directs(homeserver, Rooms(homeserver, bot.settings), bot.settings), bot.settings
    )
    room = await anna.open_room("come in", invite=[bot.id])
    member = {"type": "m.room.member", "state_key": bot.id, "sender": inviter, "content": {"membership": "invite"}}
    invitations.learn({room: {"invite_state": {"events": [member]}}})

    assert await invitations.accept() is (membership == "join")
    await homeserver.close()

    assert (await anna.state(room))[("m.room.member", bot.id)]["membership"] == membership


async def test_an_invitation_that_was_withdrawn_does_no_harm(bot: Bot, anna: Person) -> None:
    async with bot.listening():
        pass
    withdrawn = await anna.open_room("come in", invite=[bot.id])
    await anna.call("POST", "rooms", withdrawn, "kick", body={"user_id": bot.id})

    async with bot.listening(bot.another()):
        room = await bot.enter(anna)

    async def state() -> str:
        return str((await anna.state(room))[("m.room.member", bot.id)]["membership"])

    assert await eventually(state) == "join"


async def test_an_invitation_of_a_foreign_server_is_named_in_the_logs_and_brings_no_word(
    bot: Bot, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    connection = Connection(bot.settings.homeserver)
    homeserver = Homeserver(connection, Session(connection, bot.settings))
    invitations = Invitations(
        homeserver, Directs(homeserver, Rooms(homeserver, bot.settings), bot.settings), bot.settings
    )
    room = await anna.open_room("come in", invite=[bot.id])
    member = {"type": "m.room.member", "state_key": bot.id, "sender": "@eve:evil.example"}
    invitations.learn({room: {"invite_state": {"events": [member | {"content": {"membership": "invite"}}]}}})

    await invitations.accept()
    await homeserver.close()

    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (
        "WARNING",
        f"invitation of @eve:evil.example into {room} declined: set matrix.allowed_servers if evil.example may invite",
    )
    assert await anna.messages(room) == []


@pytest.mark.parametrize(
    ("own", "others", "outside"),
    [("matrix.test", (), False), ("else.where", (), True), ("else.where", ("matrix.test",), False)],
)
async def test_people_of_homeservers_of_others_are_told_apart(
    bot: Bot, anna: Person, own: str, others: tuple[str, ...], outside: bool
) -> None:
    """With another own server the people of this one are partners: federation as the bot sees it."""
    async with bot.listening():
        room = await bot.enter(anna)
    settings = replace(bot.settings, user_id=f"@bot:{own}", own_servers=others)
    connection = Connection(bot.settings.homeserver)
    homeserver = Homeserver(connection, Session(connection, bot.settings))
    by = UserRef(Platform.MATRIX, anna.id)
    message = MessageRef(room_ref(room), "$e")
    said = ReactionAdded(delivery="d", at=datetime.now(UTC), by=by, room=room_ref(room), message=message, emoji="🎫")

    heard = await Partners(homeserver, settings).introduced(said)
    await homeserver.close()

    assert (heard.outside, heard.shared) == (outside, outside)

"""Who may invite the bot."""

import pytest

from adapters.matrix.directs import Directs
from adapters.matrix.homeserver import Connection, Homeserver
from adapters.matrix.invitations import Invitations
from adapters.matrix.rooms import Rooms
from adapters.matrix.session import Session
from adapters.matrix.settings import MatrixSettings
from tests.matrix.bots import Bot
from tests.matrix.people import Person, eventually


@pytest.mark.parametrize(
    ("server", "allowed"),
    [("matrix.test", True), ("partner.example", True), ("evil.example", False), ("notmatrix.test", False), ("", False)],
)
def test_people_of_the_own_and_of_allowed_homeservers_may(server: str, allowed: bool) -> None:
    settings = MatrixSettings(
        homeserver="http://127.0.0.1", user_id="@bot:matrix.test", allowed_servers=("partner.example",)
    )

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

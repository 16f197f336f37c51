"""The bot's rooms on homeservers that make them in versions 10, 11 and 12."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from tests.conftest import made
from tests.matrix.bots import Bot, card, choice, once, user_ref
from tests.matrix.people import Person
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.synapse import SynapseServer


@pytest.fixture(scope="module", params=["10", "11", "12"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def of_version(version: str) -> Iterator[SynapseServer]:
    with made(lambda: SynapseServer(config={"default_room_version": version})) as server:
        yield server


async def test_a_swarms_room_lives_its_whole_life_in_every_version(
    of_version: SynapseServer, version: str, tmp_path: Path
) -> None:
    account = of_version.register("swarmbridge")
    settings = MatrixSettings(
        homeserver=of_version.base_url, user_id=account.user_id, access_token=account.access_token, space="Swarms"
    )
    chat = MatrixChat(settings)
    bot = Bot(account, settings, TinyInbox(tmp_path / "inbox.sqlite"), chat)
    anna, ben = (Person(of_version.base_url, of_version.register(name)) for name in ("anna", "ben"))

    room = await chat.open_room("inc-1", "Mail is down", once("INC-1 room"))
    assert await chat.invite(room, [user_ref(anna), user_ref(ben)], once("i")) == {}
    await anna.join(room.id)
    await ben.join(room.id)
    charter = await chat.post(room, choice("Charter"), once("k1"))
    await chat.pin(charter, once("k2"))
    await chat.edit(charter, card("Charter, edited"), once("k3"))
    await chat.set_topic(room, "Mail is back", once("k4"))
    assert await chat.remove(room, user_ref(ben), once("k5"))
    slip = await chat.post(room, card("A slip"), once("k6"))
    await chat.retract(slip, once("k7"))
    [told] = [finding for finding in await bot.watching([room]).check() if "inc-1" in finding.what]
    await chat.close_room(room, once("k8"))
    await chat.post(room, card("It is over."), once("k9"))

    state = await anna.state(room.id)
    assert (state["m.room.create", ""]["room_version"], ":" in room.id) == (version, version != "12")
    assert (told.ok, told.what) == (True, "The bot hears and writes in inc-1")
    assert state["m.room.pinned_events", ""] == {"pinned": [charter.id]}
    assert state["m.room.topic", ""]["topic"] == "Mail is back"
    assert state["m.room.member", ben.id]["membership"] == "leave"
    assert (await anna.event(room.id, slip.id))["content"] == {}
    assert (await anna.messages(room.id))[-1]["content"]["body"] == "It is over."
    with pytest.raises(AssertionError, match="M_FORBIDDEN"):
        await anna.say(room.id, "one more thing")
    for person in (anna, ben):
        await person.close()
    for started in (*bot.started, chat):
        await started.close()


async def test_an_account_that_was_deactivated_keeps_nobody_else_from_being_invited(
    bot: Bot, synapse: SynapseServer, ben: Person
) -> None:
    gone = Person(synapse.base_url, synapse.register("gone"))
    proof = {"type": "m.login.password", "password": gone.account.password}
    proof["identifier"] = {"type": "m.id.user", "user": gone.id}  # type: ignore[assignment]
    await gone.call("POST", "account", "deactivate", body={"auth": proof})
    await gone.close()
    room = await bot.chat.open_room("inc-1", "", once("INC-1 room"))

    # Synapse takes such an invitation and tells nobody that it reaches no one: it stays unanswered.
    assert await bot.chat.invite(room, [user_ref(gone.id), user_ref(ben)], once("i")) == {}

    assert room.id in await ben.invitations()

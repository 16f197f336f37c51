"""The door of an application service, and the registration that opens it: what is answered to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
import yaml
from starlette.applications import Starlette
from typer.testing import CliRunner

from adapters import cli
from adapters.matrix import door
from adapters.matrix.door import Door
from adapters.matrix.reading import Event
from adapters.matrix.settings import AppService
from bot.errors import ChatUnavailable, StorageUnavailable

TOKEN = "the-homeservers-token-of-the-registration"
TRANSACTION = "/_matrix/app/v1/transactions/7"


class Ears:
    """Hears, or cannot for now."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.why_not: Exception | None = None

    async def take(self, events: Sequence[Event]) -> None:
        if self.why_not:
            raise self.why_not
        self.heard += events


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def homeserver(ears: Ears) -> AsyncIterator[httpx.AsyncClient]:
    made = Door(AppService(id="swarmbridge", hs_token=TOKEN), "@swarm:example.org", ears.take)
    transport = httpx.ASGITransport(app=Starlette(routes=made.routes()))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot", headers=headers) as client:
        yield client


async def test_a_transaction_is_acknowledged_when_it_is_heard(homeserver: httpx.AsyncClient, ears: Ears) -> None:
    answer = await homeserver.put(TRANSACTION, json={"events": [{"event_id": "$1"}, "nonsense"]})

    assert (answer.status_code, answer.json(), ears.heard) == (200, {}, [{"event_id": "$1"}])


@pytest.mark.parametrize("why", [ChatUnavailable("away"), StorageUnavailable("away")])
async def test_a_transaction_that_cannot_be_heard_now_is_to_come_again(
    homeserver: httpx.AsyncClient, ears: Ears, why: Exception
) -> None:
    ears.why_not = why

    assert (await homeserver.put(TRANSACTION, json={"events": []})).status_code == 503


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"events": {}}', "\x00", '{"events": [' * 10])
async def test_what_is_no_transaction_is_said_to_be_none(homeserver: httpx.AsyncClient, ears: Ears, body: str) -> None:
    answer = await homeserver.put(TRANSACTION, content=body)

    assert (answer.status_code, answer.json()["errcode"], ears.heard) == (400, "M_BAD_JSON", [])


async def test_a_transaction_beyond_all_measure_is_not_read(homeserver: httpx.AsyncClient, ears: Ears) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(door.LARGEST_BODY // 2**20 + 2):
            yield b" " * 2**20

    answer = await homeserver.put(TRANSACTION, content=endless())

    assert (answer.status_code, answer.json()["errcode"], ears.heard) == (413, "M_TOO_LARGE", [])


@pytest.mark.parametrize(
    ("where", "status"),
    [
        ("users/@swarm:example.org", 200), ("users/%40swarm%3Aexample.org", 200), ("users/@anna:example.org", 404),
        ("rooms/%23help%3Aexample.org", 404),
    ],
)  # fmt: skip
async def test_only_the_bot_itself_exists(homeserver: httpx.AsyncClient, where: str, status: int) -> None:
    assert (await homeserver.get(f"/_matrix/app/v1/{where}")).status_code == status


async def test_a_ping_is_answered(homeserver: httpx.AsyncClient) -> None:
    answer = await homeserver.post("/_matrix/app/v1/ping", json={"transaction_id": "t"})

    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("PUT", TRANSACTION), ("GET", "/_matrix/app/v1/users/@swarm:example.org"),
        ("GET", "/_matrix/app/v1/rooms/%23help%3Aexample.org"), ("POST", "/_matrix/app/v1/ping"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("authorization", "query", "status"),
    [
        ("", "", 401), ("", f"?access_token={TOKEN}", 401), ("Bearer ", "", 401), (f"Basic {TOKEN}", "", 401),
        ("Bearer wrong", "", 403), ("Bearer wörng", "", 403), ("Bearer wrong", f"?access_token={TOKEN}", 403),
        (f"Bearer {TOKEN}", "?access_token=wrong", 403),
    ],
)  # fmt: skip
async def test_nobody_but_the_homeserver_is_answered(
    homeserver: httpx.AsyncClient, ears: Ears, method: str, where: str, authorization: str, query: str, status: int
) -> None:
    headers = {b"Authorization": authorization.encode("latin-1")}
    answer = await homeserver.request(
        method, where + query, headers=headers, content='{"events": [{"event_id": "$1"}]}'
    )

    assert (answer.status_code, ears.heard) == (status, [])
    assert answer.json()["errcode"] == {401: "M_UNAUTHORIZED", 403: "M_FORBIDDEN"}[status]


async def test_the_older_way_beside_the_newer_one_is_taken(homeserver: httpx.AsyncClient, ears: Ears) -> None:
    answer = await homeserver.put(f"{TRANSACTION}?access_token={TOKEN}", json={"events": [{"event_id": "$1"}]})

    assert (answer.status_code, ears.heard) == (200, [{"event_id": "$1"}])


CHOSEN = {
    "MATRIX_HOMESERVER": "https://matrix.example.org", "MATRIX_USER_ID": "@swarm:example.org",
    "SWARMBRIDGE_MATRIX__APPSERVICE_AS_TOKEN": "the-token-of-the-application-service",
    "SWARMBRIDGE_MATRIX__APPSERVICE_HS_TOKEN": TOKEN,
    "SWARMBRIDGE_MATRIX__APPSERVICE_URL": "https://bridge.example.org/",
}  # fmt: skip


def test_the_registration_is_made_of_the_settings() -> None:
    done = CliRunner().invoke(cli.app, ["manifest", "matrix"], env=CHOSEN)

    assert (done.exit_code, done.stderr) == (0, "")
    assert yaml.safe_load(done.stdout) == {
        "id": "swarmbridge", "url": "https://bridge.example.org", "as_token": "the-token-of-the-application-service",
        "hs_token": TOKEN, "sender_localpart": "swarm", "rate_limited": False,
        "namespaces": {
            "users": [{"exclusive": True, "regex": r"^@swarm:example\.org$"}],
            "aliases": [{"exclusive": False, "regex": r"^#swarm-.*:example\.org$"}], "rooms": [],
        },
    }  # fmt: skip


def test_tokens_are_made_where_there_are_none_and_stand_in_the_registration_alone() -> None:
    how = ["manifest", "matrix", "--user-id", "@swarm:example.org", "--base-url", "https://bridge.example.org"]
    first, second = (CliRunner().invoke(cli.app, how, env={"MATRIX_HOMESERVER": ""}) for _ in range(2))

    told = [yaml.safe_load(done.stdout) for done in (first, second)]
    tokens = {one[name] for one in told for name in ("as_token", "hs_token")}
    assert len(tokens) == 4
    assert all(len(token) > 40 and token not in first.stderr + second.stderr for token in tokens)
    assert "SWARMBRIDGE_MATRIX__APPSERVICE_AS_TOKEN" in first.stderr


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (["--base-url", "https://bridge.example.org"], "--user-id"),
        (["--user-id", "@swarm:example.org\nas_token: x", "--base-url", "https://bridge.example.org"], "--user-id"),
        (["--user-id", "@swarm:example.org"], "--base-url"),
        (["--user-id", "@swarm:example.org", "--base-url", "bridge.example.org"], "--base-url"),
    ],
)
def test_what_the_registration_lacks_is_asked_for(how: list[str], why: str) -> None:
    done = CliRunner().invoke(cli.app, ["manifest", "matrix", *how], env={"MATRIX_HOMESERVER": ""})

    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"SWARMBRIDGE_MATRIX__APPSERVICE_HS_TOKEN": ""}, "set both appservice_as_token and appservice_hs_token"),
        ({"SWARMBRIDGE_MATRIX__APPSERVICE_HS_TOKEN": "short"}, "at least 20 characters"),
        ({"SWARMBRIDGE_MATRIX__APPSERVICE_AS_TOKEN": TOKEN}, "two different ones"),
        ({"MATRIX_PASSWORD": "secret"}, "set one of password"),
        ({"SWARMBRIDGE_MATRIX__APPSERVICE_URL": "bridge"}, "appservice_url must begin with"),
    ],
)
def test_settings_of_half_an_application_service_are_refused(change: dict[str, str], why: str) -> None:
    done = CliRunner().invoke(cli.app, ["check"], env=CHOSEN | change)

    assert done.exit_code == 2
    assert why in done.stderr
    assert TOKEN not in done.stderr

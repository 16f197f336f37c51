"""Who gets in: this machine and whoever has the key; what another site asks for is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from adapters.local.access import Door, kept_key
from adapters.local.people import Player
from adapters.local.platform import LocalChat
from adapters.local.server import routes

HOME = "http://127.0.0.1:8080"
KEY = "the key shown at the start"
SAY = {"as": "anna", "room": "help", "text": "The VPN is down"}


def client_from(chat: LocalChat, address: str, url: str) -> AsyncClient:
    app = Starlette(routes=routes(chat.store, Door(KEY)))
    return AsyncClient(transport=ASGITransport(app, client=(address, 50000)), base_url=url)


@pytest.fixture
async def home(chat: LocalChat) -> AsyncIterator[AsyncClient]:
    """A browser on the very machine."""
    async with client_from(chat, "127.0.0.1", HOME) as client:
        yield client


async def opened(client: AsyncClient, path: str = "/chat/") -> dict[str, str]:
    """Open the page; what its scripts send along with a change."""
    answer = await client.get(path)
    assert answer.status_code == 200
    token = re.search(r'name="token" content="(\w+)"', answer.text)
    assert token is not None
    return {"x-swarmbridge-token": token[1], "origin": str(client.base_url).rstrip("/")}


async def say(client: AsyncClient, headers: dict[str, str]) -> Response:
    return await client.post("/chat/api/say", json=SAY, headers=headers)


async def test_the_page_on_this_machine_may_change_things(home: AsyncClient, ben: Player) -> None:
    headers = await opened(home)

    answer = await say(home, headers)

    assert answer.status_code == 200
    assert [one.text for one in ben.sees("help")] == ["The VPN is down"]


async def test_the_cookie_is_kept_from_scripts_and_other_sites(home: AsyncClient) -> None:
    cookie = (await home.get("/chat/")).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    "spoilt",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:9999"},
        {"x-swarmbridge-token": "0" * 64},
        {"x-swarmbridge-token": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"cookie": "swarmbridge_chat=forged.0000"},
    ],
)
async def test_a_change_another_site_asks_for_is_refused(
    home: AsyncClient, ben: Player, spoilt: dict[str, str]
) -> None:
    headers = await opened(home)

    answer = await say(home, headers | spoilt)

    assert answer.status_code == 403
    assert ben.sees("help") == ()


async def test_without_a_cookie_nothing_is_read_or_changed(home: AsyncClient, ben: Player) -> None:
    ben.says("help", "secret of ours")
    headers = await opened(home)
    home.cookies.clear()

    for path in ("people", "view?as=ben", "live"):
        answer = await home.get(f"/chat/api/{path}")
        assert answer.status_code == 403
        assert "secret" not in answer.text
    for act in ("say", "edit", "delete", "react", "tap", "submit", "join", "leave", "nonsense"):
        assert (await home.post(f"/chat/api/{act}", json=SAY, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("address", "url", "headers"),
    [
        ("127.0.0.1", "http://rebound.example:8080", {}),
        ("192.168.1.20", HOME, {}),
        ("192.168.1.20", "http://192.168.1.5:8080", {}),
        ("127.0.0.1", HOME, {"x-forwarded-for": "203.0.113.9"}),
    ],
)
async def test_only_this_machine_by_its_own_name_gets_in_without_the_key(
    chat: LocalChat, address: str, url: str, headers: dict[str, str]
) -> None:
    async with client_from(chat, address, url) as client:
        assert (await client.get("/chat/", headers=headers)).status_code == 403
        assert (await client.get("/chat/?key=wrong", headers=headers)).status_code == 403


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://[::1]:8080", "http://127.0.0.2"])
async def test_every_name_of_this_machine_will_do(chat: LocalChat, url: str) -> None:
    async with client_from(chat, "::1", url) as client:
        assert (await say(client, await opened(client))).status_code == 200


async def test_the_key_lets_in_from_anywhere(chat: LocalChat) -> None:
    async with client_from(chat, "192.168.1.20", "http://chat.example") as client:
        headers = await opened(client, f"/chat/?key={KEY}")
        assert (await say(client, headers)).status_code == 200
        assert (await client.get("/chat/")).status_code == 200


def test_an_empty_key_is_no_key() -> None:
    with pytest.raises(ValueError, match="empty"):
        Door("")


async def test_what_makes_no_sense_is_refused_and_changes_nothing(home: AsyncClient, ben: Player) -> None:
    headers = await opened(home) | {"content-type": "application/json"}
    bodies = {
        b"": 400,
        b"not json": 400,
        b"[]": 400,
        b'{"as": "anna", "room": {"x": 1}}': 400,
        b"[" * 100_000: 400,
        b'{"as": "nobody", "room": "help", "text": "hi"}': 404,
        b'{"as": "ben", "room": "board", "text": "let me in"}': 404,
        b'{"as": "anna", "room": "help", "text": "' + b"x" * 600_000 + b'"}': 413,
    }
    for body, status in bodies.items():
        assert (await home.post("/chat/api/say", content=body, headers=headers)).status_code == status, body[:60]
    assert (await home.post("/chat/api/fly", content=b"{}", headers=headers)).status_code == 400
    assert (await home.post("/chat/api/say", content=b"{}", headers=headers | {"content-type": "text/plain"})
            ).status_code == 415  # fmt: skip
    assert (await home.get("/chat/api/say")).status_code == 405
    assert ben.sees("help") == ()


async def test_the_key_is_kept_for_its_owner_alone_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "var" / "chat.key"

    first = kept_key(path)

    assert kept_key(path) == first
    assert len(first) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")
    assert len(kept_key(path)) >= 32

"""Every address of the whole program: which of them take something, and what each asks for before it does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from adapters.program import Program
from tests.journey.conftest import running, settings_for
from tests.strict_slack import StrictSlack

TAKES = {("POST", "/slack/events"), ("POST", "/chat/api/{act}")}
"""All that changes anything: signed by Slack; or with cookie, token and origin of the page (tests/local)."""


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    """Everything that can be served at once: Slack over HTTP and the chat in the browser."""
    async with StrictSlack() as slack:
        settings = settings_for(
            tmp_path, local={"enabled": True, "store": tmp_path / "local.db"}, http={"port": 0},
            slack={"bot_token": slack.bot_token, "signing_secret": slack.signing_secret, "api_url": slack.api_url},
        )  # fmt: skip
        async with running(settings) as program:
            yield program


@pytest.fixture
async def stranger(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reaches the address and knows nothing else."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{program.port_served}") as client:
        yield client


def served(routes: Iterable[BaseRoute], under: str = "") -> Iterable[tuple[str, str]]:
    """Method and address of everything that is served, but for folders of files."""
    for route in routes:
        if isinstance(route, Mount):
            yield from served(route.routes, under + route.path)
        else:
            assert isinstance(route, Route)
            yield from ((method, under + route.path) for method in route.methods or ["any"])


async def test_what_takes_something_is_known_and_all_else_only_reads(program: Program) -> None:
    assert isinstance(program.app, Starlette)
    addresses = set(served(program.app.routes))

    assert {one for one in addresses if one[0] not in ("GET", "HEAD")} == TAKES
    assert ("GET", "/healthz") in addresses
    assert ("GET", "/chat/api/view") in addresses


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/slack/events", {}, 401),
        ("/slack/events", {"x-slack-request-timestamp": "1", "x-slack-signature": "v0=00"}, 401),
        ("/chat/api/say", {}, 403),
        ("/chat/api/say", {"origin": "https://evil.example"}, 403),
        ("/hooks/alertmanager", {}, 404),
        ("/hooks/events", {}, 404),
        ("/", {}, 405),
        ("/metrics", {}, 405),
    ],
)
async def test_a_stranger_changes_nothing(
    stranger: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    body = {"type": "url_verification", "challenge": "x", "as": "tom", "room": "help", "text": "The VPN is down"}

    answer = await stranger.post(path, json=body, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/slack/events", "/chat/api/say"])
async def test_what_is_too_long_is_not_read_to_the_end(stranger: httpx.AsyncClient, path: str) -> None:
    page = await stranger.get("/chat/")
    token = page.text.partition('name="token" content="')[2].partition('"')[0]
    headers = {"x-swarmbridge-token": token, "origin": str(stranger.base_url).rstrip("/")}

    answer = await stranger.post(
        path, content=b'{"text": "' + b"x" * 2_000_000 + b'"}', headers={**headers, "content-type": "application/json"}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/knowledge", "/feed.atom", "/healthz", "/readyz", "/metrics", "/chat/", "/slack/events", "/nowhere"]
)
async def test_every_answer_is_kept_to_itself(stranger: httpx.AsyncClient, path: str) -> None:
    headers = (await stranger.get(path)).headers

    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/", "/metrics", "/healthz", "/chat/", "/api/v1/status", "/static/web.css"])
async def test_another_sites_name_that_leads_to_this_machine_reads_nothing(
    stranger: httpx.AsyncClient, path: str
) -> None:
    answer = await stranger.get(path, headers={"host": f"evil.example:{stranger.base_url.port}"})

    assert answer.status_code == 421
    assert len(answer.text) < 100


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:8080"},
        {"host": "[::1]:8080"},
        {"host": "127.0.0.1", "x-forwarded-for": "10.0.0.7"},
    ],
)
async def test_this_machine_and_a_proxy_on_it_are_answered(
    stranger: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await stranger.get("/", headers=headers)).status_code == 200

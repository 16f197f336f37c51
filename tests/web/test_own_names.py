"""Which names the pages answer to, by where they are served."""

from __future__ import annotations

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from adapters.web.security import OwnNames


async def asked(name: str, *, served_at: str, public_url: str = "", **headers: str) -> int:
    page = Starlette(routes=[Route("/", lambda request: PlainTextResponse("page"))])
    app = OwnNames(page, served_at, public_url)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        return (await client.get("/", headers={"host": name} | headers)).status_code


@pytest.mark.parametrize(
    ("name", "served_at", "public_url", "status"),
    [
        ("evil.example", "127.0.0.1", "", 421),
        ("evil.example", "::1", "", 421),
        ("evil.example", "localhost", "https://status.example.org", 421),
        ("status.example.org", "127.0.0.1", "https://status.example.org/bot", 200),
        ("localhost.evil.example", "127.0.0.1", "", 421),
        ("127.0.0.1.evil.example", "127.0.0.1", "", 421),
        ("[", "127.0.0.1", "", 421),
        ("", "127.0.0.1", "", 421),
        ("127.0.0.2:8080", "127.0.0.1", "", 200),
        ("anything.example", "0.0.0.0", "", 200),
    ],
)
async def test_the_pages_of_this_machine_answer_to_its_own_names(
    name: str, served_at: str, public_url: str, status: int
) -> None:
    assert await asked(name, served_at=served_at, public_url=public_url) == status


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"])
async def test_a_page_of_another_name_is_not_let_in_for_a_header_that_it_can_set_itself(header: str) -> None:
    assert await asked("evil.example", served_at="127.0.0.1", **{header: "10.0.0.7"}) == 421

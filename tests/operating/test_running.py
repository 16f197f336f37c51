"""What operators see of the running program: one correlation id, nothing private in the logs, health and readiness."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters import bootstrap, logs
from adapters.local.platform import LocalChat
from adapters.sql.engine import DatabaseInUse
from bot.refs import Platform
from tests.journey.conftest import running, settings_for


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the program logs, as lines of JSON."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    out = io.StringIO()
    logs.configure("info", "json", out)
    yield out
    root.handlers = handlers
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_one_correlation_id_leads_from_the_heard_message_to_the_sent_one(
    tmp_path: Path, logged: io.StringIO
) -> None:
    # given an outage that leads to a receipt and, by way of facts, to a room and an announcement
    settings = settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings) as program:
        chat = program.chats[Platform.LOCAL]
        assert isinstance(chat, LocalChat)
        mehmet = chat.person("mehmet")
        mehmet.says(mehmet.direct, "outage The VPN is down, which is my private secret")
        await mehmet.wait_for(lambda: [one for one in mehmet.sees("announcements") if one.from_bot])

    # then all lines about it carry one id, and none of them what was said
    heard = next(line for line in lines(logged) if line["event"] == "heard")
    caused = [line for line in lines(logged) if line.get("correlation") == heard["correlation"]]
    assert {line["event"] for line in caused} >= {"heard", "fact", "delivered"}
    assert {line["kind"] for line in caused if line["event"] == "delivered"} >= {"Post", "OpenRoom"}
    assert "private secret" not in logged.getvalue()


async def test_health_readiness_and_figures_are_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings) as program, httpx.AsyncClient() as client:
        base = f"http://127.0.0.1:{program.port_served}"
        ready = await client.get(f"{base}/readyz")
        for _ in range(100):
            if ready.status_code == 200:
                break
            await asyncio.sleep(0.1)
            ready = await client.get(f"{base}/readyz")
        alive, figures = [await client.get(f"{base}/{page}") for page in ("healthz", "metrics")]

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json()["parts"] == {"database": {"ready": True}, "local": {"ready": True}}
    assert 'swarmbridge_connected{network="local"} 1.0' in figures.text
    assert 'swarmbridge_jobs{queue="outbox",state="parked"} 0.0' in figures.text


async def test_a_network_that_cannot_be_reached_is_not_ready_and_the_rest_goes_on(tmp_path: Path) -> None:
    slack = {"bot_token": "xoxb-1", "app_token": "xapp-1", "api_url": "http://127.0.0.1:9/api/"}
    settings = settings_for(tmp_path, slack=slack, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings) as program, httpx.AsyncClient() as client:
        chat = program.chats[Platform.LOCAL]
        assert isinstance(chat, LocalChat)
        tom = chat.person("tom")
        tom.says("help", "The VPN is down")
        await tom.wait_for(lambda: [one for one in tom.sees("help") if one.from_bot])
        ready = await client.get(f"http://127.0.0.1:{program.port_served}/readyz")

    assert ready.status_code == 503
    assert ready.json()["parts"]["slack"]["ready"] is False
    assert ready.json()["parts"]["local"]["ready"] is True


async def test_a_second_program_on_the_same_file_is_told_so(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, local={"enabled": True, "store": tmp_path / "local.db"})
    async with running(settings):
        with pytest.raises(DatabaseInUse, match=r"swarmbridge\.db"):
            bootstrap.build(settings)

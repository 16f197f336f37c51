"""Serving begins at once, says so when it cannot, and ends while readers still listen."""

from __future__ import annotations

import asyncio
import signal
import time
from contextlib import AsyncExitStack

import httpx
import pytest
from starlette.applications import Starlette

from adapters.web.server import serving


async def test_stopping_ends_open_streams_at_once_and_leaves_signals_alone(app: Starlette) -> None:
    before = signal.getsignal(signal.SIGTERM)
    lines: list[str] = []
    heard = asyncio.Event()
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(app, "127.0.0.1", 0))
        assert signal.getsignal(signal.SIGTERM) is before

        async def read() -> None:
            async with httpx.AsyncClient() as client, client.stream("GET", f"http://127.0.0.1:{port}/events") as answer:
                async for line in answer.aiter_lines():
                    lines.append(line)
                    heard.set()

        reader = asyncio.create_task(read())
        async with asyncio.timeout(5):
            await heard.wait()
        started = time.monotonic()
        await stack.aclose()
        assert time.monotonic() - started < 2
        await reader

    assert lines[0] == "event: ready"


async def test_an_address_that_is_taken_is_said_at_once(app: Starlette) -> None:
    async with serving(app, "127.0.0.1", 0) as port:
        with pytest.raises(OSError, match="in use"):
            async with serving(app, "127.0.0.1", port):
                pass

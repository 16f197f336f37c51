"""Serves the pages over HTTP inside a program that has signals and an event loop of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS_TO_FINISH = 3


class EndStreams:
    """Ends open streams when the server stops: to a stream, stopping looks like the reader going away."""

    def __init__(self, app: ASGIApp, stopping: asyncio.Event) -> None:
        self._app = app
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only a reader's side (GET) is told of the end, whose requests carry no body."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        open_ended = False

        async def send_and_note(message: Message) -> None:
            nonlocal open_ended
            open_ended = message["type"] == "http.response.start" or bool(message.get("more_body"))
            await send(message)

        await self._app(scope, self._until_stopping(receive), send_and_note)
        if open_ended and self._stopping.is_set():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _until_stopping(self, receive: Receive) -> Receive:
        async def next_message() -> Message:
            waiting = {asyncio.ensure_future(receive()), asyncio.ensure_future(self._stopping.wait())}
            done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in left:
                task.cancel()
            messages = [result for task in done if isinstance(result := task.result(), MutableMapping)]
            return messages[0] if messages else {"type": "http.disconnect"}

        return next_message


class _Quiet(uvicorn.Server):
    """Leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the context is open; gives the port, which the system chooses for 0.

    Raises ``OSError`` when the address is taken or not this machine's. Leaving ends streams at once and gives other
    requests a few seconds. Addresses people open are not logged: they can hold a key.
    """
    stopping = asyncio.Event()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        config = uvicorn.Config(
            EndStreams(app, stopping), access_log=False, log_config=None, proxy_headers=False, server_header=False,
            lifespan="off", timeout_graceful_shutdown=SECONDS_TO_FINISH, timeout_keep_alive=20,
        )  # fmt: skip
        server = _Quiet(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield listening.getsockname()[1]
        finally:
            stopping.set()
            server.should_exit = True
            await task


async def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until cancelled."""
    async with serving(app, host, port):
        await asyncio.Event().wait()

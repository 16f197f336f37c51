"""A homeserver that has the bot's registrations, and the bot behind its door."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.matrix.platform import MatrixChat
from adapters.matrix.registration import Registration
from adapters.matrix.settings import AppService, MatrixSettings
from adapters.web.server import serving
from tests.matrix.bots import Bot
from tests.matrix.tiny_inbox import TinyInbox
from tests.servers.kept import free_port
from tests.servers.synapse import Account, SynapseServer

SERVICES = 32
OPENING = 4


class PushingServer(SynapseServer):
    """Synapse that knows some application services; each ``service`` is another one."""

    def __init__(self) -> None:
        self._registrations = folder = Path(tempfile.mkdtemp(prefix="swarmbridge-registrations-"))
        self._services = [
            Registration(
                user_id=f"@swarm{number}:matrix.test", id=f"swarmbridge-{number}",
                url=f"http://127.0.0.1:{free_port()}",
            )
            for number in range(SERVICES)
        ]  # fmt: skip
        files = [folder / f"{one.id}.yaml" for one in self._services]
        for number, (file, one) in enumerate(zip(files, self._services, strict=True)):
            # All would be told of every room that one of them opens, and most of them are nowhere.
            file.write_text(one.yaml() if number < OPENING else one.yaml().replace("^#swarm-", "^#nothing-"))
        super().__init__(application_services=files)

    def close(self) -> None:
        super().close()
        shutil.rmtree(self._registrations, ignore_errors=True)

    def service(self, *, opens_rooms: bool = False) -> Registration:
        return self._services.pop(0 if opens_rooms else -1)


@dataclass
class Alternating:
    """Several processes behind one address: each request goes to the next. ``taken``: the transactions that came."""

    apps: Sequence[ASGIApp]
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.apps[self.asked % len(self.apps)]
        self.asked += 1
        body = bytearray()

        async def noted() -> dict[str, object]:
            message = dict(await receive())
            body.extend(bytes(message.get("body", b"")))
            return message

        await app(scope, noted, send)
        if "/transactions/" in scope["path"]:
            self.taken.append((scope["path"], bytes(body)))


@dataclass
class PushedBot(Bot):
    """The bot as an application service."""

    registration: Registration = field(kw_only=True)

    @contextlib.asynccontextmanager
    async def behind_its_door(self, *chats: MatrixChat) -> AsyncIterator[Alternating]:
        """It is called and hears as long as the block lasts; by default in the one process it has."""
        processes = chats or tuple(self.started[:1])
        replicas = Alternating([Starlette(routes=chat.routes()) for chat in processes])
        port = int(self.registration.url.rpartition(":")[2])
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(serving(replicas, "127.0.0.1", port))
            for chat in processes:
                await stack.enter_async_context(self.listening(chat))
            yield replicas


def pushed_bot(synapse: PushingServer, folder: Path, *, opens_rooms: bool = False) -> PushedBot:
    """A bot that this homeserver calls."""
    registration = synapse.service(opens_rooms=opens_rooms)
    settings = MatrixSettings(
        homeserver=synapse.base_url, user_id=registration.user_id, access_token=registration.as_token,
        appservice=AppService(id=registration.id, hs_token=registration.hs_token), store_path=folder / "matrix",
    )  # fmt: skip
    chat = MatrixChat(settings)
    account = Account(registration.user_id, registration.as_token, "", "")
    return PushedBot(account, settings, TinyInbox(folder / "inbox.sqlite"), chat, [chat], registration=registration)

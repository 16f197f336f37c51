"""What the Matrix adapter must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSettings:
    """One account on one homeserver.

    Either ``access_token`` or ``password`` is given. With a password the bot logs in once and keeps its device and
    token in ``store_path`` (a folder only its owner can read), so that a restart is not a new device.
    ``allowed_servers`` may invite the bot and enter its rooms, beside the bot's own homeserver.
    """

    homeserver: str
    user_id: str
    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    device_id: str = ""
    allowed_servers: tuple[str, ...] = ()
    store_path: Path | None = None
    command_prefix: str = "!swarm"

    @property
    def server_name(self) -> str:
        """The homeserver's name: what follows the colon in the bot's user id."""
        return self.user_id.partition(":")[2]

    @property
    def localpart(self) -> str:
        """The bot's user id without sign and server."""
        return self.user_id.partition(":")[0].removeprefix("@")

    def allows(self, server: str) -> bool:
        """Whether people of this server may invite the bot and enter its rooms."""
        return server == self.server_name or server in self.allowed_servers

"""What the Matrix adapter must be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AppService:
    """The bot as an application service, as its registration says: the homeserver proves itself by ``hs_token``."""

    id: str
    hs_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSettings:
    """One account on one homeserver.

    Either ``access_token`` or ``password`` is given. With a password the bot logs in once and keeps its device and
    token in ``store_path`` (a folder only its owner can read), so that a restart is not a new device.
    ``allowed_servers`` may invite the bot and enter its rooms, beside the bot's own homeserver and ``own_servers``,
    which are the same organisation's: whoever has their account there is no partner.

    The keys of encrypted rooms lie in the database, sealed with ``store_key``; without one, with a key that is kept in
    ``store_path``. With neither, encrypted rooms are not read. ``encrypt_new_rooms``: which of the rooms that the bot
    opens are encrypted; ``private`` are direct conversations and rooms only invited people may enter.
    ``only_signed_devices``: share keys only with devices that their owner has signed. ``new_identity``: if the
    account's cross-signing identity is not the bot's, make a new one; and give up keys that cannot be opened any more.
    ``space``: the name of the space that holds the rooms of swarms; empty for none.
    ``seconds_for_keys``: so long the key of a message may take to come before its author is told.

    With ``appservice`` the homeserver pushes what happens, and ``access_token`` is the registration's ``as_token``.
    Nobody gives an application service the keys of encrypted rooms: it has none of them.
    """

    homeserver: str
    user_id: str
    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    device_id: str = ""
    allowed_servers: tuple[str, ...] = ()
    own_servers: tuple[str, ...] = ()
    store_path: Path | None = None
    store_key: str = field(default="", repr=False)
    encrypt_new_rooms: Literal["private", "all", "none"] = "private"
    only_signed_devices: bool = False
    new_identity: bool = False
    space: str = ""
    seconds_for_keys: float = 60.0
    command_prefix: str = "!swarm"
    appservice: AppService | None = None

    @property
    def server_name(self) -> str:
        """The homeserver's name: what follows the colon in the bot's user id."""
        return self.user_id.partition(":")[2]

    @property
    def encrypts(self) -> bool:
        """Whether encrypted rooms can be read: there is a safe place for keys, and somebody gives them."""
        return bool(self.store_key or self.store_path) and self.appservice is None

    @property
    def why_not_encrypted(self) -> str:
        """What to do where encrypted rooms cannot be read."""
        if self.appservice:
            return "An application service cannot read encrypted rooms: use rooms without encryption, or hear by /sync."
        return "There is no safe place for keys: set matrix.store_path or matrix.store_key."

    def encrypts_new(self, *, private: bool) -> bool:
        """Whether a room that the bot opens is to be encrypted."""
        return self.encrypts and (self.encrypt_new_rooms == "all" or (private and self.encrypt_new_rooms == "private"))

    @property
    def localpart(self) -> str:
        """The bot's user id without sign and server."""
        return self.user_id.partition(":")[0].removeprefix("@")

    @property
    def welcome(self) -> tuple[str, ...]:
        """The servers whose people may invite the bot and enter its rooms."""
        return tuple(dict.fromkeys((self.server_name, *self.own_servers, *self.allowed_servers)))

    def allows(self, server: str) -> bool:
        """Whether people of this server may invite the bot and enter its rooms."""
        return server in self.welcome

    def owns(self, server: str) -> bool:
        """Whether people of this server are of the bot's organisation."""
        return server == self.server_name or server in self.own_servers

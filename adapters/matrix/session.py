"""Who the bot is to its homeserver: a given access token, or one that a login with the password brought.

What a login brought is kept in a file that only its owner can read, so that a restart is the same device; and sealed
in the database, so that another replica that takes the listening over is the same device, too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path
from typing import Any

from adapters.matrix.homeserver import Connection, path, request
from adapters.matrix.reading import mapping, string
from adapters.matrix.refusals import AccountBarred, TokenRefused
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.shelf import Row, Shelf
from adapters.sealing import write_privately
from bot.errors import ChatRefused

log = logging.getLogger(__name__)

DEVICE_NAME = "Swarmbridge"
BETWEEN_LOGINS = 300.0
ROW = "session"


class Session:
    """Hands out the access token; logs in when there is a password and no token that works."""

    def __init__(self, connection: Connection, settings: MatrixSettings) -> None:
        self._connection = connection
        self._settings = settings
        self._file = settings.store_path / "session.json" if settings.store_path and settings.password else None
        self._lock = asyncio.Lock()
        self._token = settings.access_token
        self._shelf: Shelf | None = None
        self._tried_at, self._why = -BETWEEN_LOGINS, ""
        self._known: dict[str, str] = {}
        self._device = ""

    async def share(self, shelf: Shelf) -> None:
        """Be the device that the process which listened last was; to be called when this one begins to listen."""
        if self._settings.access_token:
            return
        async with self._lock:
            row = await shelf.get(ROW)
            if row and _is_of(row, self._settings):
                if row["access_token"] != self._token:
                    await self._take(row)
            elif self._known:
                shelf.put(ROW, dict(self._known))
            self._shelf = shelf

    async def device(self) -> str:
        """The id of the bot's device."""
        if not self._device:
            me = mapping(await request(self._connection, "GET", path("account", "whoami"), token=await self.token()))
            self._device = string(me.get("device_id"))
        return self._device

    async def renew(self) -> bool:
        """Be a new device; False when that takes a password the bot has not."""
        async with self._lock:
            if not self._settings.password or self._settings.device_id:
                return False
            self._known = {}
            self._token = await self._login()
            return True

    async def token(self) -> str:
        """The token to use; logs in when there is none. Raises ``TokenRefused`` when there is no way to get one."""
        async with self._lock:
            if not self._token:
                self._token = await self._stored() or await self._login()
            return self._token

    async def refused(self, token: str) -> bool:
        """Forget a token the homeserver does not know; True when another one is there now.

        Raises ``TokenRefused`` when a login is not possible, or was tried a moment ago.
        """
        async with self._lock:
            if self._token != token:
                return bool(self._token)
            if self._settings.access_token:
                return False
            self._token = await self._login()
            return True

    async def _stored(self) -> str:
        if self._file is None:
            return ""
        self._known = await asyncio.to_thread(_read, self._file, self._settings)
        return self._known.get("access_token", "")

    async def _login(self) -> str:
        settings = self._settings
        if not settings.password:
            raise TokenRefused("there is no access token")
        if time.monotonic() - self._tried_at < BETWEEN_LOGINS:
            raise TokenRefused(self._why)
        body: dict[str, Any] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": settings.user_id},
            "password": settings.password,
            "initial_device_display_name": DEVICE_NAME,
        }
        if device := settings.device_id or self._known.get("device_id", ""):
            body["device_id"] = device
        try:
            answer = mapping(await request(self._connection, "POST", path("login"), body))
        except (ChatRefused, AccountBarred) as refused:
            self._tried_at, self._why = time.monotonic(), f"the homeserver refuses the bot's login ({refused})"
            raise TokenRefused(self._why) from refused
        self._tried_at, self._why = time.monotonic(), "the homeserver refuses the token of a login a moment ago"
        log.info("logged in to the homeserver", extra={"user": settings.user_id, "device": answer.get("device_id")})
        known = {
            "homeserver": settings.homeserver,
            "user_id": settings.user_id,
            "device_id": string(answer.get("device_id")),
            "access_token": string(answer.get("access_token")),
        }
        await self._take(known)
        if self._shelf is not None:
            self._shelf.put(ROW, known)
        return known["access_token"]

    async def _take(self, known: Row) -> None:
        self._known = {key: str(value) for key, value in known.items()}
        self._token, self._device = self._known["access_token"], ""
        if self._file is not None:
            await asyncio.to_thread(_write, self._file, self._known)


def _read(file: Path, settings: MatrixSettings) -> dict[str, str]:
    """What an earlier login of this very account left; empty when there is none."""
    try:
        stored = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {key: str(value) for key, value in stored.items()} if _is_of(stored, settings) else {}


def _is_of(stored: object, settings: MatrixSettings) -> bool:
    """Whether a stored session is one of this very account."""
    return isinstance(stored, dict) and all(
        stored.get(key) == getattr(settings, key) for key in ("homeserver", "user_id")
    )


def _write(file: Path, known: dict[str, str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_privately(fresh, json.dumps(known))
    fresh.replace(file)

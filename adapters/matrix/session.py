"""Who the bot is to its homeserver: a given access token, or one that a login with the password brought.

What a login brought is kept in a file that only its owner can read, so that a restart is the same device.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from pathlib import Path
from typing import Any

import nio

from adapters.matrix.homeserver import path, request
from adapters.matrix.reading import mapping, string
from adapters.matrix.refusals import TokenRefused
from adapters.matrix.settings import MatrixSettings
from bot.errors import ChatRefused

log = logging.getLogger(__name__)

DEVICE_NAME = "Swarmbridge"
BETWEEN_LOGINS = 300.0


class Session:
    """Hands out the access token; logs in when there is a password and no token that works."""

    def __init__(self, client: nio.AsyncClient, settings: MatrixSettings) -> None:
        self._client = client
        self._settings = settings
        self._file = settings.store_path / "session.json" if settings.store_path and settings.password else None
        self._lock = asyncio.Lock()
        self._token = settings.access_token
        self._tried_at, self._why = -BETWEEN_LOGINS, ""
        self._known: dict[str, str] = {}

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
            answer = mapping(await request(self._client, "POST", path("login"), body))
        except ChatRefused as refused:
            self._tried_at, self._why = time.monotonic(), f"the homeserver refuses the bot's login ({refused})"
            raise TokenRefused(self._why) from refused
        self._tried_at, self._why = time.monotonic(), "the homeserver refuses the token of a login a moment ago"
        log.info("logged in to the homeserver", extra={"user": settings.user_id, "device": answer.get("device_id")})
        self._known = {
            "homeserver": settings.homeserver,
            "user_id": settings.user_id,
            "device_id": string(answer.get("device_id")),
            "access_token": string(answer.get("access_token")),
        }
        if self._file is not None:
            await asyncio.to_thread(_write, self._file, self._known)
        return self._known["access_token"]


def _read(file: Path, settings: MatrixSettings) -> dict[str, str]:
    """What an earlier login of this very account left; empty when there is none."""
    try:
        stored = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    same = isinstance(stored, dict) and all(
        stored.get(key) == getattr(settings, key) for key in ("homeserver", "user_id")
    )
    return {key: str(value) for key, value in stored.items()} if same else {}


def _write(file: Path, known: dict[str, str]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.parent.chmod(0o700)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(known, out)
    fresh.replace(file)

"""Seals what must stay secret at rest: keys and tokens. Without the vault's key, rows in a database say nothing."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from Crypto.Cipher import AES

from adapters.matrix.settings import MatrixSettings
from adapters.matrix.signing import base64_of, bytes_of
from bot.errors import ChatUnavailable

KEY_FILE = "store.key"
_NONCE, _TAG = 12, 16


class WrongKey(ChatUnavailable):
    """What was sealed was sealed with another key, or tampered with. Somebody has to give the bot the right key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was sealed with another store key. Give every replica the same matrix.store_key, or the same "
            f"folder with {KEY_FILE}. If the key is lost, set matrix.new_identity = true for one start",
            retry_after=timedelta(minutes=1),
        )


class Vault:
    """AES-256-GCM under a key derived from the operator's. A row's name is part of the seal: rows cannot be swapped."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 20:
            raise ValueError("the store key must have at least 20 characters")
        self._sealing = _derived(secret, b"sealing")
        self.pickle_key = _derived(secret, b"pickling")

    def seal(self, name: str, value: Any) -> str:
        """A value as text that only this key opens."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = AES.new(self._sealing, AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
        cipher.update(name.encode())
        ciphertext, tag = cipher.encrypt_and_digest(json.dumps(value, separators=(",", ":")).encode())
        return base64_of(nonce + tag + ciphertext)

    def open(self, name: str, sealed: str) -> Any:
        """The value; raises ``WrongKey``."""
        try:
            raw = bytes_of(sealed)
            cipher = AES.new(self._sealing, AES.MODE_GCM, nonce=raw[:_NONCE], mac_len=_TAG)
            cipher.update(name.encode())
            return json.loads(cipher.decrypt_and_verify(raw[_NONCE + _TAG :], raw[_NONCE : _NONCE + _TAG]))
        except ValueError as error:
            raise WrongKey(name) from error


def vault_for(settings: MatrixSettings) -> Vault | None:
    """The vault under the operator's key, or else one kept in the store folder; None with no safe place for keys."""
    if settings.store_key:
        return Vault(settings.store_key)
    return Vault(kept_secret(settings.store_path)) if settings.store_path else None


def kept_secret(folder: Path) -> str:
    """The secret kept in a file that only its owner can read; made at the first call."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    file = folder / KEY_FILE
    if not file.exists():
        fresh = folder / f"{KEY_FILE}.{secrets.token_hex(4)}"
        write_privately(fresh, secrets.token_urlsafe(32))
        try:
            os.link(fresh, file)  # of two processes that start together, one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()


def write_privately(file: Path, text: str) -> None:
    """A new file that only its owner can read, whatever the umask."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)


def _derived(secret: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"sb " + purpose).digest()

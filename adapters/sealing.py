"""Seals what must stay secret at rest, keys and tokens: without the seal's secret, rows in a database say nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from Crypto.Cipher import AES

KEY_FILE = "store.key"
SHORTEST = 20
_NONCE, _TAG = 12, 16


class CannotOpen(ValueError):
    """What was sealed was sealed with another secret or under another name, or tampered with."""


class Seal:
    """AES-256-GCM under a key derived from the operator's. A row's name is part of the seal: rows cannot be swapped."""

    def __init__(self, secret: str) -> None:
        if len(secret) < SHORTEST:
            raise ValueError(f"the store key must have at least {SHORTEST} characters")
        self._key = derived(secret, b"sealing")

    def seal(self, name: str, value: Any) -> str:
        """A value that JSON can hold, as text that only this secret opens."""
        nonce = secrets.token_bytes(_NONCE)
        cipher = AES.new(self._key, AES.MODE_GCM, nonce=nonce, mac_len=_TAG)
        cipher.update(name.encode())
        ciphertext, tag = cipher.encrypt_and_digest(json.dumps(value, separators=(",", ":")).encode())
        return base64.b64encode(nonce + tag + ciphertext).decode().rstrip("=")

    def open(self, name: str, sealed: str) -> Any:
        """The value; raises ``CannotOpen``."""
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), validate=True)
            cipher = AES.new(self._key, AES.MODE_GCM, nonce=raw[:_NONCE], mac_len=_TAG)
            cipher.update(name.encode())
            return json.loads(cipher.decrypt_and_verify(raw[_NONCE + _TAG :], raw[_NONCE : _NONCE + _TAG]))
        except ValueError as error:
            raise CannotOpen(name) from error


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


def derived(secret: str, purpose: bytes) -> bytes:
    """A key of its own for each purpose."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"sb " + purpose).digest()

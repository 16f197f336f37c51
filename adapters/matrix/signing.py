"""Signatures on JSON objects, as Matrix makes them: ed25519 over the canonical form."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

import vodozemac
from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from adapters.matrix.reading import mapping, string

Json = Mapping[str, Any]
Sign = Callable[[bytes], str]


def canonical(thing: Json) -> bytes:
    """The bytes that are signed: neither signatures nor what the homeserver adds."""
    signed = {key: value for key, value in thing.items() if key not in ("signatures", "unsigned")}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def signed(thing: Json, user: str, key_id: str, sign: Sign) -> dict[str, Any]:
    """The object with one signature more."""
    signatures = {signer: dict(mapping(made)) for signer, made in mapping(thing.get("signatures")).items()}
    signatures.setdefault(user, {})[key_id] = sign(canonical(thing))
    return {**thing, "signatures": signatures}


def is_signed(thing: Json, user: str, key_id: str, key: str) -> bool:
    """Whether the object carries a good signature of this user's key."""
    made = string(mapping(mapping(thing.get("signatures")).get(user)).get(key_id))
    if not (made and key):
        return False
    try:
        signature = vodozemac.Ed25519Signature.from_base64(made)
        vodozemac.Ed25519PublicKey.from_base64(key).verify_signature(canonical(thing), signature)
    except ValueError:  # every error of the library is one
        return False
    return True


class SigningKey:
    """An ed25519 key that is made of its seed."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self._key = ECC.construct(curve="Ed25519", seed=seed)
        self.public = base64_of(self._key.public_key().export_key(format="raw"))

    @property
    def id(self) -> str:
        """The key's id: a cross-signing key is named by itself."""
        return f"ed25519:{self.public}"

    def sign(self, message: bytes) -> str:
        """The signature as it is written into an object."""
        return base64_of(eddsa.new(self._key, "rfc8032").sign(message))


def base64_of(raw: bytes) -> str:
    """As Matrix writes bytes: base64 without the padding."""
    return base64.b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """From base64 with or without padding; raises ``ValueError``."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error

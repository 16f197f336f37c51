"""The device's own keys, and Olm: what one device says to another so that nobody else can read it.

A session's ratchet moves with every message. It is written back to the shelf at once; the caller stores the shelf
before the message leaves.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import vodozemac

from adapters.matrix import signing
from adapters.matrix.reading import mapping, string
from adapters.matrix.shelf import Shelf

log = logging.getLogger(__name__)

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
KEY_KIND = "signed_curve25519"
ONE_TIME_KEYS = 150
"""Kept on the homeserver: as many devices can begin to talk to the bot while it is away. Those that come then use the
fallback key, which many may share."""
MOST_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class Peer:
    """A device to talk to: its owner, its id, its two public keys, and whether its owner has signed it."""

    user: str
    id: str
    curve: str
    ed: str
    signed: bool = field(default=False, compare=False)


class Olm:
    """The keys of the bot's device. ``load`` comes first. ``introduction``: its public keys, signed by its owner."""

    def __init__(self, shelf: Shelf, user: str) -> None:
        self._shelf = shelf
        self._account: vodozemac.Account | None = None
        self.user = user
        self.device = ""
        self.introduction: dict[str, Any] = {}

    async def load(self, device: str) -> bool:
        """The keys of this device, made if there are none; True when they were made just now."""
        self.device = device
        row = await self._shelf.get(self._account_row)
        if row is not None:
            self._account = vodozemac.Account.from_pickle(row["pickle"], self._shelf.pickle_key)
            return False
        self._account = vodozemac.Account()
        self._save_account()
        return True

    @property
    def account(self) -> vodozemac.Account:
        """The loaded account."""
        assert self._account is not None
        return self._account

    @property
    def curve(self) -> str:
        """The public key others encrypt to."""
        return self.account.curve25519_key.to_base64()

    @property
    def ed(self) -> str:
        """The public key this device signs with: its fingerprint."""
        return self.account.ed25519_key.to_base64()

    def sign(self, message: bytes) -> str:
        """A signature of this device."""
        return self.account.sign(message).to_base64()

    def device_keys(self) -> dict[str, Any]:
        """What tells others about this device."""
        keys = {f"curve25519:{self.device}": self.curve, f"ed25519:{self.device}": self.ed}
        told = {"user_id": self.user, "device_id": self.device, "algorithms": [OLM, MEGOLM], "keys": keys}
        return signing.signed(told, self.user, f"ed25519:{self.device}", self.sign)

    def one_time_keys(self, on_server: int) -> dict[str, Any]:
        """Keys to upload; made new where fewer wait than the homeserver lacks."""
        waiting = len(self.account.one_time_keys)
        if (lacking := ONE_TIME_KEYS - on_server - waiting) > 0:
            self.account.generate_one_time_keys(lacking)
            self._save_account()
        return self._signed_keys(self.account.one_time_keys, {})

    def new_fallback_key(self) -> None:
        """Make one. The one before it opens what was begun with it until another one is made."""
        self._with_fallback.generate_fallback_key()
        self._save_account()

    def fallback_keys(self) -> dict[str, Any]:
        """The one to upload; none when it is on the homeserver already."""
        return self._signed_keys(self._with_fallback.fallback_key, {"fallback": True})

    @property
    def _with_fallback(self) -> Any:
        # The library can do this, but its description for type checkers does not say so.
        return self.account

    def _signed_keys(
        self, keys: Mapping[str, vodozemac.Curve25519PublicKey], more: Mapping[str, Any]
    ) -> dict[str, Any]:
        own = f"ed25519:{self.device}"
        return {
            f"{KEY_KIND}:{id_}": signing.signed({"key": key.to_base64(), **more}, self.user, own, self.sign)
            for id_, key in keys.items()
        }

    def uploaded(self) -> None:
        """The keys of the last ``one_time_keys`` and ``fallback_keys`` are on the homeserver."""
        self.account.mark_keys_as_published()
        self._save_account()

    async def has_session(self, peer: Peer) -> bool:
        """Whether something can be said to a device at once."""
        return bool(await self._sessions(peer.curve))

    async def begin(self, peer: Peer, one_time_key: Mapping[str, Any]) -> bool:
        """Begin a session with a key of the peer's; False when the key is not signed by them."""
        if not signing.is_signed(one_time_key, peer.user, f"ed25519:{peer.id}", peer.ed):
            log.warning("a one-time key is not signed by its device", extra={"user": peer.user, "device": peer.id})
            return False
        rows = await self._sessions(peer.curve)
        try:
            made = self.account.create_outbound_session(
                vodozemac.Curve25519PublicKey.from_base64(peer.curve),
                vodozemac.Curve25519PublicKey.from_base64(string(one_time_key.get("key"))),
            )
        except ValueError:
            return False
        self._save_sessions(peer.curve, [made.pickle(self._shelf.pickle_key), *rows])
        return True

    async def encrypt(self, peer: Peer, kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
        """What to send to a device; None when there is no session with it."""
        rows = await self._sessions(peer.curve)
        if not rows:
            return None
        payload = {
            "sender": self.user, "sender_device": self.device, "keys": {"ed25519": self.ed},
            "recipient": peer.user, "recipient_keys": {"ed25519": peer.ed}, "type": kind, "content": content,
            # Whoever has never met the bot can tell by this at once whose letter it is.
            "sender_device_keys": self.introduction or self.device_keys(),
        }  # fmt: skip
        session = vodozemac.Session.from_pickle(rows[0], self._shelf.pickle_key)
        type_, body = session.encrypt(json.dumps(payload, separators=(",", ":")).encode()).to_parts()
        self._save_sessions(peer.curve, [session.pickle(self._shelf.pickle_key), *rows[1:]])
        ciphertext = {peer.curve: {"type": type_, "body": signing.base64_of(body)}}
        return {"algorithm": OLM, "sender_key": self.curve, "ciphertext": ciphertext}

    async def decrypt(self, sender: str, content: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a device said to this one: ``type``, ``content``, ``keys``; None when it cannot be read or trusted."""
        ours = mapping(mapping(content.get("ciphertext")).get(self.curve))
        curve, type_ = string(content.get("sender_key")), ours.get("type")
        if content.get("algorithm") != OLM or type_ not in (0, 1) or not curve:
            return None
        rows = await self._sessions(curve)
        try:
            plain = self._plain(curve, rows, int(type_), signing.bytes_of(string(ours.get("body"))))
            payload = mapping(json.loads(plain))
        except ValueError:
            return None
        meant = (self.user, self.ed) == (
            payload.get("recipient"),
            mapping(payload.get("recipient_keys")).get("ed25519"),
        )
        return payload if meant and payload.get("sender") == sender else None

    def _plain(self, curve: str, rows: list[str], type_: int, body: bytes) -> bytes:
        """Decrypt by the session it belongs to, or by a new one; raises ``ValueError``."""
        message = vodozemac.AnyOlmMessage.from_parts(type_, body)
        beginning = message.to_pre_key() if type_ == 0 else None
        for place, row in enumerate(rows):
            session = vodozemac.Session.from_pickle(row, self._shelf.pickle_key)
            if beginning is not None and not session.session_matches(beginning):
                continue
            try:
                plain = session.decrypt(message)
            except ValueError:
                if beginning is not None:
                    raise
                continue
            # The session heard last is the one to answer with.
            others = rows[:place] + rows[place + 1 :]
            self._save_sessions(curve, [session.pickle(self._shelf.pickle_key), *others])
            return plain
        if beginning is None:
            raise ValueError("no session reads this message")
        key = vodozemac.Curve25519PublicKey.from_base64(curve)
        session, plain = self.account.create_inbound_session(key, beginning)
        self._save_account()
        self._save_sessions(curve, [session.pickle(self._shelf.pickle_key), *rows])
        return plain

    async def _sessions(self, curve: str) -> list[str]:
        return list((await self._shelf.get(f"olm {self.device} {curve}") or {}).get("sessions", ()))

    def _save_sessions(self, curve: str, pickles: list[str]) -> None:
        self._shelf.put(f"olm {self.device} {curve}", {"sessions": pickles[:MOST_SESSIONS]})

    @property
    def _account_row(self) -> str:
        return f"account {self.device}"

    def _save_account(self) -> None:
        self._shelf.put(self._account_row, {"pickle": self.account.pickle(self._shelf.pickle_key)})

"""Cross-signing: the bot's account has an identity, and the identity signs the bot's device.

Clients more and more refuse to share keys with devices that their owner has not signed, and to show what such devices
say. A person with two devices confirms one with the other; the bot has one device and signs it itself.

    master key ──signs──▶ self-signing key ──signs──▶ the bot's device
        └───────signs───▶ user-signing key
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.matrix import signing
from adapters.matrix.devices import cross_signing_key
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.olm import Olm
from adapters.matrix.reading import mapping
from adapters.matrix.refusals import ProofWanted
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.shelf import Shelf
from adapters.matrix.signing import SigningKey
from bot.errors import ChatRefused

log = logging.getLogger(__name__)

ROW = "identity"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether others can see that the device is the bot's own; if not, why and what to do."""

    signed: bool
    why: str = ""
    advice: str = ""


class Identity:
    """The cross-signing identity of the bot's account. Its seeds are kept sealed on the shelf."""

    def __init__(self, homeserver: Homeserver, shelf: Shelf, settings: MatrixSettings) -> None:
        self._homeserver = homeserver
        self._shelf = shelf
        self._settings = settings

    async def stand_for(self, olm: Olm) -> Standing:
        """Make sure that the bot's identity is known and has signed its device."""
        told = await self._told(olm.device)
        on_server = cross_signing_key(told.master, olm.user, "master")
        keys = await self._keys()
        if keys is None or (on_server and keys.master.public != on_server):
            if on_server and not self._settings.new_identity:
                return _MADE_ELSEWHERE
            keys = await self._make(replacing=keys)
            on_server = ""
        if not on_server:
            try:
                await self._upload(keys, olm)
            except ProofWanted:
                return _PASSWORD_NEEDED
        by = keys.self_signing
        olm.introduction = signing.signed(olm.device_keys(), olm.user, by.id, by.sign)
        if not signing.is_signed(told.device, olm.user, by.id, by.public):
            await self._sign(olm)
        return Standing(signed=True)

    async def is_another_ones(self, olm: Olm) -> bool:
        """Whether the homeserver knows other keys of this device."""
        known = mapping((await self._told(olm.device)).device.get("keys"))
        return bool(known) and known.get(f"ed25519:{olm.device}") != olm.ed

    async def _told(self, device: str) -> _Told:
        user = self._settings.user_id
        answer = await self._homeserver.post(path("keys", "query"), {"device_keys": {user: [device]}})
        devices = mapping(mapping(answer.get("device_keys")).get(user))
        return _Told(mapping(mapping(answer.get("master_keys")).get(user)), mapping(devices.get(device)))

    async def _keys(self) -> _Keys | None:
        row = await self._shelf.get(ROW)
        if row is None:
            return None
        return _Keys(*(SigningKey(signing.bytes_of(row[name])) for name in ("master", "self_signing", "user_signing")))

    async def _make(self, *, replacing: _Keys | None) -> _Keys:
        log.warning("a new cross-signing identity is made", extra={"user": self._settings.user_id})
        made = _Keys(*(SigningKey(secrets.token_bytes(32)) for _ in range(3)))
        row = {name: signing.base64_of(getattr(made, name).seed) for name in ("master", "self_signing", "user_signing")}
        self._shelf.put(ROW, row)
        await self._shelf.store()  # before it is told to anybody
        return made

    async def _upload(self, keys: _Keys, olm: Olm) -> None:
        where, user = path("keys", "device_signing", "upload"), olm.user
        master = _key_object(user, "master", keys.master)
        by_device = signing.signed(master, user, f"ed25519:{olm.device}", olm.sign)
        body: dict[str, Any] = {"master_key": by_device}
        for usage, key in (("self_signing", keys.self_signing), ("user_signing", keys.user_signing)):
            unsigned = _key_object(user, usage, key)
            body[f"{usage}_key"] = signing.signed(unsigned, user, keys.master.id, keys.master.sign)
        try:
            await self._homeserver.post(where, body)
        except ProofWanted as wanted:
            if not self._settings.password:
                raise
            await self._homeserver.post(where, body | {"auth": self._proof(wanted.session)})
        log.info("cross-signing identity uploaded", extra={"user": user})

    def _proof(self, session: str) -> dict[str, Any]:
        who = {"type": "m.id.user", "user": self._settings.user_id}
        password = self._settings.password
        return {"type": "m.login.password", "identifier": who, "password": password, "session": session}

    async def _sign(self, olm: Olm) -> None:
        signature = {olm.user: {olm.device: olm.introduction}}
        answer = await self._homeserver.post(path("keys", "signatures", "upload"), signature)
        if failures := mapping(mapping(answer.get("failures")).get(olm.user)):
            raise ChatRefused("M_INVALID_SIGNATURE", f"The homeserver takes no signature of the bot's: {failures}")
        log.info("the bot's device is signed by its identity", extra={"device": olm.device})


@dataclass(frozen=True, slots=True)
class _Keys:
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey


@dataclass(frozen=True, slots=True)
class _Told:
    """What the homeserver has: the account's master key and the bot's device."""

    master: Mapping[str, Any]
    device: Mapping[str, Any]


_PASSWORD_NEEDED = Standing(
    False,
    "The homeserver wants the bot's password before it takes the bot's cross-signing keys",
    "Set MATRIX_PASSWORD instead of MATRIX_ACCESS_TOKEN, at least for one start.",
)
_MADE_ELSEWHERE = Standing(
    False,
    "The bot's account has a cross-signing identity that another program made, or that was lost with a database",
    "Let the bot make a new one: set matrix.new_identity = true and MATRIX_PASSWORD for one start. "
    "People who had verified the bot will be told that it changed.",
)


def _key_object(user: str, usage: str, key: SigningKey) -> dict[str, Any]:
    return {"user_id": user, "usage": [usage], "keys": {key.id: key.public}}

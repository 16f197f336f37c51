"""People's devices: which there are, their keys, and whether their owner has signed them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.matrix import signing
from adapters.matrix.homeserver import Homeserver, path
from adapters.matrix.olm import Peer
from adapters.matrix.reading import mapping, string, strings
from adapters.matrix.shelf import Shelf

log = logging.getLogger(__name__)

USERS_AT_ONCE = 250
PATIENCE = 30.0


class Devices:
    """Kept on the shelf by user; asked for anew when the homeserver has said that something changed.

    ``epoch`` names the unbroken line of syncs since which changes are known; rows of another one are old.
    """

    def __init__(self, homeserver: Homeserver, shelf: Shelf) -> None:
        self._homeserver = homeserver
        self._shelf = shelf
        self.epoch = ""

    async def of(self, users: Sequence[str]) -> list[Peer]:
        """The devices of these people."""
        old = [user for user in users if not await self._is_current(user)]
        for start in range(0, len(old), USERS_AT_ONCE):
            await self._query(old[start : start + USERS_AT_ONCE])
        rows = [(user, await self._shelf.get(_row(user)) or {}) for user in users]
        return [peer for user, row in rows for peer in _peers(user, row)]

    async def by_key(self, user: str, curve: str) -> Peer | None:
        """The device of a person with this key."""
        return next((peer for peer in await self.of([user]) if peer.curve == curve), None)

    async def changed(self, users: Iterable[str]) -> None:
        """Take in that people's devices have changed; those never asked for stay unasked."""
        for user in users:
            if row := await self._shelf.get(_row(user)):
                self._shelf.put(_row(user), {**row, "changes": row.get("changes", 0) + 1})

    async def _is_current(self, user: str) -> bool:
        row = await self._shelf.get(_row(user)) or {}
        return bool(row) and row.get("epoch") == self.epoch and row.get("changes") == row.get("seen")

    async def _query(self, users: Sequence[str]) -> None:
        before = {user: (await self._shelf.get(_row(user)) or {}).get("changes", 0) for user in users}
        body = {"device_keys": {user: [] for user in users}, "timeout": 10_000}
        answer = await self._homeserver.post(path("keys", "query"), body, patience=PATIENCE)
        failures = mapping(answer.get("failures"))
        for user in users:
            row = await self._shelf.get(_row(user)) or {}
            if user.partition(":")[2] in failures:
                continue  # what was known stays, and is asked for again next time
            signer = signer_of(user, answer)
            told = mapping(mapping(answer.get("device_keys")).get(user))
            devices = _checked(user, told, signer, mapping(row.get("devices")))
            self._shelf.put(
                _row(user),
                {"epoch": self.epoch, "changes": row.get("changes", 0), "seen": before[user], "devices": devices},
            )


def _checked(user: str, told: Mapping[str, Any], signer: str, known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The devices that prove their keys. A device that was known keeps its first key: another one is not the same."""
    found: dict[str, dict[str, Any]] = {}
    for id_, keys in told.items():
        if device := _device(user, id_, mapping(keys), signer):
            first = mapping(known.get(id_)).get("ed", device["ed"])
            if first != device["ed"]:
                log.warning("a device has another key than before", extra={"user": user, "device": id_})
                continue
            found[id_] = device
    return found


def _device(user: str, id_: str, told: Mapping[str, Any], signer: str) -> dict[str, Any] | None:
    keys = mapping(told.get("keys"))
    curve, ed = string(keys.get(f"curve25519:{id_}")), string(keys.get(f"ed25519:{id_}"))
    theirs = told.get("user_id") == user and told.get("device_id") == id_
    if not (theirs and curve and signing.is_signed(told, user, f"ed25519:{id_}", ed)):
        return None
    by_owner = bool(signer) and signing.is_signed(told, user, f"ed25519:{signer}", signer)
    return {"curve": curve, "ed": ed, "signed": by_owner}


def signer_of(user: str, answer: Mapping[str, Any]) -> str:
    """The key with which a person signs their devices, itself signed by their master key; empty without one."""
    master = cross_signing_key(mapping(mapping(answer.get("master_keys")).get(user)), user, "master")
    own = mapping(mapping(answer.get("self_signing_keys")).get(user))
    signer = cross_signing_key(own, user, "self_signing")
    return signer if master and signer and signing.is_signed(own, user, f"ed25519:{master}", master) else ""


def cross_signing_key(told: Mapping[str, Any], user: str, usage: str) -> str:
    """The public key in a cross-signing key object; empty when it is not one of this user and usage."""
    if told.get("user_id") != user or usage not in strings(told.get("usage")):
        return ""
    return next((string(key) for id_, key in mapping(told.get("keys")).items() if id_ == f"ed25519:{key}"), "")


def _peers(user: str, row: Mapping[str, Any]) -> list[Peer]:
    devices = mapping(row.get("devices")).items()
    return [Peer(user, id_, known["curve"], known["ed"], known["signed"]) for id_, known in devices]


def _row(user: str) -> str:
    return f"devices {user}"

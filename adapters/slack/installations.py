"""Where the app is installed, and with which tokens: kept sealed, wherever rows are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.sealing import KEY_FILE, CannotOpen, Seal
from bot.clock import Clock, system_clock
from bot.threads import InThread

STATE_LASTS = timedelta(minutes=10)
REPLACING_LASTS = timedelta(minutes=1)


class Store(Protocol):
    """Rows by workspace, read and written by any number of replicas. Blocks; every method may raise
    ``StorageUnavailable``. A version is the number of one row as it was kept; no two that were ever kept have the same.
    """

    def all(self) -> Mapping[str, tuple[int, str]]:
        """Every workspace with the version of its row and what is sealed in it."""
        ...

    def put(self, workspace: str, sealed: str) -> None:
        """Keep this from now on, whatever was kept before."""
        ...

    def lease(self, workspace: str, version: int, lasting: timedelta) -> bool:
        """Whether only the caller may replace this version for so long."""
        ...

    def replace(self, workspace: str, version: int, sealed: str) -> bool:
        """Keep this in place of that version; False when it is no longer that one."""
        ...

    def remove(self, workspace: str, version: int) -> bool:
        """Keep nothing of that version any more; False when it is no longer that one."""
        ...

    def use_up(self, state: str, lasting: timedelta) -> bool:
        """Whether this is used for the first time, of which a note is kept for so long."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An installation as it was read."""

    version: int
    installation: Installation = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """All installations by workspace, and the workspaces whose row was sealed with another key."""

    kept: Mapping[str, Kept]
    locked: frozenset[str]


def named(installation: Installation) -> str:
    """What an installation is kept under: the organisation where it is for all of it, else the workspace."""
    whole = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
    return whole or ""


class Installations:
    """Reads and writes them. ``thread`` runs what blocks."""

    def __init__(self, store: Store, seal: Seal, thread: InThread, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._store = store
        self._seal = seal
        self._thread = thread

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock().timestamp()

    async def find(self) -> Found:
        """All that is kept."""
        kept: dict[str, Kept] = {}
        locked: set[str] = set()
        for workspace, (version, sealed) in (await self._thread(self._store.all)).items():
            try:
                kept[workspace] = Kept(version, Installation(**self._seal.open(_row(workspace), sealed)))
            except CannotOpen:
                locked.add(workspace)
        return Found(kept, frozenset(locked))

    async def save(self, installation: Installation) -> None:
        """Keep a new installation, in place of an earlier one in the same workspace."""
        await self._thread(self._store.put, named(installation), self._sealed(installation))

    async def may_replace(self, kept: Kept) -> bool:
        """Whether only the caller may replace this for a minute."""
        return await self._thread(self._store.lease, named(kept.installation), kept.version, REPLACING_LASTS)

    async def replace(self, kept: Kept, installation: Installation) -> bool:
        """Keep this in place of what was read; False when that is no longer kept."""
        return await self._thread(
            self._store.replace, named(kept.installation), kept.version, self._sealed(installation)
        )

    async def remove(self, kept: Kept) -> bool:
        """Forget it with its secrets; False when it is kept no longer."""
        return await self._thread(self._store.remove, named(kept.installation), kept.version)

    async def use_up(self, state: str) -> bool:
        """Whether a state comes back in time, for the first time, and is one of ours."""
        try:
            ours = self._seal.open(_STATE, state.replace("-", "+").replace("_", "/"))
        except CannotOpen:
            return False
        digest = hashlib.sha256(ours["once"].encode()).hexdigest()  # the same state can be written in several ways
        return float(ours["until"]) >= self.now() and await self._thread(self._store.use_up, digest, STATE_LASTS)

    def new_state(self) -> str:
        """A state for one installation: nobody else can make one, and nothing is written before it comes back."""
        until = self.now() + STATE_LASTS.total_seconds()
        sealed = self._seal.seal(_STATE, {"until": until, "once": secrets.token_urlsafe(16)})
        return sealed.replace("+", "-").replace("/", "_")

    def _sealed(self, installation: Installation) -> str:
        values = {name: _written(value) for name, value in installation.to_dict_for_copying().items()}
        return self._seal.seal(_row(named(installation)), values)


class States(AsyncOAuthStateStore):
    """The same for Bolt's flow."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_issue(self, *_args: object, **_more: object) -> str:
        """A state to send along."""
        return self._installations.new_state()

    async def async_consume(self, state: str) -> bool:
        """Whether it came back in time and for the first time."""
        return await self._installations.use_up(state)


def locked_out(workspaces: frozenset[str]) -> str:
    """What is wrong where rows cannot be opened, and what to do."""
    return (
        f"the installations in {', '.join(sorted(workspaces))} were sealed with another store key. Give every replica "
        f"the same slack.store_key, or the same folder with {KEY_FILE}. If the key is lost, install the app there again"
    )


_STATE = "slack state"


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _row(workspace: str) -> str:
    return f"slack installation {workspace}"

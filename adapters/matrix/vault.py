"""The vault of one Matrix account: what must stay secret at rest, sealed with the operator's store key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from adapters.matrix.settings import MatrixSettings
from adapters.sealing import KEY_FILE, CannotOpen, Seal, derived, kept_secret
from bot.errors import ChatUnavailable


class WrongKey(ChatUnavailable):
    """What was sealed was sealed with another key, or tampered with. Somebody has to give the bot the right key."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was sealed with another store key. Give every replica the same matrix.store_key, or the same "
            f"folder with {KEY_FILE}. If the key is lost, set matrix.new_identity = true for one start",
            retry_after=timedelta(minutes=1),
        )


class Vault(Seal):
    """A seal whose refusal to open says what an operator can do; ``pickle_key`` is for what a library pickles."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.pickle_key = derived(secret, b"pickling")

    def open(self, name: str, sealed: str) -> Any:
        """The value; raises ``WrongKey``."""
        try:
            return super().open(name, sealed)
        except CannotOpen as error:
            raise WrongKey(name) from error


def vault_for(settings: MatrixSettings) -> Vault | None:
    """The vault under the operator's key, or else one kept in the store folder; None with no safe place for keys."""
    if not settings.encrypts:
        return None
    if settings.store_key:
        return Vault(settings.store_key)
    return Vault(kept_secret(settings.store_path)) if settings.store_path else None

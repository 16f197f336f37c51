"""Takes what somebody sent and nobody could read out of what is kept sealed, while nobody listens."""

from __future__ import annotations

from collections.abc import Collection

from adapters.matrix import waiting
from adapters.matrix.settings import MatrixSettings
from adapters.matrix.vault import WrongKey, vault_for
from bot.chat import Cursor


def row_of(settings: MatrixSettings) -> str:
    """The name under which messages wait for their keys."""
    return f"matrix:{settings.user_id} {waiting.ROW}"


def forgotten(settings: MatrixSettings, sealed: str, senders: Collection[str]) -> tuple[Cursor, int]:
    """The row without what these people sent, and how many messages that were. Raises ``WrongKey``."""
    vault, name = vault_for(settings), row_of(settings)
    if vault is None:
        raise WrongKey(name)
    row = vault.open(name, sealed)
    left = waiting.without(row, senders)
    return Cursor(name, vault.seal(name, left)), len(row) - len(left)

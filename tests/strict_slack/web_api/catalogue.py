"""The published facts about every method: arguments, errors, scopes, rate tier."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

GENERAL_ERRORS = frozenset(
    {"invalid_auth", "invalid_arguments", "invalid_json", "json_not_object", "internal_error", "fatal_error"}
)
"""Errors that any method may answer, beside the common ones in the data."""
SEEN = {"conversations.invite": frozenset({"user_team_not_in_channel", "user_is_ultra_restricted"})}
"""Errors that are answered although nothing says so."""

_DATA = Path(__file__).parent.parent / "data" / "methods.json"


@dataclass(frozen=True)
class MethodSpec:
    """One method as documented."""

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    errors: frozenset[str]
    bot_scopes: tuple[str, ...]
    tier: str | None

    @property
    def arguments(self) -> frozenset[str]:
        return self.required | self.optional

    def documents(self, error: str) -> bool:
        return error in self.errors or error in GENERAL_ERRORS or error in SEEN.get(self.name, ())


@cache
def methods() -> dict[str, MethodSpec]:
    """All documented methods by name."""
    data: dict[str, Any] = json.loads(_DATA.read_text())
    common = frozenset(data["common_errors"])
    return {
        name: MethodSpec(
            name=name,
            required=frozenset(facts["required"]),
            optional=frozenset(facts["optional"]),
            errors=common | frozenset(facts["errors"]),
            bot_scopes=tuple(facts["bot_scopes"]),
            tier=facts["tier"],
        )
        for name, facts in data["methods"].items()
    }

"""One call of a method: who calls, with which arguments, and the table of those that answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..app import Token
from ..errors import SlackError
from ..model import Json, Room, User, Workspace
from ..world import Violation, World
from .catalogue import MethodSpec


@dataclass(eq=False)
class Call:
    """What a method gets to work with. ``bot``, ``workspace`` and ``token`` stand only where there is a token."""

    world: World
    spec: MethodSpec
    args: Json
    token: Token | None

    @property
    def method(self) -> str:
        return self.spec.name

    @property
    def workspace(self) -> Workspace:
        """The workspace the token is for; one for a whole organisation is for that of the room or person concerned."""
        assert self.token is not None, "this method needs a token"
        if self.token.enterprise is None:
            return self.world.workspaces[self.token.team_id]
        workspaces = self.world.workspaces_of(self.token.enterprise)
        concerned = {self.text(name) for name in ("team_id", "channel", "channel_id", "user", "user_id", "users")}
        if trigger := self.world.triggers.get(self.text("trigger_id")):
            concerned.add(trigger.user)
        return next((one for one in workspaces if one.holds(concerned - {""})), workspaces[0])

    @property
    def bot(self) -> User:
        assert self.token is not None, "this method needs a token"
        return self.workspace.users[self.token.user_id]

    def has_scope(self, *scopes: str) -> bool:
        return self.token is not None and bool(self.token.scopes & set(scopes))

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def integer(self, name: str, default: int) -> int:
        value = self.args.get(name)
        try:
            return default if value in {None, ""} else int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", f"[ERROR] must be an integer [json-pointer:/{name}]") from None

    def listed(self, name: str) -> list[str]:
        """Values separated by commas, or a JSON array."""
        value = self.args.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        if isinstance(value, str) and value.startswith("["):
            return [str(one) for one in self.json(name, "invalid_arguments")]
        return [one.strip() for one in str(value or "").split(",") if one.strip()]

    def json(self, name: str, error: str) -> Any:
        """A structure, given as JSON or as text holding JSON; ``error`` when it is neither."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def room(self, name: str = "channel", *, member: bool = False, error: str = "channel_not_found") -> Room:
        """The room named by an argument, if the bot may know of it; ``member`` asks that it also be in it."""
        found = self.workspace.rooms.get(self.text(name))
        if found is None or (found.kind != "public" and not found.has(self.bot)):
            raise SlackError(error)
        if member and not found.has(self.bot):
            raise SlackError("not_in_channel")
        return found

    def violate(self, kind: str, detail: str) -> None:
        self.world.violations.append(Violation(self.method, kind, detail))


Handler = Callable[[Call], Json]
HANDLERS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Makes a function the answer to this method."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def page(items: list[Any], call: Call, *, default: int, most: int) -> tuple[list[Any], str]:
    """The part of a list that ``cursor`` and ``limit`` ask for, and the cursor of the next part (or "")."""
    limit = call.integer("limit", default)
    if limit < 1:
        raise SlackError("invalid_limit" if call.spec.documents("invalid_limit") else "invalid_arguments")
    start = _read_cursor(call)
    end = start + min(limit, most)
    return items[start:end], f"next:{end}:" if end < len(items) else ""


def _read_cursor(call: Call) -> int:
    cursor = call.text("cursor")
    if not cursor:
        return 0
    head, _, rest = cursor.partition(":")
    number = rest.removesuffix(":")
    if head != "next" or not number.isdigit():
        raise SlackError("invalid_cursor" if call.spec.documents("invalid_cursor") else "invalid_arguments")
    return int(number)

"""Who may call what: tokens, their kinds and their scopes."""

from __future__ import annotations

from ..app import Token
from ..errors import SlackError
from ..model import RoomKind
from ..world import World
from .call import Call
from .catalogue import MethodSpec

_PREFIX: dict[RoomKind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_NEEDS_APP_TOKEN = {"apps.connections.open": "connections:write"}
_NEEDS_NO_TOKEN = {"api.test", "oauth.v2.access", "oauth.v2.exchange", "openid.connect.token"}
_LISTS_ROOMS = {"conversations.list", "users.conversations"}
_KIND_OF_TYPE: dict[str, RoomKind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}


def token_of(world: World, spec: MethodSpec, secret: str) -> Token | None:
    """The token of a call, or the error that Slack answers; None where the method needs none."""
    if spec.name in _NEEDS_NO_TOKEN:
        return None
    if not secret:
        raise SlackError("not_authed")
    token = world.tokens.get(secret)
    if token is None:
        raise SlackError("invalid_auth")
    if token.revoked:
        raise SlackError("token_revoked")
    if token.expires_at is not None and token.expires_at < world.clock.now():
        raise SlackError("token_expired")
    if (token.kind == "app") != (spec.name in _NEEDS_APP_TOKEN):
        raise SlackError("not_allowed_token_type")
    if token.kind == "bot" and world.bot_of(token).deleted:
        raise SlackError("account_inactive")
    return token


def check_scopes(call: Call) -> None:
    """Raises ``missing_scope`` with what is needed and what is there."""
    token = call.token
    if token is None:
        return
    for alternatives in _needed(call):
        if alternatives and not token.scopes & set(alternatives):
            raise SlackError("missing_scope", needed=alternatives[0], provided=",".join(sorted(token.scopes)))


def _needed(call: Call) -> list[list[str]]:
    """Scopes of which each group must be met by one."""
    if scope := _NEEDS_APP_TOKEN.get(call.method):
        return [[scope]]
    scopes = list(call.spec.bot_scopes)
    if call.method in _LISTS_ROOMS:
        kinds = [_KIND_OF_TYPE[one] for one in call.listed("types") if one in _KIND_OF_TYPE] or ["public"]
        return [_for_kind(scopes, kind) for kind in kinds]
    kind = _kind_concerned(call)
    return [_for_kind(scopes, kind) if kind else scopes]


def _for_kind(scopes: list[str], kind: RoomKind) -> list[str]:
    fitting = [scope for scope in scopes if scope.partition(":")[0] == _PREFIX[kind]]
    if not fitting and any(scope.partition(":")[0] in _PREFIX.values() for scope in scopes):
        return scopes
    bot_scopes = [scope for scope in fitting if scope != "channels:write"]
    return bot_scopes or scopes


def _kind_concerned(call: Call) -> RoomKind | None:
    if call.method == "conversations.create":
        return "private" if call.flag("is_private") else "public"
    if call.method == "conversations.open":
        return "mpim" if len(call.listed("users")) > 1 else "im"
    room = call.workspace.rooms.get(call.text("channel"))
    return room.kind if room else None

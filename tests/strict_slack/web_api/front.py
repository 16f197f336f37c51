"""The front of the Web API: reads a request, checks it, has it answered, writes it down."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ..app import Token
from ..errors import SlackError
from ..faults import Fault, Faults
from ..model import Json
from ..rates import Rates
from ..world import ApiCall, Violation, World
from . import access, basics, chat, conversations, marks, oauth, reading, users, views
from .call import HANDLERS, Call
from .catalogue import MethodSpec, methods

ANSWERING = (basics, chat, conversations, marks, oauth, reading, users, views)
"""The modules whose methods stand in the table."""

_EVERYWHERE = {"token", "team_id"}
"""Bolt's clients add the team to every call."""
_NAME_THEIR_WORKSPACE = {
    "conversations.create": "missing_argument",
    "dnd.teamInfo": "invalid_arguments",
    "usergroups.list": "missing_argument",
    "usergroups.users.list": "invalid_arguments",
    "users.conversations": "missing_argument",
    "users.list": "missing_argument",
}
"""What a token of a whole organisation must be told the workspace for, and the error where it is not."""
_OWN_ERRORS = {
    ("conversations.create", "name"): "invalid_name_required",
    ("conversations.rename", "name"): "invalid_name_required",
    ("conversations.invite", "users"): "no_user",
    ("reactions.add", "timestamp"): "no_item_specified",
}


class UndocumentedError(Exception):
    """This Slack was about to answer an error that the method's documentation does not know."""


@dataclass
class Front:
    """Answers ``/api/<method>``. With ``strict`` unknown arguments are refused instead of only being noted."""

    world: World
    faults: Faults
    rates: Rates = field(default_factory=Rates)
    strict: bool = False

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        fault = self.faults.strike(name)
        if fault is not None and fault.kind not in {"drop_after", "hang_after"}:
            return await self._fail_before(request, name, fault)
        try:
            args = await _read_arguments(request)
        except SlackError as error:
            return self._respond(name, {}, "", _refusal(error))
        secret = _secret(request, args)
        answer, status, headers = self._answer(name, args, secret)
        performed = status == 200
        self._note(name, args, secret, answer, status, performed=performed)
        if fault is not None:
            return await _break(request, fault.seconds if fault.kind == "hang_after" else 0)
        return web.json_response(answer, status=status, headers=headers)

    async def _fail_before(self, request: web.Request, name: str, fault: Fault) -> web.StreamResponse:
        args = await _read_arguments(request)
        secret = _secret(request, args)
        answers: dict[str, tuple[Json, int, dict[str, str]]] = {
            "rate_limited": ({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.retry_after)}),
            "server_error": ({"ok": False, "error": "internal_error"}, 500, {}),
            "error": ({"ok": False, "error": fault.code}, 200, {}),
        }
        answer, status, headers = answers.get(fault.kind, ({"ok": False, "error": fault.kind}, 0, {}))
        self._note(name, args, secret, answer, status, performed=False)
        if status == 0:
            return await _break(request, fault.seconds if fault.kind == "hang_before" else 0)
        return web.json_response(answer, status=status, headers=headers)

    def _answer(self, name: str, args: Json, secret: str) -> tuple[Json, int, dict[str, str]]:
        spec = methods().get(name)
        if spec is None:
            self._violate(name, "unknown_method", name)
            return {"ok": False, "error": "unknown_method", "req_method": name}, 200, {}
        token: Token | None = None
        try:
            token = access.token_of(self.world, spec, secret)
            call = Call(self.world, spec, args, token)
            if wait := self._too_early(call):
                return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(wait)}
            if most := self.rates.most_objects.get(name):
                call.args["limit"] = min(most, call.integer("limit", most))
            answer = {"ok": True, **self._perform(call)}
        except SlackError as error:
            self._must_be_documented(spec, error)
            answer = _refusal(error)
        return copy.deepcopy(answer), 200, _scope_headers(spec, token)

    def _too_early(self, call: Call) -> int | None:
        workspace = call.token.team_id or call.token.user_id if call.token else ""
        return self.rates.refuse(call.method, call.spec.tier, workspace, call.text("channel"), self.world.clock.now())

    def _perform(self, call: Call) -> Json:
        access.check_scopes(call)
        _check_workspace(call)
        self._check_arguments(call)
        handler = HANDLERS.get(call.method)
        if handler is None:
            call.violate("not_built", "this strict Slack does not know the method yet; extend it")
            raise SlackError("fatal_error")
        return handler(call)

    def _check_arguments(self, call: Call) -> None:
        unknown = set(call.args) - call.spec.arguments - _EVERYWHERE
        for name in sorted(unknown):
            call.violate("unknown_argument", name)
        if unknown and self.strict and call.method != "api.test":
            raise SlackError("invalid_arg_name", *(f"[ERROR] unknown argument: {name}" for name in sorted(unknown)))
        missing = sorted(name for name in call.spec.required if call.args.get(name) in (None, ""))
        for name in missing:
            if name == "topic" or name == "purpose" or (name == "text" and call.method == "chat.update"):
                continue
            call.violate("missing_argument", name)
            own = _OWN_ERRORS.get((call.method, name))
            raise SlackError(own) if own else SlackError("invalid_arguments", f"[ERROR] missing required field: {name}")

    def _must_be_documented(self, spec: MethodSpec, error: SlackError) -> None:
        if spec.name != "api.test" and not spec.documents(error.code):
            self._violate(spec.name, "undocumented_error", error.code)
            raise UndocumentedError(f"{spec.name} documents no {error.code}")

    def _respond(self, name: str, args: Json, secret: str, answer: Json) -> web.Response:
        self._note(name, args, secret, answer, 200, performed=True)
        return web.json_response(answer)

    def _note(self, name: str, args: Json, secret: str, answer: Json, status: int, *, performed: bool) -> None:
        shown = {key: value for key, value in args.items() if key != "token"}
        now = self.world.clock.now()
        self.world.calls.append(ApiCall(name, shown, now, secret, answer, status, performed))
        self.world.changes.mark()

    def _violate(self, name: str, kind: str, detail: str) -> None:
        self.world.violations.append(Violation(name, kind, detail))


def _check_workspace(call: Call) -> None:
    if call.token is None or call.token.enterprise is None:
        return
    named = call.text("team_id")
    if not named and call.method in _NAME_THEIR_WORKSPACE:
        call.violate("missing_argument", "team_id")
        raise SlackError(_NAME_THEIR_WORKSPACE[call.method])
    if named and named not in call.world.reached(call.token):
        raise SlackError(
            "invalid_arguments", "[ERROR] this workspace is not of the organisation [json-pointer:/team_id]"
        )


async def _read_arguments(request: web.Request) -> Json:
    """Arguments from the query, a form or a JSON body, whichever are there; null counts as absent."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        try:
            given = json.loads(body) if body else {}
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        args |= given
    elif request.method == "POST":
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return _basic_credentials(request) | {key: value for key, value in args.items() if value is not None}


def _basic_credentials(request: web.Request) -> Json:
    """The app's id and secret, which clients send in a Basic header to oauth.v2.access."""
    kind, _, coded = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    client_id, _, client_secret = base64.b64decode(coded).decode().partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


def _secret(request: web.Request, args: Json) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else str(args.get("token", ""))


def _refusal(error: SlackError) -> Json:
    answer: Json = {"ok": False, "error": error.code, **error.fields}
    if error.messages:
        answer["response_metadata"] = {"messages": list(error.messages)}
    return answer


def _scope_headers(spec: MethodSpec, token: Token | None) -> dict[str, str]:
    if token is None:
        return {}
    accepted = ",".join(spec.bot_scopes)
    return {"X-OAuth-Scopes": ",".join(sorted(token.scopes)), "X-Accepted-OAuth-Scopes": accepted}


async def _break(request: web.Request, seconds: float) -> web.StreamResponse:
    """Holds the caller for a while, then closes the connection without an answer."""
    await asyncio.sleep(seconds)
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)

"""The control API: everything a test may do to this Slack, over HTTP under ``/_control/``.

It mirrors the Python API: the same names, arguments as a JSON object. A message is named by its channel and ts, a
form by its id, a person by their handle (``"bot"`` is the bot).
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .delivery import Outcome
from .errors import NotAnswered, PersonCannot, TimedOut
from .model import Json, Message, Room, User, View
from .people import Person
from .responses import Submission
from .slack import StrictSlack

PERSON_ACTS = frozenset(
    """
    says direct edits deletes reacts unreacts creates joins leaves invites removes archives opens_direct
    command shortcut global_shortcut opens_home opens_messages_tab clicks chooses submits closes
    """.split()
)
_REFUSALS: dict[type[Exception], int] = {PersonCannot: 409, NotAnswered: 504, TimedOut: 408}

Answer = Callable[[web.Request], Awaitable[Any]]


def message_json(message: Message) -> Json:
    """A message as a test on the other side reads it."""
    workspace = message.room.workspace
    author = workspace.users.get(message.user)
    return {
        "channel": message.room.id,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "by": author.handle if author else message.user,
        "text": message.text,
        "plain": message.plain,
        "pings": message.pings,
        "buttons": [dataclasses.asdict(button) for button in message.buttons],
        "blocks": message.blocks,
        "metadata": message.metadata,
        "reactions": message.reactions,
        "edited": message.edited,
        "subtype": message.subtype,
        "ephemeral_to": message.ephemeral_to,
    }


def room_json(room: Room, *, with_messages: bool = True) -> Json:
    shown: Json = {"id": room.id, "name": room.name, "kind": room.kind, "archived": room.archived}
    shown |= {"topic": room.topic, "purpose": room.purpose, "members": list(room.members)}
    shown |= {"bookmarks": room.bookmarks, "pinned": [one.ts for one in room.pinned]}
    return shown | ({"messages": [message_json(one) for one in room.messages]} if with_messages else {})


def view_json(view: View) -> Json:
    shown: Json = {"id": view.id, "title": view.title, "callback_id": view.callback_id, "plain": view.plain}
    return shown | {"blocks": view.blocks, "buttons": [dataclasses.asdict(button) for button in view.buttons]}


def _encoded(result: Any) -> Any:
    if isinstance(result, Message):
        return message_json(result)
    if isinstance(result, Room):
        return room_json(result)
    if isinstance(result, Outcome | Submission):
        return dataclasses.asdict(result)
    return result


class Control:
    """Answers the control API of one strict Slack."""

    def __init__(self, slack: StrictSlack) -> None:
        self._slack = slack

    def routes(self) -> list[web.RouteDef]:
        """The routes to listen on beside Slack's own."""
        posts: dict[str, Answer] = {
            "people/{handle}": self._make_person,
            "people/{handle}/{act}": self._act,
            "channels/{name}": self._make_channel,
            "groups/{handle}": self._make_group,
            "wait": self._wait,
            "settle": self._settle,
            "faults": self._add_fault,
            "faults/clear": self._clear_faults,
            "rates": self._set_rates,
            "delivery": self._set_delivery,
            "sockets/{act}": self._sockets,
            "request_url": self._request_url,
            "grant": self._grant,
            "revoke": self._revoke,
            "raw": self._raw,
        }
        gets: dict[str, Answer] = {
            "": self._facts,
            "people/{handle}": self._person,
            "channels": self._channels,
            "channels/{name}": self._channel,
            "calls": self._calls,
            "violations": self._violations,
            "attempts": self._attempts,
            "transcript": self._transcript,
        }
        return [
            *(web.post(f"/_control/{path}", _answering(answer)) for path, answer in posts.items()),
            *(web.get(f"/_control/{path}", _answering(answer)) for path, answer in gets.items()),
        ]

    # -- looking ----------------------------------------------------------------------------------------------------

    async def _facts(self, _request: web.Request) -> Json:
        return facts(self._slack)

    async def _person(self, request: web.Request) -> Json:
        person = self._slack.person(request.match_info["handle"])
        return {
            "id": person.id,
            "ephemerals": [message_json(one) for one in person.ephemerals],
            "views": [view_json(one) for one in person.views],
            "home": view_json(person.home) if person.home else None,
            "app_room": person.app_room.id,
        }

    async def _channels(self, _request: web.Request) -> list[Json]:
        return [room_json(room, with_messages=False) for room in self._slack.workspace.rooms.values()]

    async def _channel(self, request: web.Request) -> Json:
        return room_json(self._room(request.match_info["name"]))

    async def _calls(self, request: web.Request) -> list[Json]:
        wanted = request.query.get("method")
        since = int(request.query.get("since", "0"))
        calls = self._slack.calls[since:]
        return [dataclasses.asdict(call) for call in calls if wanted in {None, call.method}]

    async def _violations(self, _request: web.Request) -> list[Json]:
        return [dataclasses.asdict(one) for one in self._slack.violations]

    async def _attempts(self, _request: web.Request) -> list[Json]:
        return [
            {
                "kind": one.parcel.kind,
                "event_id": one.parcel.payload.get("event_id"),
                "number": one.number,
                "copy": one.copy,
                "acked": one.outcome.acked,
                "reason": one.outcome.reason,
                "latency": one.outcome.latency,
            }
            for one in self._slack.delivery.attempts
        ]

    async def _transcript(self, _request: web.Request) -> Json:
        return {"transcript": self._slack.transcript()}

    # -- furnishing and acting --------------------------------------------------------------------------------------

    async def _make_person(self, request: web.Request) -> Json:
        person = self._slack.person(request.match_info["handle"], **await _body(request))
        return {"id": person.id, "handle": person.user.handle, "real_name": person.user.real_name}

    async def _make_channel(self, request: web.Request) -> Json:
        body = await _body(request)
        members = [self._slack.person(handle) for handle in body.pop("members", [])]
        return room_json(self._slack.channel(request.match_info["name"], *members, **body))

    async def _make_group(self, request: web.Request) -> Json:
        members = [self._slack.person(handle) for handle in (await _body(request)).get("members", [])]
        return {"id": self._slack.group(request.match_info["handle"], *members).id}

    async def _act(self, request: web.Request) -> Any:
        person, name = self._slack.person(request.match_info["handle"]), request.match_info["act"]
        if name not in PERSON_ACTS:
            raise web.HTTPNotFound(text=f"a person cannot {name}; they can: {', '.join(sorted(PERSON_ACTS))}")
        act = getattr(person, name)
        given = {key: self._decoded(person, key, value) for key, value in (await _body(request)).items()}
        others = given.pop("others", [])
        try:
            inspect.signature(act).bind(*others, **given)
        except TypeError as error:
            raise web.HTTPBadRequest(text=f"{name}: {error}") from error
        return _encoded(await act(*others, **given))

    def _decoded(self, person: Person, key: str, value: Any) -> Any:
        if key in {"message", "on", "view", "thread"} and isinstance(value, dict):
            return self._message(person, value) if "ts" in value else self._view(person, value["view"])
        if key == "view" and isinstance(value, str):
            return self._view(person, value)
        if key == "who":
            return self._somebody(value)
        if key == "others":
            return [self._somebody(one) for one in value]
        if key == "where" and isinstance(value, str) and value in self._slack.workspace.rooms:
            return self._slack.workspace.rooms[value]
        return value

    def _somebody(self, handle: str) -> Person | User:
        return self._slack.bot if handle == "bot" else self._slack.person(handle)

    def _message(self, person: Person, reference: Json) -> Message:
        for whispered in person.ephemerals:
            if whispered.ts == reference["ts"]:
                return whispered
        found = self._room(reference["channel"]).message(reference["ts"])
        if found is None:
            raise web.HTTPNotFound(text=f"there is no message {reference}")
        return found

    def _view(self, person: Person, view_id: str) -> View:
        found = person.workspace.view(view_id)
        if found is None:
            raise web.HTTPNotFound(text=f"there is no view {view_id}")
        return found

    def _room(self, name: str) -> Room:
        workspace = self._slack.workspace
        found = workspace.rooms.get(name) or workspace.room_named(name)
        if found is None:
            raise web.HTTPNotFound(text=f"there is no room {name}")
        return found

    # -- waiting ----------------------------------------------------------------------------------------------------

    async def _wait(self, request: web.Request) -> Json:
        """Until the bot says ``words`` in ``where``, or until it called ``method`` ``count`` times."""
        body = await _body(request)
        timeout = float(body.get("timeout", 5))
        if "method" in body:
            wanted = int(body.get("count", 1))
            await self._slack.wait_for(lambda: len(self._slack.called(body["method"])) >= wanted, timeout)
            return {}
        return message_json(await self._slack.wait_for_text(body["where"], body["words"], timeout))

    async def _settle(self, request: web.Request) -> Json:
        await self._slack.settle(float((await _body(request)).get("timeout", 10)))
        return {}

    # -- turning ----------------------------------------------------------------------------------------------------

    async def _add_fault(self, request: web.Request) -> Json:
        return dataclasses.asdict(self._slack.faults.add(**await _body(request)))

    async def _clear_faults(self, _request: web.Request) -> Json:
        self._slack.faults.clear()
        return {}

    async def _set_rates(self, request: web.Request) -> Json:
        return _set(self._slack.rates, await _body(request))

    async def _set_delivery(self, request: web.Request) -> Json:
        return _set(self._slack.delivery, await _body(request))

    async def _sockets(self, request: web.Request) -> Json:
        act, body = request.match_info["act"], await _body(request)
        if act == "drop":
            self._slack.sockets.drop(body.get("count"))
        elif act == "refresh":
            await self._slack.sockets.refresh(**body)
        elif act != "count":
            raise web.HTTPNotFound(text="drop, refresh or count")
        return {"connections": len(self._slack.sockets.connections), "opened": self._slack.sockets.opened}

    async def _request_url(self, request: web.Request) -> Json:
        body = await _body(request)
        if body.get("url"):
            await self._slack.use_http(body["url"], verify=bool(body.get("verify", True)))
        else:
            self._slack.use_socket()
        return {}

    async def _grant(self, request: web.Request) -> Json:
        self._slack.grant(*(await _body(request))["scopes"])
        return {}

    async def _revoke(self, _request: web.Request) -> Json:
        self._slack.revoke()
        return {}

    async def _raw(self, request: web.Request) -> Any:
        body = await _body(request)
        return _encoded(await self._slack.send_raw(body["kind"], body["payload"]))


def facts(slack: StrictSlack) -> Json:
    """What a bot needs to connect."""
    return {
        "url": slack.url,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "bot": slack.bot.id,
        "team": slack.workspace.id,
    }


def _set(what: Any, changes: Json) -> Json:
    known = {field.name for field in dataclasses.fields(what) if not field.name.startswith("_")}
    for name, value in changes.items():
        if name not in known:
            raise web.HTTPBadRequest(text=f"no setting {name}")
        setattr(what, name, tuple(value) if isinstance(value, list) else value)
    return {name: getattr(what, name) for name in changes}


async def _body(request: web.Request) -> Json:
    text = await request.text()
    body: Json = json.loads(text) if text else {}
    return body


def _answering(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await answer(request))
        except tuple(_REFUSALS) as error:
            refused = {"error": type(error).__name__, "message": str(error)}
            return web.json_response(refused, status=_REFUSALS[type(error)])

    return handle

"""The control API: everything a test may do to this Slack, over HTTP under ``/_control/``.

It mirrors the Python API: the same names, arguments as a JSON object. A message is named by its channel and ts, a
form by its id, a person by their handle (``"bot"`` is the bot).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from ..errors import NotAnswered, PersonCannot, TimedOut
from ..model import Json
from ..slack import StrictSlack
from . import shown
from .acts import Acts, read_body

_REFUSALS: dict[type[Exception], int] = {PersonCannot: 409, NotAnswered: 504, TimedOut: 408}

Answer = Callable[[web.Request], Awaitable[Any]]


class Control:
    """Answers the control API of one strict Slack."""

    def __init__(self, slack: StrictSlack) -> None:
        self._slack = slack
        self._acts = Acts(slack)

    def routes(self) -> list[web.RouteDef]:
        """The routes to listen on beside Slack's own."""
        posts: dict[str, Answer] = {
            "people/{handle}": self._make_person,
            "people/{handle}/{act}": self._acts.act,
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
        return shown.facts(self._slack)

    async def _person(self, request: web.Request) -> Json:
        person = self._slack.person(request.match_info["handle"])
        return {
            "id": person.id,
            "ephemerals": [shown.message_json(one) for one in person.ephemerals],
            "views": [shown.view_json(one) for one in person.views],
            "home": shown.view_json(person.home) if person.home else None,
            "app_room": person.app_room.id,
        }

    async def _channels(self, _request: web.Request) -> list[Json]:
        return [shown.room_json(room, with_messages=False) for room in self._slack.workspace.rooms.values()]

    async def _channel(self, request: web.Request) -> Json:
        return shown.room_json(self._acts.room(request.match_info["name"]))

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
        person = self._slack.person(request.match_info["handle"], **await read_body(request))
        return {"id": person.id, "handle": person.user.handle, "real_name": person.user.real_name}

    async def _make_channel(self, request: web.Request) -> Json:
        body = await read_body(request)
        members = [self._slack.person(handle) for handle in body.pop("members", [])]
        return shown.room_json(self._slack.channel(request.match_info["name"], *members, **body))

    async def _make_group(self, request: web.Request) -> Json:
        members = [self._slack.person(handle) for handle in (await read_body(request)).get("members", [])]
        return {"id": self._slack.group(request.match_info["handle"], *members).id}

    # -- waiting ----------------------------------------------------------------------------------------------------

    async def _wait(self, request: web.Request) -> Json:
        """Until the bot says ``words`` in ``where``, or until it called ``method`` ``count`` times."""
        body = await read_body(request)
        timeout = float(body.get("timeout", 5))
        if "method" in body:
            wanted = int(body.get("count", 1))
            await self._slack.wait_for(lambda: len(self._slack.called(body["method"])) >= wanted, timeout)
            return {}
        return shown.message_json(await self._slack.wait_for_text(body["where"], body["words"], timeout))

    async def _settle(self, request: web.Request) -> Json:
        await self._slack.settle(float((await read_body(request)).get("timeout", 10)))
        return {}

    # -- turning ----------------------------------------------------------------------------------------------------

    async def _add_fault(self, request: web.Request) -> Json:
        return dataclasses.asdict(self._slack.faults.add(**await read_body(request)))

    async def _clear_faults(self, _request: web.Request) -> Json:
        self._slack.faults.clear()
        return {}

    async def _set_rates(self, request: web.Request) -> Json:
        return _set(self._slack.rates, await read_body(request))

    async def _set_delivery(self, request: web.Request) -> Json:
        return _set(self._slack.delivery, await read_body(request))

    async def _sockets(self, request: web.Request) -> Json:
        act, body = request.match_info["act"], await read_body(request)
        if act == "drop":
            self._slack.sockets.drop(body.get("count"))
        elif act == "refresh":
            await self._slack.sockets.refresh(**body)
        elif act != "count":
            raise web.HTTPNotFound(text="drop, refresh or count")
        return {"connections": len(self._slack.sockets.connections), "opened": self._slack.sockets.opened}

    async def _request_url(self, request: web.Request) -> Json:
        body = await read_body(request)
        if body.get("url"):
            await self._slack.use_http(body["url"], verify=bool(body.get("verify", True)))
        else:
            self._slack.use_socket()
        return {}

    async def _grant(self, request: web.Request) -> Json:
        self._slack.grant(*(await read_body(request))["scopes"])
        return {}

    async def _revoke(self, _request: web.Request) -> Json:
        self._slack.revoke()
        return {}

    async def _raw(self, request: web.Request) -> Any:
        body = await read_body(request)
        return shown.encoded(await self._slack.send_raw(body["kind"], body["payload"]))


def _set(what: Any, changes: Json) -> Json:
    known = {field.name for field in dataclasses.fields(what) if not field.name.startswith("_")}
    for name, value in changes.items():
        if name not in known:
            raise web.HTTPBadRequest(text=f"no setting {name}")
        setattr(what, name, tuple(value) if isinstance(value, list) else value)
    return {name: getattr(what, name) for name in changes}


def _answering(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await answer(request))
        except tuple(_REFUSALS) as error:
            refused = {"error": type(error).__name__, "message": str(error)}
            return web.json_response(refused, status=_REFUSALS[type(error)])

    return handle

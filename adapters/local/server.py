"""The local chat in a browser: the page, what it reads and changes, and the stream that says when to read again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.local import rooms
from adapters.local.access import COOKIE, Door
from adapters.local.people import Player
from adapters.local.store import LocalStore, NotPossible
from bot.refs import MessageRef, Platform, RoomRef

STATIC = Path(__file__).parent / "static"

MOST_BYTES = 500_000

HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_STATUS = {"no_such_room": 404, "no_such_message": 404, "no_such_person": 404, "no_such_form": 404}

Act = Callable[[Player, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the page begins with: who is in the first columns (one who reports, an expert, another who is affected),
    the channel they are in, where announcements appear, and the service the guide's example is about."""

    cast: tuple[str, ...]
    room: str
    news: str
    service: str


SAMPLE = {
    "en": Stage(("tom", "priya", "lena"), "help", "announcements", "Timber"),
    "de": Stage(("lena", "mehmet", "clara"), "hilfe", "announcements", "VPN"),
    "nl": Stage(("sanne", "piet", "femke"), "hulp", "announcements", "VPN"),
}
"""The stages of the sample organisation, by the language of the browser. In any other organisation the page begins
with the first people and the first channel."""


def routes(store: LocalStore, door: Door, stages: Mapping[str, Stage] = SAMPLE) -> list[Mount]:
    """The routes under ``/chat``, to be put into whatever serves HTTP here."""
    page = ChatPage(store, door, stages)
    return [
        Mount(
            "/chat",
            routes=[
                Route("/", page.show),
                Route("/api/people", page.people),
                Route("/api/view", page.view),
                Route("/api/live", page.live),
                Route("/api/{act}", page.change, methods=["POST"]),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
        )
    ]


class ChatPage:
    """Answers what the page in the browser asks."""

    def __init__(self, store: LocalStore, door: Door, stages: Mapping[str, Stage]) -> None:
        self._stages = stages
        self._store = store
        self._door = door
        self._page = Template((STATIC / "chat.html").read_text(encoding="utf-8"))

    async def show(self, request: Request) -> Response:
        """The page, with a cookie and a token; refused to whoever is not at this machine and has no key."""
        if not self._door.may_open(request):
            return PlainTextResponse(
                "This chat opens on the machine it runs on, or with the key that is shown at its start:\n"
                "/chat/?key=...\n",
                status_code=403,
                headers=HEADERS,
            )
        session = request.cookies.get(COOKIE, "") if self._door.knows(request) else self._door.new_session()
        html = self._page.substitute(token=self._door.token(session))
        response = Response(html, media_type="text/html", headers=HEADERS)
        response.set_cookie(
            COOKIE, session, path="/chat", httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return response

    def people(self, request: Request) -> Response:
        """Who can be played."""
        if not self._door.knows(request):
            return _refused("not_let_in", 403)
        with self._store.reading() as connection:
            found = rooms.everybody(connection)
        keys = ("id", "name", "title", "language", "zone")
        people = [{key: getattr(row, key) for key in keys} for row in found]
        return _json({"people": people, "stages": {language: asdict(one) for language, one in self._stages.items()}})

    def view(self, request: Request) -> Response:
        """What one person sees that is new since the number given."""
        if not self._door.knows(request):
            return _refused("not_let_in", 403)
        since = request.query_params.get("since", "0")
        try:
            player = Player(self._store, request.query_params.get("as", ""))
            return _json(player.view(int(since) if since.isdecimal() else 0))
        except NotPossible as error:
            return _refused(error.code, _STATUS.get(error.code, 409))

    async def live(self, request: Request) -> Response:
        """Says when there is something new to read."""
        if not self._door.knows(request):
            return _refused("not_let_in", 403)
        return EventSourceResponse(self._changes(), headers=HEADERS, ping=20)

    async def change(self, request: Request) -> Response:
        """Do something as one person."""
        if not self._door.may_change(request):
            return _refused("not_let_in", 403)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refused("not_json", 415)
        body = await _body(request)
        if body is None:
            return _refused("too_long", 413)
        return await run_in_threadpool(self._do, request.path_params["act"], body)

    def _do(self, act: str, body: bytes) -> Response:
        asked = _asked(body)
        if asked is None or act not in ACTS:
            return _refused("not_understood", 400)
        try:
            ACTS[act](Player(self._store, asked.get("as", "")), asked)
        except NotPossible as error:
            return _refused(error.code, _STATUS.get(error.code, 409))
        return _json({"done": True})

    async def _changes(self) -> AsyncIterator[dict[str, str]]:
        with self._store.changes.subscribe() as changed:
            yield {"event": "changed", "data": ""}
            while await changed.wait():
                yield {"event": "changed", "data": ""}


def _say(player: Player, asked: Mapping[str, str]) -> None:
    text = asked.get("text", "")
    first, _, rest = text.lstrip().partition(" ")
    if first == "/swarm":
        player.commands(asked.get("room", ""), rest.strip())
    else:
        thread = MessageRef(_room(asked), asked["thread"]) if asked.get("thread") else None
        player.says(_room(asked), text, thread)


ACTS: Mapping[str, Act] = {
    "say": _say,
    "edit": lambda player, asked: player.edits(_message(asked), asked.get("text", "")),
    "delete": lambda player, asked: player.deletes(_message(asked)),
    "hide": lambda player, asked: player.hides(_message(asked)),
    "react": lambda player, asked: player.reacts(_message(asked), asked.get("emoji", "")),
    "unreact": lambda player, asked: player.unreacts(_message(asked), asked.get("emoji", "")),
    "tap": lambda player, asked: player.taps(_message(asked), asked.get("action", ""), asked.get("value", "")),
    "submit": lambda player, asked: player.submits(asked.get("form", ""), _values(asked)),
    "dismiss": lambda player, asked: player.dismisses(asked.get("form", "")),
    "join": lambda player, asked: player.joins(_room(asked)),
    "leave": lambda player, asked: player.leaves(_room(asked)),
}


def _room(asked: Mapping[str, str]) -> RoomRef:
    return RoomRef(Platform.LOCAL, asked.get("room", ""))


def _message(asked: Mapping[str, str]) -> MessageRef:
    return MessageRef(_room(asked), asked.get("message", ""))


def _values(asked: Mapping[str, str]) -> Mapping[str, str]:
    """The fields of a form, which come as ``value:<field>``."""
    return {key.removeprefix("value:"): value for key, value in asked.items() if key.startswith("value:")}


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is longer than anything the page sends."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def _asked(body: bytes) -> Mapping[str, str] | None:
    """The body as names and texts, or None when it is anything else."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        return None
    return asked


def _json(content: Any) -> Response:
    return JSONResponse(content, headers=HEADERS)


def _refused(code: str, status: int) -> Response:
    return JSONResponse({"error": code}, status_code=status, headers=HEADERS)

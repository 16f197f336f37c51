"""People act over the control API: the name of the act, its arguments as JSON."""

from __future__ import annotations

import inspect
import json
from typing import Any

from aiohttp import web

from ..model import Json, Message, Room, User, View
from ..people import Person
from ..slack import StrictSlack
from . import shown

PERSON_ACTS = frozenset(
    """
    says direct pins renames edits deletes reacts unreacts creates joins leaves invites removes archives opens_direct
    command shortcut global_shortcut opens_home opens_messages_tab clicks chooses looks_up submits closes
    """.split()
)


async def read_body(request: web.Request) -> Json:
    """The JSON object in a request; an empty body is an empty object."""
    text = await request.text()
    body: Json = json.loads(text) if text else {}
    return body


class Acts:
    """Finds the person, the message, the room that a request names, and lets the person act."""

    def __init__(self, slack: StrictSlack) -> None:
        self._slack = slack

    async def act(self, request: web.Request) -> Any:
        person, name = self._slack.person(request.match_info["handle"]), request.match_info["act"]
        if name not in PERSON_ACTS:
            raise web.HTTPNotFound(text=f"a person cannot {name}; they can: {', '.join(sorted(PERSON_ACTS))}")
        act = getattr(person, name)
        given = {key: self._decoded(person, key, value) for key, value in (await read_body(request)).items()}
        others = given.pop("others", [])
        try:
            inspect.signature(act).bind(*others, **given)
        except TypeError as error:
            raise web.HTTPBadRequest(text=f"{name}: {error}") from error
        return shown.encoded(await act(*others, **given))

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
        found = self.room(reference["channel"]).message(reference["ts"])
        if found is None:
            raise web.HTTPNotFound(text=f"there is no message {reference}")
        return found

    def _view(self, person: Person, view_id: str) -> View:
        found = person.workspace.view(view_id)
        if found is None:
            raise web.HTTPNotFound(text=f"there is no view {view_id}")
        return found

    def room(self, name: str) -> Room:
        workspace = self._slack.workspace
        found = workspace.rooms.get(name) or workspace.room_named(name)
        if found is None:
            raise web.HTTPNotFound(text=f"there is no room {name}")
        return found

"""What the app answers outside the Web API: to commands, to forms, and through response URLs."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from . import blocks as block_kit
from .acts import messages
from .errors import SlackError
from .model import Json, Room, User, View, Workspace
from .web_api import content, views
from .web_api.call import Call
from .web_api.catalogue import methods
from .world import ResponseUrl, Violation, World

MOST_USES = 5
TROUBLE = "We had some trouble connecting. Try again?"
"""What the client shows when the app's answer to a form is missing or wrong."""


@dataclass(frozen=True)
class Submission:
    """What came of sending a form. ``errors`` are by block_id; ``sent`` is False when the client kept it back."""

    errors: dict[str, str] = field(default_factory=dict)
    sent: bool = True

    @property
    def ok(self) -> bool:
        return not self.errors


def _violate(world: World, where: str, kind: str, detail: str) -> None:
    world.violations.append(Violation(where, kind, detail))


# -- commands -------------------------------------------------------------------------------------------------------


def take_answer(world: World, room: Room, user: User, answer: Json | str | None) -> None:
    """Shows what the app answered to a command in the same breath."""
    if not answer:
        return
    body: Json = {"text": answer} if isinstance(answer, str) else answer
    try:
        _speak(world, room, user, body)
    except SlackError as error:
        _violate(world, "command answer", error.code, " ".join(error.messages))


def _speak(world: World, room: Room, user: User, body: Json) -> None:
    said = _content(world, body)
    if said.is_empty:
        raise SlackError("no_text")
    bot = world.bots[room.workspace.id]
    details: dict[str, Any] = {"blocks": said.blocks, "attachments": said.attachments, "metadata": said.metadata}
    details["thread_ts"] = body.get("thread_ts")
    if body.get("response_type") == "in_channel":
        messages.post(world, room, bot, said.text, **details)
    else:
        messages.whisper(world, room, bot, user.id, said.text, **details)


def _content(world: World, body: Json) -> content.Content:
    spec = dataclasses.replace(methods()["chat.postMessage"], name="response_url")
    return content.read(Call(world, spec, {key: value for key, value in body.items() if value is not None}, None))


def take_suggestions(world: World, answer: Json | str | None) -> list[str]:
    """The words of the choices that the app offers for an external select."""
    body = answer if isinstance(answer, dict) else {}
    grouped = [option for group in body.get("option_groups") or [] for option in group.get("options", [])]
    offered = [*(body.get("options") or []), *grouped]
    if problems := block_kit.check_options(offered):
        _violate(world, "block_suggestion answer", "invalid_options", " ".join(problems))
        return []
    return [str(option["text"]["text"]) for option in offered]


# -- response URLs --------------------------------------------------------------------------------------------------


async def handle_response_url(world: World, request: web.Request) -> web.Response:
    """Answers a POST to a response URL."""
    link = world.response_urls.get(request.match_info["key"])
    if link is None:
        return web.Response(status=404, text="no_service")
    if link.expires_at < world.clock.now():
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    if link.uses >= MOST_USES:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    try:
        body = json.loads(await request.text())
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    try:
        _respond(world, link, body)
    except SlackError as error:
        _violate(world, "response_url", error.code, " ".join(error.messages))
        return web.json_response({"ok": False, "error": error.code}, status=400)
    link.uses += 1
    return web.Response(text="ok")


def _respond(world: World, link: ResponseUrl, body: Json) -> None:
    original = link.message
    bot = world.bots[link.room.workspace.id]
    if body.get("delete_original"):
        if original is None:
            raise SlackError("message_not_found")
        if original.ephemeral_to:
            original.deleted = True
            world.changes.mark()
        else:
            messages.delete(world, original)
    elif body.get("replace_original") and original is not None:
        said = _content(world, body)
        if original.ephemeral_to:
            original.text, original.blocks = said.text, said.blocks
            world.changes.mark()
        else:
            messages.edit(world, original, bot, shows_edited=False, text=said.text, blocks=said.blocks)
    else:
        _speak(world, link.room, link.room.workspace.users[link.user], body)


# -- forms ----------------------------------------------------------------------------------------------------------


def take_submission(world: World, workspace: Workspace, form: View, answer: Json | str | None) -> Submission:
    """Does with a form what the app's answer says: close it, show errors, another view, or nothing any more."""
    body = answer if isinstance(answer, dict) else {}
    stack = workspace.modals[form.user]
    action = body.get("response_action")
    if action is None:
        stack.remove(form)
    elif action == "clear":
        stack.clear()
    elif action == "errors":
        return _show_errors(world, form, body.get("errors"))
    elif action in {"update", "push"}:
        try:
            view = views.checked(world, body.get("view"), "modal", ignoring=form)
        except SlackError as error:
            _violate(world, "view_submission answer", error.code, " ".join(error.messages))
            return Submission({"": TROUBLE})
        if action == "update":
            views.replace(world, form, view)
        else:
            stack.append(views.make(world, form.user, "modal", view, under=form))
    else:
        _violate(world, "view_submission answer", "unknown_response_action", str(action))
    world.changes.mark()
    return Submission()


def _show_errors(world: World, form: View, errors: Any) -> Submission:
    inputs = {block["block_id"] for block in form.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        detail = f"{errors!r} where the inputs are {sorted(inputs)}"
        _violate(world, "view_submission answer", "errors_for_no_input", detail)
        return Submission({"": TROUBLE})
    return Submission({str(block_id): str(words) for block_id, words in errors.items()})

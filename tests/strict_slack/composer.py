"""The message field of the Slack client: what a person types becomes Slack's markup and rich text."""

from __future__ import annotations

import re

from . import mrkdwn
from .model import Json, User, Workspace
from .world import World

_NAMED = re.compile(r"(?<![\w/.@#])([@#])([\w.-]*\w(?:-\w+)*)")
_LINK = re.compile(r"(?<![<|\w])(https?://[^\s<>]+[^\s<>.,;:!?)\]])")
_ANGLES = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def typed(text: str, workspace: Workspace) -> str:
    """Text as Slack stores it: signs escaped, ``@name`` and ``#room`` linked where they are known, links marked."""
    linked = _LINK.sub(r"<\1>", mrkdwn.escape(text))
    return _NAMED.sub(lambda found: _resolve(found, workspace), linked)


def _resolve(found: re.Match[str], workspace: Workspace) -> str:
    sign, name = found.groups()
    if sign == "#":
        room = workspace.room_named(name)
        return f"<#{room.id}|{room.name}>" if room else found.group(0)
    if name in {"channel", "here", "everyone"}:
        return f"<!{name}>"
    user = workspace.user_named(name.lower()) or _user_shown_as(workspace, name)
    if user is not None:
        return f"<@{user.id}>"
    group = next((one for one in workspace.groups.values() if one.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group else found.group(0)


def _user_shown_as(workspace: Workspace, name: str) -> User | None:
    shown = (user for user in workspace.users.values() if user.shown_name.casefold() == name.casefold())
    return next(shown, None)


def rich_text(world: World, text: str) -> list[Json]:
    """The rich text block that the client sends beside the text."""
    parts: list[Json] = []
    place = 0
    for found in _ANGLES.finditer(text):
        parts += _words(text[place : found.start()])
        parts.append(_element(found))
        place = found.end()
    parts += _words(text[place:])
    block_id = f"{world.dice.getrandbits(24):06x}"
    section = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def _words(text: str) -> list[Json]:
    return [{"type": "text", "text": mrkdwn.unescape(text)}] if text else []


def _element(found: re.Match[str]) -> Json:
    sign, target, _label = found.groups()
    if sign == "@":
        return {"type": "user", "user_id": target}
    if sign == "#":
        return {"type": "channel", "channel_id": target}
    if target.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("subteam^")}
    if sign == "!":
        return {"type": "broadcast", "range": target}
    return {"type": "link", "url": mrkdwn.unescape(target)}

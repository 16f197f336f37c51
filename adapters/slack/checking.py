"""What an operator should know about the connection to Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from adapters.slack import refusals
from adapters.slack.installations import locked_out
from adapters.slack.scopes import APP_SCOPE, OPTIONAL, SCOPES
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from bot.chat import Finding
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import Platform, RoomRef

Json = dict[str, Any]


async def findings(settings: SlackSettings, web: Web, rooms: Iterable[RoomRef]) -> list[Finding]:
    """Looks at the tokens, the scopes, the way to be heard and the rooms of the catalogue."""
    signed_in = await _signed_in(web, "Slack")
    if not signed_in[0].ok:
        return signed_in
    return [*signed_in, *[finding async for finding in ways(settings)], *await _rooms(web, rooms, "Slack")]


async def workspace(web: Web, rooms: Iterable[RoomRef], called: str, install_url: str) -> list[Finding]:
    """Looks at the token and the scopes of one workspace among several, and at its rooms."""
    signed_in = await _signed_in(web, called)
    if not signed_in[0].ok:
        return [replace(signed_in[0], advice=f"install the app there again: {install_url}")]
    try:
        await web.teams()
    except (ChatRefused, ChatUnavailable) as why:
        signed_in.append(_trouble(f"{called}: nothing is heard there", why))
    return [*signed_in, *await _rooms(web, rooms, called)]


def standing(
    installed: int, locked: frozenset[str], uninvited: Collection[str], settings: SlackSettings
) -> Iterator[Finding]:
    """Who may install the app, whether it is installed anywhere, and what is kept of it can be read."""
    if not settings.allowed_workspaces:
        yield Finding(True, f"Slack: whoever reaches {settings.install_url} may install the app in their workspace and "
                            "then sees what your own people see; allowed_workspaces names those who may")  # fmt: skip
    for id_ in sorted(uninvited):
        advice = "have the app removed there, or add it; nothing is heard and said there meanwhile"
        yield Finding(False, f"Slack: the app is installed in {id_}, which allowed_workspaces does not name", advice)
    if locked:
        what, _, advice = locked_out(locked).partition(". ")
        yield Finding(False, f"Slack: {what}", advice)
    elif not (installed or uninvited):
        yield Finding(False, "Slack: the app is not installed in any workspace yet", f"open {settings.install_url}")


def homeless(rooms: Iterable[RoomRef]) -> list[Finding]:
    """What is wrong with rooms of the catalogue that are in no workspace where the app is installed."""
    advice = "write it with its workspace, such as T024BE7LD/C061EG9SL, and install the app there"
    return [
        Finding(False, f"Slack: the channel {room.id} is in no workspace where the app is installed", advice)
        for room in sorted({room for room in rooms if room.platform is Platform.SLACK})
    ]


async def _signed_in(web: Web, called: str) -> list[Finding]:
    try:
        who = await web.call("auth.test")
    except (ChatRefused, ChatUnavailable) as why:
        return [_trouble(f"{called}: the bot token does not work", why)]
    return [Finding(True, f"{called}: signed in to {who.get('team')} as {who.get('user')}"),
            *_scopes(web.scopes, called)]  # fmt: skip


async def _rooms(web: Web, rooms: Iterable[RoomRef], called: str) -> list[Finding]:
    return [
        await _room(web, room, called) for room in sorted({room for room in rooms if room.platform is Platform.SLACK})
    ]


def _scopes(granted: frozenset[str] | None, called: str) -> list[Finding]:
    if granted is None:
        return [
            Finding(False, f"{called}: it does not say which scopes the token has",
                    "look at them in the app's settings")
        ]  # fmt: skip
    lacking = [scope for scope in SCOPES if scope not in granted | OPTIONAL]
    advice = refusals.scope_advice(", ".join(lacking))
    missing = [
        Finding(False, f"{called}: the scope {scope} is missing; without it the bot cannot {SCOPES[scope]}", advice)
        for scope in lacking
    ]
    left_out = [
        Finding(True, f"{called}: the scope {scope} is not granted, which is optional: the bot cannot {SCOPES[scope]}")
        for scope in sorted(OPTIONAL - granted)
    ]
    return [
        *(missing or [Finding(True, f"{called}: all {'needed ' if left_out else ''}scopes are granted")]),
        *left_out,
    ]


async def ways(settings: SlackSettings) -> AsyncIterator[Finding]:
    """Looks at how the app is reached."""
    if not settings.app_token and not settings.signing_secret:
        yield Finding(
            False, "Slack: nothing is heard",
            "set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP",
        )  # fmt: skip
    if settings.app_token:
        web = Web(settings.app_token, settings.api_url, settings.patience)
        try:
            await web.call("apps.connections.open")
            yield Finding(True, "Slack: the app token works (Socket Mode)")
        except (ChatRefused, ChatUnavailable) as why:
            yield _trouble(f"Slack: Socket Mode does not work (the app token needs {APP_SCOPE})", why)
        finally:
            await web.close()
    if settings.signing_secret:
        yield Finding(True, "Slack: HTTP mode is on at /slack/events")


async def _room(web: Web, room: RoomRef, called: str) -> Finding:
    try:
        channel: Json = (await web.call("conversations.info", channel=room.id)).get("channel") or {}
    except (ChatRefused, ChatUnavailable) as why:
        return _trouble(f"{called}: the channel {room.id} cannot be reached", why)
    name = channel.get("name") or room.id
    if channel.get("is_archived"):
        return Finding(False, f"{called}: #{name} is archived", refusals.advice("is_archived"))
    if not channel.get("is_member") and not channel.get("is_im"):
        return Finding(False, f"{called}: the bot is not in #{name}", f"write in it: /invite @Swarmbridge ({room.id})")
    return Finding(True, f"{called}: the bot is in #{name}")


def _trouble(what: str, why: ChatRefused | ChatUnavailable) -> Finding:
    if isinstance(why, ChatRefused):
        return Finding(False, f"{what}: {why.code}", why.advice)
    said, _, advice = str(why).partition("; ")
    return Finding(False, f"{what}: {said}", advice or "see whether Slack can be reached from here (SLACK_API_URL)")

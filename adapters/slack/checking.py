"""What an operator should know about the connection to Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from adapters.slack import refusals
from adapters.slack.scopes import APP_SCOPE, OPTIONAL, SCOPES
from adapters.slack.settings import SlackSettings
from adapters.slack.web import Web
from bot.chat import Finding
from bot.errors import ChatRefused, ChatUnavailable
from bot.refs import Platform, RoomRef

Json = dict[str, Any]


async def findings(settings: SlackSettings, web: Web, rooms: Iterable[RoomRef]) -> list[Finding]:
    """Looks at the tokens, the scopes, the way to be heard and the rooms of the catalogue."""
    try:
        who = await web.call("auth.test")
    except (ChatRefused, ChatUnavailable) as why:
        return [_trouble("Slack: the bot token does not work", why)]
    found = [Finding(True, f"Slack: signed in to {who.get('team')} as {who.get('user')}")]
    found += _scopes(web.scopes)
    found += [finding async for finding in _ways(settings)]
    for room in sorted({room for room in rooms if room.platform is Platform.SLACK}):
        found.append(await _room(web, room))
    return found


def _scopes(granted: frozenset[str] | None) -> list[Finding]:
    if granted is None:
        return [
            Finding(False, "Slack: it does not say which scopes the token has", "look at them in the app's settings")
        ]
    lacking = [scope for scope in SCOPES if scope not in granted | OPTIONAL]
    advice = refusals.scope_advice(", ".join(lacking))
    missing = [
        Finding(False, f"Slack: the scope {scope} is missing; without it the bot cannot {SCOPES[scope]}", advice)
        for scope in lacking
    ]
    left_out = [
        Finding(True, f"Slack: the scope {scope} is not granted, which is optional: the bot cannot {SCOPES[scope]}")
        for scope in sorted(OPTIONAL - granted)
    ]
    return [*(missing or [Finding(True, f"Slack: all {'needed ' if left_out else ''}scopes are granted")]), *left_out]


async def _ways(settings: SlackSettings) -> AsyncIterator[Finding]:
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


async def _room(web: Web, room: RoomRef) -> Finding:
    try:
        channel: Json = (await web.call("conversations.info", channel=room.id)).get("channel") or {}
    except (ChatRefused, ChatUnavailable) as why:
        return _trouble(f"Slack: the channel {room.id} cannot be reached", why)
    name = channel.get("name") or room.id
    if channel.get("is_archived"):
        return Finding(False, f"Slack: #{name} is archived", refusals.advice("is_archived"))
    if not channel.get("is_member") and not channel.get("is_im"):
        return Finding(False, f"Slack: the bot is not in #{name}", f"write in it: /invite @Swarmbridge ({room.id})")
    return Finding(True, f"Slack: the bot is in #{name}")


def _trouble(what: str, why: ChatRefused | ChatUnavailable) -> Finding:
    if isinstance(why, ChatRefused):
        return Finding(False, f"{what}: {why.code}", why.advice)
    said, _, advice = str(why).partition("; ")
    return Finding(False, f"{what}: {said}", advice or "see whether Slack can be reached from here (SLACK_API_URL)")

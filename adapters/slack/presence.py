"""Who is away and who does not want to be disturbed, as Slack says.

Somebody's next do-not-disturb time, by their hours or because they paused notifications, is told for others too
(``dnd.teamInfo``), many at once; whether they are there must be asked for one by one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.slack.pace import LOOKING
from adapters.slack.web import Web
from bot.errors import ChatRefused, ChatUnavailable
from bot.presence import Presence

Json = dict[str, Any]

SCOPE = "dnd:read"
_AT_ONCE = 50
_ABOUT_ONE = {"is_bot", "user_not_visible", "invalid_arguments"}
"""One of those asked for cannot be asked for, and Slack then says nothing of the others."""

log = logging.getLogger(__name__)


async def of(web: Web, users: Sequence[str]) -> Mapping[str, Presence]:
    """How each of these accounts stands; without those of whom Slack says nothing."""
    quiet: dict[str, Json] = {}
    if web.scopes is None or SCOPE in web.scopes:
        for start in range(0, len(users), _AT_ONCE):
            quiet |= await _quiet(web, users[start : start + _AT_ONCE])
    found: dict[str, Presence] = {}
    for user in users:
        away = await _away(web, user)
        if away is not None or user in quiet:
            found[user] = read(quiet.get(user) or {}, away=bool(away))
    return found


async def _quiet(web: Web, users: Sequence[str]) -> dict[str, Json]:
    """What is told of people's do-not-disturb times."""
    try:
        answer = await web.call("dnd.teamInfo", turn=LOOKING, users=",".join(users))
    except ChatRefused as refused:
        half = len(users) // 2
        if refused.code not in _ABOUT_ONE:
            log.info("do-not-disturb times are not to be had", extra={"code": refused.code, "advice": refused.advice})
        elif half:
            return await _quiet(web, users[:half]) | await _quiet(web, users[half:])
        return {}
    return {str(user): status for user, status in (answer.get("users") or {}).items()}


async def _away(web: Web, user: str) -> bool | None:
    """Whether somebody is away; None when that cannot be had now."""
    try:
        return bool((await web.call("users.getPresence", turn=LOOKING, user=user)).get("presence") == "away")
    except ChatUnavailable as away:
        log.info("presence is not to be had now", extra={"user": user, "why": str(away)})
    except ChatRefused as refused:
        log.debug("an account has no presence", extra={"user": user, "code": refused.code})
    return None


def read(status: Json, *, away: bool = False) -> Presence:
    """The presence in one account's part of an answer of ``dnd.teamInfo``. Somebody without hours of quiet who paused
    nothing has ``dnd_enabled`` false, or a time of one second in 1970."""
    begins, ends = status.get("next_dnd_start_ts"), status.get("next_dnd_end_ts")
    if not status.get("dnd_enabled") or not isinstance(begins, int) or not isinstance(ends, int) or begins >= ends:
        return Presence(away=away)
    return Presence(
        away=away, quiet_from=datetime.fromtimestamp(begins, UTC), quiet_until=datetime.fromtimestamp(ends, UTC)
    )

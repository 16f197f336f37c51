"""What Slack's errors mean: which may pass, which may have been performed all the same, and what an operator can do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import ChatRefused, ChatUnavailable

_DOUBTFUL = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "unknown_error"}
_BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org", "external_channel_migrating"}
DEAD_TOKEN = {
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive",
    "two_factor_setup_required", "accesslimited",
}  # fmt: skip
"""While the token is not accepted nothing can be said; what is to be said waits for a new one."""
_TOKEN_ADVICE = "install the app again and set the new token (SLACK_BOT_TOKEN, SLACK_APP_TOKEN), then restart"
_WAIT_FOR_A_TOKEN = timedelta(minutes=5)
_WAIT_WHEN_BUSY = timedelta(seconds=30)
_ADVICE = {
    "not_in_channel": "invite the bot into the channel: /invite @Swarmbridge",
    "channel_not_found": "check the channel's id in the catalogue; a private channel is only found once the bot is in",
    "no_such_subteam": "there is no such user group; check on_duty_group in the catalogue",
    "plan_upgrade_required": "user groups need a paid plan of Slack; list people under on_duty instead",
    "is_archived": "unarchive the channel, or take it out of the catalogue",
    "restricted_action": "allow apps to do this in the workspace's settings (Settings & Permissions)",
    "restricted_action_read_only_channel": "allow the bot to post in this channel's posting permissions",
    "restricted_action_thread_only_channel": "allow the bot to post in this channel's posting permissions",
    "cannot_create_channel": "allow members to create channels in the workspace's settings",
    "user_not_found": "the account does not exist in this workspace; check the person's accounts in the catalogue",
    "user_disabled": "the account was deactivated; take it out of the catalogue",
    "messages_tab_disabled": "switch on the Messages Tab under App Home in the app's settings",
    "not_allowed_token_type": "the bot token must begin with xoxb- and the app token with xapp-",
    "message_not_found": "the message was deleted; nothing is to be done",
    "cant_update_message": "the message is not the bot's own; nothing is to be done",
    "thread_not_found": "the message the thread hung on was deleted; nothing is to be done",
    "invalid_blocks": "this is a mistake in Swarmbridge; please report it",
    "invalid_arguments": "this is a mistake in Swarmbridge; please report it",
}


class TokenRefused(ChatUnavailable):
    """Slack does not accept the token any more, or not now: somebody has to install the app again."""


def meaning(
    method: str, status: int, headers: Mapping[str, str], answer: Mapping[str, Any]
) -> ChatRefused | ChatUnavailable:
    """The error to raise for an answer that was not ok."""
    code = str(answer.get("error") or "")
    if status == 429 or code in _BUSY:
        return ChatUnavailable(f"{method}: {code or 'ratelimited'}", retry_after=_retry_after(headers))
    if status >= 500 or code in _DOUBTFUL or not code:
        return ChatUnavailable(f"{method}: {code or f'HTTP {status}'}", doubtful=True)
    if code in DEAD_TOKEN:
        return TokenRefused(f"{method}: {code}; {_TOKEN_ADVICE}", retry_after=_WAIT_FOR_A_TOKEN)
    if code == "missing_scope":
        return ChatRefused(code, scope_advice(str(answer.get("needed") or "the scope it names")))
    return ChatRefused(code, _ADVICE.get(code, f"Slack refused {method}"))


def scope_advice(scope: str) -> str:
    """How to grant a scope."""
    return (
        f"add {scope} under “OAuth & Permissions → Bot Token Scopes” in the app's settings"
        " (or update its manifest from `swarmbridge manifest slack`), then install the app again"
    )


def advice(code: str) -> str:
    """What an operator can do about an error, if anything is known."""
    return _ADVICE.get(code, "")


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    seconds = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else _WAIT_WHEN_BUSY

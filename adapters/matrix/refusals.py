"""From a homeserver's answer to the two errors of the port."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import ChatRefused, ChatUnavailable

TOKEN_CODES = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")
TOKEN_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=10)

_BARRED = ("M_USER_LOCKED", "M_USER_SUSPENDED", "M_RESOURCE_LIMIT_EXCEEDED", "M_CONSENT_NOT_GIVEN")
"""Nothing is wrong with what was asked for: the account may not, until somebody lifts that. With another status than
these a limit is one of what was asked for, as of a room too large to be entered."""
_BARRED_STATUS = (401, 403)
_NOT_REACHED = ("M_BAD_STATUS", "M_CONNECTION_FAILED", "M_CONNECTION_TIMEOUT", "M_URL_NOT_SET")
"""The homeserver itself is well, but cannot call the bot."""
_ADVICE = {
    "M_FORBIDDEN": "The bot may not do this there: invite it into the room, or give it the power level it needs.",
    "M_NOT_FOUND": "It is not there (any more): look at the room or message the bot was told to use.",
    "M_TOO_LARGE": "The text is longer than a Matrix event can be (64 kB).",
    "M_USER_DEACTIVATED": "The bot's account is deactivated: ask the homeserver's administrator to activate it.",
    "M_USER_LOCKED": "The bot's account is locked: ask the homeserver's administrator to unlock it.",
    "M_USER_SUSPENDED": "The bot's account is suspended: ask the homeserver's administrator to lift it.",
    "M_CONSENT_NOT_GIVEN": "Log in as the bot once by hand and accept the homeserver's terms.",
    "M_RESOURCE_LIMIT_EXCEEDED": "The homeserver has reached a limit: its administrator must raise it.",
    "M_UNSUPPORTED_ROOM_VERSION": "The homeserver does not know this room version: upgrade it.",
    "M_INCOMPATIBLE_ROOM_VERSION": "The homeserver does not know the room's version: upgrade it.",
    "M_UNRECOGNIZED": "The homeserver does not know this request: it may be too old, or a proxy leaves it out.",
}


class TokenRefused(ChatUnavailable):
    """The homeserver does not know the access token (any more); somebody has to give the bot a new one."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}. Give the bot a new access token, or its password so that it can log in by itself",
            retry_after=TOKEN_PAUSE,
        )


class AccountBarred(ChatUnavailable):
    """The homeserver does nothing for the bot's account; somebody has to mend that, and what is to be said waits."""

    def __init__(self, code: str, advice: str) -> None:
        super().__init__(f"the homeserver refuses the bot's account ({code}). {advice}", retry_after=TOKEN_PAUSE)


class ProofWanted(ChatRefused):
    """The homeserver wants the account's password again for this; ``session`` goes back with it."""

    def __init__(self, session: str) -> None:
        super().__init__("M_UNAUTHORIZED", "The homeserver wants the bot's password for this: set MATRIX_PASSWORD.")
        self.session = session


def error_for(status: int, raw: bytes, headers: Mapping[str, str], *, changes: bool) -> ChatUnavailable | ChatRefused:
    """The error that says what this answer means; ``changes``: the request was to change something."""
    body = _object(raw)
    code, words = body.get("errcode"), str(body.get("error", ""))[:300]
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return ChatUnavailable(f"rate limited: {words or status}", retry_after=_pause(body, headers))
    if status == 401 and isinstance(body.get("flows"), list):
        return ProofWanted(str(body.get("session", "")))
    if code in TOKEN_CODES:
        return TokenRefused(f"the homeserver refuses the access token ({code})")
    if code in _NOT_REACHED:
        return ChatRefused(code, f"The homeserver says: {words}")
    if status >= 500 or not isinstance(code, str):
        # Without an error code it was not the homeserver that answered but something before it.
        return ChatUnavailable(f"the homeserver answered {status}", retry_after=_after(headers), doubtful=changes)
    advice = " ".join(filter(None, (_ADVICE.get(code, ""), f"The homeserver says: {words}" if words else "")))
    if _is_about_the_account(status, code):
        return AccountBarred(code, advice)
    return ChatRefused(code, advice)


def _is_about_the_account(status: int, code: str) -> bool:
    """Whether the answer is about who asks. That somebody is deactivated can be said of a person invited as well; of
    who asks it is said to a login, which waits all the same, or with a token that is good no more."""
    return (status in _BARRED_STATUS and code in _BARRED) or (status == 401 and code == "M_USER_DEACTIVATED")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _pause(body: Mapping[str, Any], headers: Mapping[str, str]) -> timedelta:
    milliseconds = body.get("retry_after_ms")
    if isinstance(milliseconds, int | float) and milliseconds >= 0:
        return min(timedelta(milliseconds=float(milliseconds)), LONGEST_PAUSE)
    return _after(headers) or timedelta(seconds=5)


def _after(headers: Mapping[str, str]) -> timedelta | None:
    seconds = headers.get("Retry-After", "")
    return min(timedelta(seconds=int(seconds)), LONGEST_PAUSE) if seconds.isdecimal() and len(seconds) < 9 else None

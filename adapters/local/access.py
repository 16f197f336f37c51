"""Who may open the local chat in a browser: whoever sits at this machine, and whoever was given the key.

The page gets a cookie that no script reads, and a token that no other site can read; every change needs both, from
the very address the page came from.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request

COOKIE = "swarmbridge_chat"
TOKEN_HEADER = "x-swarmbridge-token"

_PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Door:
    """Lets people in with a cookie signed by a key of this installation, and knows them again after a restart."""

    def __init__(self, key: str) -> None:
        """``key`` opens the page from elsewhere and signs; ``kept_key`` makes a good one."""
        if not key:
            raise ValueError("the key of the local chat is empty, and would open to everybody")
        self.key = key

    def may_open(self, request: Request) -> bool:
        """Whether the page may be given out: to this very machine by a name of its own, or for the key."""
        return (
            _from_this_machine(request) or _same(request.query_params.get("key", ""), self.key) or self.knows(request)
        )

    def new_session(self) -> str:
        """The value of a fresh cookie."""
        id_ = secrets.token_urlsafe(18)
        return f"{id_}.{self._sign('session', id_)}"

    def knows(self, request: Request) -> bool:
        """Whether the request comes from a page that was given out, and not from another site."""
        id_, _, signature = request.cookies.get(COOKIE, "").partition(".")
        return (
            bool(id_)
            and _same(signature, self._sign("session", id_))
            and request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        )

    def token(self, session: str) -> str:
        """What the page sends along with every change."""
        return self._sign("token", session)

    def may_change(self, request: Request) -> bool:
        """Whether a change asked for is one that the page itself asks for."""
        origin = urlsplit(request.headers.get("origin", "")).netloc
        token = self.token(request.cookies.get(COOKIE, ""))
        return (
            self.knows(request)
            and bool(origin)
            and origin == request.headers.get("host", "")
            and _same(request.headers.get(TOKEN_HEADER, ""), token)
        )

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self.key.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def kept_key(path: Path) -> str:
    """The key in this file, which only its owner can read; made when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        if key := path.read_text(encoding="utf-8").strip():
            return key
        file = os.open(path, os.O_WRONLY | os.O_TRUNC)
    key = secrets.token_urlsafe(24)
    with os.fdopen(file, "w", encoding="utf-8") as writer:
        writer.write(key + "\n")
    return key


def _from_this_machine(request: Request) -> bool:
    """Called directly, from this machine, by a name of its own; the name of another site may lead here as well."""
    if any(header in request.headers for header in _PROXY_HEADERS):
        return False
    return request.client is not None and _is_loopback(request.client.host) and _is_loopback(_host_name(request))


def _host_name(request: Request) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())

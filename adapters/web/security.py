"""Headers every answer carries, so that a page does only what this program wrote, and the names it answers to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Adds the headers that an answer does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the program inside does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnNames:
    """Answers to names of this machine and to the public one only, where the pages are served to this machine alone.

    Another site can let its name lead to 127.0.0.1 and would then read, in the browser of somebody here, what is not
    for it. A proxy that keeps the name it was asked by needs the public one set: what it would say in a header of its
    own, such a site can say as well.
    """

    def __init__(self, app: ASGIApp, host: str, public_url: str) -> None:
        self._app = app
        self._guards = is_loopback(host)
        self._public = urlsplit(public_url).hostname or ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is asked by a name of our own."""
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")  # what is sent here proves itself
        if self._guards and reads and not self._may_ask(Headers(scope=scope)):
            refusal = PlainTextResponse("Nobody of this name is here. Is http.public_url set?\n", status_code=421)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_ask(self, headers: Headers) -> bool:
        name = _host_name(headers)
        return is_loopback(name) or (bool(name) and name == self._public)


def is_loopback(name: str) -> bool:
    """Whether the name or address means this very machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _host_name(headers: Headers) -> str:
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""

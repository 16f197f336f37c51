"""HTTP mode: signed requests to the app's request URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
from dataclasses import dataclass

import aiohttp

from .delivery import Outcome
from .events import Parcel
from .model import Json
from .world import World


@dataclass(frozen=True)
class Exchange:
    """One request to the app and what it answered; ``status`` is 0 where no answer came."""

    url: str
    headers: dict[str, str]
    body: str
    status: int
    answer: str
    latency: float
    answer_headers: dict[str, str]


def signature(secret: str, timestamp: int, body: str) -> str:
    """Slack's v0 signature of a request body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpMode:
    """The sending side of the Events API, commands and interactivity over HTTP."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self.exchanges: list[Exchange] = []

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def attempt(self, parcel: Parcel, number: int, reason: str, ack_within: float) -> Outcome:
        headers = dict(parcel.headers)
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _retry_reason(reason)}
        kind, body = _body(parcel)
        exchange = await self.post(body, kind, within=ack_within, headers=headers)
        if exchange.status == 0:
            return Outcome(False, reason=exchange.answer, latency=exchange.latency)
        no_retry = any(name.lower() == "x-slack-no-retry" for name in exchange.answer_headers)
        if not 200 <= exchange.status < 300:
            return Outcome(False, reason="http_error", latency=exchange.latency, no_retry=no_retry)
        return Outcome(True, _decoded(exchange.answer), latency=exchange.latency)

    async def post(
        self,
        body: str,
        content_type: str = "application/json",
        *,
        within: float = 3.0,
        headers: dict[str, str] | None = None,
        secret: str | None = None,
        age: float = 0.0,
        signed: bool = True,
    ) -> Exchange:
        """Sends a body to the request URL; a ``secret``, an ``age`` in seconds or ``signed`` off make forgeries."""
        url = self._world.app.request_url
        assert url is not None, "the app has no request URL"
        stamp = int(time.time() - age)
        sent = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if signed:
            signing_secret = self._world.app.signing_secret if secret is None else secret
            sent |= {"X-Slack-Request-Timestamp": str(stamp)}
            sent |= {"X-Slack-Signature": signature(signing_secret, stamp, body)}
        sent |= headers or {}
        started = time.monotonic()
        status, answer, back = await self._exchange(url, body, sent, within)
        exchange = Exchange(url, sent, body, status, answer, time.monotonic() - started, back)
        self.exchanges.append(exchange)
        self._world.changes.mark()
        return exchange

    async def _exchange(
        self, url: str, body: str, headers: dict[str, str], within: float
    ) -> tuple[int, str, dict[str, str]]:
        timeout = aiohttp.ClientTimeout(total=within)
        try:
            async with self._open_session().post(
                url, data=body.encode(), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.text(), dict(response.headers)
        except TimeoutError:
            return 0, "http_timeout", {}
        except aiohttp.ClientError:
            return 0, "connection_failed", {}

    async def verify_url(self) -> bool:
        """The handshake with which Slack takes a request URL; True when the challenge came back."""
        challenge = f"{self._world.dice.getrandbits(128):032x}"
        asked: Json = {"token": self._world.app.verification_token, "challenge": challenge, "type": "url_verification"}
        exchange = await self.post(json.dumps(asked))
        decoded = _decoded(exchange.answer)
        echoed = decoded.get("challenge") if isinstance(decoded, dict) else decoded
        return exchange.status == 200 and echoed == challenge

    async def ready(self, within: float) -> bool:
        """An HTTP app is always tried at once."""
        return True

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)


def _body(parcel: Parcel) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if parcel.kind == "slash_commands":
        return form, urllib.parse.urlencode(parcel.payload)
    if parcel.kind == "interactive":
        return form, urllib.parse.urlencode({"payload": json.dumps(parcel.payload)})
    return "application/json", json.dumps(parcel.payload)


def _retry_reason(reason: str) -> str:
    return reason if reason.startswith(("http_", "connection_")) else "http_timeout"


def _decoded(text: str) -> Json | str | None:
    try:
        decoded = json.loads(text)
    except ValueError:
        return text or None
    return decoded if isinstance(decoded, dict) else text

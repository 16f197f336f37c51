"""A real Chromium that tests reach through Playwright.

It is started once; each test connects to it from its own event loop.
"""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.servers.kept import KeptServer, ToolMissing, http_answers

SILENT = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--lang=en-US",
)


class ChromiumServer(KeptServer):
    """Chromium without a window, listening for Playwright."""

    name = "chromium"

    def __init__(self) -> None:
        self.program = program()
        super().__init__()
        self.base_url = f"http://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        profile = self.folder / "profile"
        listening = [f"--remote-debugging-port={self.port}", f"--user-data-dir={profile}"]
        return [self.program, "--headless=new", *listening, *SILENT, "about:blank"]

    def answers(self) -> bool:
        return http_answers(f"{self.base_url}/json/version")

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(self.base_url)
            yield browser
            await browser.close()


def program() -> str:
    """Chromium's path: CHROMIUM, else what the system has. Playwright's own download is not used."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise ToolMissing("Chromium is not installed. On Debian: apt-get install chromium")


async def hindrances(page: Page) -> list[str]:
    """What keeps people with disabilities from using the page, found by axe: one line each."""
    found = await Axe().run(page)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]

"""Takes the pictures of README and docs from the running program, acting as people of the sample organisation.

    .venv/bin/python -m scripts.pictures [FOLDER]

It needs Chromium. To look like those in docs/pictures they need the fonts of Debian's fonts-noto-core and
fonts-noto-color-emoji; with its libfaketime it is always a Tuesday morning in them, when every team works, and with
its pngquant they get smaller.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from scripts.smaller import smaller
from tests.servers.chromium import ChromiumServer
from tests.servers.kept import KeptServer, http_answers

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "docs" / "pictures"
A_TUESDAY = "@2026-03-10 08:41:00"
PATIENCE = 20_000
TO_SETTLE = 1.5

Place = tuple[str, str]
"""A person and the room they look at; ``@`` is their own conversation with the bot."""


class RunningBot(KeptServer):
    """The program as ``make run`` starts it, in a folder of its own."""

    name = "swarmbridge"

    def command(self) -> Sequence[str | Path]:
        settings = [f"PYTHONPATH={ROOT}", f"SWARMBRIDGE_HTTP_PORT={self.port}", "TZ=Europe/London"]
        # Not by the program `faketime`: it starts another one that nobody would end.
        for library in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"):
            settings += [f"LD_PRELOAD={library}", f"FAKETIME={A_TUESDAY}", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
        return ["env", *settings, sys.executable, "-m", "adapters.cli", "run"]

    def answers(self) -> bool:
        return http_answers(f"{self.url}/readyz")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Studio:
    """A browser in which anybody says and taps things behind the scenes, and pictures are taken of who looks where."""

    def __init__(self, bot: RunningBot, browser: Browser, folder: Path) -> None:
        self._bot = bot
        self._browser = browser
        self._folder = folder

    async def open(self) -> None:
        """Go behind the scenes."""
        self._stage = await self._page(1000, 1400, [])

    async def says(self, person: str, room: str, text: str) -> None:
        """Write a message."""
        column = await self._as(person, room)
        box = column.locator(".composer textarea")
        await box.fill(text)
        await box.press("Enter")
        await expect(column.locator(".stream .text", has_text=text).last).to_be_visible(timeout=PATIENCE)

    async def taps(self, person: str, room: str, action: str) -> None:
        """Tap the newest button for this action."""
        column = await self._as(person, room)
        await column.locator(f"button[data-key^='tap-'][data-key*='-{action}-']").last.click()

    async def sees(self, person: str, room: str, *texts: str) -> None:
        """Wait until somebody sees this."""
        column = await self._as(person, room)
        for text in texts:
            await expect(column.locator(".stream").get_by_text(text).last).to_be_visible(timeout=PATIENCE)

    async def fills(self, person: str, *values: str) -> None:
        """Fill in the fields of the form that stands before somebody, from the top, and hand it in."""
        dialog = (await self._as(person)).get_by_role("dialog")
        for index, value in enumerate(values):
            await dialog.locator(".field").nth(index).locator("textarea, input").fill(value)
        await dialog.locator("button.primary").click()
        await expect(dialog).to_have_count(0)

    async def picture(self, name: str, *places: Place, width: int = 1000, height: int = 620) -> None:
        """Take one of people side by side, each in a room."""
        page = await self._page(width, height, places)
        await asyncio.sleep(TO_SETTLE)
        await page.evaluate("() => Promise.all([...document.images].map(image => image.decode()))")
        await self._keep(page, name)
        await page.context.close()

    async def picture_of_phone(self, name: str, path: str) -> None:
        """Take one of a web page as a phone shows it."""
        page = await self._browser.new_page(
            viewport={"width": 390, "height": 720}, device_scale_factor=1.5, is_mobile=True, has_touch=True
        )
        await page.goto(self._bot.url + path)
        await self._keep(page, name)
        await page.close()

    async def _keep(self, page: Page, name: str) -> None:
        file = self._folder / f"{name}.png"
        await page.screenshot(path=file)
        await smaller(file)

    async def _as(self, person: str, room: str = "") -> Locator:
        """The one column behind the scenes, with this person in it, in a room whose name begins like this."""
        column = self._stage.locator(".column")
        chosen = column.locator(".person select")
        if await chosen.input_value() != person:
            await chosen.select_option(person)
        if room:
            entry = column.locator(f".rooms button[data-room^='{_beginning(person, room)}']").first
            await entry.wait_for()
            if await entry.get_attribute("aria-current") is None:
                await entry.click()
        return column

    async def _page(self, width: int, height: int, places: Sequence[Place]) -> Page:
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", color_scheme="light"
        )
        page = await context.new_page()
        await page.goto(f"{self._bot.url}/chat/")
        kept: dict[str, object] = {"columns": len(places) or 1, "guide": False}
        for index, (person, room) in enumerate(places):
            kept[f"person.{index}"] = person
            kept[f"room.{index}"] = await self._whole(page, person, room)
        await page.evaluate(_KEEP, {f"swarmbridge.{name}": json.dumps(value) for name, value in kept.items()})
        await page.reload()
        columns = page.locator(".column")
        await expect(columns).to_have_count(len(places) or 1, timeout=PATIENCE)
        for index in range(len(places)):
            await expect(columns.nth(index).locator(".stream .head").first).to_be_attached(timeout=PATIENCE)
        return page

    async def _whole(self, page: Page, person: str, room: str) -> str:
        """The id of a room that begins like this."""
        seen = await page.request.get(f"{self._bot.url}/chat/api/view?as={person}")
        rooms = [str(one["id"]) for one in (await seen.json())["rooms"]]
        return next(id_ for id_ in rooms if id_.startswith(_beginning(person, room)))


def _beginning(person: str, room: str) -> str:
    return f"direct-{person}" if room == "@" else room


_KEEP = "kept => { for (const [name, value] of Object.entries(kept)) localStorage.setItem(name, value); }"


async def one_outage(studio: Studio) -> None:
    """The job from the first report to the answer for the next person, a picture at each stage."""
    await studio.says("tom", "help", "Good morning everybody!")
    await studio.says("tom", "help", "Timber is down, I cannot print any delivery notes")
    await studio.sees("tom", "help", "INC-1 is registered")
    await studio.sees("ingrid", "triage", "INC-1")
    await studio.picture("1-hear", ("tom", "help"), ("ingrid", "triage"), height=620)

    await studio.says("lena", "hilfe", "Timber hängt, ich bekomme keine Lieferscheine gedruckt")
    await studio.sees("lena", "hilfe", "INC-2")
    await studio.picture("2-me-too", ("lena", "hilfe"), ("tom", "help"), height=660)
    await studio.taps("lena", "hilfe", "me_too")
    await studio.sees("tom", "help", "2 people are affected")

    await studio.says("priya", "@", "outage INC-1")
    await studio.sees("priya", "inc-1", "Who was asked, and why")
    await studio.sees("ruth", "@", "Can you help")
    await studio.picture("3-swarm", ("priya", "inc-1"), ("ruth", "@"), height=860)
    await studio.taps("ruth", "@", "accept")
    await studio.says("ruth", "inc-1", "The disk of timber-db is full since last night's backup. I am making room.")

    await studio.taps("priya", "inc-1", "update")
    await studio.fills("priya", "The cause is found. We are restarting Timber.", "20")
    await studio.sees("tom", "help", "News about")
    await studio.sees("lena", "hilfe", "Neues zu")
    await studio.picture("4-tell", ("lena", "hilfe"), ("tom", "announcements"), height=640)
    everybody = (("tom", "help"), ("ruth", "inc-1"), ("lena", "hilfe"))
    await studio.picture("0-side-by-side", *everybody, width=1380, height=820)
    await studio.picture_of_phone("4-status-page", "/")

    await studio.taps("priya", "inc-1", "resolve")
    await studio.fills(
        "priya", "Freed 40 GB on timber-db and restarted Timber.", "Last night's backup had filled the disk."
    )
    await studio.sees("tom", "help", "should be solved")
    await studio.sees("priya", "@", "I drafted")
    await studio.picture("5-end", ("tom", "help"), ("priya", "@"), height=660)
    await studio.taps("tom", "help", "works_again")
    await studio.taps("priya", "@", "publish")
    await studio.sees("priya", "@", "KB-1 is published")

    await studio.says("sanne", "help", "Delivery notes do not print, is Timber down again?")
    await studio.sees("sanne", "help", "This may help right away")
    await studio.picture("6-answer", ("sanne", "help"), ("priya", "@"), height=720)


async def take(folder: Path) -> None:
    """Take all pictures into this folder."""
    with RunningBot() as bot, ChromiumServer() as chromium:
        async with chromium.browser() as browser:
            studio = Studio(bot, browser, folder)
            await studio.open()
            await one_outage(studio)


def main() -> None:
    """Take them and say how large they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))
    for picture in sorted(folder.glob("*.png")):
        print(f"{picture}: {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()

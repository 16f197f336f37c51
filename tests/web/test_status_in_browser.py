"""The status page in a real browser."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from adapters.wake import Changes
from tests.servers.chromium import hindrances
from tests.web.one_bad_day import OneBadDay

PATHS = ("/", "/incidents/INC-42", "/knowledge", "/knowledge/KB-3", "/nowhere")


async def test_an_open_page_follows_what_happens(served: str, page: Page, source: OneBadDay, changes: Changes) -> None:
    async with page.expect_response("**/events"):
        await page.goto(served)
    await expect(page.get_by_role("heading", level=1)).to_have_text("2 services have a problem")

    source.all_is_well()
    changes.announce()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Everything works")
    await expect(page.get_by_text("What is affected now")).to_have_count(0)


async def test_everything_is_read_without_scripts_too(served: str, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(served)
    await page.get_by_role("link", name="The VPN drops everybody").click()

    await expect(page.get_by_text("We found the cause.")).to_be_visible()
    await context.close()


async def test_nobody_is_kept_out_by_light_dark_or_a_small_screen(
    served: str, page: Page, page_errors: list[str]
) -> None:
    found: list[str] = []
    for size in ((1280, 900), (360, 740)):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in PATHS:
                await page.goto(served + path)
                found += [f"{scheme} {size} {path}: {one}" for one in await hindrances(page)]
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= size[0], f"{path} is wider than the screen"
    page_errors[:] = [error for error in page_errors if "404" not in error]

    assert found == []

"""Pictures in pairs: Slack on the left, Matrix on the right."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from playwright.async_api import Browser, Page

from scripts.smaller import smaller

WIDTH = 500


class Camera:
    """Takes pairs into a folder."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self._folder = folder

    @classmethod
    async def with_(cls, browser: Browser, folder: Path) -> Camera:
        """A camera that uses a page of this browser."""
        context = await browser.new_context(locale="en-GB", color_scheme="light")
        return cls(await context.new_page(), folder)

    async def draws(self, html: str, height: int) -> bytes:
        """A picture of a page of ours, from its end where it is longer."""
        await self._page.set_viewport_size({"width": WIDTH, "height": height})
        await self._page.set_content(html)
        return await self._page.screenshot()

    async def joins(self, name: str, left: bytes, right: bytes, height: int) -> None:
        """Keep two pictures as one, each below the name of its network."""
        shown = "".join(
            f"<figure><figcaption>{network}</figcaption><img src='data:image/png;base64,{b64encode(one).decode()}'>"
            f"</figure>"
            for network, one in (("Slack", left), ("Matrix", right))
        )
        await self._page.set_viewport_size({"width": 2 * WIDTH + 60, "height": height + 64})
        await self._page.set_content(f"<style>{_FRAME}</style>{shown}")
        await self._page.evaluate("() => Promise.all([...document.images].map(image => image.decode()))")
        file = self._folder / f"{name}.png"
        await self._page.screenshot(path=file)
        await smaller(file)


_FRAME = f"""
body {{ margin: 0; padding: 12px 20px 20px; display: flex; gap: 20px; background: #eceef1; }}
figure {{ margin: 0; width: {WIDTH}px; }}
figcaption {{ font: 600 15px/32px "Noto Sans", "DejaVu Sans", sans-serif; color: #33383f; }}
img {{ display: block; border-radius: 8px; box-shadow: 0 1px 6px rgb(0 0 0 / 18%); }}
"""

"""Makes pictures smaller, with Debian's pngquant where it is installed."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path


async def smaller(picture: Path) -> None:
    """Keep the picture with fewer colours, which nobody sees in what we show."""
    if program := shutil.which("pngquant"):
        options = ["--force", "--strip", "--skip-if-larger", "--ext=.png", "192"]
        await (await asyncio.create_subprocess_exec(program, *options, picture)).wait()

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from scripts.both_networks import hydrogen, story
from scripts.both_networks.camera import Camera
from scripts.both_networks.company import at_work
from tests.servers.chromium import ChromiumServer
from tests.servers.synapse import SynapseServer

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


async def take(folder: Path) -> None:
    """Take all pictures into this folder."""
    with tempfile.TemporaryDirectory() as kept, SynapseServer() as synapse, ChromiumServer() as chromium:
        hydrogen.build(Path(kept))
        async with (
            hydrogen.served(Path(kept)) as address,
            chromium.browser() as browser,
            at_work(Path(kept), synapse) as company,
        ):
            clients = {
                name: await hydrogen.Client.of(browser, address, synapse.base_url, account)
                for name, account in company.matrix.logins.items()
            }
            await story.tell(company, clients, await Camera.with_(browser, folder))


def main() -> None:
    """Take them and say how large they are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))
    for picture in sorted(folder.glob("both-*.png")):
        print(f"{picture}: {picture.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()

"""A bot that only listens, in a process that a test can end at any moment: HOMESERVER USER TOKEN INBOX [STORE KEY]."""

import asyncio
import sys
from pathlib import Path

from adapters.matrix.platform import MatrixChat
from adapters.matrix.settings import MatrixSettings
from tests.matrix.tiny_inbox import TinyInbox


async def main(homeserver: str, user: str, token: str, file: str, key: str = "") -> None:
    settings = MatrixSettings(homeserver=homeserver, user_id=user, access_token=token, store_key=key)
    chat = MatrixChat(settings)
    await chat.listen(TinyInbox(Path(file)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

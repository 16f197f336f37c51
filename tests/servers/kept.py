"""A real server as a child process that is gone for sure when its asker is."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

KEEPER = Path(__file__).with_name("keeper.py")
TO_START = 60.0
TO_STOP = 10.0


class ToolMissing(Exception):
    """This machine lacks the program a server is made of; the text says which and what to do."""


class ServerDied(Exception):
    """The server ended, or did not answer in time; the text ends with what it logged last."""


class KeptServer:
    """One server on a loopback port and a folder of its own.

    `start` returns when the server answers. `stop` ends it gently and keeps its folder and
    port, so that a later `start` is the same server again; `kill` is a crash. As a context
    manager it starts, and at the end stops and removes the folder.
    """

    name = "server"
    stop_signal = signal.SIGTERM
    user: str | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"swarmbridge-{self.name}-"))
        self.pid = 0
        self._keeper: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str | Path]:
        """What to run; the folder is its working directory."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes requests by now; may also raise OSError for "not yet"."""
        raise NotImplementedError

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.out"

    @property
    def is_running(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is None

    def start(self) -> None:
        if self.is_running:
            return
        arguments = [str(argument) for argument in self.command()]
        keeper = subprocess.Popen(
            [sys.executable, "-ES", str(KEEPER), str(self.log), str(self.folder), self.user or "-", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._keeper = keeper
        assert keeper.stdout is not None
        self.pid = int(keeper.stdout.readline() or 0)
        self._wait_until_it_answers(keeper)

    def stop(self) -> None:
        self._end(lambda: os.kill(self.pid, self.stop_signal))

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(lambda: os.killpg(self.pid, signal.SIGKILL))

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait_until_it_answers(self, keeper: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + TO_START
        while keeper.poll() is None and time.monotonic() < deadline:
            try:
                if self.answers():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        last_words = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
        self.stop()
        raise ServerDied(f"{self.name} does not answer on port {self.port}. It said:\n{last_words}")

    def _end(self, send: Callable[[], None]) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        try:
            send()
            keeper.wait(timeout=TO_STOP)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
        finally:
            keeper.wait(timeout=TO_STOP)
            keeper.stdin.close()
            keeper.stdout.close()


def free_port() -> int:
    """A loopback port nobody listens on, below those that outgoing connections are given."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def http_answers(url: str) -> bool:
    """Whether GET answers with success. Raises OSError while nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return False

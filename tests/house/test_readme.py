"""README's commands, run as written.

A block of commands in README says in a comment above it what the test does with it:

    <!-- test: serves http://127.0.0.1:8080/healthz -->   start it, wait until the address answers, stop it
    <!-- test: exists -->                                 the target is there (it is not run: it would run this test)
    <!-- test: runs -->                                   run it to its end
"""

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.kept import free_port

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
BLOCK = re.compile(r"^(?:<!-- test: (?P<kind>\w+) ?(?P<rest>[^\n]*?) -->\n)?```sh\n(?P<commands>.*?)^```$", re.M | re.S)
BLOCKS = [match.groupdict() for match in BLOCK.finditer(README)]


def blocks(kind: str) -> list[tuple[str, str]]:
    return [(block["commands"], block["rest"]) for block in BLOCKS if block["kind"] == kind]


@contextmanager
def running(commands: str, environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]", *, within: float) -> str:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {within} s")


def test_readme_says_of_every_block_what_is_to_be_tested() -> None:
    kinds = [block["kind"] for block in BLOCKS]

    assert {"serves", "exists"} <= set(kinds)
    assert set(kinds) <= {"serves", "exists", "runs"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("commands", "address"), blocks("serves"))
def test_a_command_that_serves_answers_at_its_address_and_stops_when_asked(
    commands: str, address: str, tmp_path: Path
) -> None:
    port = free_port()
    environment = {
        "SWARMBRIDGE_HTTP_PORT": str(port),
        # Whoever runs the tests may have a bot of their own running here, with its records under var/.
        "DATABASE_URL": f"sqlite:///{tmp_path / 'swarmbridge.db'}",
        "SWARMBRIDGE_LOCAL__STORE": str(tmp_path / "local-chat.db"),
    }

    with running(commands, environment) as process:
        wait_for(re.sub(r":\d+/", f":{port}/", address), process, within=240)
        page = wait_for(f"http://127.0.0.1:{port}/", process, within=10)

    assert "<html" in page
    assert process.returncode is not None


@pytest.mark.parametrize(("commands", "rest"), blocks("exists"))
def test_a_command_that_is_only_named_exists(commands: str, rest: str) -> None:
    for line in commands.splitlines():
        assert line.startswith("make "), f"say how to test it: {line}"
        planned = subprocess.run(
            ["bash", "-c", line.replace("make ", "make -n ", 1)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert planned.returncode == 0, planned.stderr


def test_the_commands_that_end_succeed() -> None:
    for commands, _ in blocks("runs"):
        with running(commands, {}) as process:
            assert process.wait(timeout=100) == 0, commands

"""The real servers that other tests stand on."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
from playwright.async_api import Browser, Page

from tests.conftest import made
from tests.servers.chromium import hindrances
from tests.servers.kept import KeptServer, ServerDied, ToolMissing, http_answers
from tests.servers.postgres import PostgresServer
from tests.servers.synapse import Account, SynapseServer


def who_is(synapse: SynapseServer, account: Account) -> str:
    request = urllib.request.Request(
        f"{synapse.base_url}/_matrix/client/v3/account/whoami",
        headers={"Authorization": f"Bearer {account.access_token}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(json.load(response)["user_id"])


def test_synapse_registers_users_and_knows_them_again(synapse: SynapseServer) -> None:
    yorick, other_yorick = synapse.register("yorick"), synapse.register("yorick")

    assert who_is(synapse, yorick) == f"@yorick:{synapse.server_name}"
    assert who_is(synapse, other_yorick) == f"@yorick2:{synapse.server_name}"


def test_synapse_keeps_its_users_over_a_restart(synapse: SynapseServer) -> None:
    bela = synapse.register("bela")

    synapse.restart()

    assert who_is(synapse, bela) == bela.user_id


def test_synapse_takes_application_services_and_settings_and_runs_on_postgres(
    postgres_url: str, tmp_path: Path
) -> None:
    registration = tmp_path / "bridge.yaml"
    registration.write_text(
        json.dumps(
            {
                "id": "bridge",
                "url": None,
                "as_token": "as-token",
                "hs_token": "hs-token",
                "sender_localpart": "bridge",
                "namespaces": {"users": [], "rooms": [], "aliases": []},
            }
        )
    )

    server = made(
        lambda: SynapseServer(
            application_services=[registration], config={"max_upload_size": "7M"}, database_url=postgres_url
        )
    )
    with server:
        sender = Account("@bridge:matrix.test", "as-token", "", "")
        request = urllib.request.Request(
            f"{server.base_url}/_matrix/client/v1/media/config", headers={"Authorization": "Bearer as-token"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            media = json.load(response)

        assert who_is(server, sender) == sender.user_id
        assert media == {"m.upload.size": 7 * 1024 * 1024}


def test_postgres_gives_each_asker_a_fresh_database(postgres: PostgresServer) -> None:
    first, second = postgres.database(), postgres.database()

    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE reports (words text)")

    with psycopg.connect(second) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert first != second
    assert tables == (0,)
    postgres.drop(first)
    postgres.drop(second)


def test_postgres_keeps_what_was_committed_while_it_is_away(postgres: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE reports AS SELECT 'no wifi' AS words")

    postgres.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url, connect_timeout=2)
    postgres.start()

    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT words FROM reports").fetchall() == [("no wifi",)]


def test_postgres_keeps_what_was_committed_through_a_crash(postgres: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE reports AS SELECT 'no wifi' AS words")

    postgres.kill()
    postgres.start()

    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT words FROM reports").fetchall() == [("no wifi",)]


async def test_a_page_shows_what_it_is_given(page: Page) -> None:
    await page.set_content("<html lang=en><title>t</title><main><h1>INC-1</h1></main>")

    assert await page.inner_text("h1") == "INC-1"
    assert (await page.screenshot()).startswith(b"\x89PNG")


async def test_a_page_tells_what_hinders_people_and_which_script_failed(page: Page, page_errors: list[str]) -> None:
    await page.set_content("<html lang=en><title>t</title><main><h1>INC-1</h1><img src='data:,'></main>")

    found = await hindrances(page)
    await page.evaluate("setTimeout(() => { throw new Error('broken script') })")
    await page.wait_for_timeout(50)

    assert [line.split()[0] for line in found] == ["image-alt"]
    assert "broken script" in " ".join(page_errors)
    page_errors.clear()


async def test_two_browser_contexts_are_two_people(browser: Browser, synapse: SynapseServer) -> None:
    anna, ben = await browser.new_context(), await browser.new_context()
    await anna.add_cookies([{"name": "who", "value": "anna", "url": synapse.base_url}])

    assert await ben.cookies() == []
    await anna.close()
    await ben.close()


class WebServer(KeptServer):
    """Python's own web server, the quickest there is."""

    name = "web"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1"]

    def answers(self) -> bool:
        return http_answers(f"http://127.0.0.1:{self.port}/")


class Stillborn(WebServer):
    def command(self) -> list[str]:
        return [sys.executable, "-c", "print('cannot bind'); raise SystemExit(3)"]


def test_a_server_that_ends_at_once_is_told_with_its_last_words() -> None:
    with pytest.raises(ServerDied, match="cannot bind"):
        Stillborn().__enter__()


def test_a_killed_server_comes_back_on_the_same_port() -> None:
    with WebServer() as server:
        port = server.port
        server.kill()
        assert not server.is_running

        server.start()

        assert server.answers()
        assert server.port == port
    assert not server.folder.exists()


ASKER = """
import time
from tests.servers.test_servers import WebServer
server = WebServer()
server.start()
print(server.pid, server.folder, flush=True)
time.sleep(60)
"""


def test_no_server_outlives_an_asker_that_was_killed() -> None:
    root = Path(__file__).resolve().parents[2]
    asker = subprocess.Popen([sys.executable, "-c", ASKER], cwd=root, stdout=subprocess.PIPE, text=True)
    assert asker.stdout is not None
    pid, folder = asker.stdout.readline().split()
    assert psutil.pid_exists(int(pid))

    os.kill(asker.pid, signal.SIGKILL)
    asker.communicate()

    deadline = time.monotonic() + 10
    while (psutil.pid_exists(int(pid)) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(pid))
    assert not Path(folder).exists()


def test_a_missing_tool_skips_with_its_reason_and_fails_where_everything_has_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing_there() -> WebServer:
        raise ToolMissing("Chromium is not installed.")

    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="Chromium is not installed"):
        made(nothing_there)

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Chromium is not installed"):
        made(nothing_there)

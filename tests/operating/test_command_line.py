"""What an operator types, and what the program says then: everything that is wrong at once, and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.local.platform import LocalChat
from bot.refs import Platform
from tests.journey.conftest import running, settings_for

ROOT = Path(__file__).parents[2]


def swarmbridge(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder with nothing but these settings."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("SWARMBRIDGE", "SLACK", "MATRIX"))}
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", *words], check=False, cwd=folder, capture_output=True, text=True,
        timeout=60, env={**plain, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


def test_bad_settings_stop_the_start_with_a_list_of_all_that_is_wrong(tmp_path: Path) -> None:
    done = swarmbridge(
        tmp_path, "run",
        DATABASE_URL="mysql://root:geheim@db/x", SLACK_APP_TOKEN="xapp-1-geheim", MATRIX_HOMESERVER="matrix.org",
        SWARMBRIDGE_HTTP_PORT="99999", SWARMBRIDGE_GENERAL__ZONE="Mars/Olympus", SWARMBRIDGE_GENERAL__LOGLEVEL="info",
    )  # fmt: skip

    assert done.returncode == 2
    for wrong in ("database.url", "slack", "matrix", "http.port", "general.zone", "did you mean log_level?"):
        assert wrong in done.stderr
    assert "geheim" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_settings_file_that_is_not_there_or_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[http\nport = 1")

    missing = swarmbridge(tmp_path, "run", SWARMBRIDGE_CONFIG="nowhere.toml")
    broken = swarmbridge(tmp_path, "run", SWARMBRIDGE_CONFIG="bad.toml")

    assert (missing.returncode, broken.returncode) == (2, 2)
    assert "nowhere.toml" in missing.stderr
    assert "cannot be read" in broken.stderr


def test_a_broken_catalogue_stops_the_start_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("teams:\n  - id: a\n    name: A\n    members: [nobody]\n")

    done = swarmbridge(tmp_path, "run", SWARMBRIDGE_CATALOGUE__PATH="c.yaml")

    assert done.returncode == 2
    assert "c.yaml" in done.stderr
    assert "nobody" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_to_do_about_each_finding(tmp_path: Path) -> None:
    before = swarmbridge(tmp_path, "check")
    migrated = swarmbridge(tmp_path, "migrate")
    after = swarmbridge(tmp_path, "check")

    assert before.returncode == 1
    assert "swarmbridge migrate" in before.stdout
    assert migrated.returncode == 0
    assert (after.returncode, "BAD" in after.stdout) == (0, False), after.stdout + after.stderr


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_the_manifest_can_be_pasted_into_slack(tmp_path: Path, mode: str) -> None:
    done = swarmbridge(tmp_path, "manifest", "slack", "--mode", mode, "--base-url", "https://bot.example.org")

    manifest = json.loads(done.stdout)
    assert manifest["settings"]["socket_mode_enabled"] is (mode == "socket")
    assert ("https://bot.example.org/slack/events" in done.stdout) is (mode == "http")


def test_the_sample_catalogue_passes_its_own_check(tmp_path: Path) -> None:
    sample = ROOT / "adapters" / "directory" / "sample" / "catalogue.yaml"

    done = swarmbridge(tmp_path, "catalogue", "check", str(sample))

    assert done.returncode == 0, done.stdout


def test_the_version_is_told(tmp_path: Path) -> None:
    assert swarmbridge(tmp_path, "version").stdout.strip().count(".") == 2


def unleased(line: str) -> object:
    """A line of an export without who is at it just now."""
    row = json.loads(line)
    return {**row, "row": {**row.get("row", {}), "lease_until": None, "lease_owner": None}}


async def test_everything_moves_to_another_database_and_a_person_can_be_erased(tmp_path: Path) -> None:
    # given something a person reported
    (tmp_path / "var").mkdir()
    database = {"url": f"sqlite:///{tmp_path}/var/swarmbridge.db"}
    local = {"enabled": True, "store": tmp_path / "local.db"}
    async with running(settings_for(tmp_path, database=database, local=local)) as program:
        chat = program.chats[Platform.LOCAL]
        assert isinstance(chat, LocalChat)
        tom = chat.person("tom")
        tom.says("help", "Timber is down, I cannot print a single delivery note")
        await tom.wait_for(lambda: [one for one in tom.sees("help") if one.from_bot])

    # when it is taken out, put into another database and the person is erased there
    other = {"DATABASE_URL": "sqlite:///other.db"}
    out = swarmbridge(tmp_path, "export", "all.jsonl")
    again = swarmbridge(tmp_path, "export", "all.jsonl")
    into = swarmbridge(tmp_path, "import", "all.jsonl", **other)
    moved = swarmbridge(tmp_path, "export", "moved.jsonl", **other)
    gone = swarmbridge(tmp_path, "erase", "tom", **other)
    left = swarmbridge(tmp_path, "export", "left.jsonl", **other)

    # then nothing was lost on the way, and nothing of them is left
    done = (out, into, moved, gone, left)
    assert [one.returncode for one in done] == [0] * 5, [one.stderr for one in done]
    assert again.returncode == 2
    assert "is there already" in again.stderr
    kept = {name: (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("all", "moved", "left")}
    assert [*map(unleased, kept["moved"].splitlines())] == [*map(unleased, kept["all"].splitlines())]
    for theirs in ("Tom Whitaker", "delivery note", '"tom"', "local:tom"):
        assert (theirs in kept["all"], theirs in kept["left"]) == (True, False), theirs

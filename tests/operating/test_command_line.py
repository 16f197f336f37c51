"""What an operator types, and what the program says then: everything that is wrong at once, and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_everything_moves_to_another_database_and_a_person_can_be_erased(tmp_path: Path) -> None:
    swarmbridge(tmp_path, "migrate")

    out = swarmbridge(tmp_path, "export", "all.jsonl")
    again = swarmbridge(tmp_path, "export", "all.jsonl")
    into = swarmbridge(tmp_path, "import", "all.jsonl", DATABASE_URL="sqlite:///other.db")
    gone = swarmbridge(tmp_path, "erase", "tom")

    assert (out.returncode, into.returncode, gone.returncode) == (0, 0, 0), out.stderr + into.stderr + gone.stderr
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert (tmp_path / "other.db").exists()
    assert "Nothing is kept about tom" in gone.stdout

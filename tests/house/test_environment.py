"""The set-up that `make run` and `make test` do by themselves."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "environment.py"


def set_up(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, str(SCRIPT), "environment", "empty.lock"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said(process: "subprocess.Popen[str]") -> list[str]:
    output, _ = process.communicate(timeout=100)
    assert process.returncode == 0, output
    # pip may add a warning of its own about how this machine finds packages.
    return [line for line in output.splitlines() if line.startswith(("making", "installing"))]


@pytest.mark.slow
def test_an_environment_is_made_once_and_installed_again_only_after_its_lock_changed(tmp_path: Path) -> None:
    lock = tmp_path / "empty.lock"
    lock.write_text("# nothing\n")

    both_at_once = [set_up(tmp_path), set_up(tmp_path)]
    first = [line for process in both_at_once for line in said(process)]
    again = said(set_up(tmp_path))
    lock.write_text("# still nothing\n")
    after_a_change = said(set_up(tmp_path))

    assert [line.split()[0] for line in first] == ["making", "installing"]
    assert again == []
    assert after_a_change == ["installing empty.lock into environment"]


def test_what_does_not_work_is_said_and_ends_the_set_up(tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    environment.symlink_to(Path(sys.prefix))

    process = set_up(tmp_path)
    output, _ = process.communicate(timeout=100)

    assert process.returncode == 1
    assert "This did not work" in output
    assert "empty.lock" in output

"""The files around the code: image, records of decisions, what ships in the package."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("adapters", "bot", "incidents", "knowledge", "swarming")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def run(*command: str | Path, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


def tracked(*patterns: str) -> list[Path]:
    return [ROOT / line for line in run("git", "ls-files", "--", *patterns).stdout.splitlines()]


def test_the_dockerfile_has_no_finding() -> None:
    linted = run(BIN / "hadolint", "Dockerfile")

    assert linted.returncode == 0, linted.stdout


def test_a_careless_dockerfile_has_findings(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN cd /tmp && apt-get install curl\n")

    assert run(BIN / "hadolint", "Dockerfile", cwd=tmp_path).returncode == 1


def test_the_image_runs_as_somebody_without_rights_and_tells_its_health() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]

    assert re.search(r"^USER (?!root)\w+", last_stage, flags=re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert "/healthz" in last_stage


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_why_and_how_it_is_checked(decision: Path) -> None:
    headings = re.findall(r"^#+ (.+)$", decision.read_text(), flags=re.MULTILINE)

    assert headings[1:] == ["Decided", "Because", "Instead of", "Checks"]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_what_a_decision_names_as_its_checks_exists(decision: Path) -> None:
    checks = decision.read_text().split("## Checks")[-1]
    named = re.findall(r"`([\w./-]+/[\w./-]+)(?:::(\w+))?`", checks)

    absent = [
        f"{path}::{test}" if test else path
        for path, test in named
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]

    assert named
    assert absent == []


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\]\((\d[\w-]+\.md)\)", (ROOT / "docs" / "decisions" / "README.md").read_text())

    assert listed == [path.name for path in DECISIONS]


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)

    assert headings[0] == "[Unreleased]"


def test_links_between_the_documents_lead_somewhere() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked("*.md")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]

    assert dead == []


def test_everything_in_the_packages_ships(tmp_path: Path) -> None:
    built = run(BIN / "python", "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("*.whl"))

    shipped = set(zipfile.ZipFile(wheel).namelist())

    ours = {str(path.relative_to(ROOT)) for path in tracked(*PACKAGES) if path.exists()}
    assert ours - shipped == set()
    assert not any(name.startswith("tests/") for name in shipped)
    scripts = next(name for name in shipped if name.endswith("entry_points.txt"))
    assert "swarmbridge = adapters.cli:main" in zipfile.ZipFile(wheel).read(scripts).decode()


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    told = run(BIN / "swarmbridge", "version")

    assert told.returncode == 0, told.stderr
    assert project["version"] in told.stdout

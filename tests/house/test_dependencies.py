"""What the project stands on: declared, explained, locked by hash, and in use."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
OURS = {"adapters", "bench", "benchmarks", "bot", "incidents", "knowledge", "scripts", "swarming", "tests"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted(ROOT.glob("requirements*.lock"), key=lambda path: path.name)

# Installed for what they bring to others, never imported by name.
SILENT = {
    "tzdata": "the time zones of machines that have none",
    "python-multipart": "Starlette reads forms with it",
}


def declared(*, group: str | None = None) -> dict[str, Requirement]:
    if group is None:
        lines = PROJECT["project"]["dependencies"]
    else:
        lines = [line for line in PROJECT["dependency-groups"][group] if isinstance(line, str)]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def locked(lock: Path) -> dict[str, Version]:
    pins = re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock.read_text(), flags=re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def imported_by(*folders: str) -> set[str]:
    """The distributions the Python files of these folders import, by name."""
    names = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                    names.add(node.module.split(".")[0])
    providers = packages_distributions()
    return {
        canonicalize_name(provider)
        for name in names - OURS - sys.stdlib_module_names
        for provider in providers.get(name, [f"{name} (not installed)"])
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_no_address_and_no_folder(lock: Path) -> None:
    told = [line for line in lock.read_text().splitlines() if re.search(r"://|file:|\s/|~/|--(index|find|extra)", line)]

    assert told == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_its_hashes(lock: Path) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]

    assert len(entries) >= 5
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("group", "lock"),
    [
        (None, "requirements.lock"),
        ("dev", "requirements-dev.lock"),
        ("build", "requirements-build.lock"),
        ("synapse", "requirements-synapse.lock"),
    ],
)
def test_what_is_declared_is_locked_in_a_version_that_fits(group: str | None, lock: str) -> None:
    pins = locked(ROOT / lock)

    unfit = [
        str(requirement)
        for name, requirement in declared(group=group).items()
        if name not in pins or pins[name] not in requirement.specifier
    ]

    assert unfit == []


def test_the_lock_for_development_is_the_one_for_running_and_more() -> None:
    running, developing = locked(ROOT / "requirements.lock"), locked(ROOT / "requirements-dev.lock")

    assert running.items() <= developing.items()


def test_the_program_imports_what_is_declared_and_nothing_else() -> None:
    imported = imported_by("adapters", "bot", "incidents", "knowledge", "swarming")

    assert imported - declared().keys() == set()
    assert declared().keys() - imported - SILENT.keys() == set()


def test_the_tests_import_only_what_is_declared() -> None:
    known = declared().keys() | declared(group="dev").keys() | declared(group="build").keys()

    # Every environment has the library that pip, the build and these tests read versions with.
    assert imported_by("tests", "benchmarks") - known - {"packaging"} == set()


def test_every_dependency_has_a_line_that_says_why() -> None:
    lines = (ROOT / "docs" / "dependencies.md").read_text().splitlines()
    explained = {canonicalize_name(name) for line in lines for name in re.findall(r"^\| `([^`]+)` \|", line)}

    wanted = declared().keys() | declared(group="dev").keys() | declared(group="build").keys()
    wanted |= declared(group="synapse").keys()

    assert wanted - explained == set()
    assert explained - wanted == set()

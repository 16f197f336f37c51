"""The arrows between the packages, as DESIGN draws them and import-linter checks them."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSIDE = ("bot", "incidents", "swarming", "knowledge")
PACKAGES = ("adapters", *INSIDE)

# What the four inner packages may import beside one another. Nothing here touches the world.
STANDARD = frozenset(
    """__future__ abc asyncio base64 bisect calendar collections concurrent contextlib contextvars copy dataclasses
    datetime decimal difflib enum fractions functools hashlib heapq hmac html itertools json logging
    math operator random re secrets shlex statistics string sys textwrap time traceback types typing unicodedata urllib
    uuid zoneinfo""".split()
)
# Libraries that only compute.
PURE = frozenset({"numpy"})
# Where time and chance come in: the system clock, and the spread of a back-off.
SOURCES = ("bot/clock.py", "bot/delivery.py")
FROM_OUTSIDE = ("now", "utcnow", "today", "time", "monotonic", "uuid4", "random", "randint", "choice", "uniform")
THEIR_HOMES = ("datetime", "date", "time", "uuid", "random", "secrets")


def modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{path}:{inner.lineno}"
        for path, tree in modules(*PACKAGES)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_no_import_is_for_the_type_checker_alone() -> None:
    mentions = [
        path
        for path, tree in modules(*PACKAGES)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING")
        or (isinstance(node, ast.alias) and node.name == "TYPE_CHECKING")
        or (isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING")
    ]

    assert mentions == []


def test_the_inside_imports_only_what_computes() -> None:
    allowed = STANDARD | PURE | set(INSIDE)

    strangers = [
        f"{path}: {name}"
        for path, tree in modules(*INSIDE)
        for node in ast.walk(tree)
        for name in imported(node)
        if name.split(".")[0] not in allowed or name == "urllib.request"
    ]

    assert strangers == []


def test_the_inside_opens_no_file() -> None:
    openings = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*INSIDE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}
    ]

    assert openings == []


def test_time_and_chance_come_into_the_inside_as_arguments() -> None:
    taken = [
        f"{path}:{node.lineno} {ast.unparse(node.func)}"
        for path, tree in modules(*INSIDE)
        if path not in SOURCES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FROM_OUTSIDE
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in THEIR_HOMES
    ]

    assert taken == []


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_every_package_of_adapters_is_a_stranger_to_the_others() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    strangers = next(contract["modules"] for contract in contracts if contract["id"] == "strangers")

    assert strangers == sorted(f"adapters.{init.parent.name}" for init in (ROOT / "adapters").glob("*/__init__.py"))


def test_every_contract_is_kept() -> None:
    linted = lint(ROOT)

    assert linted.returncode == 0, linted.stdout
    assert "6 kept, 0 broken" in linted.stdout


WRONG = (
    ("bot/planted.py", "import incidents", "bot.planted -> incidents"),
    ("swarming/planted.py", "import knowledge", "swarming.planted -> knowledge"),
    ("incidents/planted.py", "import sqlalchemy", "incidents.planted -> sqlalchemy"),
    ("bot/socketed.py", "from socket import socket", "bot.socketed -> socket"),
    ("knowledge/planted.py", "import asyncio", "knowledge.planted -> asyncio"),
    ("adapters/slack/planted.py", "import adapters.sql", "adapters.slack.planted -> adapters.sql"),
    ("adapters/web/planted.py", "import adapters.bootstrap", "adapters.web.planted"),
    ("bot/hen.py", "import bot.egg", ".hen"),
    ("bot/egg.py", "import bot.hen", ".egg"),
)


def test_every_contract_catches_what_it_is_there_for(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module, line, _ in WRONG:
        (tmp_path / module).write_text(f"{line}\n")

    linted = lint(tmp_path)

    assert linted.returncode == 1
    assert "0 kept, 6 broken" in linted.stdout, linted.stdout
    assert [told for _, _, told in WRONG if told not in linted.stdout] == [], linted.stdout

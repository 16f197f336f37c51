"""What a start costs: nothing is loaded that is not used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def loaded_by(module: str) -> set[str]:
    """The packages that are there once the module is imported."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    return set(done.stdout.split())


def test_what_only_tests_and_tools_need_is_not_loaded() -> None:
    tools = {"pytest", "mypy", "httpx", "hypothesis", "hatchling", "pip", "setuptools", "nio"}

    assert tools & loaded_by("adapters.cli") == set()

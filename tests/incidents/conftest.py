"""An office for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.incidents.office import Office, catalogue


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Opens an office whose catalogue differs as said."""
    opened: list[Office] = []

    def open_one(**changes: Any) -> Office:
        opened.append(Office(tmp_path, catalogue(**changes)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """An ordinary office."""
    return open_office()

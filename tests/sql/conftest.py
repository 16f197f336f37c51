"""Every test of the storage runs over SQLite and over PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.sql.engine import Database, open_database
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from tests.sql.stand import SetClock, storage_over


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/swarmbridge.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A fresh database with its tables."""
    opened = open_database(address)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    """A clock that only goes on when told."""
    return SetClock()


@pytest.fixture
def storage(database: Database, clock: SetClock) -> SqlStorage:
    """The storage under test."""
    return storage_over(database, clock)

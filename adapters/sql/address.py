"""Database addresses, as people write them."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class BadDatabaseAddress(ValueError):
    """The database address cannot be used; the text says what to write instead and never shows a password."""


def read_address(text: str) -> URL:
    """Read ``sqlite:///path``, ``postgresql://…`` or ``postgres://…``; whatever driver is named, ours is used."""
    advice = "write sqlite:///var/swarmbridge.db or postgresql://user:password@host/database"
    try:
        url = make_url(text.strip())
    except ArgumentError:
        raise BadDatabaseAddress(f"this is no database address; {advice}") from None
    except ValueError:
        raise BadDatabaseAddress(f"the port of the database address is no number; {advice}") from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise BadDatabaseAddress(f"{url.get_backend_name()} is not supported; {advice}")
    if driver == "sqlite" and url.host:
        raise BadDatabaseAddress("a SQLite address has three slashes before the path: sqlite:///var/swarmbridge.db")
    if driver == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadDatabaseAddress("a SQLite address names a file: sqlite:///var/swarmbridge.db")
    if driver != "sqlite" and not url.database:
        raise BadDatabaseAddress("the address names no database: postgresql://user:password@host/database")
    return url.set(drivername=driver)

"""A throw-away PostgreSQL on loopback, for tests, benchmarks and trying things out.

with PostgresServer() as postgres:
    url = postgres.database()
"""

import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.servers.kept import KeptServer, ToolMissing

# Nothing waits for the disk, yet what was committed outlives a killed server: commits are
# written at once, only the machine itself must not go down.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


class PostgresServer(KeptServer):
    """A cluster of its own: UTF-8, collation C, one superuser `postgres` without a password."""

    name = "postgres"
    # PostgreSQL's fast stop: sessions are cut, everything committed is kept.
    stop_signal = signal.SIGINT

    def __init__(self) -> None:
        self.programs = programs()
        self.user = unprivileged_user()
        super().__init__()
        self._numbers = itertools.count(1)
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        self._make_cluster()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def command(self) -> Sequence[str | Path]:
        settings = [part for key, value in FAST.items() for part in ("-c", f"{key}={value}")]
        return [self.programs / "postgres", "-D", self.data, "-p", str(self.port), *settings]

    def answers(self) -> bool:
        try:
            self._run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """A fresh empty database; returns its URL."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database made here, and cut whoever is still connected to it."""
        name = url.rsplit("/", 1)[-1]
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def _make_cluster(self) -> None:
        made = subprocess.run(
            [
                *(self.programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=False,
            cwd=self.folder,
            user=self.user,
            extra_groups=None if self.user is None else [],
            capture_output=True,
            text=True,
        )
        if made.returncode != 0:
            self.close()
            raise ToolMissing(f"initdb could not make a PostgreSQL cluster:\n{made.stdout}{made.stderr}")


def programs() -> Path:
    """The folder of PostgreSQL's own programs; what lies in PATH may be a wrapper around them."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))],
    )
    if versions:
        return versions[-1].parent
    if found := shutil.which("pg_config"):
        folder = Path(subprocess.run([found, "--bindir"], check=True, capture_output=True, text=True).stdout.strip())
        if (folder / "initdb").exists():
            return folder
    raise ToolMissing("PostgreSQL is not installed. On Debian or Ubuntu: apt-get install postgresql")


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as `postgres`, or as `nobody`."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"

"""What was committed to SQLite outlives a killed process, as decision 0004 promises."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from adapters.sql.engine import open_database
from adapters.sql.schema import migrate

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from adapters.sql.engine import open_database
database = open_database(sys.argv[1])
for number in range(100_000):
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO cursors VALUES (?, 'x')", (f"{sys.argv[2]}-{number}",))
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_committed_on_sqlite(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/bot.db"
    database = open_database(address)
    migrate(database)
    database.close()
    for killed_after in (1, 20, 300):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, address, str(killed_after)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        for _ in range(killed_after):
            writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        told, _ = writer.communicate()
        committed = killed_after + told.count("\n")

        reopened = open_database(address)
        with reopened.read() as connection:
            like = (f"{killed_after}-%",)
            kept = connection.exec_driver_sql("SELECT count(*) FROM cursors WHERE name LIKE ?", like).scalar()
            whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        reopened.close()

        # The last commit may have been made and not yet been told.
        assert kept in (committed, committed + 1)
        assert (whole, mode, level) == ("ok", "wal", 1)

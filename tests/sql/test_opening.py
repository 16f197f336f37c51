"""Addresses as people write them, who may open a file, and what a lost database looks like."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from adapters.sql.address import BadDatabaseAddress, read_address
from adapters.sql.engine import Database, DatabaseInUse, open_database
from adapters.sql.schema import migrate
from adapters.sql.turns import Turns
from bot.clock import system_clock
from bot.errors import StorageUnavailable
from bot.uow import Due, Work
from tests.servers.postgres import PostgresServer
from tests.sql.stand import LEASE, Recorder, act_all, deliver_all, heard, keys, only_postgres, post, say, storage_over


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sqlite:///var/swarmbridge.db", "sqlite:///var/swarmbridge.db"),
        (" sqlite:////srv/bot.db\n", "sqlite:////srv/bot.db"),
        ("sqlite+aiosqlite:///var/bot.db", "sqlite:///var/bot.db"),
        ("postgres://bot:p%40ss@db/bot", "postgresql+psycopg://bot:p%40ss@db/bot"),
        ("postgresql://bot@db:5433/bot?sslmode=require", "postgresql+psycopg://bot@db:5433/bot?sslmode=require"),
        ("postgresql+asyncpg://bot@db/bot", "postgresql+psycopg://bot@db/bot"),
        ("postgresql:///bot?host=/run/postgresql", "postgresql+psycopg:///bot?host=%2Frun%2Fpostgresql"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, read: str) -> None:
    assert read_address(written).render_as_string(hide_password=False) == read


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "no database address"),
        ("swarmbridge.db", "no database address"),
        ("mysql://bot:secret@db/bot", "mysql is not supported"),
        ("sqlite://", "names a file"),
        ("sqlite:///:memory:", "names a file"),
        ("sqlite://var/bot.db", "three slashes"),
        ("postgresql://bot:secret@db", "names no database"),
        ("postgresql://bot:secret@db:port/bot", "port"),
    ],
)
def test_a_bad_address_says_what_to_write_and_shows_no_password(written: str, says: str) -> None:
    with pytest.raises(BadDatabaseAddress, match=says) as bad:
        read_address(written)
    assert "secret" not in str(bad.value)


def test_a_second_process_is_told_that_the_file_is_in_use(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/new folder/bot.db"
    first = open_database(address)
    migrate(first)
    program = f"from adapters.sql.engine import open_database; open_database({address!r})"
    second = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "DatabaseInUse" in second.stderr
    assert "is in use by another running Swarmbridge. Stop that one first" in second.stderr

    with pytest.raises(DatabaseInUse):
        open_database(address)
    looking = open_database(address, alone=False)
    assert storage_over(looking, system_clock).parked() == [], "a tool may look all the same"
    looking.close()
    first.close()
    open_database(address).close()


def test_sqlite_reads_while_it_writes(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/bot.db")
    migrate(database)
    with database.write() as writing:
        writing.exec_driver_sql("INSERT INTO cursors VALUES ('a', 'b')")
        with database.read() as reading:
            assert reading.exec_driver_sql("SELECT count(*) FROM cursors").scalar() == 0
    database.close()


def test_turns_go_round_in_the_order_they_were_asked_for() -> None:
    turns = Turns()
    served: list[int] = []

    def take(number: int) -> None:
        with turns:
            served.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns:
        for thread in threads:
            thread.start()
            time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_a_file_that_cannot_be_written_is_a_lost_database(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/bot.db")
    migrate(database)
    storage = storage_over(database, system_clock)
    storage.hear([heard("d1")], [])
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(StorageUnavailable, match=r"nothing was lost.* It said: database or disk is full"):
        storage.hear([heard(f"d{n}", text="x" * 5000) for n in range(50)], [])

    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    assert act_all(storage, Recorder()) == ["d1"]
    database.close()


class TestLosingPostgres:
    def test_a_server_that_is_not_there_is_a_lost_database(self) -> None:
        database = open_database("postgresql://postgres@127.0.0.1:1/bot")
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            migrate(database)

    def test_nothing_is_lost_when_it_goes_away_and_comes_back(self, postgres: PostgresServer) -> None:
        database = open_database(postgres.database())
        migrate(database)
        storage = storage_over(database, system_clock)
        storage.hear([heard("d1"), heard("d2")], [])
        say(storage, post("p1"))
        claimed = storage.claim(20, LEASE)

        postgres.stop()
        for call in (lambda: storage.hear([heard("d3")], []), lambda: storage.act(Recorder()), storage.next_due):
            with pytest.raises(StorageUnavailable):
                call()
        postgres.start()

        assert storage.hear([heard("d2"), heard("d3")], []) == 1
        assert act_all(storage, Recorder()) == ["d1", "d2", "d3"]
        assert keys(claimed) == ["p1"]
        assert "p1" not in deliver_all(storage), "its lease lives on"
        database.close()

    def test_an_act_in_which_it_goes_away_is_undone_and_does_not_count(self, postgres: PostgresServer) -> None:
        database = open_database(postgres.database())
        migrate(database)
        storage = storage_over(database, system_clock)
        storage.hear([heard("d1")], [])

        def handle(work: Work, due: Due) -> None:
            work.say(post("never"))
            postgres.kill()

        with pytest.raises(StorageUnavailable):
            storage.act(handle)
        postgres.start()

        assert act_all(storage, Recorder()) == ["d1"], "at once: no try was counted"
        assert deliver_all(storage) == ["d1 answered"]
        database.close()

    @only_postgres
    def test_a_connection_cut_by_the_server_is_not_noticed(self, database: Database) -> None:
        storage = storage_over(database, system_clock)
        storage.hear([heard("d1")], [])
        with database.engine.connect() as other:
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
            other.exec_driver_sql(cut)
        assert storage.hear([heard("d2")], []) == 1

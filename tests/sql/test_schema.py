"""The migrations make exactly the tables that the program uses."""

import threading
import time
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from adapters.sql.engine import Database, open_database
from adapters.sql.schema import is_current, migrate
from adapters.sql.tables import metadata
from bot.clock import system_clock
from tests.sql.stand import Recorder, act_all, heard, storage_over


def table_names(database: Database) -> set[str]:
    with database.read() as connection:
        return {name for name in inspect(connection).get_table_names() if not name.startswith("sqlite_")}


def test_the_migrated_tables_are_those_of_the_program(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    assert table_names(database) == {*metadata.tables, "alembic_version"}


def test_every_step_can_be_gone_down_and_up_again(database: Database) -> None:
    assert is_current(database)
    migrate(database, "0001")
    assert "incidents" not in table_names(database)
    migrate(database, "base")
    assert table_names(database) == {"alembic_version"}
    assert not is_current(database)

    migrate(database)
    storage = storage_over(database, system_clock)
    storage.hear([heard("d1")], [])
    assert act_all(storage, Recorder()) == ["d1"]
    migrate(database)
    assert storage.hear([heard("d1")], []) == 0, "migrating what is current touches nothing"


def test_replicas_that_start_together_migrate_once(address: str) -> None:
    database = open_database(address)
    errors: list[BaseException] = []

    def start() -> None:
        try:
            migrate(database)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert is_current(database)
    database.close()


def test_a_fresh_database_is_ready_at_once(tmp_path: Path) -> None:
    begun = time.process_time()
    database = open_database(f"sqlite:///{tmp_path}/bot.db")
    migrate(database)
    assert time.process_time() - begun < 0.5
    database.close()

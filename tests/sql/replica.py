"""A replica as a process of its own, to be killed. Run as ``python -m tests.sql.replica ADDRESS act|deliver``.

What it does is written to the table ``effects``: by an act in the act's own transaction, by a delivery at once, as a
chat network would keep it.
"""

import sys
import time
from datetime import timedelta
from typing import cast

from sqlalchemy import text

from adapters.sql.engine import Database, open_database
from adapters.sql.storage import SqlStorage
from adapters.sql.work import SqlWork
from bot.clock import system_clock
from bot.errors import StorageUnavailable
from bot.uow import Due, Outcome, Work
from tests.sql.stand import name_of, post, storage_over

MAKE = "CREATE TABLE effects (id serial PRIMARY KEY, name text NOT NULL, doubtful boolean NOT NULL)"
EFFECT = text("INSERT INTO effects (name, doubtful) VALUES (:name, :doubtful)")


def act(storage: SqlStorage) -> bool:
    """One act that takes a moment."""

    def handle(work: Work, due: Due) -> None:
        connection = cast("SqlWork", work).connection
        connection.execute(EFFECT, {"name": name_of(due), "doubtful": False})
        time.sleep(0.01)
        work.say(post(f"{name_of(due)} answered"))

    return storage.act(handle) > 0


def deliver(storage: SqlStorage, database: Database) -> bool:
    """Perform one run of intents, each taking a moment."""
    claimed = storage.claim(3, timedelta(seconds=1))
    for one in claimed:
        with database.write() as connection:
            connection.execute(EFFECT, {"name": one.intent.key, "doubtful": one.doubtful})
        time.sleep(0.01)
        storage.settle([Outcome(id=one.id, done=True, receipt=f"slack:help {one.intent.key}")])
    return bool(claimed)


def main(address: str, what: str) -> None:
    """Work until killed."""
    database = open_database(address)
    storage = storage_over(database, system_clock)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        try:
            worked = act(storage) if what == "act" else deliver(storage, database)
        except StorageUnavailable:
            worked = False
        if not worked:
            time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])

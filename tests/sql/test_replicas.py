"""Several processes on one PostgreSQL: none takes what another has, and a killed one loses nothing."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from adapters.sql.engine import Database, open_database
from adapters.sql.replicas import Leaders
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from adapters.sql.work import SqlWork
from bot.chat import Cursor
from bot.clock import system_clock
from bot.events import MessagePosted
from bot.uow import Due, Work
from tests.servers.postgres import PostgresServer
from tests.sql.replica import MAKE
from tests.sql.stand import LEASE, Recorder, SetClock, act_all, heard, keys, only_sqlite, post, say, storage_over


@pytest.fixture
def shared(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL database with its tables."""
    database = open_database(postgres_url)
    migrate(database)
    with database.write() as connection:
        connection.exec_driver_sql(MAKE)
    yield database
    database.close()


@pytest.fixture
def other(shared: Database, postgres_url: str) -> Iterator[Database]:
    """The same database, opened by another replica."""
    database = open_database(postgres_url)
    yield database
    database.close()


@contextmanager
def replicas(database: Database, what: str, count: int = 3) -> Iterator["list[subprocess.Popen[str]]"]:
    """Replicas as processes of their own, once all are ready."""
    address = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.sql.replica", address, what]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) for _ in range(count)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield started
    finally:
        for process in started:
            kill(process)


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def kill_all_but_one(started: "list[subprocess.Popen[str]]") -> None:
    for process in started[1:]:
        time.sleep(random.uniform(0.05, 0.2))
        kill(process)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def effects(database: Database) -> list[tuple[str, bool]]:
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, doubtful FROM effects ORDER BY id")
        return [(name, doubtful) for name, doubtful in rows]


@pytest.mark.slow
def test_replicas_killed_in_the_middle_of_an_act_lose_nothing_and_double_nothing(shared: Database) -> None:
    storage = storage_over(shared, system_clock)
    with replicas(shared, "act") as started:
        storage.hear([heard(f"{n}", in_room=f"r{n % 5}") for n in range(60)], [])
        kill_all_but_one(started)
        wait_until(lambda: storage.depths()["inbox"]["ready"] == 0)

    done = [int(name) for name, _ in effects(shared)]
    assert sorted(done) == list(range(60))
    for room in range(5):
        assert [n for n in done if n % 5 == room] == list(range(room, 60, 5)), "each room in order"
    assert storage.depths()["outbox"]["ready"] == 60


@pytest.mark.slow
def test_replicas_killed_in_the_middle_of_delivering_lose_nothing_and_doubt_what_they_repeat(shared: Database) -> None:
    storage = storage_over(shared, system_clock)
    say(storage, *(post(f"{n}", in_room=f"r{n % 5}") for n in range(40)))
    with replicas(shared, "deliver") as started:
        kill_all_but_one(started)
        wait_until(lambda: storage.depths()["outbox"]["ready"] == 0)

    done = effects(shared)
    assert {name for name, _ in done} == {f"{n}" for n in range(40)}
    sure = Counter(name for name, doubtful in done if not doubtful)
    assert set(sure.values()) <= {1}, "whatever comes again comes as doubtful"


def test_a_lane_taken_by_one_replica_is_not_taken_by_another(shared: Database, other: Database) -> None:
    here, there = storage_over(shared, system_clock), storage_over(other, system_clock)
    here.hear([heard("a1", in_room="a"), heard("a2", in_room="a"), heard("b1", in_room="b")], [])
    elsewhere = Recorder()

    def handle(work: Work, due: Due) -> None:
        assert isinstance(due, MessagePosted)
        assert due.delivery == "a1"
        assert act_all(there, elsewhere) == ["b1"]

    assert here.act(handle)
    assert act_all(there, elsewhere) == ["a2"]


def test_an_older_item_that_appears_late_does_not_break_into_a_lane(shared: Database, other: Database) -> None:
    """A transaction that began earlier may commit later: its item has the smaller number and is suddenly the head."""
    here, there = storage_over(shared, system_clock), storage_over(other, system_clock)
    begun, commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with here.work() as work:
            work.say(post("older"))
            work.finish()
            begun.set()
            commit.wait(10)

    slow = threading.Thread(target=write_slowly)
    slow.start()
    begun.wait(10)
    say(there, post("younger"))
    assert keys(there.claim(10, LEASE)) == ["younger"]
    commit.set()
    slow.join()
    assert keys(there.claim(10, LEASE)) == [], "the lane is busy"


def test_an_older_message_that_appears_late_waits_for_the_act_in_its_room(shared: Database, other: Database) -> None:
    here, there = storage_over(shared, system_clock), storage_over(other, system_clock)
    begun, commit = threading.Event(), threading.Event()

    def hear_slowly() -> None:
        with shared.write() as connection:
            connection.exec_driver_sql("SELECT nextval('jobs_id_seq')")  # its number, given before the other's
            begun.set()
            commit.wait(10)

    slow = threading.Thread(target=hear_slowly)
    slow.start()
    begun.wait(10)
    here.hear([heard("younger")], [])

    def handle(work: Work, due: Due) -> None:
        commit.set()
        slow.join()
        with other.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO jobs SELECT 1, queue, 'slack older', lane, state, type, handler, payload, about, cause,"
                " created_at, due_at, attempts, doubtful, error, NULL, NULL, NULL FROM jobs"
            )
        assert not there.act(Recorder()), "the room is busy"

    assert here.act(handle)
    assert there.act(Recorder())


def test_a_deadlock_of_two_acts_is_solved_by_doing_one_again(shared: Database, other: Database) -> None:
    here, there = storage_over(shared, system_clock), storage_over(other, system_clock)
    here.hear([heard("a", in_room="a"), heard("b", in_room="b")], [Cursor("a", ""), Cursor("b", "")])
    both = threading.Barrier(2, timeout=20)
    tries: list[str] = []

    def handle(work: Work, due: Due) -> None:
        assert isinstance(work, SqlWork)
        assert isinstance(due, MessagePosted)
        tries.append(due.delivery)
        for name in (due.delivery, "b" if due.delivery == "a" else "a"):
            work.connection.execute(
                text("UPDATE cursors SET value = :by WHERE name = :name"), {"by": "x", "name": name}
            )
            if len(tries) <= 2 and name == due.delivery:
                both.wait()

    thread = threading.Thread(target=there.act, args=(handle,))
    thread.start()
    assert here.act(handle)
    thread.join()
    assert len(tries) == 3
    assert here.depths()["inbox"]["ready"] == 0


def test_another_replica_is_woken(shared: Database, other: Database) -> None:
    here, there = storage_over(shared, system_clock), storage_over(other, system_clock)
    woken = threading.Event()
    there.on_new(woken.set)
    with there.listening():
        assert woken.wait(5), "once at the start, for what came before"
        time.sleep(0.2)
        woken.clear()
        begun = time.monotonic()
        here.hear([heard("d1")], [])
        assert woken.wait(5)
        assert time.monotonic() - begun < 1


def test_listening_goes_on_after_the_database_was_away(postgres: PostgresServer) -> None:
    address = postgres.database()
    database, second = open_database(address), open_database(address)
    migrate(database)
    here, there = storage_over(database, system_clock), storage_over(second, system_clock)
    woken = threading.Event()
    there.on_new(woken.set)
    with there.listening():
        assert woken.wait(5)
        postgres.stop()
        woken.clear()
        postgres.start()
        assert woken.wait(10), "something may have been missed"
        time.sleep(0.2)
        woken.clear()
        here.hear([heard("d1")], [])
        assert woken.wait(5)
    database.close()
    second.close()


def test_one_replica_leads_until_it_lets_go(shared: Database, other: Database) -> None:
    here, there = Leaders(shared), Leaders(other)
    assert here.acquire("matrix:@bot")
    assert here.acquire("matrix:@bot"), "still"
    assert not there.acquire("matrix:@bot")
    assert there.acquire("matrix:@another"), "which is another matter"
    here.release("matrix:@bot")
    assert not here.holds("matrix:@bot")
    assert there.acquire("matrix:@bot")
    there.close()
    assert here.acquire("matrix:@bot")
    here.close()


def test_a_leader_that_lost_its_connection_knows_it_and_another_takes_over(shared: Database, other: Database) -> None:
    here, there = Leaders(shared), Leaders(other)
    assert here.acquire("matrix:@bot")
    assert here.holds("matrix:@bot")
    with other.write() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    assert not here.holds("matrix:@bot")
    wait_until(lambda: there.acquire("matrix:@bot"), 5)
    assert not here.acquire("matrix:@bot")
    there.close()


def test_a_lease_of_a_dead_replica_ends_by_time(shared: Database, other: Database, clock: SetClock) -> None:
    here, there = storage_over(shared, clock), storage_over(other, clock)
    say(here, post("p1"))
    assert keys(here.claim(1, LEASE)) == ["p1"]
    assert keys(there.claim(1, LEASE)) == []
    clock.forward(LEASE.total_seconds())
    (again,) = there.claim(1, LEASE)
    assert again.doubtful


def test_a_full_storage_keeps_two_busy_replicas_apart(shared: Database, other: Database) -> None:
    """Many small acts from many threads of both: each item once, each room in order."""
    storages: list[SqlStorage] = [storage_over(shared, system_clock), storage_over(other, system_clock)]
    storages[0].hear([heard(f"{n}", in_room=f"r{n % 3}") for n in range(150)], [])
    done: list[int] = []
    mutex = threading.Lock()

    def handle(work: Work, due: Due) -> None:
        assert isinstance(due, MessagePosted)
        with mutex:
            done.append(int(due.delivery))

    def work_on(storage: SqlStorage) -> None:
        while storage.depths()["inbox"]["ready"]:
            storage.act(handle)

    threads = [threading.Thread(target=work_on, args=(storage,)) for storage in storages * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(150))
    for room in range(3):
        assert [n for n in done if n % 3 == room] == list(range(room, 150, 3))


@only_sqlite
def test_sqlite_always_leads_and_wakes_nobody(database: Database) -> None:
    leaders = Leaders(database)
    assert leaders.acquire("matrix:@bot")
    assert leaders.holds("matrix:@bot")
    leaders.release("matrix:@bot")
    with storage_over(database, system_clock).listening():
        pass
    leaders.close()

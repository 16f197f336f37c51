"""Intents on their way out: in order per lane, leased, settled once."""

from datetime import timedelta

from adapters.sql.engine import Database
from adapters.sql.storage import SqlStorage
from bot.intents import Direct, Post
from bot.refs import MessageRef
from bot.uow import FactFor, Outcome
from tests.sql.stand import (
    ANNA,
    LEASE,
    PrinterJammed,
    Recorder,
    SetClock,
    act_all,
    card,
    deliver_all,
    edit,
    keys,
    post,
    room,
    say,
    storage_over,
)


def test_an_intent_said_twice_is_one(storage: SqlStorage) -> None:
    say(storage, post("p1"), post("p1"))
    say(storage, post("p1"))
    assert deliver_all(storage) == ["p1"]
    say(storage, post("p1"))
    assert deliver_all(storage) == [], "also once it is done"


def test_a_claim_brings_what_is_needed_to_perform_it(storage: SqlStorage, clock: SetClock) -> None:
    said = clock.now
    intent = Post(key="p1", place=Direct(ANNA), about="INC-1", card=card("hello"))
    say_one = [intent]
    with storage.work() as work:
        for one in say_one:
            work.say(one)
    clock.forward(5)
    (claimed,) = storage.claim(10, LEASE)
    assert (claimed.intent, claimed.said_at, claimed.attempts, claimed.doubtful) == (intent, said, 0, False)


def test_a_lane_comes_in_order_and_is_left_alone_while_something_of_it_is_out(storage: SqlStorage) -> None:
    say(storage, *(post(f"a{n}", in_room="a") for n in range(3)), post("b0", in_room="b"))
    claimed = storage.claim(20, LEASE)
    assert keys(claimed) == ["a0", "a1", "a2", "b0"]
    say(storage, post("a3", in_room="a"), post("c0", in_room="c"))

    assert keys(storage.claim(20, LEASE)) == ["c0"]
    storage.settle([Outcome(id=one.id, done=True) for one in claimed[:2]])
    assert keys(storage.claim(20, LEASE)) == [], "a2 is still out"
    storage.settle([Outcome(id=claimed[2].id, done=True)])
    assert keys(storage.claim(20, LEASE)) == ["a3"]


def test_a_run_of_a_lane_is_at_most_ten_and_a_claim_at_most_its_limit(storage: SqlStorage) -> None:
    say(storage, *(post(f"a{n}", in_room="a") for n in range(15)), *(post(f"b{n}", in_room="b") for n in range(15)))
    assert keys(storage.claim(12, LEASE)) == [f"a{n}" for n in range(10)] + ["b0", "b1"]


def test_a_failed_delivery_holds_its_lane_until_it_is_due_again(storage: SqlStorage, clock: SetClock) -> None:
    say(storage, post("a0"), post("a1"))
    first, second = storage.claim(20, LEASE)
    storage.settle(
        [Outcome(id=first.id, retry_in=timedelta(seconds=30), doubtful=True, error="away"), Outcome(id=second.id)]
    )

    assert keys(storage.claim(20, LEASE)) == []
    assert storage.next_due() == clock.now + timedelta(seconds=30)
    clock.forward(30)
    again, untried = storage.claim(20, LEASE)
    assert (again.intent.key, again.attempts, again.doubtful) == ("a0", 1, True)
    assert (untried.intent.key, untried.attempts, untried.doubtful) == ("a1", 0, False)


def test_a_doubt_stays_until_the_intent_is_settled(storage: SqlStorage, clock: SetClock) -> None:
    say(storage, post("a0"))
    for doubtful in (True, False):
        (claimed,) = storage.claim(20, LEASE)
        storage.settle([Outcome(id=claimed.id, retry_in=timedelta(seconds=1), doubtful=doubtful)])
        clock.forward(1)
    (claimed,) = storage.claim(20, LEASE)
    assert (claimed.doubtful, claimed.attempts) == (True, 2)


def test_what_is_refused_is_parked_with_the_reason_and_the_lane_goes_on(storage: SqlStorage, clock: SetClock) -> None:
    say(storage, post("a0", about="INC-9"), post("a1"))
    first, second = storage.claim(20, LEASE)
    fact = PrinterJammed(about="INC-9")
    storage.settle([Outcome(id=first.id, parked="is_archived: unarchive it", facts=(fact,)), Outcome(id=second.id)])

    (parked,) = storage.parked()
    assert (parked.queue, parked.about, parked.what, parked.error, parked.since) == (
        "outbox", "INC-9", "Post", "is_archived: unarchive it", clock.now,
    )  # fmt: skip
    assert act_all(storage, Recorder()) == ["swarming.gather INC-9", "knowledge.remember INC-9"]
    assert storage.retry_parked(parked.id)
    assert deliver_all(storage)[:2] == ["a0", "a1"]


def test_a_receipt_is_found_by_the_key_and_by_the_message(storage: SqlStorage) -> None:
    say(storage, post("p1", about="INC-4"), post("p2"))
    assert storage.receipts(["p1", "p2"]) == {}
    claimed = storage.claim(20, LEASE)
    storage.settle([Outcome(id=claimed[0].id, done=True, receipt="slack:help 17.2")])

    assert storage.receipts(["p1", "p2", "p3"]) == {"p1": "slack:help 17.2"}
    with storage.reading() as reading:
        assert reading.about(MessageRef(room(), "17.2")) == "INC-4"
        assert reading.about(MessageRef(room(), "17.3")) == ""


def test_settling_twice_changes_nothing_and_tells_facts_once(storage: SqlStorage) -> None:
    say(storage, post("p1"))
    (claimed,) = storage.claim(20, LEASE)
    outcome = Outcome(id=claimed.id, done=True, receipt="slack:help 1", facts=(PrinterJammed(about="INC-1"),))
    storage.settle([outcome])
    storage.settle([outcome])
    storage.settle([Outcome(id=claimed.id, parked="too late")])

    assert storage.parked() == []
    assert act_all(storage, Recorder()) == ["swarming.gather INC-1", "knowledge.remember INC-1"]


def test_facts_of_a_settled_intent_carry_what_they_say(storage: SqlStorage) -> None:
    say(storage, post("p1"))
    (claimed,) = storage.claim(20, LEASE)
    storage.settle([Outcome(id=claimed.id, done=True, facts=(PrinterJammed(about="INC-1", pages=3),))])
    got: list[object] = []
    storage.act(lambda work, due: got.append(due))
    assert got == [FactFor("swarming.gather", PrinterJammed(about="INC-1", pages=3))]


def test_a_lease_that_ended_unsettled_leaves_a_doubt(storage: SqlStorage, clock: SetClock) -> None:
    say(storage, post("p1"))
    (lost,) = storage.claim(20, LEASE)
    assert storage.next_due() == clock.now + LEASE
    clock.forward(LEASE.total_seconds() - 1)
    assert keys(storage.claim(20, LEASE)) == []
    clock.forward(2)
    (again,) = storage.claim(20, LEASE)
    assert (again.id, again.attempts, again.doubtful) == (lost.id, 1, True)


def test_an_edit_that_a_later_one_replaces_is_never_performed(storage: SqlStorage) -> None:
    say(
        storage,
        edit("first", of="card"), edit("other", of="another card"), post("between"), edit("second", of="card"),
        edit("elsewhere", of="card", in_room="b"), edit("last", of="card"),
    )  # fmt: skip
    assert deliver_all(storage) == ["other", "between", "last", "elsewhere"]
    say(storage, edit("later", of="card"))
    assert deliver_all(storage) == ["later"], "one that waits alone is performed"


def test_replaced_edits_do_not_eat_up_a_run(storage: SqlStorage) -> None:
    say(storage, *(edit(f"e{n}", of="card") for n in range(30)), post("p1"))
    assert keys(storage.claim(20, LEASE)) == ["e29", "p1"]


def test_an_intent_nobody_can_read_is_parked_and_holds_nobody_up(storage: SqlStorage, database: Database) -> None:
    say(storage, post("p1"), post("p2"))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE jobs SET type = 'Fax' WHERE key = 'p1'")
    assert deliver_all(storage) == ["p2"]
    (parked,) = storage.parked()
    assert "Fax" in parked.error


def test_after_a_restart_on_sqlite_no_lease_is_waited_for(database: Database, clock: SetClock) -> None:
    storage = storage_over(database, clock)
    say(storage, post("p1"))
    storage.claim(20, LEASE)
    database.owner = "the process started after this one was killed"
    restarted = storage_over(database, clock)

    claimed = restarted.claim(20, LEASE)

    if database.is_postgres:
        assert claimed == ()
    else:
        assert [(one.intent.key, one.doubtful) for one in claimed] == [("p1", True)]


def test_one_who_lost_the_lease_cannot_undo_what_the_next_one_does(database: Database, clock: SetClock) -> None:
    storage = storage_over(database, clock)
    say(storage, post("p1"))
    (slow,) = storage.claim(20, LEASE)
    clock.forward(LEASE.total_seconds() + 1)
    database.owner = "another replica"
    other = storage_over(database, clock)
    (taken,) = other.claim(20, LEASE)

    storage.settle([Outcome(id=slow.id, retry_in=timedelta(seconds=1))])
    storage.settle([Outcome(id=slow.id, parked="refused")])

    assert storage.parked() == []
    other.settle([Outcome(id=taken.id, done=True, receipt="slack:help 2")])
    storage.settle([Outcome(id=slow.id, done=True, receipt="slack:help 1")])
    assert storage.receipts(["p1"]) == {"p1": "slack:help 2"}

"""Hearing and acting: nothing is lost, nothing is done twice, everything in order."""

import threading
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta

import pytest

from adapters.sql.engine import Database
from adapters.sql.storage import KEPT, SqlStorage
from bot.chat import Cursor
from bot.clock import system_clock
from bot.errors import Conflict
from bot.events import MessagePosted
from bot.refs import MessageRef
from bot.uow import Due, Outcome, Work
from tests.sql.stand import (
    LEASE,
    MORNING,
    PrinterJammed,
    Recorder,
    SetClock,
    act_all,
    deliver_all,
    heard,
    keys,
    name_of,
    only_sqlite,
    post,
    room,
    say,
    storage_over,
    tell,
)


def test_what_is_delivered_twice_is_heard_once(storage: SqlStorage) -> None:
    assert storage.hear([heard("d1"), heard("d2")], []) == 2
    assert storage.hear([heard("d2"), heard("d3"), heard("d3")], []) == 1
    assert act_all(storage, Recorder()) == ["d1", "d2", "d3"]

    assert storage.hear([heard("d1")], []) == 0, "also once it is dealt with"
    assert act_all(storage, Recorder()) == []


def test_the_cursor_is_stored_with_what_was_heard(storage: SqlStorage) -> None:
    assert storage.cursor("matrix:@bot") is None
    storage.hear([heard("d1")], [Cursor("matrix:@bot", "s1")])
    storage.hear([], [Cursor("matrix:@bot", "s2"), Cursor("slack:C1", "17.2")])
    assert (storage.cursor("matrix:@bot"), storage.cursor("slack:C1")) == ("s2", "17.2")


def test_one_act_marks_done_what_it_took_and_writes_down_what_is_to_be_said(storage: SqlStorage) -> None:
    storage.hear([heard("d1")], [])

    assert storage.act(Recorder())

    assert deliver_all(storage) == ["d1 answered"]
    assert not storage.act(Recorder())


def test_a_handler_that_raises_undoes_everything_and_is_tried_again_later(storage: SqlStorage, clock: SetClock) -> None:
    recorder = Recorder()
    recorder.failing = {"d1"}
    storage.hear([heard("d1")], [])

    assert storage.act(recorder), "something was due"
    assert not storage.act(recorder), "but it is not due again at once"
    assert storage.next_due() == clock.now + timedelta(seconds=0.1)
    assert deliver_all(storage) == []

    recorder.failing = set()
    clock.forward(0.1)
    assert act_all(storage, recorder) == ["d1"]
    assert deliver_all(storage) == ["d1 answered"]


def test_what_keeps_failing_is_parked_and_holds_up_its_room_no_longer(storage: SqlStorage, clock: SetClock) -> None:
    recorder = Recorder()
    recorder.failing = {"d1"}
    storage.hear([heard("d1"), heard("d2"), heard("d3", in_room="other")], [])

    assert act_all(storage, recorder) == ["d3"], "another room goes on meanwhile"
    for _ in range(7):
        clock.forward(300)
        tries = act_all(storage, recorder)

    assert tries == ["d2"]
    (parked,) = storage.parked()
    assert (parked.queue, parked.what) == ("inbox", "MessagePosted")
    assert parked.error == "RuntimeError: d1 cannot be handled"
    assert parked.since == clock.now


def test_a_parked_item_can_be_put_back_or_given_up(storage: SqlStorage, clock: SetClock) -> None:
    recorder = Recorder()
    recorder.failing = {"d1", "d2"}
    storage.hear([heard("d1", in_room="a"), heard("d2", in_room="b")], [])
    for _ in range(8):
        act_all(storage, recorder)
        clock.forward(300)
    first, second = storage.parked()
    assert storage.depths()["inbox"] == {"ready": 0, "parked": 2}

    recorder.failing = set()
    assert storage.drop_parked(second.id)
    assert storage.retry_parked(first.id)

    assert act_all(storage, recorder) == ["d1"]
    assert storage.parked() == []
    assert not storage.retry_parked(first.id)
    assert not storage.drop_parked(second.id)
    assert storage.hear([heard("d2")], []) == 0, "what was given up does not come again"


def test_a_conflict_is_tried_again_at_once_and_does_not_count(storage: SqlStorage) -> None:
    storage.hear([heard("d1")], [])
    tries = []

    def handle(work: Work, due: Due) -> None:
        tries.append(name_of(due))
        if len(tries) < 3:
            raise Conflict("somebody else was faster")

    assert storage.act(handle)
    assert tries == ["d1"] * 3
    assert not storage.act(handle)


def test_an_endless_conflict_is_a_failure_after_all(storage: SqlStorage, clock: SetClock) -> None:
    storage.hear([heard("d1")], [])

    def handle(work: Work, due: Due) -> None:
        raise Conflict("somebody else is always faster")

    assert storage.act(handle)
    assert storage.next_due() == clock.now + timedelta(seconds=0.1)


def test_part_of_an_act_can_fail_alone(storage: SqlStorage) -> None:
    storage.hear([heard("d1")], [])

    def handle(work: Work, due: Due) -> None:
        work.say(post("before"))
        with suppress(LookupError), work.attempt():
            work.say(post("inside"))
            work.tell(PrinterJammed(about="INC-1"))
            raise LookupError
        with work.attempt():
            work.say(post("second try"))
        work.say(post("after"))

    assert storage.act(handle)
    assert deliver_all(storage) == ["before", "second try", "after"]
    assert not storage.act(handle), "no fact was told"


def test_each_feature_gets_a_fact_by_itself_and_is_retried_alone(storage: SqlStorage, clock: SetClock) -> None:
    recorder = Recorder()
    recorder.failing = {"swarming.gather INC-1"}
    tell(storage, PrinterJammed(about="INC-1"), PrinterJammed(about="INC-2"))

    assert act_all(storage, recorder) == [
        "knowledge.remember INC-1",
        "swarming.gather INC-2",
        "knowledge.remember INC-2",
    ]

    recorder.failing = set()
    clock.forward(1)
    assert act_all(storage, recorder) == ["swarming.gather INC-1"]


def test_facts_about_one_thing_reach_a_feature_in_order(storage: SqlStorage, clock: SetClock) -> None:
    pages: list[int] = []
    fail_once = [True]

    def handle(work: Work, due: Due) -> None:
        assert not isinstance(due, MessagePosted)
        if getattr(due, "handler", "") == "swarming.gather":
            if fail_once and fail_once.pop():
                raise RuntimeError
            pages.append(due.fact.pages)  # type: ignore[union-attr]

    tell(storage, *(PrinterJammed(about="INC-1", pages=n) for n in range(5)))
    while storage.act(handle):
        pass
    assert pages == []
    clock.forward(1)
    while storage.act(handle):
        pass
    assert pages == [0, 1, 2, 3, 4]


def test_facts_are_not_kept_waiting_by_a_burst_of_messages(storage: SqlStorage) -> None:
    storage.hear([heard(f"d{n}") for n in range(20)], [])
    tell(storage, PrinterJammed(about="INC-1"))
    recorder = Recorder()
    for _ in range(5):
        storage.act(recorder)
    assert "swarming.gather INC-1" in recorder.handled
    assert "knowledge.remember INC-1" in recorder.handled


def test_a_fact_handler_that_is_gone_is_parked_and_not_lost(storage: SqlStorage, clock: SetClock) -> None:
    def handle(work: Work, due: Due) -> None:
        raise KeyError("swarming.gather")

    tell(storage, PrinterJammed(about="INC-7"))
    for _ in range(8):
        while storage.act(handle):
            pass
        clock.forward(300)
    assert [(p.queue, p.about, p.what) for p in storage.parked()] == [
        ("facts", "INC-7", "PrinterJammed swarming.gather"),
        ("facts", "INC-7", "PrinterJammed knowledge.remember"),
    ]


def test_rooms_keep_their_order_while_four_threads_act(database: Database) -> None:
    storage = storage_over(database, system_clock)
    rooms = [f"r{n}" for n in range(6)]
    storage.hear([heard(f"{name} {n}", in_room=name) for n in range(15) for name in rooms], [])
    seen: dict[str, list[int]] = defaultdict(list)
    inside: set[str] = set()
    mistakes: list[str] = []

    def handle(work: Work, due: Due) -> None:
        assert isinstance(due, MessagePosted)
        name, n = due.delivery.split()
        if name in inside:
            mistakes.append(due.delivery)
        inside.add(name)
        work.about(MessageRef(room(), "x"))
        seen[name].append(int(n))
        inside.discard(name)

    def work_on() -> None:
        idle = 0
        while idle < 20:
            idle = 0 if storage.act(handle) else idle + 1

    threads = [threading.Thread(target=work_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mistakes == []
    assert seen == {name: list(range(15)) for name in rooms}


def test_a_bell_rings_after_a_commit_that_made_something_ready(storage: SqlStorage) -> None:
    rings: list[int] = []
    storage.on_new(lambda: rings.append(storage.depths()["inbox"]["ready"] + storage.depths()["outbox"]["ready"]))

    storage.hear([heard("d1")], [])
    assert rings == [1], "and sees it"
    storage.hear([heard("d1")], [])
    assert len(rings) == 1, "nothing new, no ring"
    storage.act(Recorder())
    assert len(rings) == 2
    storage.act(lambda work, due: None)
    (claimed,) = storage.claim(1, LEASE)
    storage.settle([Outcome(id=claimed.id, done=True, facts=(PrinterJammed(about="INC-1"),))])
    assert len(rings) == 3


def test_an_error_in_a_transaction_undoes_it(storage: SqlStorage) -> None:
    with suppress(LookupError), storage.work() as work:
        work.say(post("never"))
        raise LookupError
    say(storage, post("said"))
    assert deliver_all(storage) == ["said"]


@only_sqlite
def test_a_transaction_inside_another_of_the_same_thread_is_refused_not_waited_for(storage: SqlStorage) -> None:
    with pytest.raises(RuntimeError, match="inside another"), storage.work():
        storage.hear([heard("d1")], [])
    assert storage.hear([heard("d1")], []) == 1


def test_text_no_database_can_hold_is_stored_all_the_same(storage: SqlStorage) -> None:
    said: list[str] = []

    def handle(work: Work, due: Due) -> None:
        assert isinstance(due, MessagePosted)
        said.append(due.text)

    nasty = "nul \0, half a pair \ud83d, whole 🎫, right-to-left \u202e, zero\u200bwidth"
    assert storage.hear([heard("d\0\ud83d", in_room="r\0om", text=nasty)], [Cursor("c\0", "\ud83d")]) == 1
    assert storage.act(handle)
    assert said == [nasty]
    assert storage.hear([heard("d\0\ud83d", in_room="r\0om")], []) == 0


def test_what_was_typed_is_gone_once_it_is_dealt_with(storage: SqlStorage, database: Database) -> None:
    storage.hear([heard("d1", text="my password is kittens")], [])
    act_all(storage, Recorder())
    deliver_all(storage)
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT payload FROM jobs").scalars().all()
    assert rows == ["", ""]


def test_what_was_done_long_ago_is_forgotten(storage: SqlStorage, clock: SetClock) -> None:
    storage.hear([heard("old")], [])
    act_all(storage, Recorder())
    deliver_all(storage)
    clock.forward(3600)
    storage.hear([heard("young"), heard("waiting", in_room="b")], [])
    storage.act(Recorder())

    assert storage.purge(clock.now) == 2
    assert storage.hear([heard("young"), heard("waiting")], []) == 0
    assert storage.hear([heard("old")], []) == 1
    assert storage.receipts(["old answered"]) == {"old answered": f"{room()} old answered"}, "edits still find it"


def test_what_happened_before_all_that_is_remembered_is_left_alone(storage: SqlStorage, clock: SetClock) -> None:
    storage.hear([heard("dealt with", at=MORNING)], [])
    act_all(storage, Recorder())
    deliver_all(storage)
    clock.forward(KEPT.total_seconds() + 1)
    assert storage.purge(clock.now - KEPT) == 2

    assert storage.hear([heard("dealt with", at=MORNING)], [Cursor("matrix", "s2")]) == 0
    assert storage.cursor("matrix") == "s2", "and not looked for again"


def test_the_operator_sees_how_much_waits_and_since_when(storage: SqlStorage, clock: SetClock) -> None:
    storage.hear([heard("d1"), heard("d2")], [])
    stored = clock.now
    clock.forward(60)
    say(storage, post("p1"))
    assert storage.depths() == {
        "inbox": {"ready": 2, "parked": 0},
        "facts": {"ready": 0, "parked": 0},
        "outbox": {"ready": 1, "parked": 0},
    }
    assert storage.oldest() == {"inbox": stored, "outbox": clock.now}


def test_the_next_due_time_can_be_asked_for_some_queues_alone(storage: SqlStorage, clock: SetClock) -> None:
    assert storage.next_due() is None
    say(storage, post("p1"))
    said = clock.now
    clock.forward(60)
    storage.hear([heard("d1")], [])
    assert storage.next_due() == storage.next_due("outbox") == said
    assert storage.next_due("inbox", "facts") == clock.now
    assert storage.next_due("facts") is None


def test_pages_read_without_waiting_for_a_writer(storage: SqlStorage) -> None:
    say(storage, post("p1"))
    deliver_all(storage)
    with storage.work(), storage.reading() as reading:
        assert reading.about(MessageRef(room(), "p1")) == "INC-1"
    assert keys(storage.claim(1, LEASE)) == []

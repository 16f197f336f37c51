"""Acts of different lanes share a transaction on SQLite; each is still whole or not at all."""

from adapters.sql.storage import SqlStorage
from bot.errors import StorageUnavailable
from bot.uow import Due, Work
from tests.sql.stand import (
    LEASE,
    PrinterJammed,
    Recorder,
    SetClock,
    act_all,
    heard,
    keys,
    name_of,
    only_sqlite,
    post,
    tell,
)

MANY = 20


def hear_in_three_rooms(storage: SqlStorage) -> None:
    storage.hear([heard("a1", in_room="a"), heard("a2", in_room="a"), heard("b1", in_room="b")], [])
    storage.hear([heard("c1", in_room="c")], [])


@only_sqlite
def test_the_first_of_every_room_is_taken_at_once_and_the_next_only_later(storage: SqlStorage) -> None:
    hear_in_three_rooms(storage)
    recorder = Recorder()

    assert storage.act(recorder, MANY) == 3
    assert recorder.handled == ["a1", "b1", "c1"]

    assert storage.act(recorder, MANY) == 1
    assert recorder.handled == ["a1", "b1", "c1", "a2"]
    assert storage.act(recorder, MANY) == 0


@only_sqlite
def test_no_more_are_taken_than_asked_for(storage: SqlStorage) -> None:
    hear_in_three_rooms(storage)
    recorder = Recorder()

    assert storage.act(recorder, 2) == 2

    assert recorder.handled == ["a1", "b1"]


@only_sqlite
def test_one_that_fails_leaves_no_trace_and_keeps_nobody_from_anything(storage: SqlStorage, clock: SetClock) -> None:
    hear_in_three_rooms(storage)
    recorder = Recorder()
    recorder.failing = {"b1"}

    storage.act(recorder, MANY)

    assert keys(storage.claim(MANY, LEASE)) == ["a1 answered", "a2 answered", "c1 answered"]
    recorder.failing.clear()
    clock.forward(1)
    assert act_all(storage, recorder) == ["b1"]


@only_sqlite
def test_one_that_always_fails_is_parked_in_the_end(storage: SqlStorage, clock: SetClock) -> None:
    storage.hear([heard("a1", in_room="a"), heard("b1", in_room="b")], [])
    recorder = Recorder()
    recorder.failing = {"b1"}

    for _ in range(MANY):
        storage.act(recorder, MANY)
        clock.forward(600)

    assert keys(storage.claim(MANY, LEASE)) == ["a1 answered"]
    assert [parked.queue for parked in storage.parked()] == ["inbox"]


@only_sqlite
def test_a_database_lost_in_between_undoes_all_of_them(storage: SqlStorage) -> None:
    hear_in_three_rooms(storage)

    def lose_it(work: Work, due: Due) -> None:
        work.say(post(f"{name_of(due)} said"))
        if name_of(due) == "c1":
            raise StorageUnavailable("the disk is full")

    try:
        storage.act(lose_it, MANY)
    except StorageUnavailable:
        lost = True

    assert lost
    assert keys(storage.claim(MANY, LEASE)) == []
    recorder = Recorder()
    storage.act(recorder, MANY)
    assert recorder.handled == ["a1", "b1", "c1"]


@only_sqlite
def test_messages_and_facts_take_turns_in_being_first(storage: SqlStorage) -> None:
    hear_in_three_rooms(storage)
    tell(storage, PrinterJammed(about="INC-1"))
    recorder = Recorder()

    while storage.act(recorder, 2):
        pass

    assert recorder.handled.index("swarming.gather INC-1") < recorder.handled.index("a2")
    assert len(recorder.handled) == 6

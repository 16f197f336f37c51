"""Incidents, timelines, followers, swarms, articles and dialogs, as the features ask for them."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from adapters.sql.engine import Database, open_database
from adapters.sql.storage import SqlStorage
from bot.clock import system_clock
from bot.dialogs import Dialog, Dialogs
from bot.errors import Conflict
from bot.events import File
from bot.forms import Field, Form
from bot.intents import Direct, RoomOf
from bot.people import PersonId
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from bot.uow import Due, Work
from incidents.catalogue.records import ServiceId
from incidents.model import (
    Affected,
    Board,
    BoardKind,
    Entry,
    EntryKind,
    Incident,
    IncidentId,
    Joined,
    Update,
    Verdict,
)
from incidents.ports import Follows, Incidents, Told
from knowledge.model import Article, ArticleId
from knowledge.ports import Articles
from swarming.model import WAIT_FOR_OTHERS, Seat, SeatState, Swarm, Why
from swarming.ports import Swarms
from tests.sql.stand import ANNA, MORNING, SetClock, heard, only_postgres, room, storage_over

BO = UserRef(Platform.MATRIX, "@bo:example.org")


def incident(number: int, **more: Any) -> Incident:
    return Incident(
        id=IncidentId(number), title="Printer", words="the printer is on fire", language="en", platform=Platform.SLACK,
        opened_at=MORNING, opened_by=PersonId("anna"), opened_by_name="Anna", **more,
    )  # fmt: skip


def hit(person: str, thread: str | None = None) -> Affected:
    return Affected(
        person=PersonId(person), account=ANNA, name=person.title(), how=Joined.REPORT, since=MORNING, language="en",
        thread=None if thread is None else ThreadRef(room(), thread),
    )  # fmt: skip


def keep(storage: SqlStorage, *incidents: Incident) -> None:
    with storage.work() as work:
        for one in incidents:
            work.get(Incidents).add(one)


Found = TypeVar("Found")


def ask(storage: SqlStorage, question: Callable[[Incidents], Found]) -> Found:
    with storage.work() as work:
        return question(work.get(Incidents))


def numbers(found: object) -> list[int]:
    assert isinstance(found, list)
    return [one.id for one in found]


def test_an_incident_is_kept_whole(storage: SqlStorage) -> None:
    full = incident(
        7, service=ServiceId("print"), confidential=True, origin=MessageRef(room(), "1"), solution="paper",
        affected=[hit("anna", "1"), hit("bo")],
        updates=[Update(at=MORNING, by=PersonId("bo"), by_name="Bo", text="on it", next_at=MORNING)],
        boards=[
            Board(kind=BoardKind.RECEIPT, key="k1", place=RoomOf(Platform.SLACK, "x"), language="de"),
            Board(kind=BoardKind.TRIAGE, key="k2", place=Direct(BO), language="nl"),
        ],
    )  # fmt: skip
    full.affected[1].verdict = Verdict.BROKEN
    keep(storage, full)
    assert full.version == 1
    assert ask(storage, lambda incidents: incidents.get(IncidentId(7))) == full
    assert ask(storage, lambda incidents: incidents.get(IncidentId(8))) is None


def test_numbers_are_never_given_twice(database: Database, storage: SqlStorage) -> None:
    given: list[int] = [ask(storage, lambda incidents: incidents.next_id()) for _ in range(3)]
    with suppress(LookupError), storage.work() as work:
        work.get(Incidents).next_id()
        raise LookupError
    with storage.work() as work:
        given += [work.get(Incidents).next_id(), work.get(Incidents).next_id(), work.get(Articles).next_id()]
    assert given[0] == 1
    assert len(set(given[:5])) == 5
    assert given[5] == 1, "articles are numbered by themselves"


def test_who_saves_an_outdated_incident_has_a_conflict(database: Database, storage: SqlStorage) -> None:
    keep(storage, incident(1))
    with storage.work() as work:
        mine = work.get(Incidents).get(IncidentId(1))
        assert mine is not None
    with storage.work() as work:
        theirs = work.get(Incidents).get(IncidentId(1))
        assert theirs is not None
        theirs.title = "Fire"
        work.get(Incidents).save(theirs)
    mine.title = "Smoke"
    with pytest.raises(Conflict, match="incidents"), storage.work() as work:
        work.get(Incidents).save(mine)
    kept = ask(storage, lambda incidents: incidents.get(IncidentId(1)))
    assert isinstance(kept, Incident)
    assert (kept.title, kept.version) == ("Fire", 2)
    with pytest.raises(Conflict), storage.work() as work:
        work.get(Incidents).add(incident(1))


def test_one_incident_is_one_object_within_an_act(storage: SqlStorage) -> None:
    keep(storage, incident(1, affected=[hit("anna", "t1")]))
    with storage.work() as work:
        incidents = work.get(Incidents)
        one = incidents.by_thread(ThreadRef(room(), "t1"))
        assert one is not None
        one.title = "changed"
        incidents.save(one)
        assert incidents.get(IncidentId(1)) is one
        assert incidents.open_ones() == [one]
        incidents.save(one)
    assert one.version == 3


def test_what_a_failed_attempt_did_to_an_incident_is_forgotten(storage: SqlStorage) -> None:
    keep(storage, incident(1))
    with storage.work() as work:
        with suppress(LookupError), work.attempt():
            one = work.get(Incidents).get(IncidentId(1))
            assert one is not None
            one.title = "never"
            work.get(Incidents).save(one)
            raise LookupError
        again = work.get(Incidents).get(IncidentId(1))
        assert again is not None
        assert (again.title, again.version) == ("Printer", 1)
        work.get(Incidents).save(again)


@only_postgres
def test_a_conflict_between_two_acts_is_solved_by_doing_one_again(address: str, database: Database) -> None:
    second = open_database(address)
    here, there = storage_over(database, system_clock), storage_over(second, system_clock)
    keep(here, incident(1))
    here.hear([heard("a", in_room="a"), heard("b", in_room="b")], [])
    interrupted = [True]

    def join(work: Work, due: Due) -> None:
        assert not isinstance(due, tuple)
        incidents = work.get(Incidents)
        one = incidents.get(IncidentId(1))
        assert one is not None
        if interrupted and interrupted.pop():
            there.act(join)
        one.join(hit(getattr(due, "delivery", "")))
        incidents.save(one)

    assert here.act(join)
    kept = ask(here, lambda incidents: incidents.get(IncidentId(1)))
    assert isinstance(kept, Incident)
    assert sorted(a.person for a in kept.affected) == ["a", "b"]
    second.close()


def test_an_incident_is_found_by_the_thread_somebody_spoke_in(storage: SqlStorage) -> None:
    older, newer = incident(1, affected=[hit("anna", "t1")]), incident(2, affected=[hit("bo"), hit("anna", "t1")])
    gone = incident(3, affected=[hit("cy", "t3")])
    keep(storage, older, newer, gone)
    with storage.work() as work:
        into = work.get(Incidents).get(IncidentId(2))
        joining = work.get(Incidents).get(IncidentId(3))
        assert into is not None
        assert joining is not None
        joining.join_to(into)
        into.join(hit("bo", "t2"))
        work.get(Incidents).save(joining)
        work.get(Incidents).save(into)

    def number_of(thread: str) -> int | None:
        found = ask(storage, lambda incidents: incidents.by_thread(ThreadRef(room(), thread)))
        return found.id if isinstance(found, Incident) else None

    assert [number_of(t) for t in ("t1", "t2", "t3", "t4")] == [2, 2, 2, None]


def test_who_steps_back_is_no_longer_among_the_affected(storage: SqlStorage) -> None:
    keep(storage, incident(1, affected=[hit("anna", "t1"), hit("bo", "t2")]))
    with storage.work() as work:
        one = work.get(Incidents).get(IncidentId(1))
        assert one is not None
        del one.affected[1]
        work.get(Incidents).save(one)
    assert ask(storage, lambda incidents: incidents.by_thread(ThreadRef(room(), "t2"))) is None
    assert numbers(ask(storage, lambda incidents: incidents.of_person(PersonId("bo")))) == []
    assert numbers(ask(storage, lambda incidents: incidents.of_person(PersonId("anna")))) == [1]


def test_what_one_act_does_to_an_incident_without_saving_no_other_act_sees(storage: SqlStorage) -> None:
    keep(storage, incident(1, affected=[hit("anna", "t1")]))
    for _ in range(2):
        one = ask(storage, lambda incidents: incidents.get(IncidentId(1)))
        assert isinstance(one, Incident)
        assert (one.title, [a.name for a in one.affected]) == ("Printer", ["Anna"])
        one.title = "never saved"
        one.affected[0].name = "nobody"
        one.affected.append(hit("bo"))


def test_an_incident_is_found_by_the_message_it_came_from(storage: SqlStorage) -> None:
    keep(storage, incident(1), incident(2, origin=MessageRef(room(), "17.2")))
    found = ask(storage, lambda incidents: incidents.by_origin(MessageRef(room(), "17.2")))
    assert isinstance(found, Incident)
    assert found.id == 2
    assert ask(storage, lambda incidents: incidents.by_origin(MessageRef(room("x"), "17.2"))) is None


def test_open_ones_children_and_those_of_a_person(storage: SqlStorage, clock: SetClock) -> None:
    def resolved(number: int, days: int, **more: Any) -> Incident:
        one = incident(number, **more)
        one.resolve(PersonId("bo"), "Bo", BO, clock.now - timedelta(days=days), "", "")
        return one

    dismissed = incident(5, affected=[hit("anna")])
    dismissed.dismiss()
    keep(
        storage, incident(1, outage=True, affected=[hit("anna")]), incident(2, parent=IncidentId(1)),
        incident(3, parent=IncidentId(1), affected=[hit("anna")]), resolved(4, 3, affected=[hit("anna")]), dismissed,
        resolved(6, 30, affected=[hit("anna")]), resolved(7, 1, outage=True), resolved(8, 2, outage=True),
    )  # fmt: skip
    assert numbers(ask(storage, lambda incidents: incidents.open_ones())) == [1, 2, 3]
    assert numbers(ask(storage, lambda incidents: incidents.outages())) == [1]
    assert numbers(ask(storage, lambda incidents: incidents.children(IncidentId(1)))) == [2, 3]
    assert numbers(ask(storage, lambda incidents: incidents.of_person(PersonId("anna")))) == [4, 3, 1]
    since = clock.now - timedelta(days=2)
    assert numbers(ask(storage, lambda incidents: incidents.resolved_since(since))) == [7, 8]


def test_the_newest_open_incidents_are_compared_and_every_outage_however_old(storage: SqlStorage) -> None:
    over = incident(9)
    over.dismiss()
    keep(storage, incident(1, outage=True), *(incident(number) for number in range(2, 8)), over)
    keep(storage, incident(8, parent=IncidentId(1), service=ServiceId("print")))

    told = ask(storage, lambda incidents: incidents.lately_opened(3))

    assert [one.id for one in told] == [8, 7, 6, 1]
    assert told[0] == Told(
        id=IncidentId(8), title="Printer", words="the printer is on fire", service=ServiceId("print"),
        parent=IncidentId(1), language="en",
    )  # fmt: skip
    assert told[-1].outage


def test_an_overdue_update_is_found_once(storage: SqlStorage, clock: SetClock) -> None:
    outage, quiet = incident(1), incident(2)
    outage.declare(BO, clock.now, timedelta(minutes=30))
    keep(storage, outage, quiet)
    clock.forward(29 * 60)
    assert ask(storage, lambda incidents: incidents.with_update_due(clock.now)) == []
    clock.forward(60)
    with storage.work() as work:
        (due,) = work.get(Incidents).with_update_due(clock.now)
        assert due.id == 1
        due.reminded_at = clock.now
        work.get(Incidents).save(due)
    assert ask(storage, lambda incidents: incidents.with_update_due(clock.now)) == []


def test_what_was_promised_without_an_outage_is_found_too_until_it_is_over(
    storage: SqlStorage, clock: SetClock
) -> None:
    promised, solved = incident(1), incident(2)
    for one in (promised, solved):
        one.update(Update(at=clock.now, by=PersonId("bo"), by_name="Bo", text="soon", next_at=clock.now))
    solved.resolve(PersonId("bo"), "Bo", BO, clock.now, "done", "")
    keep(storage, promised, solved)

    assert [one.id for one in ask(storage, lambda incidents: incidents.with_update_due(clock.now))] == [1]


def test_a_target_to_look_at_is_found_when_its_time_has_come(storage: SqlStorage, clock: SetClock) -> None:
    near, later = incident(1, watch_at=clock.now), incident(2, watch_at=clock.now + timedelta(hours=1))
    keep(storage, near, later)

    assert [one.id for one in ask(storage, lambda incidents: incidents.to_watch(clock.now))] == [1]


def test_in_a_thread_of_two_reports_everybodys_own_comes_first(storage: SqlStorage) -> None:
    keep(storage, incident(1, affected=[hit("anna", "t1")]), incident(2, affected=[hit("bo", "t1")]))
    thread = ThreadRef(room(), "t1")

    def found(speaker: str) -> int:
        one = ask(storage, lambda incidents: incidents.by_thread(thread, PersonId(speaker)))
        assert one is not None
        return one.id

    assert (found("anna"), found("bo"), found("cy")) == (1, 2, 2)


@only_postgres
def test_two_replicas_never_remind_of_the_same_update(address: str, database: Database, clock: SetClock) -> None:
    second = open_database(address)
    here, there = storage_over(database, clock), storage_over(second, clock)
    outage = incident(1)
    outage.declare(BO, clock.now, timedelta())
    keep(here, outage)
    with here.work() as work:
        assert len(work.get(Incidents).with_update_due(clock.now)) == 1
        assert ask(there, lambda incidents: incidents.with_update_due(clock.now)) == []
    second.close()


def line(text: str, kind: EntryKind = EntryKind.SAID, message: str | None = None, minute: int = 0) -> Entry:
    return Entry(
        at=MORNING + timedelta(minutes=minute), kind=kind, by=PersonId("anna"), by_name="Anna", text=text,
        message=None if message is None else MessageRef(room(), message),
    )  # fmt: skip


def test_files_stay_with_their_lines_and_follow_their_messages(storage: SqlStorage) -> None:
    shot, log = File("a.png", "https://x.org/a", "image/png", 3), File("b.log", "")
    with_files = replace(line("fire", EntryKind.REPORTED, "1"), files=(shot, log))
    with storage.work() as work:
        incidents = work.get(Incidents)
        for entry in (with_files, line("still on fire", message="2", minute=5)):
            incidents.note(IncidentId(1), entry)
        assert incidents.lines_with_files(IncidentId(1)) == [with_files]
        incidents.reword(MessageRef(room(), "1"), "fire", (log,))
        assert [one.files for one in incidents.timeline(IncidentId(1))] == [(log,), ()]
        incidents.reword(MessageRef(room(), "1"), "")
        assert incidents.lines_with_files(IncidentId(1)) == []


def test_everything_that_names_an_account_is_found_and_nothing_else(storage: SqlStorage) -> None:
    bo = PersonId(str(BO))
    keep(
        storage, incident(1, affected=[hit(bo)]), incident(2, lead=bo), incident(3, opened_by_account=BO),
        incident(4, affected=[hit("bo"), hit(bo + "x")], solution=f"ask {BO}"),
    )  # fmt: skip
    swarm = Swarm(incident=IncidentId(1), round=0, platform=Platform.SLACK, room_name="x", private=False,
                  opened_at=MORNING, closed_at=MORNING)  # fmt: skip
    swarm.add(Seat(person=bo, name="Bo", account=BO, why=Why.JOINED, asked_at=MORNING))
    with storage.work() as work:
        work.get(Swarms).add(swarm)

    assert numbers(ask(storage, lambda incidents: incidents.naming(bo))) == [1, 2, 3]
    with storage.work() as work:
        assert [one.incident for one in work.get(Swarms).naming(bo)] == [1]
        assert work.get(Swarms).naming("matrix:@b") == []


def test_the_newest_of_a_person_is_theirs(storage: SqlStorage) -> None:
    keep(storage, incident(1, affected=[hit("lena")]), incident(2, affected=[hit("lena")]), incident(3))

    found = ask(storage, lambda incidents: incidents.newest_of(PersonId("lena")))
    assert found is not None
    assert found.id == 2
    assert ask(storage, lambda incidents: incidents.newest_of(PersonId("tom"))) is None


def test_two_accounts_of_one_person_lead_to_the_incident_from_either_thread(storage: SqlStorage) -> None:
    lena, too = hit("lena", "1"), hit("lena", "2")
    too.account = BO
    keep(storage, incident(1, affected=[lena, too]))

    threads = [ThreadRef(room(), root) for root in ("1", "2", "3")]
    with storage.work() as work:
        found = [work.get(Incidents).by_thread(thread) for thread in threads]
    assert [one.id if one else None for one in found] == [1, 1, None]
    assert numbers(ask(storage, lambda incidents: incidents.of_person(PersonId("lena")))) == [1]


def test_what_both_followed_is_followed_once(storage: SqlStorage) -> None:
    bo, lena = PersonId(str(BO)), PersonId("lena")
    with storage.work() as work:
        follows = work.get(Follows)
        for who, account, service in ((lena, ANNA, "vpn"), (bo, BO, "vpn"), (bo, BO, "erp")):
            follows.follow(ServiceId(service), who, account, "en", "")
        follows.unite(bo, lena)
        assert [follows.of_person(who) for who in (lena, bo)] == [["erp", "vpn"], []]
        assert [one.account for one in follows.of_service(ServiceId("vpn"))] == [ANNA]
        follows.part(lena, BO)
        assert [follows.of_person(who) for who in (lena, bo)] == [["vpn"], ["erp"]]


def test_what_was_solved_long_enough_ago_is_asked_about(storage: SqlStorage, clock: SetClock) -> None:
    later = MORNING + timedelta(hours=1)
    keep(storage, incident(1), incident(2, ask_at=later), incident(3, ask_at=MORNING))

    assert numbers(ask(storage, lambda incidents: incidents.to_ask(clock()))) == [3]
    clock.forward(3600)
    assert numbers(ask(storage, lambda incidents: incidents.to_ask(clock()))) == [3, 2]


def test_the_timeline_follows_what_becomes_of_its_messages(storage: SqlStorage) -> None:
    reported, said, taken = (
        line("fire", EntryKind.REPORTED, "1"), line("still on fire", message="2", minute=5),
        line("", EntryKind.TAKEN, minute=3),
    )  # fmt: skip
    with storage.work() as work:
        incidents = work.get(Incidents)
        for entry in (reported, said, taken, said, taken):
            incidents.note(IncidentId(1), entry)
        assert list(incidents.timeline(IncidentId(1))) == [reported, taken, taken, said]
        assert incidents.timeline(IncidentId(2)) == []
        assert incidents.line_of(MessageRef(room(), "2")) == (1, said)
        assert incidents.line_of(MessageRef(room(), "9")) is None
        assert incidents.reword(MessageRef(room(), "2"), "only smoke now") == 1
        assert incidents.reword(MessageRef(room(), "9"), "nothing") is None
        assert incidents.timeline(IncidentId(1))[-1].text == "only smoke now"


def test_people_follow_services_by_their_own_word(storage: SqlStorage) -> None:
    with storage.work() as work:
        follows = work.get(Follows)
        follows.follow(ServiceId("mail"), PersonId("anna"), ANNA, "de", "")
        follows.follow(ServiceId("mail"), PersonId("bo"), BO, "nl", "Europe/Amsterdam")
        follows.unfollow(ServiceId("mail"), PersonId("anna"))
        follows.unfollow(ServiceId("mail"), PersonId("cy"))
        follows.follow(ServiceId("vpn"), PersonId("bo"), BO, "nl", "Europe/Amsterdam")
        said = {one.person: one.follows for one in follows.of_service(ServiceId("mail"))}
        assert said == {"anna": False, "bo": True, "cy": False}
        (bo,) = [one for one in follows.of_service(ServiceId("mail")) if one.follows]
        assert (bo.account, bo.language, bo.zone) == (BO, "nl", "Europe/Amsterdam")
        assert follows.of_person(PersonId("bo")) == ["mail", "vpn"]
        assert follows.of_person(PersonId("anna")) == []


def test_swarms_are_found_by_incident_and_by_room(storage: SqlStorage) -> None:
    def swarm(number: int, round_: int) -> Swarm:
        return Swarm(
            incident=IncidentId(number), round=round_, platform=Platform.SLACK, room_name="inc-1", private=False,
            opened_at=MORNING,
        )  # fmt: skip

    first, again, other = swarm(1, 0), swarm(1, 1), swarm(2, 0)
    with storage.work() as work:
        for one in (first, again, other):
            work.get(Swarms).add(one)
        first.room = room("inc-1")
        seat = Seat(person=PersonId("bo"), name="Bo", account=BO, why=Why.ON_DUTY, asked_at=MORNING)
        first.add(seat)
        work.get(Swarms).save(first)
    with storage.work() as work:
        swarms = work.get(Swarms)
        assert swarms.current(IncidentId(1)) == again
        assert swarms.current(IncidentId(3)) is None
        assert swarms.by_room(room("inc-1")) == first
        assert swarms.by_room(RoomRef(Platform.MATRIX, "inc-1")) is None
    again.version = 0
    with pytest.raises(Conflict, match="swarms"), storage.work() as work:
        work.get(Swarms).save(again)


def spared() -> Swarm:
    """A swarm in which Bo was asked, and Cy does not want to be disturbed."""
    swarm = Swarm(incident=IncidentId(1), round=0, platform=Platform.SLACK, room_name="inc-1", private=False,
                  opened_at=MORNING, asked_at=MORNING)  # fmt: skip
    for name, state in (("bo", SeatState.INVITED), ("cy", SeatState.SPARED)):
        account = UserRef(Platform.SLACK, name)
        swarm.add(Seat(person=PersonId(name), name=name, account=account, why=Why.MEMBER, asked_at=MORNING,
                       state=state, quiet_until=MORNING + timedelta(hours=9)))  # fmt: skip
    return swarm


def test_who_was_spared_is_found_when_nobody_came_in_time_and_not_once_somebody_has(storage: SqlStorage) -> None:
    swarm, due = spared(), MORNING + WAIT_FOR_OTHERS
    with storage.work() as work:
        work.get(Swarms).add(swarm)
    with storage.work() as work:
        assert work.get(Swarms).with_rest_due(due - timedelta(seconds=1)) == []
        assert work.get(Swarms).with_rest_due(due) == [swarm]
        swarm = work.get(Swarms).with_rest_due(due)[0]
        swarm.seats[0].answer(SeatState.ACCEPTED, MORNING)
        work.get(Swarms).save(swarm)
    with storage.work() as work:
        assert work.get(Swarms).with_rest_due(due) == []


@only_postgres
def test_two_replicas_never_ask_the_same_people_after_all(address: str, database: Database, clock: SetClock) -> None:
    second = open_database(address)
    here, there = storage_over(database, clock), storage_over(second, clock)
    with here.work() as work:
        work.get(Swarms).add(spared())
    with here.work() as work, there.work() as other:
        assert len(work.get(Swarms).with_rest_due(MORNING + WAIT_FOR_OTHERS)) == 1
        assert other.get(Swarms).with_rest_due(MORNING + WAIT_FOR_OTHERS) == []
    second.close()


def test_articles_are_found_by_where_they_came_from_and_the_newest_first(storage: SqlStorage) -> None:
    def article(number: int, source: int | None = None) -> Article:
        return Article(
            id=ArticleId(number), title="Fire", issue="fire", environment="", resolution="water", cause="",
            language="en", drafted_at=MORNING, drafted_by=PersonId("bo"),
            source=None if source is None else IncidentId(source),
        )  # fmt: skip

    draft, little, much = article(1, source=4), article(2), article(3)
    for one, uses in ((little, 1), (much, 2)):
        one.publish(PersonId("anna"), MORNING)
        for number in range(uses):
            one.count_reuse(IncidentId(number))
    with storage.work() as work:
        for one in (draft, little, much):
            work.get(Articles).add(one)
    with storage.work() as work:
        articles = work.get(Articles)
        assert articles.latest(lambda _: True, 9) == [much, little]
        assert articles.latest(lambda one: one != much, 1) == [little]
        assert articles.drafted_from(IncidentId(4)) == draft
        assert articles.drafted_from(IncidentId(5)) is None
        again = articles.get(ArticleId(2))
        assert again == little
        again.archive()
        articles.save(again)
        assert articles.latest(lambda _: True, 9) == [much]


def test_one_dialog_is_kept_per_person_and_place(storage: SqlStorage, clock: SetClock) -> None:
    form = Form(id="f", title="t", fields=(Field(id="what", label="What?"),), submit="ok", cancel="no")
    thread = ThreadRef(room(), "1")
    asked = Dialog(ANNA, room(), thread, form, clock.now + timedelta(hours=1))
    with storage.work() as work:
        work.get(Dialogs).save(asked)
        asked.answers["what"] = "fire"
        work.get(Dialogs).save(asked)
    with storage.work() as work:
        dialogs = work.get(Dialogs)
        assert dialogs.find(ANNA, room(), thread) == asked
        assert dialogs.find(ANNA, room(), None) is None
        assert dialogs.find(BO, room(), thread) is None
        dialogs.close(asked)
        assert dialogs.find(ANNA, room(), thread) is None
        dialogs.save(asked)
    storage.purge(clock.now + timedelta(hours=2))
    with storage.work() as work:
        assert work.get(Dialogs).find(ANNA, room(), thread) is None, "its answers are not kept for ever"

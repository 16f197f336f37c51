"""What is kept of homes that were opened and of things told to many, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.sql.codec import Codec
from adapters.sql.engine import Database
from adapters.sql.erasing import erase
from adapters.sql.repositories import REPOSITORIES
from adapters.sql.storage import SqlStorage
from bot import broadcasts
from bot.broadcasts import Broadcast, Broadcasts, Tally
from bot.homes import Homes, Opened
from bot.intents import Post
from bot.refs import Platform, UserRef
from bot.texts import Voices
from bot.uow import Outcome
from tests.slack_adapter.plain_voices import PlainVoices
from tests.sql.stand import LEASE, MORNING, SetClock, card, room

TOM, LENA = UserRef(Platform.SLACK, "U1"), UserRef(Platform.SLACK, "U2")
NEWS = Broadcast(name="INC-1:update:1", about="INC-1", people=30, to=TOM, language="en", zone="")


def opened(account: UserRef, minutes: int, shows: str = "") -> Opened:
    return Opened(account=account, at=MORNING + timedelta(minutes=minutes), language="en", zone="", shows=shows)


def test_homes_opened_lately_are_found_the_last_ones_first(storage: SqlStorage) -> None:
    with storage.work() as work:
        homes = work.get(Homes)
        homes.put(opened(TOM, 1))
        homes.put(opened(LENA, 2))
        homes.put(opened(TOM, 3, shows="abc"))
        assert homes.get(TOM) == opened(TOM, 3, shows="abc")
        assert homes.get(UserRef(Platform.SLACK, "U3")) is None
        assert [one.account for one in homes.since(MORNING + timedelta(minutes=2), 10)] == [TOM, LENA]
        assert [one.account for one in homes.since(MORNING + timedelta(minutes=3), 10)] == [TOM]
        assert len(homes.since(MORNING, 1)) == 1


def test_a_home_is_erased_with_its_owner_and_forgotten_with_time(storage: SqlStorage, database: Database) -> None:
    with storage.work() as work:
        work.get(Homes).put(opened(TOM, 1))
        work.get(Homes).put(opened(LENA, 1))
    assert erase(database, {str(TOM)}, set()) == 1
    storage.purge(MORNING + timedelta(minutes=1))
    with storage.reading() as work:
        assert [one.account for one in work.get(Homes).since(MORNING, 10)] == [LENA]


def test_a_broadcast_counts_its_own_messages_and_takes_back_those_not_on_their_way(
    storage: SqlStorage, clock: SetClock
) -> None:
    with storage.work() as work:
        work.get(Broadcasts).put(NEWS)
        for number in range(6):
            work.say(post(f"INC-1:update:1:U{number}", number))
        for key in ("INC-1:update:11:U1", "INC-1:update:1", "inc-1:UPDATE:1:U9"):
            work.say(post(key, 7))
    [sent, parked, out, *_] = storage.claim(3, LEASE)
    storage.settle([Outcome(id=sent.id, done=True), Outcome(id=parked.id, parked="gone")])
    with storage.work() as work:
        kept = work.get(Broadcasts)
        assert kept.under_way() == [NEWS]
        assert kept.tally(NEWS) == Tally(sent=1, waiting=4, refused=1)
        assert kept.take_back(NEWS) == 3
        assert kept.tally(NEWS) == Tally(sent=1, waiting=1, refused=1)
        kept.end(NEWS)
        assert kept.under_way() == []
    storage.settle([Outcome(id=out.id, done=True)])
    with storage.work() as work:
        assert work.get(Broadcasts).tally(NEWS) == Tally(sent=2, waiting=0, refused=1)


def test_what_may_have_been_sent_is_not_taken_back(storage: SqlStorage, clock: SetClock) -> None:
    with storage.work() as work:
        work.say(post("INC-1:update:1:U1", 1))
    [claimed] = storage.claim(1, LEASE)
    storage.settle([Outcome(id=claimed.id, retry_in=timedelta(seconds=1), doubtful=True, error="no answer")])
    with storage.work() as work:
        assert work.get(Broadcasts).take_back(NEWS) == 0


def test_what_was_out_when_it_was_stopped_and_is_to_come_again_is_taken_back_then(
    storage: SqlStorage, database: Database, clock: SetClock
) -> None:
    voices = PlainVoices()
    voiced = SqlStorage(
        database, Codec(), subscriptions={}, repositories={**REPOSITORIES, Voices: lambda work: voices}, clock=clock
    )
    with storage.work() as work:
        work.get(Broadcasts).put(replace(NEWS, people=1))
        work.say(post("INC-1:update:1:U1", 1))
    [out] = storage.claim(1, LEASE)
    with storage.work() as work:
        assert broadcasts.stop(work, "INC-1", "Lena") == 0
    storage.settle([Outcome(id=out.id, retry_in=timedelta(minutes=1), asked=True)])
    with voiced.work() as work:
        broadcasts.show_progress(work)
        assert work.get(Broadcasts).under_way() == []
        assert work.get(Broadcasts).tally(NEWS) == Tally(sent=0, waiting=0, refused=0)


def test_everything_else_is_taken_out_before_what_is_told_to_many(storage: SqlStorage) -> None:
    with storage.work() as work:
        for number in range(20):
            work.say(post(f"INC-1:update:1:U{number}", number))
        work.say(Post(key="answer", place=room("help"), card=card("INC-2 is registered")))
        work.say(Post(key="same place", place=room("help-0"), card=card("INC-3 is registered")))
    first = {claimed.intent.key for claimed in storage.claim(2, LEASE)}
    assert first == {"answer", "same place"}


def post(key: str, number: int) -> Post:
    return Post(key=key, place=room(f"help-{number}"), about="INC-1", card=card("news"), broadcast="INC-1:update:1")

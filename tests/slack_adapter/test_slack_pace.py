"""Turns to call Slack: the documented limits are kept ahead, answers go first, and a pause concerns what it names."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import wraps
from random import Random
from typing import Any

import pytest

from adapters.slack.gates import Gate
from adapters.slack.limits import PER_MINUTE, known_at
from adapters.slack.line import Line
from adapters.slack.pace import Pace, Rank, Turn
from adapters.slack.scopes import METHODS
from bot.errors import ChatUnavailable
from tests.slack_adapter.jumping_time import run
from tests.strict_slack.rates import PER_MINUTE as DOCUMENTED
from tests.strict_slack.rates import Rates
from tests.strict_slack.web_api.catalogue import methods

MINUTE = 60.0


def now() -> float:
    return asyncio.get_running_loop().time()


def jumping(story: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test in which nobody really waits."""

    @wraps(story)
    def test() -> None:
        run(story())

    del test.__wrapped__
    return test


async def call(pace: Pace, method: str, rank: Rank = Rank.ORDINARY) -> None:
    """Call a method that answers at once."""
    async with pace.turn(method, Turn(rank)):
        pass


async def post(pace: Pace, rank: Rank = Rank.ORDINARY, channel: str = "", key: str = "") -> None:
    """Post something that is answered at once."""
    async with pace.turn("chat.postMessage", Turn(rank, key), channel):
        pass


def test_every_method_that_is_called_keeps_to_its_documented_limit() -> None:
    assert set(METHODS) - set(PER_MINUTE) == {"apps.connections.open"}
    documented = {method: DOCUMENTED[methods()[method].tier] for method in PER_MINUTE}
    assert documented == PER_MINUTE


def test_slacks_limits_are_known_at_slacks_own_addresses_alone() -> None:
    assert known_at("https://slack.com/api/")
    assert known_at("https://eu.slack-gov.com/api/")
    assert not known_at("http://127.0.0.1:9100/api/")
    assert not known_at("https://notslack.com/api/")


def test_a_gate_lets_so_many_through_in_any_span() -> None:
    gate = Gate(3, 10.0)
    calls = {}
    for at in (0.0, 1.0, 2.0):
        assert gate.wait(at) == 0
        calls[at] = gate.begin(at)
    assert gate.wait(3.0) == 7.0
    assert gate.wait(3.0, ahead=1) == 8.0
    assert gate.wait(3.0, ahead=3) == 17.0
    assert gate.wait(10.0) == 0
    gate.end(calls[1.0], 4.0)
    assert gate.wait(10.0) == 0, "one was never answered: it counts from its beginning"
    assert gate.wait(10.0, ahead=1) == 2.0
    assert gate.wait(10.0, ahead=2) == 4.0, "one was answered at four, so it may have been counted as late as that"
    gate.close(30.0)
    assert gate.wait(10.0) == 20.0


def test_a_line_spreads_evenly_and_keeps_the_order_of_first_asking() -> None:
    line = Line(2.0, forgotten_after=60.0)
    assert [line.wait(key, 0.0, 0.0) for key in "abc"] == [0.0, 2.0, 4.0]
    line.leave("a", 0.0)
    assert line.wait("c", 1.0, 1.0) == 3.0
    assert line.wait("b", 1.0, 1.0) == 1.0
    assert line.wait("b", 1.0, 9.0) == 8.0


def test_what_stops_asking_loses_its_place_in_the_line() -> None:
    line = Line(2.0, forgotten_after=10.0)
    for key in "abcde":
        line.wait(key, 0.0, 0.0)
    assert line.wait("late", 11.0, 11.0) == 0.0


@jumping
async def test_a_burst_within_the_limit_is_not_held_back() -> None:
    pace = Pace()
    for number in range(20):
        await call(pace, "conversations.create", Rank.ORDINARY)
        await post(pace, channel=f"C{number}")
    assert now() == 0


@jumping
async def test_one_call_too_many_is_told_when_to_come_again() -> None:
    pace = Pace()
    for _ in range(20):
        await call(pace, "conversations.create", Rank.ORDINARY)
    with pytest.raises(ChatUnavailable) as later:
        await call(pace, "conversations.create", Rank.ORDINARY)
    assert later.value.retry_after is not None
    assert timedelta(seconds=59) < later.value.retry_after < timedelta(seconds=62)
    assert not later.value.doubtful
    await call(pace, "conversations.archive", Rank.ORDINARY)


@jumping
async def test_a_channel_takes_a_message_a_second_after_a_short_burst_and_others_are_not_held_up() -> None:
    pace = Pace()
    for _ in range(4):
        await post(pace, channel="C1")
    assert now() == 0
    for _ in range(4):
        await post(pace, channel="C1")
    assert now() == pytest.approx(4, abs=0.1)
    await post(pace, channel="C2")
    assert now() == pytest.approx(4, abs=0.1)


@jumping
async def test_a_pause_of_one_channel_leaves_the_others_alone_and_two_pause_the_method() -> None:
    pace = Pace()
    pace.refused("chat.postMessage", "C1", timedelta(seconds=30))
    with pytest.raises(ChatUnavailable) as later:
        await post(pace, channel="C1")
    assert later.value.retry_after is not None
    assert later.value.retry_after.total_seconds() == pytest.approx(30, abs=1)
    await post(pace, channel="C2")

    pace.refused("chat.postMessage", "C3", timedelta(seconds=20))

    with pytest.raises(ChatUnavailable):
        await post(pace, channel="C2")
    await call(pace, "chat.update", Rank.ORDINARY)


@jumping
async def test_a_pause_of_a_method_is_kept_also_where_no_limit_was_known() -> None:
    pace = Pace(known=False)
    for _ in range(500):
        await call(pace, "chat.update", Rank.ORDINARY)
    pace.refused("conversations.kick", "C1", timedelta(seconds=9))
    with pytest.raises(ChatUnavailable):
        await call(pace, "conversations.kick", Rank.ORDINARY)


@jumping
async def test_somebody_who_waits_goes_before_everything_that_stands_there_already() -> None:
    pace, order = Pace(), []

    async def publish(rank: Rank, number: int) -> None:
        await call(pace, "views.publish", rank)
        order.append((rank, number))

    for _ in range(100):
        await call(pace, "views.publish", Rank.ANSWER)
        await asyncio.sleep(MINUTE / 100)
    async with asyncio.TaskGroup() as calls:
        for number in range(3):
            calls.create_task(publish(Rank.LOOKING, number))
            calls.create_task(publish(Rank.ORDINARY, number))
        await asyncio.sleep(0)
        calls.create_task(publish(Rank.ANSWER, 0))
        calls.create_task(publish(Rank.ANSWER, 1))
    assert order == sorted(order)
    assert len(order) == 8


@jumping
async def test_a_broadcast_is_told_when_to_come_again_and_leaves_room_for_answers() -> None:
    pace = Pace()
    later: list[float] = []
    for number in range(600):
        try:
            await asyncio.wait_for(post(pace, Rank.BROADCAST, f"U{number}", f"b:{number}"), 0.001)
        except ChatUnavailable as away:
            later.append((away.retry_after or timedelta()).total_seconds())
        except TimeoutError:
            continue
    assert later == sorted(later)
    assert later[-1] > 100
    before = now()
    for number in range(100):
        await post(pace, channel=f"C{number}")
    assert now() == before


@jumping
async def test_two_thousand_are_told_within_five_percent_of_the_time_that_the_limits_allow() -> None:
    pace, slack, dice = Pace(), Rates("realistic"), Random(7)
    told, answered = await tell(pace, slack, dice, people=2000, answers_until=0.0)
    assert max(told) - min(told) <= 1.05 * 2000 / 300 * MINUTE
    places = sorted(range(2000), key=told.__getitem__)
    assert max(abs(place - number) for place, number in enumerate(places)) < 20, "those hit first are told first"
    assert answered == []


@jumping
async def test_answers_given_meanwhile_wait_for_a_second_at_most_and_no_limit_is_met() -> None:
    pace, slack, dice = Pace(), Rates("realistic"), Random(8)
    told, answered = await tell(pace, slack, dice, people=900, answers_until=120.0)
    assert len(answered) > 60
    assert max(answered) < 1.0
    assert max(told) - min(told) <= 1.05 * (900 + len(answered)) / 300 * MINUTE


async def tell(pace: Pace, slack: Rates, dice: Random, *, people: int, answers_until: float) -> tuple[list[float], ...]:
    """Tell so many as delivery does, forty at a time, and answer somebody about every second; each call needs a while
    to reach Slack. When each was told, and how long the answers took."""
    told, answered, at_once = [0.0] * people, [], asyncio.Semaphore(40)

    async def say(turn: Turn, channel: str) -> float:
        tier = "SpecialTier_chat_postMessage"
        began = now()
        async with pace.turn("chat.postMessage", turn, channel):
            waited = now() - began
            await asyncio.sleep(dice.choice([0.01, 0.05, 0.3, 2.0]))
            assert slack.refuse("chat.postMessage", tier, "T1", channel, now()) is None
            await asyncio.sleep(dice.choice([0.01, 0.05, 0.3]))
        return waited

    async def one(number: int) -> None:
        while True:
            try:
                async with at_once:
                    await say(Turn(Rank.BROADCAST, f"b:{number}"), f"U{number}")
            except ChatUnavailable as later:
                await asyncio.sleep((later.retry_after or timedelta()).total_seconds())
            else:
                told[number] = now()
                return

    async def answers() -> None:
        while now() < answers_until:
            await asyncio.sleep(dice.uniform(0.2, 1.8))
            answered.append(await say(Turn(Rank.ORDINARY), f"C{dice.randrange(5)}"))

    async with asyncio.TaskGroup() as everybody:
        everybody.create_task(answers())
        for number in range(people):
            everybody.create_task(one(number))
    return told, answered

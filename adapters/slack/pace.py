"""Turns to call Slack, given out ahead of the calls, so that its rate limits are not met.

Each method has a limit for the workspace, and posting one for each channel. Who waits for an answer goes first; what is
told to many is spread evenly and is given a later time instead of being held, so that it never stands in anybody's way.
A limit that Slack names all the same (429) pauses only what it concerns.
"""

from __future__ import annotations

import asyncio
import itertools
from bisect import bisect_left, insort
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from adapters.slack.gates import Gate
from adapters.slack.limits import PER_MINUTE, POSTING, POSTS_IN_A_ROW
from adapters.slack.line import Line
from bot.errors import ChatUnavailable

_MANY_CHANNELS = 1000
_ASKS_EVERY = 4
"""Minutes after which a broadcast's message asks again at the latest."""
_NO_LIMIT = 1_000_000


class Rank(IntEnum):
    """Who goes first."""

    ANSWER = 0
    """Somebody has just tapped or typed and looks at the screen."""
    ORDINARY = 1
    BROADCAST = 2
    """One of many messages that say the same."""
    LOOKING = 3
    """Reading what was said before; nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How urgent a call is. ``key`` names a broadcast's message, so that it finds its place in the line again."""

    rank: Rank
    key: str = ""


LOOKING = Turn(Rank.LOOKING)
HURRYING = Turn(Rank.ORDINARY)
"""Reading what was said before what somebody says just now."""
ANSWERING = frozenset({"views.open", "views.update", "chat.postEphemeral"})
"""Methods that answer somebody who is waiting."""
_LEFT_TO_OTHERS = {Rank.ANSWER: 0.0, Rank.ORDINARY: 0.0, Rank.BROADCAST: 1 / 60, Rank.LOOKING: 1 / 5}
"""The part of a limit that a rank leaves to better ones, for answers that come in a burst."""
_PATIENCE = {Rank.ANSWER: 1 / 24, Rank.ORDINARY: 1 / 12, Rank.BROADCAST: 1 / 20, Rank.LOOKING: 5.0}
"""How long a call is held until its turn comes, in minutes; what would wait longer is told when to come again."""


class Pace:
    """The turns of one workspace. ``minute`` is a minute's seconds; with ``known`` false nothing is held back before
    Slack has named a limit for the first time."""

    def __init__(self, *, minute: float = 60.0, known: bool = True) -> None:
        self._minute = minute
        self._known = known
        self._numbers = itertools.count()
        self._waiting: defaultdict[str, list[tuple[Rank, int]]] = defaultdict(list)
        self._methods = {method: Gate(calls, _longer(minute)) for method, calls in PER_MINUTE.items()}
        self._channels: OrderedDict[str, Gate] = OrderedDict()
        together = self._methods[POSTING].calls - self._left_by(Rank.BROADCAST, self._methods[POSTING])
        self._line = Line(_longer(minute) / together, forgotten_after=1.25 * _ASKS_EVERY * minute)

    @asynccontextmanager
    async def turn(self, method: str, turn: Turn, channel: str = "") -> AsyncIterator[None]:
        """Wait until the method may be called; to be called and answered within the context.

        Raises ``ChatUnavailable`` when that is too long off, with the time to ask again.
        """
        gates = self._gates(method, channel)
        await self._wait_for(gates, method, turn)
        began = _now()
        calls = [(gate, gate.begin(began)) for gate in gates]
        if turn.key:
            self._line.leave(turn.key, began)
        try:
            yield
        finally:
            for gate, call in calls:
                gate.end(call, _now())

    async def _wait_for(self, gates: Sequence[Gate], method: str, turn: Turn) -> None:
        waiter = (turn.rank, next(self._numbers))
        queue = self._waiting[method]
        insort(queue, waiter)
        try:
            while (pause := self._wait(gates, turn, _ahead(queue, waiter))) > 0:
                if pause > self._minute * _PATIENCE[turn.rank]:
                    raise ChatUnavailable(f"{method}: its turn comes later", retry_after=self._again(turn, pause))
                await asyncio.sleep(pause)
        finally:
            queue.remove(waiter)

    def refused(self, method: str, channel: str, retry_after: timedelta) -> None:
        """Slack named a limit. That of a post is its channel's, unless another channel is pausing as well."""
        now = _now()
        until = now + retry_after.total_seconds()
        self._known = True
        self._methods.setdefault(method, Gate(_NO_LIMIT, _longer(self._minute)))
        method_gate, *channels = self._gates(method, channel)
        if not channels or any(gate.closed(now) for gate in self._channels.values() if gate is not channels[0]):
            method_gate.close(until)
        for gate in channels:
            gate.close(until)

    def _wait(self, gates: Sequence[Gate], turn: Turn, ahead: int) -> float:
        """Seconds until a call may be made, when so many others are ahead."""
        if not (self._known and gates):
            return 0.0
        now = _now()
        workspace, *channels = gates
        pause = workspace.wait(now, ahead + self._left_by(turn.rank, workspace))
        if turn.key:
            pause = self._line.wait(turn.key, now, now + pause)
        return max(pause, *(gate.wait(now) for gate in channels), 0.0)

    def _gates(self, method: str, channel: str) -> list[Gate]:
        """The limit of the method, if it has one, and that of the channel for a post."""
        gates = [self._methods[method]] if method in self._methods else []
        if method == POSTING and channel:
            gate = self._channels.pop(channel, None) or Gate(
                POSTS_IN_A_ROW, _longer(POSTS_IN_A_ROW * self._minute / 60)
            )
            self._channels[channel] = gate
            if len(self._channels) > _MANY_CHANNELS:
                now = _now()
                self._channels = OrderedDict((name, one) for name, one in self._channels.items()
                                             if one is gate or not one.idle(now))  # fmt: skip
            gates.append(gate)
        return gates

    def _again(self, turn: Turn, pause: float) -> timedelta:
        """When to ask again. A broadcast's message asks a little before its time, together with its neighbours, and
        every few minutes: those before it may be gone by then."""
        if turn.rank is not Rank.BROADCAST:
            return timedelta(seconds=pause)
        early = self._minute * _PATIENCE[Rank.BROADCAST] * 2 / 3
        return timedelta(seconds=max(early, min(pause // early * early - early, _ASKS_EVERY * self._minute)))

    @staticmethod
    def _left_by(rank: Rank, gate: Gate) -> int:
        return int(gate.calls * _LEFT_TO_OTHERS[rank])


def _now() -> float:
    return asyncio.get_running_loop().time()


def _ahead(queue: Sequence[tuple[Rank, int]], waiter: tuple[Rank, int]) -> int:
    """How many go before; among themselves the messages of broadcasts are ordered by their line."""
    return bisect_left(queue, (Rank.BROADCAST, 0) if waiter[0] is Rank.BROADCAST else waiter)


def _longer(span: float) -> float:
    """Clocks do not all run equally fast."""
    return span * 1.003

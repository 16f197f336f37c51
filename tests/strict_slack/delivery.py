"""How parcels reach the app: tried at once, tried again three times, then never again; as Slack does it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from .changes import Changes
from .events import Parcel
from .model import Json


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt. ``reason`` says why it was not acknowledged."""

    acked: bool
    answer: Json | str | None = None
    reason: str = ""
    latency: float = 0.0
    no_retry: bool = False


@dataclass(frozen=True)
class Attempt:
    """One attempt, as it is written down."""

    parcel: Parcel
    number: int
    outcome: Outcome
    copy: int = 0


class Transport(Protocol):
    """A way to the app."""

    async def attempt(self, parcel: Parcel, number: int, reason: str, ack_within: float) -> Outcome:
        """Hands a parcel over and waits for its acknowledgement; ``number`` counts the repetitions from 0."""

    async def ready(self, within: float) -> bool:
        """Waits until the app can be reached; False when it could not for so long."""


@dataclass
class Delivery:
    """Rules of delivery that tests may change.

    ``copies`` delivers every event so many times, as Slack may; ``retries`` off delivers it only once;
    ``time_scale`` shortens the waits before the second and third repetition (a minute, five minutes);
    ``patience`` is how long the first repetition waits for a new connection.
    """

    changes: Changes
    copies: int = 1
    retries: bool = True
    time_scale: float = 1.0
    ack_within: float = 3.0
    patience: float = 3.0
    delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    attempts: list[Attempt] = field(default_factory=list)
    lost: list[Parcel] = field(default_factory=list)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    _transport: Transport | None = None

    def use(self, transport: Transport) -> None:
        """From now on everything goes this way."""
        self._transport = transport

    @property
    def transport(self) -> Transport:
        assert self._transport is not None, "start the strict Slack first"
        return self._transport

    def send(self, parcel: Parcel) -> None:
        """Starts to deliver an event; the first attempts leave in the order of these calls."""
        for copy in range(self.copies):
            self._start(self._deliver(parcel, copy))

    async def send_once(self, parcel: Parcel) -> Outcome:
        """Delivers a command or a click: once, while a person waits."""
        outcome = await self.transport.attempt(parcel, 0, "", self.ack_within)
        self._note(Attempt(parcel, 0, outcome))
        return outcome

    @property
    def is_quiet(self) -> bool:
        """True when nothing is under way, repetitions included."""
        return not self._tasks

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: self.changes.mark())

    async def _deliver(self, parcel: Parcel, copy: int) -> None:
        outcome = await self._try(parcel, copy, 0, (copy and "timeout") or "")
        if not outcome.acked and self.retries:
            outcome = await self._try_again(parcel, copy, outcome)
        if not outcome.acked:
            self.lost.append(parcel)

    async def _try_again(self, parcel: Parcel, copy: int, outcome: Outcome) -> Outcome:
        for number, delay in enumerate(self.delays, start=1):
            if outcome.acked or outcome.no_retry:
                break
            await asyncio.sleep(delay * self.time_scale)
            if number == 1:
                await self.transport.ready(self.patience)
            outcome = await self._try(parcel, copy, number, outcome.reason)
        return outcome

    async def _try(self, parcel: Parcel, copy: int, number: int, reason: str) -> Outcome:
        shown = number or copy
        outcome = await self.transport.attempt(parcel, shown, reason, self.ack_within)
        self._note(Attempt(parcel, number, outcome, copy))
        return outcome

    def _note(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        self.changes.mark()

    async def stop(self) -> None:
        """Gives up everything under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

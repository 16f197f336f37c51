"""Things going wrong on request: rate limits, server errors, connections that break before or after the work."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from random import Random
from typing import Literal, get_args

FaultKind = Literal["rate_limited", "server_error", "error", "drop_before", "drop_after", "hang_before", "hang_after"]


@dataclass
class Fault:
    """One way to fail.

    ``rate_limited`` answers 429 and ``server_error`` 500 without doing anything; ``error`` answers ``code``.
    ``drop_before`` and ``drop_after`` break the connection, ``hang_before`` and ``hang_after`` hold it for
    ``seconds`` and then break it, each before or after the method was performed.
    """

    kind: FaultKind
    methods: str = "*"
    every: int | None = None
    times: int | None = None
    probability: float = 1.0
    retry_after: int = 1
    seconds: float = 30.0
    code: str = "internal_error"
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"{self.kind!r} is none of {', '.join(get_args(FaultKind))}")

    def strikes(self, method: str, dice: Random) -> bool:
        """True when this call is to fail; counts the calls that it looked at."""
        if not any(fnmatch.fnmatch(method, pattern) for pattern in self.methods.split()):
            return False
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.every is not None and self.seen % self.every:
            return False
        if self.probability < 1.0 and dice.random() >= self.probability:
            return False
        self.struck += 1
        return True


class Faults:
    """The faults that are switched on now."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self.active: list[Fault] = []

    def add(self, kind: FaultKind, methods: str = "*", **details: int | float | str) -> Fault:
        """Switches a fault on, e.g. ``add("rate_limited", "chat.*", every=3)``; ``methods`` are patterns in a row."""
        fault = Fault(kind, methods, **details)  # type: ignore[arg-type]
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        """Everything works again."""
        self.active.clear()

    def strike(self, method: str) -> Fault | None:
        """The fault that hits this call, if any."""
        return next((fault for fault in self.active if fault.strikes(method, self._dice)), None)

"""Whoever does not want to be disturbed is asked last, and only when nobody else comes.

How people stand was found out before and is only remembered here (``Quietness``), so that asking for help never waits
for a network to say who is there: what is not known counts as there. Being away only puts somebody behind the others
and spares nobody, for a laptop that was closed is no wish to be left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from bot.people import Directory
from bot.uow import Work
from swarming.model import Seat, SeatState, Swarm, Why
from swarming.ports import Quietness


class Readiness(IntEnum):
    """Who is asked first."""

    THERE = 0
    AWAY = 1
    QUIET = 2


def most_ready(work: Work, swarm: Swarm, seats: Sequence[Seat], most: int) -> Sequence[Seat]:
    """So many of these seats, whoever is on duty and whoever is there first. Who wants quiet is spared while anybody is
    there to be asked instead, or helps already; duty is never spared."""
    stand = {seat.person: _readiness(work, seat) for seat in seats}
    first = sorted(seats, key=lambda seat: Readiness.THERE if seat.why is Why.ON_DUTY else stand[seat.person])[:most]
    new = [seat for seat in first if swarm.seat(seat.person) is None]
    if swarm.has_help or any(stand[seat.person] is Readiness.THERE for seat in new):
        for seat in new:
            if stand[seat.person] is Readiness.QUIET and seat.why is not Why.ON_DUTY:
                seat.state, seat.quiet_until = SeatState.SPARED, _quiet_until(work, seat)
    return first


def _readiness(work: Work, seat: Seat) -> Readiness:
    if _quiet_until(work, seat) is not None:
        return Readiness.QUIET
    return Readiness.AWAY if work.get(Quietness).of(seat.account).away else Readiness.THERE


def _quiet_until(work: Work, seat: Seat) -> datetime | None:
    """How long somebody does not want to be disturbed, on whichever of their networks they said so."""
    accounts = {seat.account, *work.get(Directory).person(seat.account).accounts}
    known = [work.get(Quietness).of(account) for account in accounts]
    return max((one.quiet_until for one in known if one.quiet_until and one.is_quiet(work.now)), default=None)

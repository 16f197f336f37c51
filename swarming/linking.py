"""Two accounts turn out to be one person's, or are parted again: a seat held twice becomes one."""

from __future__ import annotations

from bot.people import Directory, PersonId
from bot.refs import UserRef
from bot.uow import Work
from swarming.events import SeatAnswered
from swarming.model import Swarm
from swarming.ports import Swarms


def unite(work: Work, before: PersonId, person: PersonId) -> None:
    """From now on they sit as one."""
    for swarm in work.get(Swarms).naming(before):
        if swarm.unite(before, person):
            _changed(work, swarm, person)


def part(work: Work, person: PersonId, account: UserRef) -> None:
    """An account sits where it sat by itself, and nowhere for the person's sake."""
    known = work.get(Directory).person_by_id(person)
    left = next((one for one in known.accounts if one != account), None) if known is not None else None
    for swarm in work.get(Swarms).naming(str(account)):
        if swarm.part(person, account, left):
            _changed(work, swarm, person)


def _changed(work: Work, swarm: Swarm, person: PersonId) -> None:
    work.get(Swarms).save(swarm)
    work.tell(SeatAnswered(about=swarm.reference, incident=swarm.incident, person=person))

"""An office in which rooms open, people are let in, and it is known who wants quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.facts import RoomOpened
from bot.intents import AnyIntent, Invite, OpenRoom
from bot.presence import Presence
from bot.refs import UserRef
from bot.uow import Outcome
from incidents.model import IncidentId
from swarming import schedule
from swarming.ports import Swarms
from tests.incidents.office import MONDAY, Office, account, catalogue, place, words_of

EXPERTS = ("mehmet", "piet", "femke", "lena")


@dataclass
class Known:
    """``swarming.ports.Quietness``: what a test says of people."""

    people: dict[UserRef, Presence] = field(default_factory=dict)

    def of(self, account: UserRef) -> Presence:
        """What was said of somebody."""
        return self.people.get(account, Presence())


@dataclass
class QuietOffice(Office):
    """The VPN is the task of four, nobody of whom is on duty unless it is said; Tom reports."""

    known: Known = field(default_factory=Known)
    let_in: list[str] = field(default_factory=list)
    """Who was let into the room, in this order."""
    opens: bool = True
    """Whether rooms open, or the network is away."""

    def are_quiet(self, *who: str, until: datetime = MONDAY + timedelta(hours=6)) -> None:
        """These people do not want to be disturbed."""
        for one in who:
            self.known.people[account(one)] = Presence(quiet_from=MONDAY - timedelta(hours=1), quiet_until=until)

    def are_away(self, *who: str) -> None:
        """These people are away."""
        self.known.people |= {account(one): Presence(away=True) for one in who}

    def outage(self) -> None:
        """Tom says that the VPN is down for everybody."""
        self.says("tom", "outage the VPN does not connect", room="direct")

    def passes(self, span: timedelta) -> None:
        """Time goes by, and what was due is done."""
        self.now += span
        with self.storage.work() as work:
            schedule.ask_who_was_spared(work)
        super().passes(timedelta())

    def invited(self) -> list[str]:
        """Who holds a card that asks them, in the order of the seats."""
        asked = {one.alone for key, one in self.said.items() if ":ask:" in key}
        return [who for who in self.seats() if who in asked]

    def seats(self) -> Mapping[str, str]:
        """How everybody stands to the swarm."""
        with self.storage.work() as work:
            swarm = work.get(Swarms).current(IncidentId(1))
        assert swarm is not None
        return {seat.account.id: seat.state for seat in swarm.seats}

    def charter(self) -> str:
        """What the pinned card says."""
        return words_of(self.said["INC-1:swarm:0:charter"].card)

    def _perform(self, id_: int, intent: AnyIntent) -> Outcome:
        match intent:
            case OpenRoom() if not self.opens:
                return Outcome(id=id_, retry_in=timedelta(minutes=1), error="away")
            case OpenRoom():
                opened = place(f"room-{intent.name}")
                fact = RoomOpened(about=intent.about, key=intent.key, room=opened)
                return Outcome(id=id_, done=True, receipt=str(opened), facts=(fact,))
            case Invite():
                self.let_in += [user.id for user in intent.users]
        return super()._perform(id_, intent)


def quiet_office(folder: Path, language: str = "en", **team: Any) -> QuietOffice:
    """An office in which everybody speaks this language, and whose network team differs as said."""
    network = {"id": "network", "name": "Network", "members": [*EXPERTS], **team}
    people = [{**one, "language": language} for one in catalogue()["people"]]
    known = Known()
    return QuietOffice(folder, catalogue(teams=[network], people=people), quietness=known, known=known)

"""What was agreed for a service, as points in time: when somebody will have answered, when it will be solved.

Time counts only while the team that provides the service works. Where nothing was agreed nothing is expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.uow import Work
from incidents.catalogue.hours import Hours
from incidents.model import Incident
from incidents.ports import CatalogueNow

NEAR = 0.75
"""From this part of the agreed time on it is nearly over."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due at some time, and from when on that is near."""

    at: datetime
    near_at: datetime

    def near(self, now: datetime) -> bool:
        """Whether it is nearly over or past."""
        return self.near_at <= now

    def over(self, now: datetime) -> bool:
        """Whether it is past."""
        return self.at <= now


@dataclass(frozen=True, slots=True)
class Expected:
    """What is still open of what was agreed: an answer by a person, and that it is solved."""

    answer: Due | None = None
    solution: Due | None = None

    def next_change(self, now: datetime) -> datetime | None:
        """When something becomes near or is over next."""
        due = [one for one in (self.answer, self.solution) if one is not None]
        return min((at for one in due for at in (one.near_at, one.at) if at > now), default=None)


NOTHING = Expected()


def expected(work: Work, incident: Incident) -> Expected:
    """What the people affected may expect of an open incident; what belongs to an outage is expected of that."""
    catalogue = work.get(CatalogueNow).catalogue
    service = catalogue.service(incident.service) if incident.service else None
    if service is None or not incident.open or incident.parent is not None:
        return NOTHING
    team = catalogue.owner(service.id)
    hours = team.hours if team is not None else None
    answered = incident.answered_at is not None or incident.lead is not None or incident.outage
    return Expected(
        answer=None if answered else _due(hours, incident.opened_at, service.targets.respond),
        solution=_due(hours, incident.opened_at, service.targets.resolve),
    )


def watch(work: Work, incident: Incident) -> None:
    """Note when those who work on it should look at its targets again."""
    incident.watch_at = expected(work, incident).next_change(work.now)


def _due(hours: Hours | None, since: datetime, span: timedelta | None) -> Due | None:
    if span is None:
        return None
    if hours is None:
        return Due(since + span, since + span * NEAR)
    at, near_at = hours.after(since, span), hours.after(since, span * NEAR)
    return Due(at, near_at) if at is not None and near_at is not None else None

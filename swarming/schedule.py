"""Sweeps over due times; whoever ticks calls them every few seconds, on any number of replicas."""

from __future__ import annotations

from bot.uow import Work
from incidents.ports import Incidents
from swarming import service
from swarming.ports import Swarms


def ask_who_was_spared(work: Work) -> int:
    """Where nobody who was asked came, those who did not want to be disturbed are asked after all, once; returns in how
    many swarms."""
    due = work.get(Swarms).with_rest_due(work.now)
    for swarm in due:
        incident = work.get(Incidents).get(swarm.incident)
        if incident is not None and incident.open:
            service.ask_who_was_spared(work, swarm, incident)
    return len(due)

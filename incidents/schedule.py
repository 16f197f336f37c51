"""Sweeps over due times; whoever ticks calls them every few seconds, on any number of replicas."""

from __future__ import annotations

from bot.uow import Work
from incidents import steering
from incidents.ports import Incidents


def remind_of_overdue_updates(work: Work) -> int:
    """Each promised time that has passed is said once; returns how many."""
    due = work.get(Incidents).with_update_due(work.now)
    for incident in due:
        steering.remind(work, incident)
    return len(due)


def ask_how_it_went(work: Work) -> int:
    """Those who reported what is solved and have said nothing since are asked how it went; returns of how many."""
    due = work.get(Incidents).to_ask(work.now)
    for incident in due:
        steering.ask_how_it_went(work, incident)
    return len(due)


def watch_targets(work: Work) -> int:
    """Each target that becomes near or is over shows where the work is done; returns how many."""
    due = work.get(Incidents).to_watch(work.now)
    for incident in due:
        steering.watch_targets(work, incident)
    return len(due)

"""Me too: which reports of a stream the bot takes for one that is open already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.sql.codec import Codec
from adapters.sql.engine import open_database
from adapters.sql.incidents import SqlIncidents
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from benchmarks.quality.figures import precision_and_recall, share
from benchmarks.quality.sets import Data, Predicted, Record
from bot.people import Person, PersonId
from bot.refs import Platform, RoomRef, UserRef
from bot.uow import Work
from incidents import reporting
from incidents.catalogue.model import Catalogue
from incidents.model import IncidentId
from incidents.ports import CatalogueNow, Incidents

SOLVED_AFTER = timedelta(minutes=240)
"""The streams tell when a report came, not when it was solved; none of their incidents hears of itself for longer."""

_BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
_ROOM = RoomRef(Platform.LOCAL, "help")


@dataclass(frozen=True, slots=True)
class _NoCatalogue:
    """An organisation of which nothing is known: only the words can tell."""

    catalogue: Catalogue = field(default_factory=Catalogue)


class Desk:
    """Registers reports as the bot does, in a database of its own. Whoever is offered an open incident joins it."""

    def __init__(self, folder: Path) -> None:
        self.now = _BEGIN
        self._database = open_database(f"sqlite:///{folder}/reports.db")
        migrate(self._database)
        nothing_known = _NoCatalogue()
        self._storage = SqlStorage(
            self._database, Codec(), subscriptions={}, clock=lambda: self.now,
            repositories={Incidents: SqlIncidents, CatalogueNow: lambda _: nothing_known},
        )  # fmt: skip
        self._opened_by: dict[IncidentId, str] = {}

    def report(self, name: str, words: str, minute: float) -> str | None:
        """The name of the report that opened the incident this one joins; None when it opens one itself."""
        self.now = _BEGIN + timedelta(minutes=minute)
        account = UserRef(Platform.LOCAL, name)
        by = Person(id=PersonId(name), name=name)
        with self._storage.work() as work:
            self._solve(work, by, account)
            report = reporting.Report(words=words, by=by, account=account, room=_ROOM, language="en", at=self.now)
            incident = reporting.draft(work, report)
            if incident.offered is not None:
                return self._opened_by[incident.offered]
            work.get(Incidents).add(incident)
            self._opened_by[incident.id] = name
            return None

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def _solve(self, work: Work, by: Person, account: UserRef) -> None:
        incidents = work.get(Incidents)
        for incident in incidents.open_ones():
            if self.now - incident.opened_at > SOLVED_AFTER:
                incident.resolve(by.id, by.name, account, self.now, "", "")
                incidents.save(incident)


def joined(data: Data) -> Iterator[Predicted]:
    """Every report of a stream, in turn: the earlier one it is taken to be about the same as, or none."""
    for name in data.sets("metoo"):
        reports = data.asked("metoo", name)
        with TemporaryDirectory() as folder:
            desk = Desk(Path(folder))
            lines = [{"id": one["id"], "dup_of": desk.report(one["id"], one["text"], one["minute"])} for one in reports]
            desk.close()
        known = all("incident" in one and "new" in one for one in reports)
        yield Predicted("metoo", name, lines, _figures(lines, reports) if known else {})


def _figures(lines: Sequence[Record], reports: Sequence[Record]) -> dict[str, float]:
    """A report that joins another incident than its own is neither found nor right."""
    incident_of = {one["id"]: one["incident"] for one in reports}
    joins = [line["dup_of"] is not None for line in lines]
    well = [incident_of.get(line["dup_of"]) == incident_of[line["id"]] for line in lines]
    new = [bool(one["new"]) for one in reports]
    kept = [not joins_one for joins_one, is_new in zip(joins, new, strict=True) if is_new]
    return {
        **precision_and_recall(sum(well), sum(joins), len(new) - sum(new)),
        "new kept new": share(kept),
        "accuracy": (sum(well) + sum(kept)) / len(new),
    }

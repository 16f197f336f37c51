"""Everything can be taken out and put into another database; a person can be taken out of everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sql.engine import Database, open_database
from adapters.sql.erasing import erase
from adapters.sql.schema import migrate
from adapters.sql.storage import SqlStorage
from adapters.sql.transfer import CannotImport, export, take_in
from bot.people import PersonId
from bot.refs import MessageRef, Platform, RoomRef, ThreadRef, UserRef
from incidents.model import Affected, Entry, EntryKind, Incident, IncidentId, Joined
from incidents.ports import Incidents
from tests.sql.stand import SetClock, storage_over

TOM = UserRef(Platform.SLACK, "U1")
ROOM = RoomRef(Platform.SLACK, "C1")


def remember(storage: SqlStorage, clock: SetClock) -> IncidentId:
    """Tom reports something, Lena too is affected."""
    with storage.work() as work:
        incidents = work.get(Incidents)
        people = [
            Affected(person=PersonId(one), account=UserRef(Platform.SLACK, account), name=name, how=Joined.REPORT,
                     since=clock(), language="de", thread=ThreadRef(ROOM, "1.1"))
            for one, account, name in (("tom", "U1", "Tom Müller"), ("lena", "U2", "Lena Hoffmann"))
        ]  # fmt: skip
        incident = Incident(
            id=incidents.next_id(), title="Tom cannot print", words="I am Tom and cannot print", language="de",
            platform=Platform.SLACK, opened_at=clock(), opened_by=PersonId("tom"), opened_by_name="Tom Müller",
            affected=people,
        )  # fmt: skip
        incidents.add(incident)
        said = Entry(at=clock(), kind=EntryKind.SAID, by=PersonId("tom"), by_name="Tom Müller", text="please hurry",
                     message=MessageRef(ROOM, "1.2"))  # fmt: skip
        incidents.note(incident.id, said)
        return incident.id


def test_what_was_taken_out_is_the_same_in_another_database(
    database: Database, storage: SqlStorage, clock: SetClock, tmp_path: Path
) -> None:
    number = remember(storage, clock)
    lines = list(export(database))
    other = open_database(f"sqlite:///{tmp_path}/other.db")
    migrate(other)

    rows = take_in(other, lines)

    assert rows == len(lines) - 1
    assert list(export(other)) == lines
    with storage_over(other, clock).work() as work:
        incident = work.get(Incidents).get(number)
        assert incident is not None
        assert incident.words == "I am Tom and cannot print"
        assert work.get(Incidents).next_id() > number
    other.close()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "no export"),
        (["{}"], "no export"),
        (['{"swarmbridge": 1}', "nonsense"], "Line 2"),
        (['{"swarmbridge": 1}', '{"table": "users", "row": {}}'], "Line 2"),
        (['{"swarmbridge": 1}', '{"table": "cursors", "row": {"name": "x"}}'], "Line 2"),
    ],
)
def test_what_is_no_export_changes_nothing(database: Database, lines: list[str], why: str) -> None:
    before = list(export(database))

    with pytest.raises(CannotImport, match=why):
        take_in(database, lines)

    assert list(export(database)) == before


def test_a_database_in_use_is_not_filled(database: Database, storage: SqlStorage, clock: SetClock) -> None:
    remember(storage, clock)

    with pytest.raises(CannotImport, match="not empty"):
        take_in(database, list(export(database)))


def test_a_person_can_be_taken_out_of_everything(database: Database, storage: SqlStorage, clock: SetClock) -> None:
    number = remember(storage, clock)

    changed = erase(database, {"tom", str(TOM)}, {"Tom Müller"})

    assert changed >= 3
    kept = "\n".join(export(database))
    for trace in ("Tom", "slack:U1", '"tom"', "please hurry", "cannot print"):
        assert trace not in kept
    assert "Lena Hoffmann" in kept
    with storage.work() as work:
        incident = work.get(Incidents).get(number)
        assert incident is not None
        assert len(incident.affected) == 2, "what happened stays countable"
        assert not work.get(Incidents).of_person(PersonId("tom"))


def test_erasing_somebody_unknown_changes_nothing(database: Database, storage: SqlStorage, clock: SetClock) -> None:
    remember(storage, clock)
    before = list(export(database))

    assert erase(database, {"slack:U99"}, set()) == 0
    assert list(export(database)) == before

"""What is kept of an app in many workspaces: replaced by one, removed for good, used up once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sql.engine import Database
from adapters.sql.erasing import erase
from adapters.sql.installations import SqlInstallations
from tests.sql.stand import SetClock

LASTING = timedelta(minutes=10)


@pytest.fixture
def installations(database: Database, clock: SetClock) -> SqlInstallations:
    return SqlInstallations(database, clock)


def sealed(installations: SqlInstallations) -> dict[str, str]:
    return {workspace: row for workspace, (_, row) in installations.all().items()}


def version(installations: SqlInstallations, workspace: str) -> int:
    return installations.all()[workspace][0]


def test_each_workspace_has_one_row_which_a_new_installation_replaces(installations: SqlInstallations) -> None:
    installations.put("T1", "one")
    installations.put("T2", "two")
    before = version(installations, "T1")
    installations.put("T1", "one again")

    assert sealed(installations) == {"T1": "one again", "T2": "two"}
    assert version(installations, "T1") != before


def test_only_one_may_replace_a_version_until_its_lease_ends(installations: SqlInstallations, clock: SetClock) -> None:
    installations.put("T1", "old")
    old = version(installations, "T1")

    assert installations.lease("T1", old, LASTING)
    assert not installations.lease("T1", old, LASTING)
    clock.forward(601)
    assert installations.lease("T1", old, LASTING)
    assert installations.replace("T1", old, "new")
    assert sealed(installations) == {"T1": "new"}
    assert not installations.replace("T1", old, "late")
    assert not installations.lease("T1", old, LASTING)
    assert installations.lease("T1", version(installations, "T1"), LASTING)


def test_what_was_installed_anew_is_neither_replaced_nor_removed_by_who_knew_the_old(
    installations: SqlInstallations,
) -> None:
    installations.put("T1", "first")
    first = version(installations, "T1")
    assert installations.remove("T1", first)
    assert installations.all() == {}
    installations.put("T1", "second")

    assert not installations.replace("T1", first, "late")
    assert not installations.remove("T1", first)
    assert sealed(installations) == {"T1": "second"}


def test_what_came_back_once_does_not_come_again_and_is_forgotten_with_time(
    installations: SqlInstallations, clock: SetClock
) -> None:
    assert installations.use_up("a", LASTING)
    assert not installations.use_up("a", LASTING)
    assert installations.use_up("b", LASTING)
    clock.forward(601)
    assert installations.use_up("a", LASTING), "by then its time is over anyway"


def test_erasing_a_person_leaves_what_is_sealed_alone(installations: SqlInstallations, database: Database) -> None:
    installations.put("T1", "Anna")

    assert erase(database, {"slack:U1"}, {"Anna"}) == 0
    assert sealed(installations) == {"T1": "Anna"}

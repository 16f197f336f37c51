"""The catalogue follows its file, and a broken file changes nothing."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.directory import reading
from adapters.directory.file import CatalogueBroken, CatalogueFile, Snapshot
from adapters.directory.people import CatalogueDirectory
from bot.people import Directory, PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.ports import CatalogueNow

GOOD = """
organisation: {timezone: Europe/Berlin, language: de}
teams: [{id: it, name: IT, members: [anna]}]
people: [{id: anna, name: Anna, language: de-AT, timezone: Europe/Vienna, accounts: {slack: [U1, U2]}}]
services: [{id: vpn, name: VPN, team: it}]
channels: [{id: help, purpose: support, team: it, slack: C1}]
"""
BETTER = GOOD.replace("name: VPN", "name: Remote access")
BROKEN = GOOD.replace("team: it}", "team: nobody}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.yaml"
    path.write_text(GOOD)
    return path


def rewrite(path: Path, text: str) -> None:
    """As editors do it: a new file takes the place of the old one, so that no clock need have ticked."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def vpn_name(file: CatalogueFile) -> str:
    return next(iter(file.current().services.values())).name()


def test_a_file_that_did_not_change_is_not_read_again(path: Path) -> None:
    file = CatalogueFile(path)
    before = file.current()
    assert file.reload_if_changed() is None
    os.utime(path)
    assert file.reload_if_changed() is None
    assert file.current() is before


def test_a_changed_file_gives_the_new_catalogue(path: Path) -> None:
    file = CatalogueFile(path)
    rewrite(path, BETTER)
    report = file.reload_if_changed()
    assert report is not None
    assert report.ok
    assert vpn_name(file) == "Remote access"
    assert file.reload_if_changed() is None


def test_a_broken_file_keeps_the_last_good_one_and_is_reported_once(path: Path) -> None:
    file = CatalogueFile(path)
    rewrite(path, BROKEN)
    report = file.reload_if_changed()
    assert report is not None
    assert [finding.path for finding in report.errors] == ["services[0].team"]
    assert file.reload_if_changed() is None
    assert vpn_name(file) == "VPN"
    assert file.last_report is report


def test_a_mended_file_is_used_again(path: Path) -> None:
    file = CatalogueFile(path)
    rewrite(path, BROKEN)
    file.reload_if_changed()
    rewrite(path, GOOD)
    report = file.reload_if_changed()
    assert report is not None
    assert report.ok


def test_a_deleted_file_keeps_the_last_good_one_and_is_reported_once_and_welcomed_back(path: Path) -> None:
    file = CatalogueFile(path)
    path.unlink()
    gone = file.reload_if_changed()
    assert gone is not None
    assert "cannot be read" in gone.findings[0].message
    assert file.reload_if_changed() is None
    assert vpn_name(file) == "VPN"
    path.write_text(BETTER)
    back = file.reload_if_changed()
    assert back is not None
    assert back.ok
    assert vpn_name(file) == "Remote access"


@pytest.mark.parametrize("text", [BROKEN, ""])
def test_the_program_does_not_start_with_a_broken_file_and_says_why(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(CatalogueBroken, match="cannot be used") as raised:
        CatalogueFile(path)
    assert raised.value.report.errors


def test_the_program_does_not_start_without_its_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueBroken, match="No such file"):
        CatalogueFile(tmp_path / "nowhere.yaml")


def test_many_threads_see_one_change_once_and_always_a_whole_catalogue(path: Path) -> None:
    file = CatalogueFile(path)
    rewrite(path, BETTER)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: file.reload_if_changed(), range(64)))
        names = set(pool.map(lambda _: vpn_name(file), range(64)))
    assert len([report for report in reports if report is not None]) == 1
    assert names == {"Remote access"}


def test_the_conversation_knows_people_by_any_of_their_accounts(path: Path) -> None:
    directory: Directory = CatalogueDirectory(CatalogueFile(path).current)
    anna = directory.person(UserRef(Platform.SLACK, "U2"))
    assert (anna.id, anna.name, anna.language, anna.zone) == ("anna", "Anna", "de", "Europe/Vienna")
    assert directory.person_by_id(PersonId("anna")) == anna
    assert directory.person_by_id(PersonId("nobody")) is None


def test_a_stranger_is_a_person_made_of_their_account(path: Path) -> None:
    directory: Directory = CatalogueDirectory(CatalogueFile(path).current)
    stranger = directory.person(UserRef(Platform.MATRIX, "@eve:example.org"), "Eve")
    assert (stranger.id, stranger.name) == ("matrix:@eve:example.org", "Eve")
    found = directory.person_by_id(stranger.id)
    assert found is not None
    assert found.accounts == (UserRef(Platform.MATRIX, "@eve:example.org"),)


def test_a_room_takes_what_it_does_not_say_from_team_and_organisation(path: Path) -> None:
    directory: Directory = CatalogueDirectory(CatalogueFile(path).current)
    room = directory.room(RoomRef(Platform.SLACK, "C1"))
    assert (room.purpose, room.language, room.zone, room.team) == ("support", "de", "Europe/Berlin", "it")
    assert directory.room(RoomRef(Platform.SLACK, "C9")).purpose == ""


def test_an_act_sees_one_catalogue_to_its_end(path: Path) -> None:
    file = CatalogueFile(path)
    seen: CatalogueNow = Snapshot(file.current())
    rewrite(path, BETTER)
    file.reload_if_changed()
    assert [service.name() for service in seen.catalogue.services.values()] == ["VPN"]


def test_the_directory_follows_the_file(path: Path) -> None:
    file = CatalogueFile(path)
    directory = CatalogueDirectory(file.current)
    rewrite(path, GOOD.replace("name: Anna,", "name: Anna Berger,"))
    file.reload_if_changed()
    assert directory.person(UserRef(Platform.SLACK, "U1")).name == "Anna Berger"


def test_the_sample_organisation_can_be_held(tmp_path: Path) -> None:
    assert CatalogueFile(reading.SAMPLE).current().organisation.name == "Lindenhof"

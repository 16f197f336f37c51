"""Who may do what, and people of whom the catalogue knows little or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.incidents.office import Office, catalogue


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("not a request INC-1", "Only the people it is about, or who work on it, can withdraw INC-1."),
        ("resolve INC-1 restarted it", "Only the people who work on INC-1 can resolve it."),
        ("outage INC-1", "Only people who are affected by INC-1 or work on it can declare it an outage."),
        ("update INC-1 soon", "Only the people who work on INC-1 can do this. To help, write “join INC-1”."),
        ("hand over INC-1 to me", "Only the people who work on INC-1 can do this. To help, write “join INC-1”."),
        ("rate INC-1 good", "Only those who reported INC-1 can say how it went for them."),
        ("undo INC-1", "Only the people it is about, or who work on it, can bring INC-1 back."),
    ],
)  # fmt: skip
def test_somebody_it_does_not_concern_is_refused_and_told_who_may(office: Office, typed: str, answer: str) -> None:
    office.says("tom", "The VPN does not connect")
    before = office.incident("INC-1")

    office.says("lena", typed, room="direct")

    assert office.one(answer).alone == "lena"
    assert office.incident("INC-1") == before


def test_a_stranger_cannot_reopen_but_whoever_it_hits_can(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")

    office.says("lena", "reopen INC-1", room="direct")
    assert not office.incident("INC-1").open
    office.one("Only people who are affected by INC-1 or work on it can reopen it.", who="lena")
    office.says("tom", "reopen INC-1", room="direct")

    assert office.incident("INC-1").open


def test_me_too_gives_no_say_over_what_hits_others(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("lena", "me too INC-1", room="direct")

    office.says("lena", "resolve INC-1 works for me", room="direct")
    office.says("lena", "not a request INC-1", room="direct")

    assert office.incident("INC-1").open
    assert [one.person for one in office.incident("INC-1").affected] == ["tom"], "she steps back alone"
    office.one("You are no longer counted in with INC-1. It goes on for the others.", who="lena")


def test_a_person_the_catalogue_does_not_know_can_do_all_a_reporter_can(office: Office) -> None:
    root = office.says("gast", "The ERP shows no orders")
    office.one("INC-1 is registered for ERP", room="help")
    office.says("gast", "follow VPN", room="direct")
    office.says("mehmet", "update INC-1 we look into it, next in 30 min", room="direct")
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")
    office.one("INC-1 should be solved", room="help", button="Works again")
    office.says("gast", "works again", under=root)
    office.says("gast", "rate INC-1 good", under=root)

    (one,) = office.incident("INC-1").affected
    assert (one.person, one.name, one.verdict, one.rating) == ("local:gast", "Gast Tester", "works", "good")


def test_a_person_without_a_zone_reads_the_organisations_time(open_office: Callable[..., Office]) -> None:
    people = [{key: value for key, value in one.items() if key != "timezone"} for one in catalogue()["people"]]
    office = open_office(people=people)

    office.says("tom", "The ERP shows no orders")

    assert "Answer by 10:30 CET, solved by 14:00 CET." in office.one("INC-1", room="help").text


def test_where_the_network_told_language_and_zone_a_stranger_is_answered_in_them(office: Office) -> None:
    office.says("gast", "ERP 0815", room="direct", by_language="nl", by_zone="America/New_York")
    office.says("gast", "report ERP 0815", room="direct", by_language="nl", by_zone="America/New_York")

    receipt = office.one("INC-1 is geregistreerd", who="gast")
    assert "Antwoord uiterlijk 04:30," in receipt.text
    assert office.incident("INC-1").affected[0].zone == "America/New_York"

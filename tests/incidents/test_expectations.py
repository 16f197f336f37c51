"""What was agreed for a service: told to whoever reports, and shown to those who work on it when it comes near."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.incidents.office import MONDAY, Office, catalogue


@pytest.mark.parametrize(
    ("language", "report", "expected"),
    [
        ("en", "The ERP shows no orders", "Answer by 10:30 CET, solved by 14:00 CET."),
        ("de", "Das ERP zeigt keine Aufträge", "Antwort bis 10:30 MEZ, gelöst bis 14:00 MEZ."),
        ("nl", "De ERP toont geen orders", "Antwoord uiterlijk 10:30 CET, opgelost uiterlijk 14:00 CET."),
    ],
)  # fmt: skip
def test_the_receipt_says_what_to_expect_in_the_reporters_language_and_the_rooms_zone(
    open_office: Callable[..., Office], language: str, report: str, expected: str
) -> None:
    people = [{**one, "language": language} for one in catalogue()["people"]]
    office = open_office(people=people)

    office.says("tom", report)

    assert expected in office.one("INC-1", "ERP", room="help").text


def expecting(office: Office) -> str:
    return office.one("INC-1", "is registered", room="help").text


def test_only_the_hours_in_which_the_team_works_count(office: Office) -> None:
    office.now = MONDAY.replace(hour=15, minute=45)  # a quarter to five in Berlin; they go home at five
    office.says("tom", "The ERP shows no orders")

    assert "Answer by Tue 3 Mar, 08:15 CET, solved by Tue 3 Mar, 11:45 CET." in expecting(office)


def test_where_nothing_was_agreed_nothing_is_promised(office: Office) -> None:
    office.says("tom", "The VPN does not connect")

    assert " by " not in expecting(office)


def test_once_somebody_takes_it_only_the_solution_is_to_come_and_once_it_is_late_nothing_is_said(
    office: Office,
) -> None:
    office.says("tom", "The ERP shows no orders")
    office.says("mehmet", "hand over INC-1 to me", room="direct")
    taken = office.one("Mehmet Tester takes care of it and answers here", room="help").text
    assert "\nSolved by 14:00 CET." in taken

    office.passes(timedelta(hours=5))
    office.says("lena", "me too INC-1", room="direct")

    assert " by " not in office.one("2 people are affected", room="help").text


def test_those_who_work_on_it_see_what_is_nearly_due_and_what_is_over(office: Office) -> None:
    def agreed() -> list[str]:
        text = office.one("INC-1 · ERP", room="triage").text
        return [line for line in text.splitlines() if "due" in line]

    office.says("tom", "The ERP shows no orders")
    assert agreed() == []
    office.passes(timedelta(minutes=23))
    assert agreed() == ["Answer: due by 10:30 CET"]
    office.passes(timedelta(minutes=7))
    assert agreed() == ["Answer: overdue since 10:30 CET"]

    # when somebody who can help answers in the thread
    thread = office.incident("INC-1").affected[0].thread
    assert thread is not None
    office.says("mehmet", "Which customer is it?", under=thread.root)
    assert agreed() == []
    office.passes(timedelta(hours=3))
    assert agreed() == ["Solution: due by 14:00 CET"]
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")

    assert agreed() == []
    assert len(office.told("INC-1 · ERP")) == 1, "the one card changes, nobody is told again"


def test_what_belongs_to_an_outage_is_no_longer_watched_by_itself(office: Office) -> None:
    office.says("tom", "The ERP shows no orders")
    office.says("mehmet", "outage the ERP shows no orders", room="direct")
    assert office.incident("INC-1").parent == 2

    office.passes(timedelta(hours=4))

    assert "due" not in office.one("INC-1 · ERP", room="triage").text
    assert "Solution: overdue since 14:00 CET" in office.one("INC-2 · ERP", room="triage").text


def test_talk_among_the_affected_is_no_answer(office: Office) -> None:
    root = office.says("tom", "The ERP shows no orders")
    office.says("lena", "did you restart it?", under=root)
    office.says("tom", "yes I did", under=root)

    assert office.incident("INC-1").answered_at is None

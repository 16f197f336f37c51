"""Commands while the bot waits for an answer, and answers while it asks nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.incidents.office import Office, catalogue

QUESTION = "What does not work, or what do you need?"


def test_a_command_while_a_question_is_open_is_done_and_the_question_stays(office: Office) -> None:
    # given a question that waits for its answer
    office.says("tom", "report", room="direct")
    office.one(QUESTION, who="tom")

    # when they ask for other things first
    office.says("tom", "status", room="direct")
    office.says("tom", "search reset password", room="direct")
    office.says("tom", "follow ERP", room="direct")
    assert not office.told("INC-1 is registered")
    office.one("You follow ERP now", who="tom")

    # then the answer is still taken
    office.says("tom", "The VPN does not connect", room="direct")
    office.one("INC-1 is registered for VPN", who="tom")


def test_a_report_is_no_answer_to_a_question_about_an_update(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("mehmet", "update INC-1", room="direct")
    office.one("What should people know?", who="mehmet")

    office.says("mehmet", "report the ERP shows no orders", room="direct")

    office.one("INC-2 is registered for ERP", who="mehmet")
    assert not office.told("News about INC-1")


@pytest.mark.parametrize("answer", ["report the VPN does not connect", "the VPN does not connect"])
def test_the_answer_may_begin_like_the_command(office: Office, answer: str) -> None:
    office.says("tom", "report", room="direct")

    office.says("tom", answer, room="direct")

    assert office.incident("INC-1").words == "the VPN does not connect"


@pytest.mark.parametrize("answer", ["Solved by a restart", "still broken, we wait for the partner", "update follows"])
def test_what_could_be_a_command_is_an_answer_where_one_is_asked_for(office: Office, answer: str) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("mehmet", "update INC-1", room="direct")

    office.says("mehmet", answer, room="direct")
    office.says("mehmet", "-", room="direct")

    office.one("News about INC-1", answer, room="help")


def test_cancel_ends_the_question(office: Office) -> None:
    office.says("tom", "report", room="direct")

    office.says("tom", "cancel", room="direct")
    office.says("tom", "The VPN does not connect", room="direct")

    assert office.told("Nothing was changed", who="tom")
    assert office.told("INC-1 is registered", who="tom")


@pytest.mark.parametrize(
    ("language", "typed", "answer"),
    [
        ("en", "cancel", "I am not asking you anything right now, so there is nothing to stop."),
        ("en", "never mind", "To take a report back, write “not a request”."),
        ("de", "abbrechen", "Um eine Meldung zurückzunehmen, schreib „keine Anfrage“."),
        ("nl", "laat maar", "‘geen melding’"),
        ("en", "2", "I do not know what this number is for"),
        ("de", "3", "Ich weiß nicht, wofür diese Zahl steht"),
        ("nl", "1", "Ik weet niet waar dit getal voor is"),
    ],
)  # fmt: skip
def test_an_answer_to_nothing_gets_a_short_hint(
    open_office: Callable[..., Office], language: str, typed: str, answer: str
) -> None:
    office = open_office(people=[{**one, "language": language} for one in catalogue()["people"]])

    office.says("tom", typed, room="direct")

    assert [answer in one.text for one in office.told(who="tom")] == [True]


@pytest.mark.parametrize("typed", ["cancel", "2", "never mind"])
def test_the_same_said_to_nobody_in_a_room_gets_nothing(office: Office, typed: str) -> None:
    office.says("tom", typed)

    assert not office.said

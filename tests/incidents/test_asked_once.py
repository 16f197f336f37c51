"""Reporters who say nothing after it was solved are asked once, quietly, how it went."""

from __future__ import annotations

from datetime import timedelta

from tests.incidents.office import Office

ASKED = "nobody has said otherwise. How did it go for you?"
A_DAY = timedelta(hours=24)


def solved(office: Office, *also: str) -> str:
    """Tom reports, others are hit too, Mehmet solves it; the message it began with."""
    root = office.says("tom", "The VPN does not connect")
    for who in also:
        office.says(who, "@bot me too INC-1")
    office.says("mehmet", "@bot resolve INC-1 restarted the gateway")
    return root


def test_a_silent_reporter_is_asked_a_day_later_once_where_they_reported(office: Office) -> None:
    root = solved(office, "lena")
    office.passes(A_DAY - timedelta(minutes=1))
    assert not office.told(ASKED)

    office.passes(timedelta(minutes=1))

    card = office.one(ASKED, room="help")
    assert card.thread == f"local:help {root}"
    assert card.text == "INC-1 was solved, and nobody has said otherwise. How did it go for you?"
    assert [*card.buttons] == ["🙂 Good", "😐 All right", "🙁 Poor"]
    office.taps("tom", card, "🙂 Good")
    assert office.one("I noted: Good", who="tom").text == "Thank you, that helps. I noted: Good."
    office.passes(A_DAY)
    office.passes(A_DAY)
    assert len(office.told(ASKED)) == 1


def test_whoever_answered_or_solved_it_themselves_is_not_asked(office: Office) -> None:
    solved(office)
    office.says("tom", "@bot works again INC-1")
    office.says("lena", "ERP shows no orders")
    office.says("lena", "@bot resolve INC-2 it was my browser")

    office.passes(A_DAY)

    assert not office.told(ASKED)


def test_what_is_open_again_is_asked_about_when_it_is_solved_for_good(office: Office) -> None:
    solved(office)
    office.says("mehmet", "@bot reopen INC-1")
    office.passes(A_DAY)
    assert not office.told(ASKED)

    office.says("mehmet", "@bot resolve INC-1 a new cable")
    office.passes(A_DAY)
    assert len(office.told(ASKED)) == 1

    # and never again, however often it comes back
    office.says("mehmet", "@bot reopen INC-1")
    office.says("mehmet", "@bot resolve INC-1 another cable")
    office.passes(A_DAY)
    assert len(office.told(ASKED)) == 1


def test_who_reported_an_outage_twice_is_asked_once(office: Office) -> None:
    # given two reports of one person, and one of another, that an outage explains
    office.says("tom", "The VPN does not connect")
    office.says("tom", "The VPN does not connect at home either")
    office.says("lena", "VPN does not connect")
    office.says("mehmet", "@bot outage INC-1")
    office.says("mehmet", "@bot resolve INC-1 restarted the gateway")

    office.passes(A_DAY)
    office.passes(A_DAY)

    assert [one.text for one in office.told(ASKED)] == [
        "INC-1 was solved, and nobody has said otherwise. How did it go for you?"
    ] * 2

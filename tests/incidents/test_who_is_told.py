"""Everybody is told once, in the best place, and nobody of what they have just written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.incidents.office import Office, catalogue

NEWS = "News about INC-1"


def outage(office: Office) -> str:
    """Tom reports, Mehmet declares an outage; the thread of the report."""
    root = office.says("tom", "The VPN does not connect")
    office.says("mehmet", "outage INC-1", room="direct")
    return root


def test_who_reports_and_follows_and_says_me_too_is_told_once_in_their_thread(office: Office) -> None:
    # given somebody who reported the same in a child and joined the outage too, and follows the service
    office.says("lena", "The VPN does not connect at all")
    root = office.says("tom", "The VPN does not connect from home")
    office.says("mehmet", "outage the VPN does not connect", room="direct")
    assert office.incident("INC-2").parent == 3
    office.says("tom", "me too INC-3", room="direct")
    office.says("tom", "follow VPN", room="direct")

    office.says("mehmet", "update INC-3 we found the cause", room="direct")

    told = office.told("News about INC-3", "we found the cause")
    assert [one.thread for one in told if one.alone in ("tom", "") and root in one.thread] == [f"local:help {root}"]
    assert not [one for one in told if one.alone == "tom"]


def test_a_follower_hears_in_their_own_zone(open_office: Callable[..., Office]) -> None:
    people = [{**one, "timezone": "America/New_York"} if one["id"] == "lena" else one for one in catalogue()["people"]]
    office = open_office(people=people)
    office.says("lena", "follow VPN", room="direct")
    outage(office)

    office.says("mehmet", "update INC-1 we look into it, next in 30 min", room="direct")

    assert "Next update by 04:30." in office.one(NEWS, who="lena").text
    assert "Next update by 10:30." in office.one(NEWS, who="femke").text


def test_who_writes_the_update_is_not_told_it_and_not_counted(office: Office) -> None:
    root = outage(office)
    office.says("mehmet", "follow VPN", room="direct")
    office.says("mehmet", "me too INC-1", room="direct")

    office.says("mehmet", "update INC-1 we found the cause", room="direct")

    told = office.told(NEWS)
    assert {one.alone or one.thread for one in told} == {f"local:help {root}", "femke"}
    assert office.one("Done. 2 people are being told.").alone == "mehmet"


def test_who_declares_an_outage_is_not_told_that_it_is_one(office: Office) -> None:
    office.says("tom", "The VPN does not connect")

    office.says("femke", "me too INC-1", room="direct")
    office.says("femke", "outage INC-1", room="direct")

    assert not [one for one in office.told("INC-1 is an outage") if one.alone == "femke"]


def test_who_solves_it_is_not_told_as_a_follower(office: Office) -> None:
    outage(office)
    office.says("piet", "follow VPN", room="direct")

    office.says("piet", "resolve INC-1 restarted the gateway", room="direct")

    assert {one.alone for one in office.told("should be solved")} == {"", "femke"}


def test_who_solves_their_own_report_as_a_task_is_not_asked_whether_it_works(office: Office) -> None:
    office.says("mehmet", "The VPN does not connect")
    office.says("mehmet", "resolve INC-1 restarted the gateway", room="direct")
    office.says("tom", "The VPN does not connect from home")
    office.says("tom", "resolve INC-2 it was my router", room="direct")

    assert not office.told("INC-1 should be solved")
    office.one("Done. Nobody else is waiting to hear of it.", who="mehmet")
    office.one("INC-2 should be solved", "Does it work for you again?", room="help")


def test_still_broken_in_the_thread_of_a_child_speaks_of_the_outage_that_was_solved(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect from home")
    office.says("mehmet", "outage the VPN does not connect", room="direct")
    office.says("mehmet", "resolve INC-2 restarted the gateway", room="direct")

    office.says("tom", "still broken", under=root)

    assert office.incident("INC-2").open
    office.one("Thank you for saying so. INC-2 is open", who="tom")
    assert "It is part of INC-2." in office.one("INC-1 is registered", room="help").text


def test_a_child_reopened_by_itself_stands_for_itself(office: Office) -> None:
    office.says("tom", "The VPN does not connect from home")
    office.says("mehmet", "outage the VPN does not connect", room="direct")
    assert "State: Part of INC-2" in office.one("INC-1 · VPN", room="triage").text
    office.says("mehmet", "resolve INC-2 restarted the gateway", room="direct")

    office.says("tom", "reopen INC-1", room="direct")

    assert (office.incident("INC-1").parent, office.incident("INC-2").open) == (None, False)
    assert "outage" not in office.one("INC-1 is registered", room="help").text


def test_who_says_it_is_still_broken_is_thanked_and_not_told_so_again(office: Office) -> None:
    root = office.says("tom", "The VPN does not connect")
    office.says("lena", "me too INC-1", room="direct")
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")

    office.says("tom", "still broken", under=root)

    assert [one.alone for one in office.told("is open again: it is not solved")] == ["lena"]
    office.one("Thank you for saying so", who="tom")
    office.one("Tom Tester says it is still broken", who="mehmet")


def test_a_writer_alone_is_told_that_nobody_else_waits(office: Office) -> None:
    office.says("mehmet", "report the VPN does not connect", room="direct")

    office.says("mehmet", "update INC-1 I restarted it", room="direct")

    assert office.one("Nobody else is waiting to hear of it").alone == "mehmet"
    office.passes(timedelta(minutes=1))
    assert not office.told(NEWS)

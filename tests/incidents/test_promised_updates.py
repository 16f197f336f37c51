"""Whoever promised news is reminded once its time has come."""

from __future__ import annotations

from datetime import timedelta

from tests.incidents.office import Office

WAITING = "waiting to hear about INC-1"


def test_who_promised_news_of_a_plain_incident_is_reminded_once(office: Office) -> None:
    # given a plain report, and the word of somebody who does not lead it
    office.says("tom", "The VPN does not connect")
    office.says("piet", "update INC-1 we look into it, next in 20 min", room="direct")

    # when the time has not come, has come, and passes on
    office.passes(timedelta(minutes=19))
    assert not office.told(WAITING)
    office.passes(timedelta(minutes=1))
    office.passes(timedelta(hours=1))

    # then they were reminded, and nobody else
    assert office.one(WAITING, button="Write update").alone == "piet"


def test_the_lead_is_reminded_together_with_who_promised(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("mehmet", "hand over INC-1 to me", room="direct")
    office.says("piet", "update INC-1 we look into it, next in 20 min", room="direct")

    office.passes(timedelta(minutes=20))

    assert {one.alone for one in office.told(WAITING)} == {"mehmet", "piet"}


def test_news_without_a_promise_reminds_nobody(office: Office) -> None:
    office.says("tom", "The VPN does not connect")
    office.says("piet", "update INC-1 we look into it", room="direct")

    office.passes(timedelta(days=1))

    assert not office.told(WAITING)


def test_a_promise_ends_with_the_incident_or_with_the_outage_it_belongs_to(office: Office) -> None:
    office.says("tom", "The VPN does not connect from home")
    office.says("piet", "update INC-1 we look into it, next in 20 min", room="direct")
    office.says("mehmet", "outage the VPN does not connect", room="direct")
    assert office.incident("INC-1").parent == 2

    office.passes(timedelta(minutes=21))

    assert not office.told("waiting to hear about INC-1")

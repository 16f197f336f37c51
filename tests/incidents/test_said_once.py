"""Nothing is said twice, asked too early or left to tap once it is over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.public import PublicPages
from tests.incidents.office import Office, catalogue


def joined(office: Office) -> None:
    """Lena's report joins Tom's."""
    office.says("tom", "The ERP shows no orders today")
    office.says("lena", "ERP shows no orders for me either today")
    office.taps("lena", office.one("INC-2 is registered", room="help"), "Me too")


def test_a_report_that_joins_another_says_so_in_its_receipt_alone(office: Office) -> None:
    joined(office)

    office.one("INC-2 is now part of INC-1. You will hear here how it goes.", room="help")
    assert not office.told("You are counted in")


def test_me_too_under_the_report_of_somebody_else_is_answered(office: Office) -> None:
    office.says("tom", "The ERP shows no orders today")

    office.taps("lena", office.one("INC-1 is registered", room="help"), "Me too")

    office.one("You are counted in with INC-1: 2 people are affected now.", who="lena")


def test_the_receipt_of_an_outage_leaves_it_to_the_message_below_to_say_what_happens(office: Office) -> None:
    office.says("tom", "The ERP shows no orders today")

    office.says("mehmet", "outage INC-1", room="direct")

    assert office.one("INC-1 is registered", room="help").text == "INC-1 is registered for ERP."
    office.one("INC-1 is an outage: ERP. It is being worked on.", room="help")


def test_the_triage_card_of_what_is_carried_on_elsewhere_only_says_where(office: Office) -> None:
    joined(office)
    office.says("tom", "The ERP shows no invoices")
    office.says("mehmet", "outage INC-1 The ERP shows nothing", room="direct")

    for card in (office.one("INC-2 · ERP", room="triage"), office.one("INC-3 · ERP", room="triage")):
        assert "State: Part of INC-1" in card.text
        assert "Affected" not in card.text
        assert "Takes care of it" not in card.text
    assert [*office.one("INC-3 · ERP", room="triage").buttons] == ["It is something else"]


def test_only_reporters_for_whom_it_works_again_are_asked_how_it_went_and_once(office: Office) -> None:
    office.says("tom", "The ERP shows no orders today")
    office.says("lena", "me too INC-1", room="direct")
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")

    for who in ("tom", "lena"):
        asked = next(one for one in office.told("INC-1", "Does it work for you again?") if one.alone in ("", who)
                     and (one.alone == who) is (who == "lena"))  # fmt: skip
        assert [*asked.buttons] == ["Works again", "Still broken"]
        office.taps(who, asked, "Works again")

    assert not office.one("Good to hear, thank you.", who="lena").buttons
    how = office.one("Good to hear, thank you. How did it go for you?", who="tom")
    office.taps("tom", how, "🙂 Good")
    office.says("tom", "works again INC-1", room="direct")
    assert office.incident("INC-1").affected[0].rating == "good"
    assert len(office.told("How did it go for you?")) == 1


def test_whether_it_works_is_asked_no_more_once_it_is_open_again_and_anew_when_it_is_solved_again(
    office: Office,
) -> None:
    joined(office)
    office.says("mehmet", "resolve INC-1 restarted it", room="direct")
    first, second = office.told("INC-1 should be solved", room="help")

    office.taps("lena", second, "Still broken")

    assert [one.text for one in office.told("thought to be solved")] == ["INC-1 was thought to be solved."] * 2
    assert not office.told(button="Still broken", room="help")
    office.says("mehmet", "resolve INC-1 mended it", room="direct")
    assert len(office.told("mended it", button="Still broken", room="help")) == 2
    assert first.key != office.told("mended it", button="Still broken", room="help")[0].key


@pytest.mark.parametrize("typed", ["take INC-1", "ich übernehme INC-1", "ik pak INC-1 op", "neem INC-1 over"])
def test_whoever_can_help_takes_it_in_their_own_words(office: Office, typed: str) -> None:
    office.says("tom", "The ERP shows no orders today")

    office.says("mehmet", typed, room="direct")

    assert office.incident("INC-1").lead == "mehmet"
    assert not office.told("INC-2")


def test_where_a_report_names_two_services_it_says_which(office: Office) -> None:
    office.says("tom", "VPN and ERP do not answer")

    office.one("INC-1 is registered.", "It may be about ERP or VPN", room="help")
    office.one("INC-1 ·", "Service: ERP or VPN", room="triage")


@pytest.mark.parametrize(
    ("languages", "lead", "spoken"),
    [
        (["en"], "nl", "What is known"),
        (["en", "nl"], "nl", "Wat bekend is"),
        ([], "nl", "Wat bekend is"),
        ([], "", "What is known"),
    ],
)
def test_the_room_speaks_the_services_language_then_the_leads_then_the_organisations(
    open_office: Callable[..., Office], languages: list[str], lead: str, spoken: str
) -> None:
    people = [{**one, "language": {"tom": "de", "mehmet": lead}.get(one["id"], "en")} for one in catalogue()["people"]]
    people = [{key: value for key, value in one.items() if value} for one in people]
    erp = {"id": "erp", "name": "ERP", "team": "network", "keywords": ["erp"], "languages": languages}
    office = open_office(people=people, services=[erp])
    office.says("tom", "Das ERP zeigt heute keine Aufträge")

    office.says("mehmet", "outage INC-1", room="direct")
    office.says("mehmet", "update INC-1 a disk is full", room="direct")

    assert office.said["INC-1:swarm:0:charter"].text.count(spoken) == 1


def test_a_room_names_its_zone_and_who_is_alone_with_the_bot_reads_their_own_time(
    open_office: Callable[..., Office],
) -> None:
    people = [{**one, "timezone": "Europe/London"} if one["id"] == "tom" else one for one in catalogue()["people"]]
    office = open_office(people=people)
    office.says("tom", "The ERP shows no orders today", room="direct")
    office.says("lena", "The ERP shows no orders for me either today")

    office.says("mehmet", "update INC-1 a disk is full, next in 30 min", room="direct")
    office.says("mehmet", "update INC-2 a disk is full, next in 30 min", room="direct")

    office.one("News about INC-1", "Next update by 09:30.")
    office.one("News about INC-2", "Next update by 10:30 CET.", room="help")


def test_public_pages_name_the_service_and_say_what_was_told_but_not_what_reporters_wrote(office: Office) -> None:
    office.says("tom", "I cannot open the ERP since I talked to Lena")
    office.says("mehmet", "outage INC-1", room="direct")
    office.says("mehmet", "update INC-1 a disk is full", room="direct")

    (shown,) = PublicPages(office.storage).snapshot("en").current

    assert (shown.title, [one.text for one in shown.updates], shown.at) == ("ERP", ["a disk is full"], office.now)
    assert "talked" not in repr(shown)

"""Two accounts that turn out to be one person count as one from then on, backwards too; parted, each keeps its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.sql.tables import jobs
from bot.people import Directory, PersonId
from bot.refs import UserRef
from incidents.ports import Crew, Follows
from swarming.ports import Swarms
from tests.incidents.office import Office, account, catalogue

OTHER = "stranger"
"""An account the catalogue does not know."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with two networks, and a confidential service that is Piet's."""
    content = catalogue()
    content["teams"].append({"id": "hr", "name": "HR", "members": ["piet"], "on_duty": ["piet"]})
    content["services"].append(
        {"id": "pay", "name": "Payroll", "team": "hr", "keywords": ["payslip"], "confidential": True}
    )
    slack = {"bot_token": "xoxb-1", "app_token": "xapp-1"}
    opened = Office(tmp_path, content, settings={"slack": slack})
    yield opened
    opened.close()


def link(office: Office, first: str, second: str) -> None:
    """Somebody types on one account the code that another one was given."""
    office.says(first, "link accounts", room="direct")
    code = re.findall(r"\d{12}", office.told("ten minutes", who=first)[-1].text)[0]
    office.says(second, f"link accounts {code}", room="direct")
    assert office.told("both accounts are you", who=second)


def unlink(office: Office, who: str) -> None:
    office.says(who, "unlink accounts", room="direct")
    assert office.told("on their own again", who=who)


def affected(office: Office, reference: str = "INC-1") -> int:
    return office.incident(reference).people


def knows(office: Office, who: str, reference: str) -> bool:
    """Whether somebody is told how it stands."""
    before = len(office.told(f"I do not know {reference}", who=who))
    office.says(who, f"status {reference}", room="direct")
    return len(office.told(f"I do not know {reference}", who=who)) == before


def test_what_both_accounts_said_before_is_one_persons(office: Office) -> None:
    # given a report of Lena, which a stranger has too, and one of the stranger
    office.says("lena", "The VPN does not connect")
    office.says(OTHER, "@bot me too INC-1")
    office.says(OTHER, "The ERP shows no orders")
    assert affected(office) == 2

    # when it turns out that both are Lena
    link(office, "lena", OTHER)

    # then one is affected, also on the cards, and both reports are hers
    assert affected(office) == 1
    assert "Affected: 1" in office.one("INC-1", room="triage").text
    office.says("lena", "status", room="direct")
    mine = office.told("Yours", who="lena")[-1].text
    assert "INC-1" in mine
    assert "INC-2" in mine
    # and what she says in either thread, from either account, is said by one who is affected
    office.says(OTHER, "works again INC-1", room="direct")
    assert office.incident("INC-1").affected_person("lena").verdict == "works"  # type: ignore[arg-type, union-attr]


def test_what_is_solved_is_told_once(office: Office) -> None:
    office.says("lena", "The VPN does not connect", room="direct")
    office.says(OTHER, "me too INC-1", room="direct")
    link(office, "lena", OTHER)

    office.says("mehmet", "@bot resolve INC-1 restarted the gateway")

    assert [one.alone for one in office.told("Does it work for you again?")] == ["lena"]


def test_what_both_follow_is_followed_once_and_parted_again(office: Office) -> None:
    for who, what in (("lena", "VPN"), (OTHER, "VPN"), (OTHER, "ERP")):
        office.says(who, f"follow {what}", room="direct")

    def followed() -> list[list[str]]:
        with office.storage.work() as work:
            return [sorted(work.get(Follows).of_person(who)) for who in ("lena", f"local:{OTHER}")]  # type: ignore[arg-type]

    assert followed() == [["vpn"], ["erp", "vpn"]]
    link(office, OTHER, "lena")
    assert followed() == [["erp", "vpn"], []]
    unlink(office, "lena")
    assert followed() == [["vpn"], ["erp"]]


def test_a_seat_held_twice_becomes_one(office: Office) -> None:
    office.says("lena", "The VPN does not connect")
    office.says("lena", "@bot outage INC-1")
    office.says(OTHER, "join INC-1", room="direct")

    def seats() -> list[tuple[str, str]]:
        number = office.incident("INC-1").id
        with office.storage.work() as work:
            swarm = work.get(Swarms).current(number)
            assert swarm is not None
            return [(seat.person, seat.state) for seat in swarm.seats if seat.person in ("lena", f"local:{OTHER}")]

    assert seats() == [("lena", "accepted"), (f"local:{OTHER}", "accepted")]
    link(office, "lena", OTHER)
    assert seats() == [("lena", "accepted")]


def test_parted_accounts_see_nothing_of_each_other_any_more(office: Office) -> None:
    # given a confidential report from each account, before and while they were one person's
    office.says("lena", "My payslip is wrong", room="direct")
    office.says(OTHER, "My payslip is wrong, too much tax", room="direct")
    assert [knows(office, who, ref) for who in ("lena", OTHER) for ref in ("INC-1", "INC-2")] == [
        True, False, False, True,
    ]  # fmt: skip
    link(office, "lena", OTHER)
    assert all(knows(office, who, ref) for who in ("lena", OTHER) for ref in ("INC-1", "INC-2"))
    office.says("lena", "My payslip of May is missing", room="direct")
    office.says(OTHER, "My payslip of June is missing", room="direct")

    # when they are parted
    unlink(office, OTHER)

    # then each has what was said from it
    refs = ("INC-1", "INC-2", "INC-3", "INC-4")
    assert [knows(office, "lena", ref) for ref in refs] == [True, False, True, False]
    assert [knows(office, OTHER, ref) for ref in refs] == [False, True, False, True]


def test_a_seat_among_the_confidential_stays_with_who_had_it(office: Office) -> None:
    # given Piet of HR in the swarm of something confidential
    office.says("lena", "My payslip is wrong", room="direct")
    office.says("piet", "outage INC-1", room="direct")
    office.says("piet", "join INC-1", room="direct")
    assert not knows(office, OTHER, "INC-1")

    # when an account was his for a while, and spoke there for him
    link(office, "piet", OTHER)
    assert knows(office, OTHER, "INC-1")
    office.says(OTHER, "hand over INC-1 to me", room="direct")
    unlink(office, "piet")

    # then it knows nothing any more, and he still sits there and leads
    assert not knows(office, OTHER, "INC-1")
    assert knows(office, "piet", "INC-1")
    incident = office.incident("INC-1")
    with office.storage.work() as work:
        crew = work.get(Crew)
        assert crew.includes(incident.id, "piet")  # type: ignore[arg-type]
        assert not crew.includes(incident.id, f"local:{OTHER}")  # type: ignore[arg-type]
    assert (incident.lead, incident.lead_account) == ("piet", account("piet"))


def test_whoever_is_linked_to_a_linked_account_is_the_same_person(office: Office) -> None:
    office.says(OTHER, "The ERP shows no orders")
    link(office, OTHER, "phone")
    link(office, "phone", "lena")

    office.says("lena", "status", room="direct")
    assert "INC-1" in office.told("Yours", who="lena")[-1].text
    assert office.told("Lena Tester", "and this account are one person", who=OTHER), "whom it concerns is told as well"
    unlink(office, "lena")
    assert [knows(office, who, "INC-1") for who in (OTHER, "lena")] == [True, True]
    assert office.incident("INC-1").opened_by == f"local:{OTHER}"


def test_nobody_becomes_somebody_without_both_accounts(office: Office) -> None:
    office.says("lena", "My payslip is wrong", room="direct")

    # a code that was never given, one's own, one used up, one that is too old
    office.says(OTHER, "link accounts 123456789012", room="direct")
    office.says(OTHER, "link accounts", room="direct")
    own = re.findall(r"\d{12}", office.told("ten minutes", who=OTHER)[-1].text)[0]
    office.says(OTHER, f"link accounts {own}", room="direct")
    link(office, "lena", "phone")
    used = re.findall(r"\d{12}", office.told("ten minutes", who="lena")[-1].text)[0]
    office.says(OTHER, f"link accounts {used}", room="direct")

    assert len(office.told("not valid here", who=OTHER)) == 3
    assert not knows(office, OTHER, "INC-1")
    # and two people of the catalogue never
    office.says("lena", "link accounts", room="direct")
    code = re.findall(r"\d{12}", office.told("ten minutes", who="lena")[-1].text)[0]
    office.says("tom", f"link accounts {code}", room="direct")
    assert office.told("two people’s", who="tom")
    assert not knows(office, "tom", "INC-1")


def test_what_is_long_over_is_linked_in_silence(office: Office) -> None:
    # given something solved and something open
    office.says(OTHER, "The ERP shows no orders")
    office.says("mehmet", "@bot resolve INC-1 restarted it")
    office.says(OTHER, "The VPN does not connect")

    def edits() -> Counter[str]:
        with office.database.read() as connection:
            rows = connection.execute(select(jobs.c.key).where(jobs.c.type == "Edit")).scalars()
            return Counter(key.partition(":")[0] for key in rows)

    # when it turns out who reported both
    before = edits()
    link(office, "lena", OTHER)

    # then nobody's room fills with cards that say what they said
    assert set(edits() - before) == {"INC-2"}
    assert office.incident("INC-1").opened_by == "lena"


def test_an_account_that_the_catalogue_gives_to_somebody_else_is_linked_no_more(office: Office) -> None:
    def accounts_of_lena() -> tuple[UserRef, ...]:
        with office.storage.reading() as work:
            lena = work.get(Directory).person_by_id(PersonId("lena"))
            assert lena is not None
            return lena.accounts

    link(office, "lena", OTHER)
    assert accounts_of_lena() == (account("lena"), account(OTHER))

    sam = {"id": "sam", "name": "Sam Tester", "accounts": {"local": OTHER}}
    office.changes({**office.content, "people": [*office.content["people"], sam]})

    assert accounts_of_lena() == (account("lena"),)

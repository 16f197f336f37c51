"""What people reported stays with the incident that carries on, in their own words."""

from __future__ import annotations

from incidents import reporting
from tests.incidents.office import Office


def words(office: Office, reference: str) -> tuple[str, ...]:
    incident = office.incident(reference)
    with office.storage.work() as work:
        return reporting.reported(work, incident)


def test_a_joined_report_leaves_its_words_with_their_later_changes(office: Office) -> None:
    office.says("tom", "The VPN does not connect since this morning")
    second = office.says("lena", "VPN does not connect for me either since this morning, error 619")
    offer = office.one("It looks like INC-1", room="help", button="Me too")
    office.taps("lena", offer, "Me too")
    assert office.incident("INC-2").joined_to == 1

    assert words(office, "INC-1") == (
        "The VPN does not connect since this morning",
        "VPN does not connect for me either since this morning, error 619",
    )

    # and what is taken back is taken back here too
    office.deletes("lena", second)
    assert words(office, "INC-1") == ("The VPN does not connect since this morning",)


def test_an_outage_has_the_words_of_its_children_and_of_those_who_joined_them(office: Office) -> None:
    office.says("tom", "The VPN does not connect from home")
    office.says("lena", "VPN does not connect from home, error 619")
    office.taps("lena", office.one("It looks like INC-1", room="help", button="Me too"), "Me too")
    office.says("mehmet", "outage VPN does not connect", room="direct")
    assert office.incident("INC-1").parent == 3

    assert words(office, "INC-3") == (
        "VPN does not connect", "The VPN does not connect from home", "VPN does not connect from home, error 619",
    )  # fmt: skip


def test_a_tick_on_a_reporters_own_words_is_no_solution(office: Office) -> None:
    office.says("tom", "The VPN does not connect since this morning")
    second = office.says("lena", "VPN does not connect for me either since this morning")
    office.taps("lena", office.one("It looks like INC-1", room="help", button="Me too"), "Me too")

    office.reacts("mehmet", second, "✅")

    assert office.incident("INC-1").open


def test_the_article_has_everybodys_words_and_nobodys_name(office: Office) -> None:
    office.says("tom", "The VPN does not connect since this morning")
    office.says("lena", "VPN does not connect for me either since this morning, Lena Tester, error 619")
    office.taps("lena", office.one("It looks like INC-1", room="help", button="Me too"), "Me too")

    office.says("mehmet", "resolve INC-1 renewed the certificate", room="direct")

    drafted = office.one("KB-1", who="mehmet", button="Publish").text
    assert "error 619" in drafted
    assert "Lena" not in drafted

"""Which service a message is about."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.directory import reading
from bot.refs import Platform, RoomRef
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import Item, ItemId, Service, ServiceId, TeamId


def service(id_: str, name: str, *keywords: str, items: tuple[str, ...] = (), confidential: bool = False) -> Service:
    return Service(
        id=ServiceId(id_),
        names={"": name},
        team=TeamId("it"),
        keywords=keywords,
        items=tuple(map(ItemId, items)),
        confidential=confidential,
    )


CATALOGUE = Catalogue(
    services=[
        Service(id=ServiceId("printing"), names={"en": "Printing", "de": "Drucken"}, team=TeamId("it"),
                keywords=("printer", "Drucker")),
        service("vpn", "VPN", "remote access"),
        service("wifi", "Wi-Fi", "Netzwerk"),
        service("guest-wifi", "Wi-Fi guest"),
        service("doors", "Zutritt", "Tür", "key card"),
        service("mail", "E-Mail", items=("mx",)),
        service("pay", "Gehaltsabrechnung", "Gehalt", confidential=True),
        service("erp", "ERP", "Rechnung"),
    ],
    items=[Item(id=ItemId("mx"), name="mx-leipzig")],
)  # fmt: skip


def recognised(text: str) -> tuple[str, tuple[str, ...]] | None:
    found = CATALOGUE.recogniser.service(text)
    return (found.service, found.words) if found is not None else None


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("the printer on floor 2 is dead", "printing", ("printer",)),
        ("all PRINTERS are dead", "printing", ("PRINTERS",)),
        ("Ich kann nicht drucken", "printing", ("drucken",)),
        ("Druckerproblem im dritten Stock", "printing", ("Druckerproblem",)),
        ("die vpnverbindung bricht ab", "vpn", ("vpnverbindung",)),
        ("No Remote  Access today", "vpn", ("Remote Access",)),
        ("wifi is slow", "wifi", ("wifi",)),
        ("wi-fi is slow", "wifi", ("wi fi",)),
        ("Wi\u200b-Fi is slow", "wifi", ("Wi Fi",)),
        ("die Tür klemmt", "doors", ("Tür",)),
        ("die Tu\u0308r klemmt", "doors", ("Tür",)),
        ("die Tuer klemmt", "doors", ("Tuer",)),
        ("alle Türen klemmen", "doors", ("Türen",)),
        ("alle Tueren klemmen", "doors", ("Tueren",)),
        ("alle Turen klemmen", "doors", ("Turen",)),
        ("my key cards do not work", "doors", ("key cards",)),
        ("email bounces", "mail", ("email",)),
        ("mx-leipzig does not answer", "mail", ("mx leipzig",)),
        ("mein Gehalt fehlt", "pay", ("Gehalt",)),
    ],
)
def test_a_service_is_recognised_by_the_words_people_use(text: str, expected: str, words: tuple[str, ...]) -> None:
    assert recognised(text) == (expected, words)


@pytest.mark.parametrize(
    "text", ["", "   ", "good morning everybody", "an imprint", "the vpnn", "currently 🎫", "\u202e"]
)
def test_nothing_is_recognised_where_nothing_is_said(text: str) -> None:
    assert recognised(text) is None
    assert CATALOGUE.recogniser.candidates(text) == ()


def test_the_last_part_of_a_compound_says_what_it_is() -> None:
    assert recognised("der Netzwerkdrucker steht still") == ("printing", ("Netzwerkdrucker",))


def test_a_longer_name_hides_the_shorter_one_within_it() -> None:
    assert recognised("the wi-fi guest page is gone") == ("guest-wifi", ("wi fi guest",))


def test_two_services_named_alike_strongly_give_no_guess_but_both_candidates() -> None:
    text = "printer not reachable over VPN"
    assert recognised(text) is None
    assert [found.service for found in CATALOGUE.recogniser.candidates(text)] == ["vpn", "printing"]


def test_more_different_words_make_a_service_likelier_and_repeated_ones_do_not() -> None:
    assert recognised("VPN remote access and the printer") == ("vpn", ("VPN", "remote access"))
    assert recognised("printer printer printer printer and VPN") is None


def test_a_weak_hint_at_a_confidential_service_is_enough_to_doubt() -> None:
    assert recognised("Rechnung falsch") == ("erp", ("Rechnung",))
    assert recognised("Rechnung falsch, Gehaltszettel fehlt") is None


def test_in_doubt_a_report_is_about_the_confidential_service_and_without_words_about_what_its_room_is_for() -> None:
    catalogue = reading.read_file(reading.SAMPLE).catalogue
    assert catalogue is not None
    hr_help, help_ = RoomRef(Platform.LOCAL, "hr-help"), RoomRef(Platform.LOCAL, "help")
    assert catalogue.service_meant("I cannot print my payslip", help_) == "payroll"
    assert catalogue.service_meant("VPN and printer are gone", help_) is None
    assert catalogue.service_meant("My manager shouts at me", hr_help) == "hr-case"
    assert catalogue.service_meant("My manager shouts at me", help_) is None
    assert catalogue.service_meant("The printer is out of toner", hr_help) == "printing"
    assert catalogue.service_meant("Printer!") == "printing"


def test_the_words_of_every_language_of_the_sample_organisation_lead_to_its_services() -> None:
    catalogue = reading.read_file(reading.SAMPLE).catalogue
    assert catalogue is not None
    for known in catalogue.services.values():
        for text in (*known.names.values(), *known.keywords):
            found = catalogue.recogniser.service(f"hello, {text} ?!")
            assert found is not None, text
            assert found.service == known.id


@given(st.text())
def test_any_text_is_read_to_its_end(text: str) -> None:
    for found in CATALOGUE.recogniser.candidates(text):
        assert found.service in CATALOGUE.services
        assert found.words


def test_a_message_is_matched_with_fifty_services_in_a_moment() -> None:
    """A fifth of a millisecond is the aim; the test leaves room for a busy machine."""
    many = [service(f"s{n}", f"Dienst Nummer {n}x", *(f"wort{n}teil{k}" for k in range(20))) for n in range(50)]
    recogniser = Catalogue(services=[*CATALOGUE.services.values(), *many]).recogniser
    text = "Guten Morgen, seit heute früh geht bei uns im dritten Stock der Netzwerkdrucker nicht, alles hängt. Danke!"
    times = []
    for _ in range(50):
        start = time.perf_counter()
        assert recogniser.service(text) is not None
        times.append(time.perf_counter() - start)
    assert min(times) < 0.002


@pytest.mark.parametrize("text", ["x" * 100_000, "drucker" * 15_000, "vpn " * 25_000, "wi-" * 33_000])
def test_a_huge_message_takes_no_time_to_speak_of(text: str) -> None:
    start = time.perf_counter()
    CATALOGUE.recogniser.service(text)
    assert time.perf_counter() - start < 0.5

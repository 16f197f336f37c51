"""An outage told of in one language is offered to those who report it in another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.incidents.office import Office, catalogue


@pytest.fixture
def mixed(open_office: Callable[..., Office]) -> Office:
    """An office in which Mehmet speaks English, Tom German and Lena Dutch."""
    languages = {"tom": "de", "lena": "nl"}
    people = [{**one, "language": languages.get(one["id"], "en")} for one in catalogue()["people"]]
    services = [
        {"id": "vpn", "name": "VPN", "team": "network", "keywords": ["vpn", "Firmennetz", "bedrijfsnetwerk"]},
        {"id": "printing", "name": "Printing", "team": "network", "keywords": ["printer", "Drucker"]},
    ]
    return open_office(people=people, services=services)


@pytest.mark.parametrize(
    ("who", "report", "button"),
    [
        ("tom", "Ich komme von zuhause nicht mehr ins Firmennetz", "Ich auch"),
        ("lena", "Ik kan thuis niet meer op het bedrijfsnetwerk komen", "Ik ook"),
    ],
)
def test_a_fresh_outage_of_the_same_service_is_offered(mixed: Office, who: str, report: str, button: str) -> None:
    mixed.says("mehmet", "outage nobody can connect with VPN", room="direct")

    mixed.says(who, report)

    assert mixed.incident("INC-2").offered == 1
    mixed.taps(who, mixed.one("INC-2", "INC-1", room="help", button=button), button)
    assert mixed.incident("INC-2").joined_to == 1


def test_something_else_an_old_outage_and_a_plain_report_are_not(mixed: Office) -> None:
    # a plain report in another language
    mixed.says("mehmet", "report nobody can connect with VPN", room="direct")
    mixed.says("tom", "Ich komme von zuhause nicht mehr ins Firmennetz")
    assert mixed.incident("INC-2").offered is None

    # an outage, but of something else
    mixed.says("mehmet", "outage the printer on floor two burns", room="direct")
    mixed.says("lena", "Ik kan thuis niet meer op het bedrijfsnetwerk komen")
    assert mixed.incident("INC-4").offered is None

    # an outage of long ago
    mixed.passes(timedelta(hours=5))
    mixed.says("tom", "Der Drucker zieht im Erdgeschoss kein Papier ein")
    assert mixed.incident("INC-5").offered is None


def test_in_the_same_language_words_must_tell(mixed: Office) -> None:
    mixed.says("mehmet", "outage nobody can connect with VPN", room="direct")

    mixed.says("piet", "I need the Firmennetz handbook, where do I find it?")

    assert mixed.incident("INC-2").offered is None

"""An article from its draft to the day it no longer holds, as people in the chat live through it."""

from __future__ import annotations

import httpx
import pytest

from tests.knowledge.conftest import House

VPN = "The VPN does not connect since this morning"
AGAIN = "My VPN does not connect since this morning, what can I do?"


async def published(house: House) -> None:
    """KB-1, from Tom's report that Mehmet of the network team solved."""
    draft = await house.drafted(VPN, "Renew the certificate of the gateway")
    house.taps("mehmet", draft, "Publish")
    await house.sees("mehmet", "KB-1 is published")


async def test_what_was_marked_for_the_article_is_in_it_unless_that_was_taken_back(house: House) -> None:
    # given a report with two answers, both marked, and one mark taken back
    said = house.says("tom", VPN, "help")
    await house.sees("tom", "INC-1", "registered")
    keep = house.says("mehmet", "Clear the cache of the client as well", "help", under=said)
    slip = house.says("piet", "I will have a look after lunch", "help", under=said)
    for message in (keep, slip):
        house.person("mehmet").reacts(message, "📌")
    house.person("mehmet").unreacts(slip, "📌")
    # and a mark that somebody else cannot take back
    house.person("lena").unreacts(keep, "📌")
    house.says("lena", "@swarmbridge follow", "help")
    await house.sees("lena", "You could follow")

    house.says("mehmet", "resolve INC-1 Renew the certificate")

    draft = await house.sees("mehmet", "KB-1", button="Publish")
    assert "Clear the cache" in draft.text
    assert "after lunch" not in draft.text


async def test_an_article_speaks_in_the_words_of_everybody_who_reported(house: House) -> None:
    house.says("tom", VPN, "help")
    await house.sees("tom", "INC-1", "registered")
    house.says("lena", "VPN does not connect, it says the gateway certificate expired this morning", "help")
    offer = await house.sees("lena", "INC-2", button="Me too")
    house.taps("lena", offer, "Me too")
    await house.sees("lena", "INC-2 is now part of INC-1")
    house.says("sanne", "VPN in Utrecht is dead, the client spins forever since this morning", "help")
    await house.sees("sanne", "INC-3", "registered")
    house.says("mehmet", "outage INC-1")
    await house.sees("sanne", "INC-1", "Several people")

    house.says("mehmet", "resolve INC-1 Renewed the certificate")

    draft = await house.sees("mehmet", "KB-1", button="Publish")
    for words in ("does not connect since this morning", "it says the gateway certificate expired", "spins forever"):
        assert words in draft.text


async def test_another_team_neither_publishes_nor_discards(house: House) -> None:
    # given a draft about a service of the network team
    await house.drafted(VPN, "Renew the certificate of the gateway")

    # when somebody of another team tries
    house.says("willem", "publish KB-1")
    await house.sees("willem", "KB-1 belongs to Network: they and those who solved it decide about it.")
    house.says("willem", "discard KB-1")
    # and somebody of no team, who does not even know of it
    house.says("tom", "publish KB-1")
    await house.sees("tom", "I do not know the article “KB-1”")

    # then it is still the owner's to decide
    house.says("piet", "article KB-1")
    shown = await house.sees("piet", "KB-1", "Renew", button="Publish")
    house.taps("piet", shown, "Publish")
    await house.sees("piet", "KB-1 is published")
    house.says("willem", "discard KB-1")
    house.says("tom", "discard KB-1")
    await house.sees("tom", "KB-1 belongs to Network")
    house.says("tom", "article KB-1")
    await house.sees("tom", "KB-1 · ", "Renew the certificate")


async def test_who_solved_it_decides_even_where_no_team_does(house: House) -> None:
    draft = await house.drafted("My chair squeaks terribly when I turn", "A drop of oil", by="bernd")
    house.says("willem", "publish KB-1")
    await house.sees("willem", "KB-1")
    house.taps("bernd", draft, "Publish")
    await house.sees("bernd", "KB-1 is published")


async def test_what_did_not_hold_is_not_offered_and_is_written_anew(house: House) -> None:
    # given a published article whose incident is opened again
    await published(house)
    house.says("tom", "reopen INC-1")
    await house.sees("tom", "INC-1", "open again")

    # then it is not offered to the next person, but can be found, with a word of warning
    house.says("sanne", AGAIN, "help")
    receipt = await house.sees("sanne", "INC-2", "registered")
    assert "KB-1" not in receipt.text
    house.says("sanne", "article KB-1")
    await house.sees("sanne", "KB-1", "This did not help everybody")
    async with httpx.AsyncClient() as client:
        assert "This did not help everybody" in (await client.get(f"{house.pages}/knowledge/KB-1")).text

    # when it is solved in another way
    old = await house.sees("mehmet", "KB-1 is published")
    house.says("mehmet", "resolve INC-1 Replace the router")
    draft = await house.sees("mehmet", "I wrote KB-1 anew", "Replace the router", button="Publish")
    assert "Renew the certificate" not in draft.text
    assert old.text

    # then it answers nobody until it is published anew
    house.says("sanne", "search VPN does not connect")
    await house.sees("sanne", "I found nothing for")
    house.taps("mehmet", draft, "Publish")
    await house.sees("mehmet", "KB-1 is published", "Replace the router")
    house.says("sanne", "search VPN does not connect")
    await house.sees("sanne", "Found for", "Replace the router")


async def test_a_tap_on_an_older_draft_does_not_publish_what_was_never_read(house: House) -> None:
    old = await house.drafted(VPN, "Renew the certificate of the gateway")
    house.says("tom", "reopen INC-1")
    await house.sees("tom", "INC-1", "open again")
    house.says("mehmet", "resolve INC-1 Replace the router")
    await house.sees("mehmet", "I wrote KB-1 anew", button="Publish")

    house.taps("mehmet", old, "Publish")

    await house.sees("mehmet", "KB-1 was written anew since then. Write “article KB-1”")
    await house.never_saw("mehmet", "KB-1 is published")


async def test_an_article_that_did_not_help_after_all_is_not_counted(house: House) -> None:
    await published(house)
    said = house.says("lena", AGAIN, "help")
    answer = await house.sees("lena", "INC-2", button="Solved it")
    house.taps("lena", answer, "Solved it")
    await house.sees("lena", "Good to hear! INC-2 is closed.")
    house.says("sanne", "article KB-1")
    await house.sees("sanne", "It helped once.")

    # when it is said again, or by somebody it is not about
    house.says("lena", "@swarmbridge solved it KB-1", "help", under=said)
    await house.sees("lena", "INC-2 is resolved already")
    house.says("tom", "solved it KB-1")
    await house.sees("tom", "You have no open report that it could have solved.")
    # and does not hold after all
    house.says("lena", "reopen INC-2")
    await house.sees("lena", "INC-2", "open again")

    house.says("anna", "article KB-1")
    shown = await house.sees("anna", "KB-1 · ")
    assert "helped" not in shown.text


async def test_somebody_else_cannot_say_that_it_solved_a_report(house: House) -> None:
    await published(house)
    said = house.says("lena", AGAIN, "help")
    answer = await house.sees("lena", "INC-2", button="Solved it")

    house.taps("ruth", answer, "Solved it")
    house.says("ruth", "@swarmbridge solved it KB-1", "help", under=said)

    await house.sees("ruth", "Only the people it is about can say what solved INC-2.")
    house.says("ruth", "article KB-1")
    shown = await house.sees("ruth", "KB-1 · ")
    assert "helped" not in shown.text


async def test_the_article_of_an_incident_is_found_by_the_incident(house: House) -> None:
    house.says("tom", VPN, "help")
    await house.sees("tom", "INC-1", "registered")
    house.says("tom", "article INC-1")
    await house.sees("tom", "There is no article of INC-1 yet.")
    house.says("mehmet", "resolve INC-1 Renew the certificate of the gateway")
    await house.sees("mehmet", "KB-1", button="Publish")
    house.says("tom", "article INC-1")
    await house.sees("tom", "There is no article of INC-1. Write “search …”")

    house.says("mehmet", "article INC-1")
    draft = await house.sees("mehmet", "KB-1", "Renew", button="Publish")
    house.taps("mehmet", draft, "Publish")
    await house.sees("mehmet", "KB-1 is published")

    house.says("tom", "article INC-1")
    await house.sees("tom", "KB-1 · ", "Renew the certificate")
    house.says("tom", "article INC-99")
    await house.sees("tom", "I do not know INC-99")
    house.says("tom", "article")
    await house.sees("tom", "Which article?")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("search quantum flux capacitor", "I found nothing for “quantum flux capacitor”"),
        ("search \u200b\u200e", "What are you looking for?"),
        ("search <!channel> @room <b>{{ 7*7 }}</b> '; DROP TABLE articles; --", "I found nothing for"),
        ("search " + "the VPN does not connect " * 300, "Found for “the VPN does not connect"),
        ("article " + "x" * 5_000, "I do not know the article “xxx"),
    ],
    ids=["nothing", "blank", "hostile", "long", "no reference"],
)  # fmt: skip
async def test_whatever_is_searched_for_gets_a_short_answer(house: House, typed: str, answer: str) -> None:
    await published(house)

    house.says("lena", typed)

    shown = await house.sees("lena", answer)
    assert len(shown.text) < 1_500
    assert "49" not in shown.text

"""The whole job on every network and in every language: somebody reports, experts swarm, the affected are told, and the
solved thread answers the next person."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.journey.conftest import Enter

NETWORKS = ("local", "slack socket", "slack http", "matrix")


@dataclass(frozen=True)
class Said:
    """What people type and read in one language."""

    language: str
    report: str
    same: str
    chatter: str
    again: str
    registered: str
    me_too: str
    joined: str
    outage: str
    told: str
    asked: str
    come: str
    update: str
    news: str
    resolve: str
    solved: str
    works: str
    good: str
    good_to_hear: str
    drafted: str
    publish: str
    published: str
    solved_it: str
    closed: str


ENGLISH = Said(
    "en",
    "The VPN does not connect since this morning", "VPN does not connect for me either, since this morning",
    "Good morning everybody!", "My VPN does not connect since this morning, what can I do?",
    "is registered", "Me too", "is now part of", "outage", "Several people are affected", "Can you help", "I’m in",
    "we found the cause, next in 20 min", "we found the cause", "Resolve", "should be solved", "Works again", "🙂 Good",
    "Good to hear", "I drafted", "Publish", "is published", "Solved it", "is closed",
)  # fmt: skip
GERMAN = Said(
    "de",
    "Das VPN verbindet sich seit heute früh nicht mehr", "VPN verbindet sich bei mir seit heute früh auch nicht mehr",
    "Guten Morgen zusammen!", "Mein VPN verbindet sich seit heute früh nicht mehr, was kann ich tun?",
    "aufgenommen", "Ich auch", "gehört jetzt zu", "Ausfall", "ist ein Ausfall", "Kannst du bei", "Ich bin dabei",
    "wir haben die Ursache gefunden, nächstes in 20 Minuten", "wir haben die Ursache gefunden", "Lösen",
    "sollte gelöst sein", "Geht wieder", "🙂 Gut", "Schön zu hören", "entworfen", "Veröffentlichen",
    "ist veröffentlicht", "Hat geholfen", "ist damit erledigt",
)  # fmt: skip
DUTCH = Said(
    "nl",
    "De VPN maakt sinds vanochtend geen verbinding meer", "VPN maakt bij mij sinds vanochtend ook geen verbinding meer",
    "Goedemorgen allemaal!", "Mijn VPN maakt sinds vanochtend geen verbinding meer, wat kan ik doen?",
    "is geregistreerd", "Ik ook", "hoort nu bij", "storing", "is een storing", "Kun je helpen met", "Ik ben erbij",
    "we hebben de oorzaak gevonden, volgende over 20 minuten", "we hebben de oorzaak gevonden", "Oplossen",
    "zou opgelost moeten zijn", "Werkt weer", "🙂 Goed", "Fijn om te horen", "opgesteld", "Publiceren",
    "is gepubliceerd", "Heeft geholpen", "is daarmee afgerond",
)  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("said", [ENGLISH, GERMAN, DUTCH], ids=lambda said: said.language)
async def test_from_the_first_report_to_the_answer_for_the_next_person(enter: Enter, network: str, said: Said) -> None:
    world = await enter(network, said.language)

    # hear: one quiet reply in the thread of a report; chatter gets nothing
    await world.says("nils", "help", said.chatter)
    report = await world.says("tom", "help", said.report)
    receipt = await world.sees("tom", "INC-1", said.registered, "VPN")
    assert receipt.thread == report.id
    await world.sees("mehmet", "INC-1", button=said.resolve)
    assert len(await world.bot_lines("nils")) == 2, "the receipt, and the card in the triage room"

    # me too: a similar report is offered the open incident; one tap joins
    await world.says("lena", "help", said.same)
    offer = await world.sees("lena", "INC-2", "INC-1", button=said.me_too)
    await world.taps("lena", offer, said.me_too)
    await world.sees("lena", "INC-2", said.joined, "INC-1")

    # outage: declared by words; the swarm room has a charter, the experts are asked
    await world.says("mehmet", "triage", f"@swarmbridge {said.outage} INC-1")
    room = await world.room_opens("inc-1-")
    assert "INC-1" in room["topic"]
    await world.come_in("inc-1-", {"mehmet", "piet"})
    assert "VPN" in room["pinned"].text
    asked = await world.sees("piet", said.asked, "INC-1", button=said.come)
    await world.taps("piet", asked, said.come)

    # tell: reporters and me-toos in their threads, followers directly, the announcement room by an edited card
    for person in ("tom", "lena", "femke"):
        await world.sees(person, "INC-1", said.told)
    await world.sees("nils", "⚠️", "INC-1", "VPN")
    await world.says("mehmet", "direct", f"update INC-1 {said.update}")
    for person in ("tom", "lena", "femke", "nils"):
        await world.sees(person, "INC-1", said.news)

    # end: resolving asks what solved it, the affected confirm, then rate, the room closes, an article is drafted
    board = await world.sees("mehmet", "INC-1", "VPN", button=said.resolve)
    await world.taps("mehmet", board, said.resolve)
    await world.fills("mehmet", {"solution": "Renew the certificate of the gateway", "cause": "It had expired"})
    done = await world.sees("tom", "INC-1", said.solved, button=said.works)
    await world.taps("tom", done, said.works)
    asked = await world.sees("tom", said.good_to_hear, button=said.good)
    await world.taps("tom", asked, said.good)
    await world.room_closes("inc-1-")
    draft = await world.sees("mehmet", "KB-1", said.drafted, button=said.publish)
    assert "Renew the certificate" in draft.text
    assert "Tester" not in draft.text
    await world.taps("mehmet", draft, said.publish)
    await world.sees("mehmet", "KB-1", said.published)

    # answer: the next similar question is answered with that article, and "Solved it" closes the report
    await world.says("nils", "help", said.again)
    answer = await world.sees("nils", "INC-3", "KB-1", "Renew the certificate", button=said.solved_it)
    await world.taps("nils", answer, said.solved_it)
    await world.sees("nils", "INC-3", said.closed)
    await world.says("nils", "direct", "article KB-1")
    await world.sees("nils", "KB-1", "1")

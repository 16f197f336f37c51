"""What people type, in the places where they type it and in their language, does what the buttons do."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.journey.conftest import Enter
from tests.journey.worlds import Line, LocalWorld

SAID = {
    "en": ("The VPN does not connect", "update INC-1 the gateway is the cause, next in 20 min", "the gateway is"),
    "de": ("Das VPN verbindet sich nicht", "Update INC-1 das Gateway ist es, nächstes in 20 Minuten", "das Gateway"),
    "nl": ("De VPN maakt geen verbinding", "update INC-1 het is de gateway, volgende over 20 minuten", "de gateway"),
}  # fmt: skip


def typed_instead(line: Line, label: str) -> str:
    """What the card says to type instead of tapping this button."""
    return str(next(button.words for button in line.raw.buttons if button.label == label))


@dataclass(frozen=True)
class Buttons:
    """What the buttons of one language say."""

    take: str
    works: str
    good: str
    noted: str


BUTTONS = {
    "en": Buttons("I’ll take care of it", "Works again", "🙂 Good", "Good to hear"),
    "de": Buttons("Ich kümmere mich", "Geht wieder", "🙂 Gut", "Schön zu hören"),
    "nl": Buttons("Ik pak het op", "Werkt weer", "🙂 Goed", "Fijn om te horen"),
}


@pytest.mark.parametrize("language", ["en", "de", "nl"])
async def test_what_a_card_says_to_type_works_where_the_card_stands(enter: Enter, language: str) -> None:
    # given a report, and buttons that say in the reader's language what to type instead
    world = await enter("local", language)
    report, update, news = SAID[language]
    buttons = BUTTONS[language]
    said = await world.says("tom", "help", report)
    card = await world.sees("mehmet", "INC-1", button=buttons.take)

    # when the expert types it in the triage room, to nobody in particular
    await world.says("mehmet", "triage", typed_instead(card, buttons.take))
    await world.sees("tom", "INC-1", "Mehmet Tester")

    # and writes an update there
    await world.says("mehmet", "triage", update)
    await world.sees("tom", "INC-1", news)

    # then the reporter can do everything in the thread of the report too
    await world.says("mehmet", "direct", "resolve INC-1 restarted it")
    done = await world.sees("tom", "restarted it", button=buttons.works)
    await world.says("tom", "help", typed_instead(done, buttons.works), under=said)
    asked = await world.sees("tom", buttons.noted, button=buttons.good)
    await world.says("tom", "help", typed_instead(asked, buttons.good), under=said)
    await world.sees("tom", buttons.good.split()[1] + ".")


async def test_an_update_written_in_the_swarm_room_is_told_and_talk_about_it_is_not(enter: Enter) -> None:
    world = await enter("local", "en")
    assert isinstance(world, LocalWorld)
    await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "triage", "outage INC-1")
    room = str((await world.room_opens("inc-1-"))["id"])

    await world.says("mehmet", room, "let us update INC-1 in ten minutes")
    await world.says("mehmet", room, "update INC-1 we found the cause")

    await world.sees("tom", "News about INC-1", "we found the cause")
    assert not [line for line in await world.bot_lines("tom") if "ten minutes" in line.text]


async def test_solved_it_in_the_thread_means_the_article_that_was_suggested_there(enter: Enter) -> None:
    # given an article from an earlier report, suggested for a new one
    world = await enter("local", "en")
    await world.says("tom", "help", "The VPN does not connect since this morning")
    await world.sees("tom", "INC-1", "is registered")
    await world.says("mehmet", "direct", "resolve INC-1 Renew the certificate")
    await world.sees("mehmet", "KB-1", button="Publish")
    await world.says("mehmet", "direct", "publish KB-1")
    await world.sees("mehmet", "KB-1 is published")
    said = await world.says("lena", "help", "My VPN does not connect since this morning")
    receipt = await world.sees("lena", "INC-2", "KB-1", button="Solved it")

    # when somebody else and then the reporter says so in the thread, as people do
    await world.says("nils", "help", "that helped", under=said)
    await world.says("lena", "help", "Solved it, thanks!", under=said)

    # then it is the article that closed the report
    await world.sees("lena", "INC-2 is closed: KB-1 solved it")
    await world.sees("lena", "Good to hear! INC-2 is closed")
    assert not [line for line in await world.bot_lines("nils") if "Good to hear" in line.text]
    assert typed_instead(receipt, "Solved it") == "solved it KB-1"


async def test_a_draft_is_discarded_by_typing(enter: Enter) -> None:
    world = await enter("local", "de")
    await world.says("tom", "help", "Das VPN verbindet sich nicht")
    await world.sees("tom", "INC-1")
    await world.says("mehmet", "direct", "gelöst INC-1 Zertifikat erneuert")
    draft = await world.sees("mehmet", "KB-1", button="Verwerfen")

    await world.says("tom", "direct", typed_instead(draft, "Verwerfen"))
    await world.sees("tom", "kenne ich nicht")
    await world.says("mehmet", "direct", typed_instead(draft, "Verwerfen"))

    await world.sees("mehmet", "KB-1 ist verworfen")
    await world.says("mehmet", "direct", "veröffentlichen KB-1")
    await world.sees("mehmet", "KB-1 wurde verworfen")


@pytest.mark.parametrize(
    ("language", "typed", "answer"),
    [
        ("de", "ich auch", "„ich auch INC-42“"),
        ("nl", "ongedaan maken", "‘ongedaan maken INC-42’"),
        ("de", "hilfee", "Meintest du „Hilfe“?"),
        ("nl", "hulpp", "Bedoelde je ‘hulp’?"),
        ("en", "rate INC-1 wonderful", "Please say “good”, “all right” or “poor”"),
        ("en", "report …", "What does not work, or what do you need?"),
        ("en", "update INC-1 ...", "Only the people who work on INC-1"),
        ("en", "follow", "You follow no service yet. You could follow: VPN."),
        ("en", "help", "In a channel, say my name first"),
    ],
)  # fmt: skip
async def test_what_is_not_clear_is_asked_in_the_readers_language(
    enter: Enter, language: str, typed: str, answer: str
) -> None:
    world = await enter("local", language)
    await world.says("tom", "help", SAID[language][0])
    await world.sees("tom", "INC-1")

    await world.says("nils", "direct", typed)

    await world.sees("nils", answer)


async def test_help_in_the_thread_of_a_report_names_that_report(enter: Enter) -> None:
    world = await enter("local", "en")
    said = await world.says("tom", "help", "The VPN does not connect")
    await world.sees("tom", "INC-1", "is registered")

    await world.says("tom", "help", "@swarmbridge help", under=said)

    shown = await world.sees("tom", "What you can say here", "me too INC-1", "works again")
    assert "INC-42" not in shown.text


async def test_a_question_in_a_direct_conversation_speaks_of_no_thread(enter: Enter) -> None:
    world = await enter("local", "en")

    await world.says("tom", "direct", "report")

    asked = await world.sees("tom", "What does not work, or what do you need?")
    assert "Just write the answer here" in asked.text
    assert "thread" not in asked.text

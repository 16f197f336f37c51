"""What a support channel hears: chatter stays unanswered, problems and questions are taken up."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.intake import Kind, looks_like_request

CHATTER = {
    "en": [
        "good morning",
        "hi all",
        "Hello everybody!",
        "thanks!",
        "Thank you so much",
        "ok",
        "lol",
        "haha 😂",
        "👍",
        ":tada:",
        "https://example.org/a",
        "@anna",
        "",
        "   ",
        "\u200b",
        "nice weekend everyone",
        "anyone for lunch?",
        "happy birthday Anna! 🎂",
        "there is cake in the kitchen",
        "thanks, works again",
        "it works now",
        "FYI: new coffee machine arrives on Monday",
        "got it",
        "will do",
        "no worries",
        "nvm, found it",
        "meeting moved to tomorrow",
        "great job, looks great",
        "see you tomorrow",
        "wfh today",
        "yes",
        "1",
        "...",
        "@anna the form is on your desk now",
    ],
    "de": [
        "moin",
        "Guten Morgen zusammen",
        "Danke!",
        "vielen lieben Dank",
        "alles klar",
        "passt",
        "jo",
        "Mahlzeit",
        "wer kommt mit zum Essen?",
        "Alles Gute zum Geburtstag, Tom!",
        "Kuchen in der Küche",
        "schönes Wochenende",
        "hat sich erledigt",
        "läuft wieder, danke",
        "Info: am Montag kommt der neue Drucker",
        "gern geschehen",
        "bin heute im Homeoffice",
        "😀😀😀",
    ],
    "nl": [
        "goedemorgen",
        "hoi allemaal",
        "bedankt!",
        "dank je wel",
        "helemaal goed",
        "top",
        "fijn weekend",
        "graag gedaan",
        "wie gaat er mee lunchen?",
        "gefeliciteerd met je verjaardag",
        "er is taart in de keuken",
        "werkt weer, bedankt",
        "ter info: maandag komt de nieuwe printer",
        "laat maar",
        "is goed",
    ],
}

REQUESTS = {
    "en": [
        "VPN is down",
        "vpn not working",
        "my laptop won't boot",
        "no wifi here",
        "can someone help me?",
        "is Jira down?",
        "coffee machine broken",
        "payslip is wrong",
        "How do I reset my password?",
        "where do I find the leave form?",
        "I need access to the finance drive",
        "printer on 3rd floor prints nothing",
        "need a new headset",
        "Hi all, Outlook keeps freezing since this morning",
        "Thanks for yesterday! Now my mail is stuck again",
        "error 500 when saving",
        "My card was refused",
        "mails don't arrive",
        "screen stays black",
        "```\nTraceback (most recent call last)\n``` any idea?",
        "the heating in room 204 is too hot",
        "@it-team the projector in room 4 is broken",
        "Good morning, the door to the warehouse won't open",
    ],
    "de": [
        "vpn geht nicht",
        "Drucker im 3. OG druckt nix mehr",
        "Kaffeemaschine defekt",
        "hab kein WLAN",
        "Passwort vergessen",
        "Guten Morgen, mein Laptop startet nicht mehr",
        "wer kümmert sich um die Heizung?",
        "Urlaubsantrag wird nicht genehmigt",
        "ich komme nicht ins SAP rein",
        "Brauche neues Headset",
        "Teams stürzt dauernd ab",
        "Teams stuerzt dauernd ab",
        "kann mir jemand helfen?",
        "Bildschirm bleibt schwarz",
        "Gehaltsabrechnung stimmt nicht",
        "Danke für gestern, aber jetzt geht der Beamer nicht",
        "weiß jemand, was mit dem Server los ist",
    ],
    "nl": [
        "vpn doet het niet",
        "ik heb geen wifi",
        "koffieautomaat stuk",
        "mijn laptop start niet meer op",
        "lift zit vast",
        "wie gaat er over de verwarming?",
        "loonstrook klopt niet",
        "inloggen lukt niet",
        "nieuwe headset nodig",
        "waar vind ik het verlofformulier?",
        "kan iemand dit even nakijken",
        "ligt Jira eruit?",
        "mails komen niet aan",
        "goedemorgen, de printer op de 3e verdieping doet het niet",
    ],
}

NOT_CERTAIN = [
    "FYI: VPN will be down tonight for maintenance",
    "VPN Berlin",
    "```\nval x = 1\n```",
]


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in CHATTER.items() for text in texts])
def test_chatter_is_left_alone(language: str, text: str) -> None:
    verdict = looks_like_request(text, language)

    assert verdict.kind is Kind.CHATTER, verdict.why
    assert verdict.why


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in REQUESTS.items() for text in texts])
def test_problems_and_questions_are_requests(language: str, text: str) -> None:
    verdict = looks_like_request(text, language)

    assert verdict.kind is Kind.REQUEST, verdict.why


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in REQUESTS.items() for text in texts])
def test_a_request_is_heard_in_a_room_of_another_language_too(language: str, text: str) -> None:
    others = {looks_like_request(text, other).kind for other in ("en", "de", "nl", None)}

    assert Kind.CHATTER not in others


@pytest.mark.parametrize("text", NOT_CERTAIN)
def test_what_may_be_either_is_unsure(text: str) -> None:
    verdict = looks_like_request(text, "en")

    assert verdict.kind is Kind.UNSURE, verdict.why


def test_a_quoted_message_does_not_speak_for_whoever_quotes_it() -> None:
    assert looks_like_request("> the VPN is down\nthanks!", "en").kind is Kind.CHATTER


def test_the_reason_names_the_words_that_decided() -> None:
    assert "geht nicht" in looks_like_request("VPN geht nicht", "de").why
    assert looks_like_request("thank you!", "en").why == "nothing but thanks"


@given(st.text(max_size=300), st.sampled_from(["en", "de", "nl", None, "fr", ""]))
def test_no_text_makes_it_fail(text: str, language: str | None) -> None:
    assert looks_like_request(text, language).kind in Kind


def test_a_hundred_thousand_characters_are_judged_at_once() -> None:
    started = time.perf_counter()
    for piece in ("is it down ", "`", "@", "> a\n", "<", "https://", "hi ", ":a"):
        looks_like_request(piece * (100_000 // len(piece)), "en")

    assert time.perf_counter() - started < 1.5


def test_the_verdict_carries_the_sum_of_what_it_explains() -> None:
    verdict = looks_like_request("The printer on the second floor jams again, error 49", "en")
    weights = [float(part.rsplit(" ", 1)[1]) for part in verdict.why.split(", ") if part.rsplit(" ", 1)[-1][:1] in "+-"]
    assert verdict.total == pytest.approx(sum(weights))
    assert looks_like_request("thanks!", "en").total == float("-inf")


def test_more_trouble_is_a_surer_request() -> None:
    little = looks_like_request("The printer prints an error", "en")
    much = looks_like_request("The printer prints an error, then it hangs and the job disappeared", "en")
    assert much.total > little.total


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("karl: it is great that the lamp works perfectly now", Kind.CHATTER),
        ("maria: it stands on the second page of the manual", Kind.UNSURE),
        ("printer: it jams again since this morning", Kind.REQUEST),
        ("VPN: no connection from home since yesterday", Kind.REQUEST),
        ("Hello, how do I order a second screen?", Kind.REQUEST),
    ],
)
def test_a_word_with_a_colon_may_be_somebody_or_what_is_broken(text: str, kind: Kind) -> None:
    verdict = looks_like_request(text, "en")
    assert verdict.kind is kind, verdict.why

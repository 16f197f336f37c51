"""What people wrote in a hurry, as a stranger reads it in an article."""

from __future__ import annotations

import pytest

from knowledge.editing import edited, title_of


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "The VPN does not connect. Can somebody help?", "The VPN does not connect."),
        ("en", "Help! The door of room 2.14 stays shut. Any ideas?", "The door of room 2.14 stays shut."),
        ("de", "Mein VPN geht nicht. Kann mir bitte jemand helfen?", "Mein VPN geht nicht."),
        ("de", "Der Drucker streikt! Was kann ich tun?", "Der Drucker streikt!"),
        ("nl", "Mijn VPN doet het niet. Kan iemand mij helpen?", "Mijn VPN doet het niet."),
        ("nl", "De printer is stuk. Wat moet ik doen?", "De printer is stuk."),
        ("en", "Can somebody reset my password?", "Can somebody reset my password?"),
        ("en", "Can somebody help?", "Can somebody help?"),
        ("en", "", ""),
    ],
)
def test_a_plea_for_help_says_nothing_to_the_next_reader(language: str, text: str, read: str) -> None:
    assert edited(text, language) == read


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "[name] renewed the certificate.", "Somebody renewed the certificate."),
        ("de", "Danach hat [name] das Zertifikat erneuert.", "Danach hat jemand das Zertifikat erneuert."),
        ("nl", "Vraag het aan [name].", "Vraag het aan iemand."),
        ("en", "Try the other gateway, [name]: vpn2.example.org", "Try the other gateway: vpn2.example.org"),
        ("de", "[name], nimm das andere Gateway.", "Nimm das andere Gateway."),
        ("fr", "[name] l’a fait", "Somebody l’a fait"),
    ],
)
def test_no_gap_is_left_where_a_name_stood(language: str, text: str, read: str) -> None:
    assert edited(text, language) == read


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The VPN does not connect. It says 42.", "The VPN does not connect"),
        ("Version 2.1 crashes on vpn2.example.org every day", "Version 2.1 crashes on vpn2.example.org every day"),
        ("The printer on the second floor is jammed again since this morning, and there is no paper left in the tray",
         "The printer on the second floor is jammed again since this morning"),
        ("word " * 40, "word " * 17 + "word…"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_title_is_the_first_sentence_or_the_clauses_of_it_that_fit(text: str, title: str) -> None:
    assert title_of(text) == title
    assert len(title) <= 90


def test_hostile_lengths_take_no_time() -> None:
    assert len(edited("a." * 4_000 + " can you " * 500 + "," * 3_000, "en")) > 1_000

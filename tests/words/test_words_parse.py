"""What people type to the bot, in three languages, and what must not be taken for a command."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.words import Command, Unknown, Verb
from bot.words.matching import split
from bot.words.phrases import OF_AN_INCIDENT, PHRASES

COMMANDS = [
    # typed, verb, reference, rest
    ("report VPN is down", Verb.REPORT, None, "VPN is down"),
    ("Report: VPN is down!", Verb.REPORT, None, "VPN is down!"),
    ("please report the printer is on fire", Verb.REPORT, None, "the printer is on fire"),
    ("Melde: Drucker kaputt", Verb.REPORT, None, "Drucker kaputt"),
    ("melden Beamer geht nicht", Verb.REPORT, None, "Beamer geht nicht"),
    ("Störung melden: Aufzug steckt", Verb.REPORT, None, "Aufzug steckt"),
    ("melding: printer doet het niet", Verb.REPORT, None, "printer doet het niet"),
    ("meld printer doet het niet", Verb.REPORT, None, "printer doet het niet"),
    ("report the mail of INC-42 is down again", Verb.REPORT, None, "the mail of INC-42 is down again"),
    ("report doesn't open", Verb.REPORT, None, "report doesn't open"),
    ("report", Verb.REPORT, None, ""),
    ("report …", Verb.REPORT, None, ""),
    ("melde ...", Verb.REPORT, None, ""),
    ("update INC-42 …", Verb.UPDATE, "INC-42", ""),
    ("resolve INC-42 ...", Verb.RESOLVE, "INC-42", ""),
    ("outage …", Verb.OUTAGE, None, ""),
    ("me too", Verb.ME_TOO, None, ""),
    ("Me too!!", Verb.ME_TOO, None, ""),
    ("me-too", Verb.ME_TOO, None, ""),
    ("+1", Verb.ME_TOO, None, ""),
    ("🙋🏽‍♀️", Verb.ME_TOO, None, ""),
    ("same here, since 9", Verb.ME_TOO, None, "since 9"),
    ("me too INC-42", Verb.ME_TOO, "INC-42", ""),
    ("me too, inc 42", Verb.ME_TOO, "INC-42", ""),
    ("me too #42", Verb.ME_TOO, "INC-42", ""),
    ("ich auch", Verb.ME_TOO, None, ""),
    ("Bei mir auch, seit heute früh", Verb.ME_TOO, None, "seit heute früh"),
    ("ich auch (INC-42)", Verb.ME_TOO, "INC-42", ""),
    ("ik ook", Verb.ME_TOO, None, ""),
    ("Ook ik!", Verb.ME_TOO, None, ""),
    ("Bij ons ook", Verb.ME_TOO, None, ""),
    ("status", Verb.STATUS, None, ""),
    ("status of INC-42?", Verb.STATUS, "INC-42", ""),
    ("status VPN", Verb.STATUS, None, "VPN"),
    ("INC-42", Verb.STATUS, "INC-42", ""),
    ("INC-42?", Verb.STATUS, "INC-42", ""),
    ("inc42 status", Verb.STATUS, "INC-42", ""),
    ("INC-0042", Verb.STATUS, "INC-42", ""),
    ("`status INC-42`", Verb.STATUS, "INC-42", ""),
    ("Wie ist der Stand?", Verb.STATUS, None, ""),
    ("wat is de status van INC-9", Verb.STATUS, "INC-9", ""),
    ("outage nobody can send mail", Verb.OUTAGE, None, "nobody can send mail"),
    ("outage INC-42", Verb.OUTAGE, "INC-42", ""),
    ("outage: mail, looks like INC-41", Verb.OUTAGE, None, "mail, looks like INC-41"),
    ("Ausfall: niemand kann Mails senden", Verb.OUTAGE, None, "niemand kann Mails senden"),
    ("storing niemand kan mailen", Verb.OUTAGE, None, "niemand kan mailen"),
    ("update INC-42 found it, next in 30 min", Verb.UPDATE, "INC-42", "found it, next in 30 min"),
    ("update for INC-42: mail again, see INC-41", Verb.UPDATE, "INC-42", "mail again, see INC-41"),
    ("INC-42 update: still searching", Verb.UPDATE, "INC-42", "still searching"),
    ("resolve INC-42 restarted the gateway", Verb.RESOLVE, "INC-42", "restarted the gateway"),
    ("resolve #42 restarted it", Verb.RESOLVE, "INC-42", "restarted it"),
    ("mark INC-3 as resolved", Verb.RESOLVE, "INC-3", ""),
    ("take INC-6", Verb.HAND_OVER, "INC-6", ""),
    ("I’ll take INC-6", Verb.HAND_OVER, "INC-6", ""),
    ("ich übernehme INC-6", Verb.HAND_OVER, "INC-6", ""),
    ("uebernehme INC-6", Verb.HAND_OVER, "INC-6", ""),
    ("ik pak INC-6 op", Verb.HAND_OVER, "INC-6", ""),
    ("ik neem INC-6 over", Verb.HAND_OVER, "INC-6", ""),
    ("close INC-4", Verb.RESOLVE, "INC-4", ""),
    ("GELÖST INC-42 Neustart", Verb.RESOLVE, "INC-42", "Neustart"),
    ("geloest INC-42", Verb.RESOLVE, "INC-42", ""),
    ("gelost INC-42", Verb.RESOLVE, "INC-42", ""),
    ("opgelost", Verb.RESOLVE, None, ""),
    ("reopen inc 3 same error", Verb.REOPEN, "INC-3", "same error"),
    ("re-open INC-3", Verb.REOPEN, "INC-3", ""),
    ("wieder öffnen INC-3, gleicher Fehler", Verb.REOPEN, "INC-3", "gleicher Fehler"),
    ("heropen INC-3", Verb.REOPEN, "INC-3", ""),
    ("works again", Verb.WORKS_AGAIN, None, ""),
    ("It works again, thanks!", Verb.WORKS_AGAIN, None, ""),
    ("INC-42 works again", Verb.WORKS_AGAIN, "INC-42", ""),
    ("VPN works again", Verb.WORKS_AGAIN, None, "VPN"),
    ("Geht wieder!", Verb.WORKS_AGAIN, None, ""),
    ("das VPN geht wieder, danke", Verb.WORKS_AGAIN, None, "das VPN"),
    ("werkt weer", Verb.WORKS_AGAIN, None, ""),
    ("Het doet het weer, bedankt", Verb.WORKS_AGAIN, None, ""),
    ("still broken: error 691", Verb.STILL_BROKEN, None, "error 691"),
    ("the VPN is still broken", Verb.STILL_BROKEN, None, "the VPN is"),
    ("weiterhin kaputt", Verb.STILL_BROKEN, None, ""),
    ("geht wieder nicht", Verb.STILL_BROKEN, None, ""),
    ("geht jetzt gar nicht", Verb.STILL_BROKEN, None, "gar nicht"),
    ("das VPN geht immer noch nicht", Verb.STILL_BROKEN, None, "das VPN"),
    ("werkt weer niet", Verb.STILL_BROKEN, None, ""),
    ("nog steeds kapot", Verb.STILL_BROKEN, None, ""),
    ("that did not help", Verb.STILL_BROKEN, None, ""),
    ("not a request", Verb.NOT_A_REQUEST, None, ""),
    ("keine Meldung", Verb.NOT_A_REQUEST, None, ""),
    ("geen melding", Verb.NOT_A_REQUEST, None, ""),
    ("who can help with SAP?", Verb.WHO_CAN_HELP, None, "SAP?"),
    ("wer kann bei SAP-Exporten helfen?", Verb.WHO_CAN_HELP, None, "SAP-Exporten"),
    ("wie kan helpen met VPN", Verb.WHO_CAN_HELP, None, "VPN"),
    ("join INC-42", Verb.JOIN, "INC-42", ""),
    ("join INC-4 please", Verb.JOIN, "INC-4", ""),
    ("ich mache mit", Verb.JOIN, None, ""),
    ("meedoen INC-42", Verb.JOIN, "INC-42", ""),
    ("accept", Verb.ACCEPT, None, ""),
    ("I’ll help", Verb.ACCEPT, None, ""),
    ("bin dabei", Verb.ACCEPT, None, ""),
    ("decline, on holiday", Verb.DECLINE, None, "on holiday"),
    ("ablehnen INC-42", Verb.DECLINE, "INC-42", ""),
    ("weiger", Verb.DECLINE, None, ""),
    ("leave", Verb.LEAVE, None, ""),
    ("leave the swarm", Verb.LEAVE, None, ""),
    ("I’ll take care of it", Verb.HAND_OVER, None, ""),
    ("ich kümmere mich um INC-4", Verb.HAND_OVER, "INC-4", ""),
    ("ik pak INC-4 op", Verb.HAND_OVER, "INC-4", ""),
    ("diesmal nicht", Verb.DECLINE, None, ""),
    ("hand over INC-42 @anna", Verb.HAND_OVER, "INC-42", "@anna"),
    ("hand over @anna INC-42", Verb.HAND_OVER, "INC-42", "@anna"),
    ("hand INC-42 over to @anna", Verb.HAND_OVER, "INC-42", "@anna"),
    ("übergeben INC-42 @tom", Verb.HAND_OVER, "INC-42", "@tom"),
    ("draag INC-7 over @kees", Verb.HAND_OVER, "INC-7", "@kees"),
    ("search reset password", Verb.SEARCH, None, "reset password"),
    ("suche nach VPN einrichten", Verb.SEARCH, None, "VPN einrichten"),
    ("zoek wachtwoord", Verb.SEARCH, None, "wachtwoord"),
    ("article INC-42", Verb.ARTICLE, "INC-42", ""),
    ("kb 7", Verb.ARTICLE, "KB-7", ""),
    ("publish KB-7", Verb.PUBLISH, "KB-7", ""),
    ("veröffentlichen KB-7", Verb.PUBLISH, "KB-7", ""),
    ("discard KB-7", Verb.DISCARD, "KB-7", ""),
    ("verwerfen KB-7", Verb.DISCARD, "KB-7", ""),
    ("gooi weg KB-7", Verb.DISCARD, "KB-7", ""),
    ("solved it", Verb.SOLVED_IT, None, ""),
    ("Das hat geholfen, danke!", Verb.SOLVED_IT, None, ""),
    ("Das hat geholfen!", Verb.SOLVED_IT, None, ""),
    ("dat heeft geholpen", Verb.SOLVED_IT, None, ""),
    ("follow VPN", Verb.FOLLOW, None, "VPN"),
    ("folge VPN", Verb.FOLLOW, None, "VPN"),
    ("unfollow VPN", Verb.UNFOLLOW, None, "VPN"),
    ("nicht mehr folgen VPN", Verb.UNFOLLOW, None, "VPN"),
    ("help", Verb.HELP, None, ""),
    ("?", Verb.HELP, None, ""),
    ("Hilfe bitte", Verb.HELP, None, ""),
    ("hulp", Verb.HELP, None, ""),
    ("hallo, hulp", Verb.HELP, None, ""),
    ("rate 5", Verb.RATE, None, "5"),
    ("rate INC-42 good", Verb.RATE, "INC-42", "good"),
    ("bewerte INC-42 gut", Verb.RATE, "INC-42", "gut"),
    ("bewerte 4", Verb.RATE, None, "4"),
    ("2", Verb.CHOOSE, None, "2"),
    ("2)", Verb.CHOOSE, None, "2"),
    ("2️⃣", Verb.CHOOSE, None, "2"),
    (":two:", Verb.CHOOSE, None, "2"),
    ("option 3", Verb.CHOOSE, None, "3"),
    ("Nr. 3", Verb.CHOOSE, None, "3"),
    ("stop update INC-42", Verb.STOP_UPDATE, "INC-42", ""),
    ("stop the update", Verb.STOP_UPDATE, None, ""),
    ("Update stoppen INC-42", Verb.STOP_UPDATE, "INC-42", ""),
    ("stoppe Update INC-42", Verb.STOP_UPDATE, "INC-42", ""),
    ("stop de update INC-42", Verb.STOP_UPDATE, "INC-42", ""),
    ("Versturen stoppen", Verb.STOP_UPDATE, None, ""),
    ("undo", Verb.UNDO, None, ""),
    ("Rückgängig machen", Verb.UNDO, None, ""),
    ("rueckgaengig", Verb.UNDO, None, ""),
    ("ongedaan maken", Verb.UNDO, None, ""),
    ("cancel", Verb.CANCEL, None, ""),
    ("laat maar", Verb.CANCEL, None, ""),
    ("Vergiss es!", Verb.CANCEL, None, ""),
]

SENTENCES = [
    "search is broken",
    "Suche geht nicht",
    "status page is down",
    "help me, my laptop died",
    "Hilfe, mein Laptop geht nicht mehr an",
    "the vpn is down since nine",
    "Kannst du mir bitte sagen, wo ich das Formular finde?",
    "follow up on yesterday's meeting",
    "leave request form is broken",
    "join meeting does not work in Teams",
    "close button does nothing",
    "rate limit exceeded on the API",
    "number of pages is wrong",
    "does the VPN work again?",
    "increase my quota to 42 GB",
    "how do I reset my password?",
    "hoe kan ik mijn wachtwoord herstellen?",
    "cancel button is greyed out in the booking tool",
    "hello",
    "@anna",
]

SLIPS = [
    ("statsu INC-42", Verb.STATUS),
    ("reslove INC-42 restarted the thing", Verb.RESOLVE),
    ("hepl", Verb.HELP),
    ("serach vpn setup", Verb.SEARCH),
    ("folow VPN", Verb.FOLLOW),
    ("hilfee", Verb.HELP),
    ("unfolow VPN", Verb.UNFOLLOW),
]


@pytest.mark.parametrize(("typed", "verb", "reference", "rest"), COMMANDS, ids=lambda value: str(value)[:40])
def test_what_people_type_is_understood(typed: str, verb: Verb, reference: str | None, rest: str) -> None:
    command = words.parse(typed)

    assert isinstance(command, Command)
    assert (command.verb, command.reference, command.rest) == (verb, reference, rest)


@pytest.mark.parametrize("typed", SENTENCES)
def test_a_sentence_that_only_begins_like_a_command_is_left_alone(typed: str) -> None:
    heard = words.parse(typed)

    assert heard == Unknown(typed)


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_comes_back_with_what_was_probably_meant(typed: str, meant: Verb) -> None:
    heard = words.parse(typed)

    assert isinstance(heard, Unknown)
    assert heard.nearest[0] is meant


@pytest.mark.parametrize(
    "typed",
    ["VPN kaputt", "mail down", "door broken", "printer broken", "Aufzug kaputt", "lift kapot", "Drucker leer",
     "no wifi", "VPN down again today", "reports missing", "Melder defekt", "updates failing", "search broken",
     "Suche langsam", "help vpn",
     "mail werkt niet", "Maus defekt", "Outlook hangs", "Laptop startet nicht", "I need help",
     "nieuwe headset nodig", "moin", "hallo"],
)  # fmt: skip
def test_a_short_report_is_not_taken_for_a_slip(typed: str) -> None:
    heard = words.parse(typed)

    assert heard == Unknown(typed)


@pytest.mark.parametrize(
    ("typed", "verb"),
    [("update INC-4 we found the cause", Verb.UPDATE), ("Lösen INC-4", Verb.RESOLVE), ("ik ook INC-4", Verb.ME_TOO),
     ("rate INC-4 good", Verb.RATE), ("solved it KB-7", Verb.SOLVED_IT), ("hand over INC-4 to me", Verb.HAND_OVER)],
)  # fmt: skip
def test_words_for_a_command_and_a_reference_right_behind_are_meant_for_the_bot(typed: str, verb: Verb) -> None:
    command = words.parse_plainly_meant(typed)

    assert command is not None
    assert command.verb is verb


@pytest.mark.parametrize(
    "typed",
    ["let us resolve INC-4 tomorrow", "INC-4", "INC-4 update: still searching", "update for INC-4 is late",
     "resolve the thing of INC-4", "please update INC-4", "update", "#4 resolve", "resolve #4", "",
     "status? I think INC-4 is solved", "hand INC-4 over to @anna"],
)  # fmt: skip
def test_a_sentence_to_colleagues_is_not_meant_for_the_bot(typed: str) -> None:
    assert words.parse_plainly_meant(typed) is None


@pytest.mark.parametrize("typed", ["", "  ", "\n\t"])
def test_nothing_typed_is_nothing(typed: str) -> None:
    assert words.parse(typed) is None


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("verb", Verb)
def test_every_example_says_its_own_verb(verb: Verb, language: str) -> None:
    command = words.parse(words.example(verb, language))

    assert isinstance(command, Command)
    assert command.verb is verb


def test_every_phrase_of_every_language_says_its_verb_and_no_other() -> None:
    needs = {Verb.CHOOSE: " 2", Verb.RATE: " 2"}
    for verb, by_language in PHRASES.items():
        for phrases in by_language.values():
            for phrase in phrases:
                more = " INC-1" if phrase in OF_AN_INCIDENT else needs.get(verb, "")
                command = words.parse(phrase.replace("…", "INC-1").upper() + more)
                assert isinstance(command, Command), phrase
                assert command.verb is verb, phrase


def test_german_and_dutch_words_tell_their_language_and_english_words_do_not() -> None:
    told = {typed: heard.language for typed in ("hilfe", "hulp", "help", "melden x", "status")
            if isinstance(heard := words.parse(typed), Command)}  # fmt: skip

    assert told == {"hilfe": "de", "hulp": "nl", "help": None, "melden x": None, "status": None}


def test_an_unknown_language_gets_the_english_example() -> None:
    assert words.example(Verb.HELP, "fr") == words.example(Verb.HELP, "en") == "help"


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_fail(typed: str) -> None:
    heard = words.parse(typed)

    assert heard is None or isinstance(heard, Command | Unknown)


_PIECES = ["report", "INC-4", "#7", "me", "too", "wer", "kann", "bei", "helfen", "hand", "over", ":", "1", "\u202e",
           "🙋", "geht", "wieder", "nicht", "`", "next", "KB", "-", "draag", "\x00", "<!channel>"]  # fmt: skip


@given(
    st.lists(
        st.sampled_from(_PIECES),
        max_size=12,
    ).map(" ".join)
)  # fmt: skip
def test_no_mixture_of_known_words_makes_the_parser_fail_or_invents_text(typed: str) -> None:
    heard = words.parse(typed)

    if isinstance(heard, Command):
        said = {word.folded for word in split(typed)}
        assert {word.folded for word in split(heard.rest)} <= said | {"1"}


def test_a_hundred_thousand_characters_are_read_at_once() -> None:
    started = time.perf_counter()
    for typed in (
        "a" * 100_000,
        "report " * 15_000,
        "#" * 100_000,
        "wer kann bei " + "x " * 50_000,
        " " * 100_000 + ".",
    ):
        words.parse(typed)

    assert time.perf_counter() - started < 1


def test_a_reference_is_found_wherever_it_stands() -> None:
    texts = ["see INC-7.", "siehe (inc 7)", "Inc7 und KB-3", "kein Verweis", "increase 7", "pinc-7"]

    assert [words.find_reference(text) for text in texts] == ["INC-7", "INC-7", "INC-7", None, None, None]

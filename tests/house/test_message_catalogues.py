"""What people read, in every language we promise."""

from babel.messages.catalog import Message

from scripts import catalogues


def test_every_sentence_in_the_code_is_found() -> None:
    said = [message.id for message in catalogues.said() if message.id]

    assert "I did not understand that." in said
    assert len(said) > 100


def test_every_sentence_exists_in_every_language() -> None:
    findings = [finding for language in catalogues.LANGUAGES for finding in catalogues.check(language)]

    assert findings == []


def test_a_placeholder_that_is_lost_or_invented_is_found() -> None:
    lost = Message("Registered as {ref}.", "Aufgenommen.")
    invented = Message("Registered.", "Aufgenommen als {ref}.")
    in_one_form = Message(("One report about {name}", "{n} reports about {name}"), ("Eine Meldung", "{n} zu {name}"))
    number_in_words = Message(("One report", "{n} reports"), ("Eine Meldung", "{n} Meldungen"))

    assert catalogues.placeholders_that_differ(lost) == {"ref"}
    assert catalogues.placeholders_that_differ(invented) == {"ref"}
    assert catalogues.placeholders_that_differ(in_one_form) == {"name"}
    assert catalogues.placeholders_that_differ(number_in_words) == set()

"""How it went, in whatever words: good, all right or poor."""

from __future__ import annotations

import pytest

from bot import words
from bot.words import Command, Opinion, Verb

SAID = {
    Opinion.GOOD: ["good", "Great!", "super", "prima", "sehr gut", "heel goed, bedankt", "not bad", "nicht schlecht",
                   "5", "4/5", "4 out of 5", "🙂", "👍🏽", "❤️"],
    Opinion.FAIR: ["all right", "ok", "so-so", "naja", "in Ordnung", "mittelmäßig", "mittelmaessig", "matig",
                   "gaat wel", "3", "3 von 5", "😐"],
    Opinion.POOR: ["poor", "bad", "really bad", "not good", "schlecht", "gar nicht gut", "niet goed", "slecht", "1",
                   "2/5", "🙁", "👎"],
}  # fmt: skip


@pytest.mark.parametrize(("opinion", "said"), [(opinion, said) for opinion, all_ in SAID.items() for said in all_])
def test_what_people_say_about_how_it_went_is_understood(opinion: Opinion, said: str) -> None:
    assert words.opinion_of(said) is opinion


@pytest.mark.parametrize("said", ["", "-", "wonderful weather", "10", "0", "limit", "the printer", "x" * 500])
def test_anything_else_is_no_opinion(said: str) -> None:
    assert words.opinion_of(said) is None


@pytest.mark.parametrize("typed", ["rate INC-4 wonderful", "bewerten INC-4 wunderbar hoch drei", "beoordeel INC-4 7"])
def test_a_rating_of_something_in_unknown_words_is_a_rating_all_the_same(typed: str) -> None:
    """So that whoever hears it can say which words it knows."""
    heard = words.parse(typed)

    assert isinstance(heard, Command)
    assert (heard.verb, heard.reference) == (Verb.RATE, "INC-4")

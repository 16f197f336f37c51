"""Reactions whatever a network calls them, and forms answered in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import words
from bot.words import Reaction

MEANINGS = [
    ("🎫", Reaction.REGISTER), ("ticket", Reaction.REGISTER), (":ticket:", Reaction.REGISTER),
    ("🙋", Reaction.ME_TOO), ("raising_hand", Reaction.ME_TOO), ("raising_hand::skin-tone-3", Reaction.ME_TOO),
    (":raising_hand::skin-tone-6:", Reaction.ME_TOO), ("woman-raising-hand", Reaction.ME_TOO),
    ("man-raising-hand::skin-tone-2", Reaction.ME_TOO), ("🙋‍♀️", Reaction.ME_TOO), ("🙋🏽‍♂️", Reaction.ME_TOO),
    ("🙋🏿", Reaction.ME_TOO), ("✅", Reaction.ANSWER), ("white_check_mark", Reaction.ANSWER),
    ("✔️", Reaction.ANSWER),
    ("📌", Reaction.KEEP), ("pushpin", Reaction.KEEP), ("👍🏽", Reaction.GOOD), ("+1", Reaction.GOOD),
    ("thumbsup", Reaction.GOOD), ("-1", Reaction.BAD), ("👎", Reaction.BAD), ("1️⃣", Reaction.ONE), ("1⃣", Reaction.ONE),
    ("one", Reaction.ONE), ("nine", Reaction.NINE), ("9️⃣", Reaction.NINE),
]  # fmt: skip


@pytest.mark.parametrize(("emoji", "meaning"), MEANINGS)
def test_a_reaction_means_the_same_under_every_name(emoji: str, meaning: Reaction) -> None:
    assert words.reaction_of(emoji) is meaning


@pytest.mark.parametrize("emoji", ["", ":", "smile", "🎉", "0️⃣", "raising_hands", "ticketing", "\ufe0f"])
def test_other_reactions_mean_nothing(emoji: str) -> None:
    assert words.reaction_of(emoji) is None


@pytest.mark.parametrize("reaction", Reaction)
def test_what_the_bot_seeds_and_what_slack_calls_it_come_back_as_the_same(reaction: Reaction) -> None:
    assert words.reaction_of(words.emoji_for(reaction)) is reaction
    assert {words.reaction_of(name) for name in words.names_of(reaction)} == {reaction}


@given(st.text(max_size=100))
def test_no_emoji_name_makes_it_fail(name: str) -> None:
    words.reaction_of(name)
    words.digit_of(name)


FIELDS = [
    ('service=vpn impact="all of Berlin"', {"service": "vpn", "impact": "all of Berlin"}, ""),
    ("service = vpn impact=all of Berlin", {"service": "vpn", "impact": "all of Berlin"}, ""),
    ("Service=VPN", {"service": "VPN"}, ""),
    ("mail is down service=mail", {"service": "mail"}, "mail is down"),
    ("what=don't know why=it's old", {"what": "don't know", "why": "it's old"}, ""),
    ("impact=„ganz Berlin“", {"impact": "ganz Berlin"}, ""),
    ("link=https://example.org/?a=b", {"link": "https://example.org/?a=b"}, ""),
    ('impact="open end', {"impact": "open end"}, ""),
    ("path=C:\\new\\temp", {"path": "C:\\new\\temp"}, ""),
    ("empty= other=1", {"empty": "", "other": "1"}, ""),
    ("Größe=3", {"grosse": "3"}, ""),
    ("", {}, ""),
    ("no keys here", {}, "no keys here"),
]


@pytest.mark.parametrize(("typed", "values", "before"), FIELDS)
def test_a_form_is_answered_in_one_line(typed: str, values: dict[str, str], before: str) -> None:
    assert words.parse_fields(typed) == (values, before)


@given(st.text(alphabet=st.one_of(st.sampled_from("\"'=\\ #ab\n“„="), st.characters()), max_size=200))
def test_no_line_makes_the_form_fail(typed: str) -> None:
    values, before = words.parse_fields(typed)

    assert all(values) or not values
    assert isinstance(before, str)

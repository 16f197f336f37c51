"""Typed text made safe: what is taken out, where it is cut, and what a room may be called."""

import re
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import plain

CLEANED = [
    ("hello", "hello"),
    ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ("a\x00b\x07c\x1b[31m", "abc[31m"),
    ("zero\u200bwidth\ufeff\u2060\xad", "zerowidth"),
    ("\u202etxt.exe\u202c \u2066x\u2069 \u200fy\u200e", "txt.exe x y"),
    ("e\u0301", "é"),
    ("z" + "\u0336" * 50, "z" + "\u0336" * 4),
    ("a" + " " * 300 + "b", "a b"),
    ("if x:\n    y", "if x:\n    y"),
    ("a  \n\n\n\n\n b", "a\n\n b"),
    ("👩‍💻 👍🏽 1️⃣", "👩‍💻 👍🏽 1️⃣"),
    ("a\u200db", "ab"),
    ("\ud800x", "x"),
    ("tag\U000e0041s", "tags"),
    (
        "<!channel> @room {{ 7*7 }}",
        "<!channel> @room {{ 7*7 }}",
    ),
]


@pytest.mark.parametrize(("typed", "kept"), CLEANED)
def test_text_is_cleaned_of_what_nobody_sees(typed: str, kept: str) -> None:
    assert plain.clean(typed) == kept


def test_every_control_and_format_character_is_taken_out() -> None:
    allowed = {"\n", "\u200d"}
    unseen = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"}]

    left = [hex(ord(character)) for character in unseen if plain.clean(f"a{character}b").strip("ab \n")]

    assert not [code for code in left if chr(int(code, 16)) not in allowed]


@given(st.text(alphabet=st.characters(), max_size=400), st.integers(min_value=0, max_value=100))
def test_cleaned_text_is_short_enough_storable_and_clean_for_good(typed: str, limit: int) -> None:
    once = plain.clean(typed, limit)

    assert len(once) <= limit
    assert plain.clean(once, limit) == once
    once.encode("utf-8")


CUTS = [
    ("hello world", 11, "hello world"),
    ("hello wonderful world", 18, "hello wonderful…"),
    ("hello", 3, "he…"),
    ("hello", 1, "…"),
    ("hello", 0, ""),
    ("ab👍🏽cd", 4, "ab…"),
    ("ab👩‍💻cd", 5, "ab…"),
    ("abe\u0301cd", 4, "ab…"),
    ("🇩🇪🇳🇱🇬🇧", 4, "🇩🇪…"),
]


@pytest.mark.parametrize(("text", "limit", "short"), CUTS)
def test_a_cut_leaves_characters_and_words_whole(text: str, limit: int, short: str) -> None:
    assert plain.cut(text, limit) == short


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u200e\ufeff", "\u3164", "\u2800 \ufe0f", "\x00"])
def test_what_shows_nothing_is_blank(text: str) -> None:
    assert plain.is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "👍", "٣", "漢"])
def test_what_shows_something_is_not_blank(text: str) -> None:
    assert not plain.is_blank(text)


def test_an_excerpt_is_one_line() -> None:
    assert plain.excerpt("The VPN\n\n  drops   every few\tminutes since this morning", 30) == "The VPN drops every few…"


SLUGS = [
    ("VPN drops every few minutes", "vpn-drops-every-few-minutes"),
    ("Größe der Tür, Straße & Café – VPN!", "groesse-der-tuer-strasse-cafe-vpn"),
    ("E-mail ligt eruit één uur", "e-mail-ligt-eruit-een-uur"),
    ("  --- ", "room"),
    ("", "room"),
    ("Привет", "room"),
    ("../../etc/passwd <script>", "etc-passwd-script"),
    ("@room <!channel>", "room-channel"),
    ("x" * 100, "x" * 40),
    ("word " * 30, "word-word-word-word-word-word-word-word"),
]


@pytest.mark.parametrize(("text", "slug"), SLUGS)
def test_a_slug_is_readable(text: str, slug: str) -> None:
    assert plain.slug(text) == slug


@given(st.text(), st.integers(min_value=1, max_value=80), st.text(alphabet="abc", max_size=5))
def test_a_slug_is_never_empty_and_always_fit_for_a_room(text: str, limit: int, fallback: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", plain.slug(text, limit, fallback))
    assert len(plain.slug(text, limit, fallback)) <= limit


def test_a_hundred_thousand_characters_of_anything_are_cleaned_at_once() -> None:
    started = time.perf_counter()
    for piece in (" ", "\u0301", "\u200d", "\U0001f1e9", "a\n", "\u202e", "👩‍💻", "x "):
        plain.clean(piece * (100_000 // len(piece)) + "x")
        plain.excerpt(piece * (100_000 // len(piece)) + "x")

    assert time.perf_counter() - started < 2

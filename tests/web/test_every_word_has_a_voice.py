"""No page says anything that a translator has not seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from babel.core import Locale
from httpx import ASGITransport, AsyncClient
from prometheus_client import CollectorRegistry

from adapters.text.voices import BabelVoice
from adapters.wake import Changes
from adapters.web.app import make_app
from bot.cards import Text
from bot.texts import Value, fill
from tests.web.one_bad_day import ARTICLE, NOON, PRINTING, VPN, OneBadDay, Parts

DATA = (
    *("Swarmbridge", "English", "Deutsch", "Nederlands", "VPN", "File shares", "E-mail", "Printing"),
    *(VPN.title, PRINTING.title, PRINTING.solution, ARTICLE.title, ARTICLE.issue, ARTICLE.environment),
    *(ARTICLE.resolution, ARTICLE.cause, *(update.text for update in (*VPN.updates, *PRINTING.updates))),
)


def shouted(sentence: str) -> str:
    """The sentence translated: into capitals, its placeholders left alone."""
    return re.sub(r"(?<!\{)\b\w+\b(?!\})", lambda word: word[0].upper(), sentence)


class ShoutedVoice(BabelVoice):
    def say(self, msgid: str, **values: Value) -> Text:
        return fill(shouted(msgid), values)

    def plural(self, one: str, many: str, n: int, **values: Value) -> Text:
        return fill(shouted(one if n == 1 else many), {"n": n, **values})

    def time(self, at: datetime) -> str:
        return "12:00"


class ShoutedVoices:
    def voice(self, language: str, zone: str = "", *, shared: bool = False) -> BabelVoice:
        return ShoutedVoice(language, {}, UTC, Locale.parse(language), lambda: NOON)

    def detect(self, text: str) -> str:
        return ""


class TextsOf(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value or "" for name, value in attrs if name in ("aria-label", "alt", "placeholder")]


@pytest.mark.parametrize(
    "path",
    ["/", "/incidents/INC-42", "/incidents/INC-7", "/knowledge", "/knowledge?q=none", "/knowledge/KB-3", "/nowhere"],
)
@pytest.mark.parametrize("day", ["bad", "good", "away"])
async def test_every_word_of_a_page_goes_through_the_voice(path: str, day: str) -> None:
    source = OneBadDay()
    app = make_app(source, Changes(), ShoutedVoices(), Parts(), CollectorRegistry())
    if day == "good":
        source.all_is_well()
    source.away = day == "away"
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        page = (await client.get(path)).text

    for data in sorted(DATA, key=len, reverse=True):
        page = page.replace(data, "")
    texts = [text for text in TextsOf(page).texts if re.search(r"[a-z]", text)]
    assert texts == []
    assert re.search(r"<h1[^>]*>[^a-z]*</h1>", page)

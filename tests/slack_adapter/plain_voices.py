"""Voices that say every sentence as it is written in the code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import Text
from bot.texts import Phrase, Value, Voice, fill, fill_line


@dataclass(frozen=True)
class PlainVoice:
    language: str = "en"

    def say(self, msgid: str, **values: Value) -> Text:
        return fill(msgid, values)

    def line(self, msgid: str, **values: Value) -> str:
        return fill_line(msgid, values)

    def plural(self, one: str, many: str, n: int, **values: Value) -> Text:
        return fill(one if n == 1 else many, {"n": n, **values})

    def phrase(self, phrase: Phrase) -> Text:
        return fill(phrase.msgid, phrase.values)

    def time(self, at: datetime) -> str:
        return at.strftime("%H:%M")

    def ago(self, at: datetime, now: datetime) -> str:
        return str(at - now)


class PlainVoices:
    def voice(self, language: str, zone: str = "", *, shared: bool = False) -> Voice:
        return PlainVoice(language)

    def detect(self, text: str) -> str:
        return ""

"""Voices over Babel: sentences from the catalogues of ``bot/locales``, times as people say them in each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from importlib import resources

from babel.core import Locale
from babel.dates import format_skeleton, format_time, format_timedelta, get_timezone_gmt, get_timezone_name
from babel.messages.pofile import read_po

from bot import clock
from bot.cards import Text, as_plain
from bot.texts import LANGUAGES, Phrase, Value, fill

Sentences = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class BabelVoice:
    """Says things in one language and time zone."""

    language: str
    sentences: Sentences
    zone: tzinfo
    locale: Locale
    now: Callable[[], datetime]
    shared: bool = False

    def say(self, msgid: str, **values: Value) -> Text:
        """The sentence in this language, with its placeholders filled."""
        found = self.sentences.get(msgid, msgid)
        return fill(found if isinstance(found, str) else found[0], values)

    def line(self, msgid: str, **values: Value) -> str:
        """The same as one plain line."""
        return as_plain(self.say(msgid, **values))

    def plural(self, one: str, many: str, n: int, **values: Value) -> Text:
        """The sentence that fits the number (one form for 1 and one for all others, as in these three languages)."""
        found = self.sentences.get(one, (one, many))
        forms = found if isinstance(found, tuple) else (found, found)
        return fill(forms[0] if n == 1 else forms[-1], {"n": n, **values})

    def phrase(self, phrase: Phrase) -> Text:
        """A sentence that was marked earlier."""
        return self.say(phrase.msgid, **phrase.values)

    def time(self, at: datetime) -> str:
        """The hour for today, else day and hour; with the name of the zone where many read it."""
        local = at.astimezone(self.zone)
        hour = format_time(local, "short", locale=self.locale, tzinfo=self.zone)
        if self.shared:
            hour = f"{hour} {_zone_name(self.locale, self.zone, _half_hour(at.astimezone(UTC)))}"
        if local.date() == self.now().astimezone(self.zone).date():
            return hour
        return f"{format_skeleton('MMMEd', local, locale=self.locale)}, {hour}"

    def ago(self, at: datetime, now: datetime) -> str:
        """``20 minutes ago``, ``in 2 hours``."""
        return format_timedelta(at - now, add_direction=True, locale=self.locale, threshold=1.2)


def _half_hour(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)


@lru_cache(maxsize=256)
def _zone_name(locale: Locale, zone: tzinfo, half_hour: datetime) -> str:
    """``CET`` or ``MEZ`` in this half hour of UTC; where no such name is known, ``GMT+05:45``."""
    local = half_hour.astimezone(zone)
    names = (get_timezone_name(local, "short", locale=locale), local.tzname() or "")
    return next((name for name in names if name.isalpha()), get_timezone_gmt(local, "long", locale=locale))


class BabelVoices:
    """Finds the voice for a reader, and the language of a text."""

    def __init__(self, detect: Callable[[str], str | None], default_zone: str, now: Callable[[], datetime]) -> None:
        self._detect = detect
        self._default_zone = default_zone
        self._now = now
        self._sentences = {language: _read(language) for language in LANGUAGES}
        self._locales = {language: Locale.parse({"en": "en_GB"}.get(language, language)) for language in LANGUAGES}

    def voice(self, language: str, zone: str = "", *, shared: bool = False) -> BabelVoice:
        """The voice for this language and IANA zone; English and the default zone for unknown ones. ``shared``: times
        name their zone."""
        known = language[:2] if language[:2] in self._sentences else "en"
        found = clock.zone(zone, self._default_zone)
        return BabelVoice(known, self._sentences[known], found, self._locales[known], self._now, shared)

    def detect(self, text: str) -> str:
        """``en``, ``de`` or ``nl``, or empty when unsure."""
        return self._detect(text) or ""


def _read(language: str) -> Sentences:
    """The translated sentences of a language by their English; empty for English itself."""
    file = resources.files("bot") / "locales" / language / "LC_MESSAGES" / "swarmbridge.po"
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=language, abort_invalid=True)
    found: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy or not message.string:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        found[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return found

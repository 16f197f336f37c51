"""Shows people their home: when they open it, and again while it is open and what it shows changes.

Each feature adds cards of its own (``Router.home``); they say nothing that cannot be asked for by typing as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.cards import Card
from bot.home import Entry, Home
from bot.intents import Direct, ShowHome
from bot.people import Directory, Person
from bot.refs import UserRef
from bot.texts import Voice, Voices
from bot.uow import Work

KEPT_CURRENT = timedelta(minutes=30)
"""So long after it was opened a home is shown again when something changes; networks do not say when it is closed."""
AT_ONCE = 60
"""So many homes are looked at in one sweep, those opened last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person looking at their home, perhaps looking for something."""

    work: Work
    person: Person
    account: UserRef
    voice: Voice
    looking_for: str = ""


Section = Callable[[Visit], Iterable[Card]]
"""What a feature shows there; nothing where it has nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A home that was opened: by whom, when last, what they looked for, and a digest of what it shows."""

    account: UserRef
    at: datetime
    language: str
    zone: str
    looking_for: str = ""
    shows: str = ""


class Homes(Protocol):
    """The homes that were opened, within one unit of work."""

    def get(self, account: UserRef) -> Opened | None:
        """The home of this account, if it was ever opened."""
        ...

    def put(self, opened: Opened) -> None:
        """Keep it, in place of an earlier one."""
        ...

    def since(self, moment: datetime, most: int) -> Sequence[Opened]:
        """Those opened since then, the last ones first."""
        ...


def open_(work: Work, account: UserRef, voice: Voice, zone: str, looking_for: str, sections: Sequence[Section]) -> None:
    """Somebody opened their home, or looks for something in it: show it as it is now."""
    opened = Opened(account=account, at=work.now, language=voice.language, zone=zone, looking_for=looking_for)
    _show(work, opened, sections)


def after_a_tap(work: Work, account: UserRef, sections: Sequence[Section]) -> None:
    """Somebody did something, perhaps in their home: it shows so at once."""
    opened = work.get(Homes).get(account)
    if opened is not None and opened.at > work.now - KEPT_CURRENT:
        _show(work, opened, sections)


def refresh(work: Work, sections: Sequence[Section]) -> int:
    """Show every home again that was opened lately and would show something else; returns how many. To be called every
    few seconds."""
    lately = work.get(Homes).since(work.now - KEPT_CURRENT, AT_ONCE)
    return sum(_show(work, opened, sections) for opened in lately)


def _show(work: Work, opened: Opened, sections: Sequence[Section]) -> bool:
    home = _home(work, opened, sections)
    shows = hashlib.sha256(repr(home).encode(errors="replace")).hexdigest()[:16]
    if shows == opened.shows:
        return False
    work.get(Homes).put(replace(opened, shows=shows))
    key = f"home of {opened.account}:{work.now.isoformat()}"
    work.say(ShowHome(key=key, place=Direct(opened.account), user=opened.account, home=home))
    return True


def _home(work: Work, opened: Opened, sections: Sequence[Section]) -> Home:
    voice = work.get(Voices).voice(opened.language, opened.zone)
    visit = Visit(
        work=work, person=work.get(Directory).person(opened.account), account=opened.account, voice=voice,
        looking_for=opened.looking_for,
    )  # fmt: skip
    return Home(
        cards=tuple(card for section in sections for card in section(visit)),
        search=Entry(voice.line("Search what solved it before"), voice.line("Some words, then Enter")),
        more=voice.line("There is more than fits here. Write “status” to see what concerns you."),
        language=voice.language,
    )

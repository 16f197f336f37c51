"""One human, several accounts: whoever types on one network the code they were given on another is the same person."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.act import Act
from bot.cards import Card, Paragraph, as_plain
from bot.errors import Rejected
from bot.facts import AccountsLinked, AccountsParted
from bot.intents import Direct, Post
from bot.people import Directory, Person, PersonId, RoomProfile
from bot.refs import RoomRef, UserRef
from bot.router import Router
from bot.texts import Voices, phrase
from bot.uow import Work
from bot.words import Command, Verb

VALID = timedelta(minutes=10)
"""How long a code can be used; it can be used once."""
DIGITS = 12
"""So many that nobody finds one by trying, however many are out and however fast they try."""

_CODE = re.compile(r"\d{4,}")

router = Router()


class Links(Protocol):
    """Which accounts are said to be one person's, within one unit of work."""

    def person(self, account: UserRef) -> PersonId | None:
        """Whose account this is said to be."""
        ...

    def accounts(self, person: PersonId) -> Sequence[UserRef]:
        """The accounts that are said to be this person's."""
        ...

    def link(self, account: UserRef, person: PersonId) -> None:
        """From now on this account is this person's."""
        ...

    def unlink(self, account: UserRef) -> bool:
        """From now on this account is nobody else's; False when it was not before."""
        ...

    def offer(self, code: str, account: UserRef, until: datetime) -> None:
        """Keep what a code stands for, in place of an earlier one of the same account."""
        ...

    def take(self, code: str, now: datetime) -> UserRef | None:
        """The account that a code which is still valid stands for; it is used up."""
        ...


class NoLinks:
    """``Links`` where only one network is connected: there is nothing to link."""

    def person(self, account: UserRef) -> PersonId | None:
        """Nobody's."""
        return None

    def accounts(self, person: PersonId) -> Sequence[UserRef]:
        """None."""
        return ()

    def link(self, account: UserRef, person: PersonId) -> None:
        """Refused."""
        raise Rejected(_ONE_CHAT)

    def unlink(self, account: UserRef) -> bool:
        """Nothing was linked."""
        return False

    def offer(self, code: str, account: UserRef, until: datetime) -> None:
        """Refused."""
        raise Rejected(_ONE_CHAT)

    def take(self, code: str, now: datetime) -> UserRef | None:
        """Refused."""
        raise Rejected(_ONE_CHAT)


_ONE_CHAT = phrase("Only one chat is connected to me, so there is nothing to link.")


class WithLinks:
    """A ``Directory`` that knows the accounts people linked beside those of another one, which comes first."""

    def __init__(self, directory: Directory, work: Work) -> None:
        self._directory = directory
        self._links = work.get(Links)

    def person(self, account: UserRef, name: str = "") -> Person:
        """The person behind this account."""
        known = self._directory.person(account, name)
        linked = self._links.person(account) if is_made_of(known, account) else None
        found = self._directory.person_by_id(linked) if linked is not None else None
        return self._with_accounts(found or known)

    def person_by_id(self, person: PersonId) -> Person | None:
        """The person with this id."""
        known = self._directory.person_by_id(person)
        return self._with_accounts(known) if known is not None else None

    def room(self, room: RoomRef) -> RoomProfile:
        """What is known of this room."""
        return self._directory.room(room)

    def _with_accounts(self, person: Person) -> Person:
        linked = self._links.accounts(person.id)
        more = tuple(one for one in linked if is_made_of(self._directory.person(one), one))  # nobody else's meanwhile
        return replace(person, accounts=tuple(dict.fromkeys((*person.accounts, *more)))) if more else person


def is_made_of(person: Person, account: UserRef) -> bool:
    """Whether nothing is known of a person but this account."""
    return person.id == str(account)


@router.command(Verb.LINK)
def link(act: Act, command: Command) -> None:
    """``link accounts`` gives a code; ``link accounts 123456789012`` from the other account makes both one person's."""
    typed = _CODE.search(command.rest)
    if typed is None:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        act.work.get(Links).offer(_kept(code), act.event.by, act.now + VALID)
        act.tell(
            act.voice.say("Write “link accounts {code}” to me from your other account within ten minutes, in a direct "
                          "message. Then I know that both are you.", code=code)
        )  # fmt: skip
        return
    offered = act.work.get(Links).take(_kept(typed[0]), act.now)
    if offered is None or offered == act.event.by:
        raise Rejected(phrase("This code is not valid here. Write “link accounts” to me from your other account to get "
                              "a new one."))  # fmt: skip
    there = act.directory.person(offered)
    if _join(act, there):
        _tell_the_others(act, offered, there)
    act.tell(act.voice.say("Done: both accounts are you, this one and {name} ({network}). To part them again, write "
                           "“unlink accounts”.", name=there.name, network=offered.platform.shown))  # fmt: skip


@router.command(Verb.UNLINK)
def unlink(act: Act, command: Command) -> None:
    """``unlink accounts``: this account, and those linked to it, are on their own again."""
    links = act.work.get(Links)
    own = links.accounts(act.person.id)
    parted = tuple(account for account in sorted({act.event.by, *own}) if links.unlink(account))
    if not parted:
        raise Rejected(phrase("Nothing is linked to this account."))
    act.work.tell(AccountsParted(about=act.person.id, accounts=parted, person=act.person.id))
    act.tell(act.voice.say("Done: your accounts are on their own again."))


def _join(act: Act, there: Person) -> bool:
    """Whoever is in the catalogue stays who they are, and two of the catalogue stay two. Who was linked to somebody
    before comes along. False when they were one."""
    here = act.person
    if here.id == there.id:
        return False
    if _is_made_of_accounts(here):
        before, person = here, there
    elif _is_made_of_accounts(there):
        before, person = there, here
    else:
        raise Rejected(phrase("The catalogue says that these accounts are two people’s. Ask whoever keeps it."))
    for account in before.accounts:
        act.work.get(Links).link(account, person.id)
    act.work.tell(AccountsLinked(about=person.id, before=before.id, person=person.id))
    return True


def _is_made_of_accounts(person: Person) -> bool:
    """Whether the catalogue does not know them."""
    return person.id in map(str, person.accounts)


def _tell_the_others(act: Act, offered: UserRef, there: Person) -> None:
    """The account that had the code hears who used it, in case it was talked into giving it away; so does every other
    one of either person on these networks."""
    networks = {act.event.by.platform, offered.platform}
    known = {account: person for person in (act.person, there) for account in person.accounts}
    for account, person in (known | {offered: there}).items():
        if account != act.event.by and account.platform in networks:
            _tell_one(act, account, person)


def _tell_one(act: Act, account: UserRef, person: Person) -> None:
    voice = act.work.get(Voices).voice(person.language or act.voice.language, person.zone)
    name, network = act.person.name, act.event.by.platform.shown
    sentence = voice.say("{name} ({network}) and this account are one person for me now. If that is not you, write "
                         "“unlink accounts” at once.", name=name, network=network)  # fmt: skip
    card = Card(summary=as_plain(sentence), blocks=(Paragraph(sentence),), language=voice.language)
    act.say(Post(key=act.key(), place=Direct(account), card=card))


def _kept(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()

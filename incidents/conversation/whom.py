"""Whom somebody names: by a mention, by an account, or by a name as people call one another."""

from __future__ import annotations

from collections.abc import Iterator

from bot import plain
from bot.act import Act
from bot.errors import Rejected
from bot.events import CommandGiven, MessagePosted
from bot.people import Person
from bot.refs import UserRef
from bot.texts import phrase
from incidents.model import Incident
from incidents.ports import CatalogueNow, Crew

MOST_NAMED = 5
_TOWARDS = ("to", "an", "aan", "naar")
_PLEASE = ("please", "bitte", "aub", "alsjeblieft", "graag")
_SELF = ("", "me", "myself", "mich", "mir", "mij", "mijzelf")


def is_self(text: str) -> bool:
    """Whether these words mean whoever says them."""
    return plain.fold(_bare(text)) in _SELF


def meant(act: Act, incident: Incident, text: str) -> tuple[Person, UserRef]:
    """The person named in a command about this incident, and the account to reach them at. Raises ``Rejected``."""
    mentions = act.event.mentions if isinstance(act.event, MessagePosted | CommandGiven) else ()
    if mentions:
        called = _bare(text).removeprefix("@") if len(mentions) == 1 else ""
        person = act.directory.person(mentions[0], called)
        return person, person.account_on(incident.platform) or mentions[0]
    person = _named(act, incident, _bare(text))
    account = person.account_on(incident.platform) or person.account_on(act.event.by.platform)
    account = account or next(iter(person.accounts), None)
    if account is None:
        raise Rejected(phrase("I cannot reach {name} in any chat. Name somebody else.", name=person.name))
    return person, account


def _named(act: Act, incident: Incident, name: str) -> Person:
    wanted = plain.fold(name.removeprefix("@"))
    known = {person.id: person for person in _around(act, incident)}.values()
    whole = [person for person in known if wanted in _names_of(person)]
    found = whole or [person for person in known if wanted in plain.fold(person.name).split()]
    if len(found) > 1:
        people = ", ".join(person.name for person in found[:MOST_NAMED])
        raise Rejected(phrase("Several people are called “{name}”: {people}. Write the whole name, or mention the one "
                              "you mean.", name=name, people=people))  # fmt: skip
    if not found:
        raise Rejected(phrase("I know nobody called “{name}”. Mention the person, or write their whole name.",
                              name=plain.excerpt(name, 60)))  # fmt: skip
    return found[0]


def _around(act: Act, incident: Incident) -> Iterator[Person]:
    """Everybody the catalogue knows, works on the incident or is affected by it."""
    for known in act.work.get(CatalogueNow).catalogue.people:
        person = act.directory.person_by_id(known)
        if person is not None:
            yield person
    for name, account in act.work.get(Crew).seated(incident.id):
        yield act.directory.person(account, name)
    for one in incident.affected:
        yield act.directory.person(one.account, one.name)


def _names_of(person: Person) -> set[str]:
    accounts = {account.id.removeprefix("@") for account in person.accounts}
    return {plain.fold(name) for name in {person.id, person.name, *accounts, *(a.partition(":")[0] for a in accounts)}}


def _bare(text: str) -> str:
    """The name alone: no “to” before it, no “please” behind it."""
    words = text.strip(" .,:;!?").split()
    if words and plain.fold(words[0]) in _TOWARDS:
        words = words[1:]
    if words and plain.fold(words[-1]) in _PLEASE:
        words = words[:-1]
    return " ".join(words).rstrip(" .,:;!?")

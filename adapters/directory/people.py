"""Tells the conversation who is speaking and what a room is for, from the catalogue as it is at that moment."""

from __future__ import annotations

from collections.abc import Callable

from bot.people import Person, PersonId, RoomProfile
from bot.refs import RoomRef, UserRef
from bot.texts import LANGUAGES
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import CataloguePerson


class CatalogueDirectory:
    """A `bot.people.Directory` over whatever catalogue is current when asked."""

    def __init__(self, current: Callable[[], Catalogue]) -> None:
        self._current = current

    def person(self, account: UserRef, name: str = "") -> Person:
        """The person with this account; somebody unknown is a person made of it."""
        known = self._current().person_by_account(account)
        return _person(known) if known is not None else _stranger(account, name)

    def person_by_id(self, person: PersonId) -> Person | None:
        """The person with this id, be they in the catalogue or made of an account."""
        known = self._current().person(person)
        if known is not None:
            return _person(known)
        try:
            account = UserRef.parse(person)
        except ValueError:
            return None
        return self.person(account)

    def room(self, room: RoomRef) -> RoomProfile:
        """The purpose, language, zone and team of a room; all empty for a room outside the catalogue."""
        catalogue = self._current()
        channel = catalogue.channel_by_room(room)
        if channel is None:
            return RoomProfile(room=room, zone=catalogue.organisation.zone)
        team = catalogue.team_of_channel(channel.id)
        return RoomProfile(
            room=room,
            purpose=channel.purpose,
            language=_spoken(channel.language or catalogue.organisation.language),
            zone=(team.zone if team is not None else "") or catalogue.organisation.zone,
            team=team.id if team is not None else "",
        )


def _person(known: CataloguePerson) -> Person:
    return Person(
        id=known.id, name=known.name, language=_spoken(known.language), zone=known.zone, accounts=known.accounts
    )


def _stranger(account: UserRef, name: str) -> Person:
    return Person(id=PersonId(str(account)), name=name or account.id, accounts=(account,))


def _spoken(language: str) -> str:
    """`de-AT` is spoken to as `de`; a language the bot does not speak counts as unknown."""
    first = language.partition("-")[0]
    return first if first in LANGUAGES else ""

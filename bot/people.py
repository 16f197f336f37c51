"""Who is speaking: one human behind any number of chat accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType, Protocol

from bot.refs import Platform, RoomRef, UserRef

PersonId = NewType("PersonId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human as the conversation needs to know them.

    Somebody who is not in the catalogue still is a person: their id is then the text form of their account.
    ``language`` is ``en``, ``de``, ``nl`` or empty when unknown; ``zone`` an IANA time zone or empty.
    """

    id: PersonId
    name: str
    language: str = ""
    zone: str = ""
    accounts: tuple[UserRef, ...] = ()

    def account_on(self, platform: Platform) -> UserRef | None:
        """Their account on that network, if they have one there."""
        return next((account for account in self.accounts if account.platform is platform), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomProfile:
    """What is known of a room: its purpose (``support``, ``announcements``, ``triage`` or empty), language and zone."""

    room: RoomRef
    purpose: str = ""
    language: str = ""
    zone: str = ""
    team: str = ""


class Directory(Protocol):
    """Knows people and rooms. Never fails: somebody unknown becomes a person made of their account."""

    def person(self, account: UserRef, name: str = "") -> Person:
        """The person behind this account; ``name`` is what the network calls them."""
        ...

    def person_by_id(self, person: PersonId) -> Person | None:
        """The person with this id, or None when nobody has it (a person made of an account can always be found)."""
        ...

    def room(self, room: RoomRef) -> RoomProfile:
        """What is known of this room."""
        ...

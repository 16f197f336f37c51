"""The records of the catalogue: teams, people, services, configuration items and channels, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NewType

from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.catalogue.hours import Hours

TeamId = NewType("TeamId", str)
ServiceId = NewType("ServiceId", str)
ItemId = NewType("ItemId", str)
ChannelId = NewType("ChannelId", str)


class TeamKind(StrEnum):
    INTERNAL = "internal"
    PARTNER = "partner"


class Criticality(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Purpose(StrEnum):
    SUPPORT = "support"
    ANNOUNCEMENTS = "announcements"
    TRIAGE = "triage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What holds where nobody says otherwise."""

    name: str = ""
    zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, order=True)
class GroupRef:
    """A group of people that is kept on a network, such as a user group on Slack."""

    platform: Platform
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Whoever provides services, an internal team or an outside partner: the same link for both."""

    id: TeamId
    name: str
    kind: TeamKind = TeamKind.INTERNAL
    members: tuple[PersonId, ...] = ()
    on_duty: tuple[PersonId, ...] = ()
    on_duty_groups: tuple[GroupRef, ...] = ()
    hours: Hours | None = None
    channels: tuple[ChannelId, ...] = ()
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePerson:
    """One human as the catalogue describes them. No language or zone means: take it from the chat profile."""

    id: PersonId
    name: str
    email: str = ""
    language: str = ""
    zone: str = ""
    hours: Hours | None = None
    skills: tuple[str, ...] = ()
    accounts: tuple[UserRef, ...] = ()
    roles: tuple[str, ...] = ()

    def account_on(self, platform: Platform) -> UserRef | None:
        """Their first account on this network, if they have one there."""
        return next((account for account in self.accounts if account.platform is platform), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What was agreed for a service; None where nothing was."""

    respond: timedelta | None = None
    update: timedelta | None = None
    resolve: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a team offers. `names` is keyed by language, with "" for a name that serves every language.

    `audience` names teams, people and roles; `followers` people and teams.
    """

    id: ServiceId
    names: Mapping[str, str]
    team: TeamId
    criticality: Criticality = Criticality.MEDIUM
    keywords: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    items: tuple[ItemId, ...] = ()
    depends_on: tuple[ServiceId, ...] = ()
    followers: tuple[str, ...] = ()
    targets: Targets = field(default_factory=Targets)
    confidential: bool = False
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def name(self, language: str = "") -> str:
        """The name in this language (`de`, `de-AT`), else the one for all, else English, else any, else the id."""
        wanted = (language, language.partition("-")[0], "", "en")
        found = (self.names[key] for key in wanted if key in self.names)
        return next(found, next(iter(self.names.values()), self.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How one item stands to another, such as `runs_on`."""

    type: str
    to: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A configuration item: a part that services run on. `end_of_life` is the technical one."""

    id: ItemId
    name: str
    kind: str = ""
    relations: tuple[Relation, ...] = ()
    end_of_life: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place in chat with a purpose, and its rooms on the networks. Without a team it is everybody's.

    `service` is what a report there is about when its words name none.
    """

    id: ChannelId
    purpose: Purpose
    team: TeamId | None = None
    service: ServiceId | None = None
    rooms: tuple[RoomRef, ...] = ()
    language: str = ""

    def room_on(self, platform: Platform) -> RoomRef | None:
        """The first room of this channel on that network, if it has one there."""
        return next((room for room in self.rooms if room.platform is platform), None)

"""The catalogue: who provides what to whom, with the look-ups every part asks for.

It is one immutable value; a changed file gives a new one. References between records are kept by whoever builds it
(`adapters.directory` refuses a file whose references lead nowhere).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.catalogue import experts, relations
from incidents.catalogue.experts import Expert
from incidents.catalogue.hours import Hours
from incidents.catalogue.recognise import Recogniser
from incidents.catalogue.records import (
    CataloguePerson,
    Channel,
    ChannelId,
    GroupRef,
    Item,
    ItemId,
    Organisation,
    Purpose,
    Service,
    ServiceId,
    Team,
    TeamId,
)

_CARRYING = frozenset({"runs_on", "depends_on", "hosted_on", "part_of"})
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Catalogue:
    """Teams, people, services, items and channels by id, and what follows from them together."""

    __slots__ = (
        "_account", "_channel", "_items_needing", "_provided", "_room", "_services_needing", "_teams_of", "channels",
        "items", "organisation", "people", "recogniser", "services", "teams",
    )  # fmt: skip

    def __init__(
        self,
        *,
        organisation: Organisation | None = None,
        teams: Iterable[Team] = (),
        people: Iterable[CataloguePerson] = (),
        services: Iterable[Service] = (),
        items: Iterable[Item] = (),
        channels: Iterable[Channel] = (),
    ) -> None:
        self.organisation = organisation or Organisation()
        self.teams: Mapping[TeamId, Team] = {team.id: team for team in teams}
        self.people: Mapping[PersonId, CataloguePerson] = {person.id: person for person in people}
        self.services: Mapping[ServiceId, Service] = {service.id: service for service in services}
        self.items: Mapping[ItemId, Item] = {item.id: item for item in items}
        self.channels: Mapping[ChannelId, Channel] = {channel.id: channel for channel in channels}
        self.recogniser = Recogniser(self.services.values(), self.items)
        self._account = {account: person for person in self.people.values() for account in person.accounts}
        self._room = {room: channel for channel in self.channels.values() for room in channel.rooms}
        self._provided = _grouped((service.team, service) for service in self.services.values())
        self._teams_of = _grouped(
            (person, team) for team in self.teams.values() for person in dict.fromkeys(team.members + team.on_duty)
        )
        listed = {channel: team.id for team in self.teams.values() for channel in team.channels}
        self._channel = {channel.id: channel.team or listed.get(channel.id) for channel in self.channels.values()}
        self._services_needing = relations.turned_round({s.id: s.depends_on for s in self.services.values()})
        self._items_needing = relations.turned_round({item.id: _carriers(item) for item in self.items.values()})

    def with_on_duty(self, groups: Mapping[GroupRef, Iterable[UserRef]]) -> Catalogue:
        """The same, with those on duty who are in the groups of their teams now; accounts that nobody has are left
        out."""
        if not any(team.on_duty_groups for team in self.teams.values()):
            return self
        return Catalogue(
            organisation=self.organisation, teams=[self._on_duty(team, groups) for team in self.teams.values()],
            people=self.people.values(), services=self.services.values(), items=self.items.values(),
            channels=self.channels.values(),
        )  # fmt: skip

    def _on_duty(self, team: Team, groups: Mapping[GroupRef, Iterable[UserRef]]) -> Team:
        accounts = [account for group in team.on_duty_groups for account in groups.get(group, ())]
        found = [person.id for account in accounts if (person := self._account.get(account)) is not None]
        return replace(team, on_duty=tuple(dict.fromkeys([*found, *team.on_duty])))

    # People

    def person(self, person: PersonId) -> CataloguePerson | None:
        """The person with this id."""
        return self.people.get(person)

    def person_by_account(self, account: UserRef) -> CataloguePerson | None:
        """Whose chat account this is."""
        return self._account.get(account)

    def teams_of(self, person: PersonId) -> tuple[Team, ...]:
        """The teams this person is a member of or on duty for."""
        return self._teams_of.get(person, ())

    def hours_of(self, person: PersonId) -> Hours | None:
        """When this person works: their own hours, else their first team's; None when nobody said."""
        known = self.people.get(person)
        if known is not None and known.hours is not None:
            return known.hours
        return next((team.hours for team in self.teams_of(person) if team.hours is not None), None)

    # Teams and services

    def team(self, team: TeamId) -> Team | None:
        """The team with this id."""
        return self.teams.get(team)

    def service(self, service: ServiceId) -> Service | None:
        """The service with this id."""
        return self.services.get(service)

    def owner(self, service: ServiceId) -> Team | None:
        """The team that provides this service."""
        known = self.services.get(service)
        return self.teams.get(known.team) if known is not None else None

    def services_of(self, team: TeamId) -> tuple[Service, ...]:
        """The services this team provides."""
        return self._provided.get(team, ())

    def service_meant(self, text: str, room: RoomRef | None = None) -> ServiceId | None:
        """What a report is about: the service its words name, else the one its room is for.

        Where the words leave a doubt and one of the services is confidential, it is that one: discretion is easily
        taken back, its lack is not.
        """
        found = self.recogniser.service(text)
        if found is not None:
            return found.service
        discreet = (one.service for one in self.recogniser.candidates(text) if self.confidential(one.service))
        channel = self._room.get(room) if room is not None else None
        return next(discreet, channel.service if channel is not None else None)

    def experts(self, service: ServiceId) -> tuple[Expert, ...]:
        """Who can help with this service, with the reason: on duty, then the team, then people with its skills."""
        known = self.services.get(service)
        return experts.for_service(known, self.teams.get(known.team), self.people) if known is not None else ()

    def followers(self, service: ServiceId) -> tuple[PersonId, ...]:
        """The people the catalogue names as followers of this service; a team stands for its members."""
        known = self.services.get(service)
        return self._people_named(known.followers) if known is not None else ()

    def audience(self, service: ServiceId) -> frozenset[PersonId]:
        """The people a confidential service is open to: the team that provides it and its named audience."""
        known = self.services.get(service)
        return frozenset(self._people_named((known.team, *known.audience))) if known is not None else frozenset()

    def confidential(self, service: ServiceId) -> bool:
        """Whether what concerns this service stays inside its audience."""
        known = self.services.get(service)
        return known is not None and known.confidential

    def _people_named(self, names: Iterable[str]) -> tuple[PersonId, ...]:
        """People, teams (for their members) and roles (for whoever has them), each person once."""
        found: dict[PersonId, None] = {}
        for name in names:
            team = self.teams.get(TeamId(name))
            if team is not None:
                found.update(dict.fromkeys(team.members + team.on_duty))
            elif name in self.people:
                found[PersonId(name)] = None
            else:
                found.update({person.id: None for person in self.people.values() if name in person.roles})
        return tuple(found)

    # What depends on what

    def upstream(self, service: ServiceId) -> tuple[ServiceId, ...]:
        """All services this one stands on, the nearest first."""
        return relations.reachable(service, self._depends_on)

    def downstream(self, service: ServiceId) -> tuple[ServiceId, ...]:
        """All services that suffer when this one fails, the nearest first."""
        return relations.reachable(service, lambda id_: self._services_needing.get(id_, ()))

    def _depends_on(self, service: ServiceId) -> tuple[ServiceId, ...]:
        known = self.services.get(service)
        return known.depends_on if known is not None else ()

    def services_on(self, item: ItemId) -> tuple[Service, ...]:
        """The services that use this item, or an item that runs on it."""
        lost = {item, *relations.reachable(item, lambda id_: self._items_needing.get(id_, ()))}
        return tuple(service for service in self.services.values() if not lost.isdisjoint(service.items))

    # Channels

    def channel(self, channel: ChannelId) -> Channel | None:
        """The channel with this id."""
        return self.channels.get(channel)

    def channel_by_room(self, room: RoomRef) -> Channel | None:
        """Which channel this room belongs to."""
        return self._room.get(room)

    def team_of_channel(self, channel: ChannelId) -> Team | None:
        """The team a channel belongs to, whether the channel or the team says so; None for everybody's channels."""
        team = self._channel.get(channel)
        return self.teams.get(team) if team is not None else None

    def channels_for(self, purpose: Purpose, team: TeamId | None = None) -> tuple[Channel, ...]:
        """A team's channels for a purpose together with everybody's; where there are none, all for that purpose.

        Without a team: all for that purpose.
        """
        fitting = tuple(channel for channel in self.channels.values() if channel.purpose is purpose)
        near = tuple(channel for channel in fitting if self._channel[channel.id] in (team, None))
        return near or fitting if team is not None else fitting

    def rooms_for(
        self, purpose: Purpose, team: TeamId | None = None, platform: Platform | None = None
    ) -> tuple[RoomRef, ...]:
        """The rooms of those channels, on one network or on all."""
        rooms = (room for channel in self.channels_for(purpose, team) for room in channel.rooms)
        return tuple(room for room in rooms if platform is None or room.platform is platform)


def _carriers(item: Item) -> tuple[ItemId, ...]:
    return tuple(relation.to for relation in item.relations if relation.type in _CARRYING)


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    groups: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}

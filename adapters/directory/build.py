"""Makes the catalogue from the records of a file without errors."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from adapters.directory import values
from adapters.directory.entries import Entries, Entry, texts
from bot.people import PersonId
from bot.refs import Platform, RoomRef, UserRef
from incidents.catalogue.hours import Hours
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import (
    CataloguePerson,
    Channel,
    ChannelId,
    Criticality,
    GroupRef,
    Item,
    ItemId,
    Organisation,
    Purpose,
    Relation,
    Service,
    ServiceId,
    Targets,
    Team,
    TeamId,
    TeamKind,
)

_PLATFORMS = frozenset(Platform)


def catalogue(entries: Entries) -> Catalogue:
    """The catalogue these records describe."""
    organisation = Organisation(
        name=str(entries.organisation.get("name", "")),
        zone=str(entries.organisation.get("timezone", "")),
        language=values.language(str(entries.organisation.get("language", ""))),
    )
    team_zones = {
        person: team.text("timezone")
        for team in reversed(entries.of["teams"])
        for person in team.texts("members")
        if team.text("timezone")
    }
    return Catalogue(
        organisation=organisation,
        teams=[_team(entry, organisation.zone) for entry in entries.of["teams"]],
        people=[_person(entry, team_zones.get(entry.id, organisation.zone)) for entry in entries.of["people"]],
        services=[_service(entry) for entry in entries.of["services"]],
        items=[_item(entry) for entry in entries.of["items"]],
        channels=[_channel(entry) for entry in entries.of["channels"]],
    )


def _team(entry: Entry, zone: str) -> Team:
    own_zone = entry.text("timezone") or zone
    return Team(
        id=TeamId(entry.id),
        name=entry.text("name") or entry.id,
        kind=TeamKind(entry.data.get("kind", TeamKind.INTERNAL)),
        members=_people(entry, "members"),
        on_duty=_people(entry, "on_duty"),
        on_duty_groups=tuple(GroupRef(network, id_) for network, id_ in _addresses(entry, "on_duty_group")),
        hours=_hours(entry, own_zone),
        channels=tuple(ChannelId(channel) for channel in entry.texts("channels")),
        zone=own_zone,
    )


def _person(entry: Entry, zone: str) -> CataloguePerson:
    return CataloguePerson(
        id=PersonId(entry.id),
        name=entry.text("name") or entry.id,
        email=entry.text("email"),
        language=values.language(entry.text("language")),
        zone=entry.text("timezone"),
        hours=_hours(entry, entry.text("timezone") or zone),
        skills=entry.texts("skills"),
        accounts=tuple(UserRef(network, id_) for network, id_ in _addresses(entry, "accounts")),
        roles=entry.texts("roles"),
    )


def _service(entry: Entry) -> Service:
    name = entry.data.get("name", entry.id)
    names = (
        {values.language(language): text for language, text in name.items()} if isinstance(name, dict) else {"": name}
    )
    targets = entry.data.get("targets", {})
    return Service(
        id=ServiceId(entry.id),
        names=names,
        team=TeamId(entry.text("team")),
        criticality=Criticality(entry.data.get("criticality", Criticality.MEDIUM)),
        keywords=entry.texts("keywords"),
        skills=entry.texts("skills"),
        items=tuple(ItemId(item) for item in entry.texts("items")),
        depends_on=tuple(ServiceId(service) for service in entry.texts("depends_on")),
        followers=entry.texts("followers"),
        targets=Targets(**{key: values.duration(targets.get(key)) for key in ("respond", "update", "resolve")}),
        confidential=bool(entry.data.get("confidential", False)),
        audience=entry.texts("audience"),
        languages=tuple(values.language(language) for language in entry.texts("languages")),
    )


def _item(entry: Entry) -> Item:
    return Item(
        id=ItemId(entry.id),
        name=entry.text("name") or entry.id,
        kind=entry.text("kind"),
        relations=tuple(
            Relation(type=relation["type"], to=ItemId(relation["to"])) for relation in entry.data.get("relations", ())
        ),
        end_of_life=values.day(entry.text("end_of_life")) if "end_of_life" in entry.data else None,
    )


def _channel(entry: Entry) -> Channel:
    own = [(platform, id_) for platform in Platform for id_ in entry.texts(platform)]
    return Channel(
        id=ChannelId(entry.id),
        purpose=Purpose(entry.text("purpose")),
        team=TeamId(entry.text("team")) if "team" in entry.data else None,
        service=ServiceId(entry.text("service")) if "service" in entry.data else None,
        rooms=tuple(dict.fromkeys(RoomRef(network, id_) for network, id_ in [*own, *_addresses(entry, "rooms")])),
        language=values.language(entry.text("language")),
    )


def _people(entry: Entry, key: str) -> tuple[PersonId, ...]:
    return tuple(PersonId(person) for person in entry.texts(key))


def _hours(entry: Entry, zone: str) -> Hours | None:
    if "hours" not in entry.data:
        return None
    return values.working_hours(entry.data["hours"], ZoneInfo(zone or "UTC"))


def _addresses(entry: Entry, key: str) -> Iterator[tuple[Platform, str]]:
    for network, ids in entry.data.get(key, {}).items():
        if network in _PLATFORMS:
            yield from ((Platform(network), id_) for id_ in texts(ids))

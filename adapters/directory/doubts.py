"""What is allowed in a catalogue and yet probably not meant: warnings, with a reason for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.directory.entries import Entries, Entry
from adapters.directory.findings import Finding, Path, warning
from bot.people import PersonId
from bot.refs import Platform
from bot.texts import LANGUAGES
from incidents.catalogue.hours import Hours
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import ChannelId, Purpose, ServiceId, Team, TeamId
from incidents.catalogue.words import words

_NETWORKS = tuple(platform.value for platform in Platform)
_WORKSPACE = r"([TE][A-Z0-9_]+/)?"
"""What ids on Slack begin with where the app is installed in several workspaces."""
_USUAL = {
    Platform.SLACK: (
        re.compile(rf"{_WORKSPACE}[UW][A-Z0-9_]*", re.IGNORECASE),
        "A Slack member id starts with U or W; in Slack: profile, three dots, “Copy member ID”.",
    ),
    Platform.MATRIX: (re.compile(r"@[^:\s]+:\S+"), "A Matrix user id has the form @anna:example.org."),
}
_USER_GROUP = re.compile(rf"{_WORKSPACE}S[A-Z0-9_]+", re.IGNORECASE)
_USUAL_ROOM = {
    Platform.SLACK: (
        re.compile(rf"{_WORKSPACE}[CGD][A-Z0-9_]*", re.IGNORECASE),
        "A Slack channel id starts with C; in Slack: channel details, at the very end.",
    ),
    Platform.MATRIX: (
        re.compile(r"!\S+"),
        "A Matrix room id starts with an exclamation mark; in Element: room settings, Advanced. An alias (#…) moves.",
    ),
}


def check(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    """Warnings about a catalogue without errors."""
    yield from _missing_sections(catalogue)
    for entry in entries.every():
        yield from _unnamed(entry)
        yield from _languages(entry)
        yield from _networks(entry)
    yield from _teams(catalogue, entries)
    yield from _people(catalogue, entries)
    yield from _channels(catalogue, entries)
    yield from _services(catalogue, entries)
    yield from _circles(catalogue, entries)
    yield from _shared_words(entries)


def _warn(entry: Entry, key: str, message: str, advice: str) -> Finding:
    path: Path = entry.path(key) if key in entry.data else entry.path()
    return warning(path, entry.line(key), message, advice)


def _missing_sections(catalogue: Catalogue) -> Iterator[Finding]:
    if not catalogue.services:
        yield warning((), 0, "There are no services.", "List under services: what the teams offer.")
    if not any(channel.purpose is Purpose.SUPPORT and channel.rooms for channel in catalogue.channels.values()):
        message = "No channel with the purpose support has a room, so plain messages are not heard as reports."
        yield warning((), 0, message, "List one under channels:, with its room on your network.")


def _unnamed(entry: Entry) -> Iterator[Finding]:
    if entry.section != "channels" and "name" not in entry.data:
        yield _warn(entry, "name", f"{entry.title} has no name, so its id is shown.", "Add name:.")


def _languages(entry: Entry) -> Iterator[Finding]:
    language = entry.text("language")
    if language and re.split("[-_]", language)[0].lower() not in LANGUAGES:
        message = f"{entry.title} asks for the language “{language}”, which Swarmbridge does not speak."
        yield _warn(entry, "language", message, f"It is spoken to in English; possible are {', '.join(LANGUAGES)}.")


def _networks(entry: Entry) -> Iterator[Finding]:
    key = {"people": "accounts", "channels": "rooms"}.get(entry.section, "")
    for network in entry.data.get(key, {}):
        if network not in _NETWORKS:
            message = f"{entry.title} has a “{network}” under {key}, which is no network Swarmbridge speaks."
            yield _warn(entry, key, message, f"Possible are {', '.join(_NETWORKS)}.")


def _teams(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    for entry in entries.of["teams"]:
        team = catalogue.teams[TeamId(entry.id)]
        yield from _groups(entry, team)
        if not team.members and not team.on_duty and not team.on_duty_groups:
            message = f"{entry.title} has neither members nor anybody on duty, so nobody can be called."
            yield _warn(entry, "members", message, "List the ids of its people under members:.")
        yield from _hours(entry, team.hours, bool(team.zone))
        for name in team.channels:
            channel = catalogue.channels[name]
            if channel.team not in (None, team.id):
                message = f"{entry.title} lists the channel “{name}”, which says it belongs to “{channel.team}”."
                yield _warn(entry, "channels", message, "The channel's own team counts; remove one of the two.")


def _groups(entry: Entry, team: Team) -> Iterator[Finding]:
    for network in entry.data.get("on_duty_group", {}):
        if network != Platform.SLACK:
            message = f"{entry.title} has an on_duty_group on “{network}”; Swarmbridge reads groups on Slack alone."
            yield _warn(entry, "on_duty_group", message, "Write slack: with the id of a user group, or remove it.")
    for group in team.on_duty_groups:
        if group.platform is Platform.SLACK and not _USER_GROUP.fullmatch(group.id):
            message = f"{entry.title} has the user group “{group.id}”, which does not look like one."
            advice = "The id starts with S and stands in the group's menu under ⋮ → Copy group ID."
            yield _warn(entry, "on_duty_group", message, advice)


def _hours(entry: Entry, hours: Hours | None, zone_known: bool) -> Iterator[Finding]:
    if hours is not None and not hours.spans:
        message = f"{entry.title} has hours without a single span, so it counts as never at work."
        yield _warn(entry, "hours", message, "Add spans, or remove hours:.")
    elif hours is not None and not zone_known:
        message = f"{entry.title} has hours but no time zone, so they are read as UTC."
        yield _warn(entry, "hours", message, "Add timezone: here, or once under organisation:.")


def _people(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    for entry in entries.of["people"]:
        person = catalogue.people[PersonId(entry.id)]
        if not person.accounts:
            message = f"{entry.title} has no chat account, so they cannot be called or told anything."
            yield _warn(entry, "accounts", message, "Add accounts: with slack: or matrix:.")
        if person.email and "@" not in person.email:
            yield _warn(entry, "email", f"{entry.title} has “{person.email}” as email.", "Write a whole address.")
        yield from _hours(entry, person.hours, bool(person.zone or (person.hours and person.hours.zone.key != "UTC")))
        for account in person.accounts:
            if account.platform in _USUAL and not _USUAL[account.platform][0].fullmatch(account.id):
                message = (
                    f"{entry.title} has the {account.platform} account “{account.id}”, which does not look like one."
                )
                yield _warn(entry, "accounts", message, _USUAL[account.platform][1])


def _channels(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    for entry in entries.of["channels"]:
        channel = catalogue.channels[ChannelId(entry.id)]
        if not channel.rooms:
            message = f"{entry.title} has no room on any network."
            yield _warn(entry, "slack", message, "Add slack:, matrix: or local: with the room's id, or remove it.")
        for room in channel.rooms:
            if room.platform in _USUAL_ROOM and not _USUAL_ROOM[room.platform][0].fullmatch(room.id):
                message = f"{entry.title} has the {room.platform} room “{room.id}”, which does not look like one."
                yield _warn(entry, room.platform, message, _USUAL_ROOM[room.platform][1])


def _services(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    skills = {skill.casefold() for person in catalogue.people.values() for skill in person.skills}
    for entry in entries.of["services"]:
        service = catalogue.services[ServiceId(entry.id)]
        team = catalogue.teams[service.team]
        reachable = any(catalogue.people[person].accounts for person in team.on_duty + team.members)
        if not reachable and not any(expert.person.accounts for expert in catalogue.experts(service.id)):
            message = f"For {entry.title[0].lower()}{entry.title[1:]} nobody can be reached in chat."
            yield _warn(entry, "team", message, "Give its team members with accounts, or name skills somebody has.")
        for skill in service.skills:
            if skill.casefold() not in skills:
                message = f"{entry.title} asks for the skill “{skill}”, which nobody has."
                yield _warn(entry, "skills", message, "Add it to somebody's skills, or write it as they do.")
        for keyword in service.keywords:
            if sum(len(word.folded) for word in words(keyword)) < 3:
                message = f"{entry.title} has the keyword “{keyword}”, which is found in sentences about anything."
                yield _warn(entry, "keywords", message, "Use words of three or more letters.")


def _circles(catalogue: Catalogue, entries: Entries) -> Iterator[Finding]:
    told: set[frozenset[str]] = set()
    for entry in entries.of["services"]:
        service = catalogue.services[ServiceId(entry.id)]
        around = set(catalogue.upstream(service.id)) & set(catalogue.downstream(service.id))
        alone = service.id in service.depends_on
        circle = frozenset({service.id, *around})
        if (around or alone) and circle not in told:
            told.add(circle)
            whom = "itself" if len(circle) == 1 else "each other: " + ", ".join(sorted(circle))
            message = f"{entry.title} is in a circle of services that depend on {whom}."
            yield _warn(entry, "depends_on", message, "A failure of one then counts for all; remove one if not meant.")


def _shared_words(entries: Entries) -> Iterator[Finding]:
    first: dict[tuple[str, ...], Entry] = {}
    for entry in entries.of["services"]:
        for keyword in entry.texts("keywords"):
            stems = tuple(word.stem for word in words(keyword))
            other = first.setdefault(stems, entry) if stems else entry
            if other is not entry:
                message = f"{entry.title} shares the keyword “{keyword}” with “{other.id}”, so it decides for neither."
                yield _warn(entry, "keywords", message, "Keep it where it is meant, or make both more precise.")

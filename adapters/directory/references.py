"""Whether what the records say holds together: each id once, each reference leading somewhere, each value readable."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from adapters.directory import values
from adapters.directory.entries import SECTIONS, Entries, Entry, texts
from adapters.directory.findings import Finding, Path, error
from bot.refs import Platform

_REFERENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "teams": {"members": ("people",), "on_duty": ("people",), "channels": ("channels",)},
    "people": {},
    "services": {
        "team": ("teams",),
        "items": ("items",),
        "depends_on": ("services",),
        "followers": ("people", "teams", "roles"),
        "audience": ("people", "teams", "roles"),
    },
    "items": {},
    "channels": {"team": ("teams",), "service": ("services",)},
}


def check(entries: Entries) -> Iterator[Finding]:
    """The errors in the records that have their shape."""
    yield from _repeated_ids(entries)
    roles = frozenset(role for person in entries.of["people"] for role in person.texts("roles"))
    known = {**entries.ids, "roles": roles}
    for entry in entries.every():
        for key, sections in _REFERENCES[entry.section].items():
            yield from _lost_references(entry, key, sections, known)
    for item in entries.of["items"]:
        for number, relation in enumerate(item.data.get("relations", ())):
            if relation["to"] not in known["items"]:
                yield _lost(item, (number, "to"), relation["to"], ("items",), known, key="relations")
    yield from _shared(entries, "people", "account", _accounts, "A chat account belongs to one person: keep it at one.")
    yield from _shared(entries, "channels", "room", _rooms, "A room belongs to one channel: keep it at one.")
    yield from _unreadable(entries)


def _repeated_ids(entries: Entries) -> Iterator[Finding]:
    for section in SECTIONS:
        first: dict[str, int] = {}
        for entry in entries.of[section]:
            if entry.id in first:
                message = f"The id “{entry.id}” is already used for a {SECTIONS[section]} on line {first[entry.id]}."
                yield entry.error(entry.path("id"), message, "Give each its own id, or remove one of the two.")
            else:
                first[entry.id] = entry.line("id")


def _lost_references(
    entry: Entry, key: str, sections: tuple[str, ...], known: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for position, name in enumerate(entry.texts(key)):
        if not any(name in known[section] for section in sections):
            inner = (position,) if isinstance(entry.data.get(key), list) else ()
            yield _lost(entry, inner, name, sections, known, key=key)


def _lost(
    entry: Entry,
    inner: tuple[str | int, ...],
    name: str,
    sections: tuple[str, ...],
    known: Mapping[str, frozenset[str]],
    *,
    key: str,
) -> Finding:
    wanted = " or ".join(SECTIONS.get(section, "role") for section in sections)
    likeness = 0.6 if len(name) > 3 else 0.5
    near = difflib.get_close_matches(name, [id_ for part in sections for id_ in sorted(known[part])], 1, likeness)
    advice = f"Did you mean “{near[0]}”? Otherwise add" if near else "Correct the id, or add"
    message = f"{entry.title} names “{name}” under {key}, but there is no such {wanted}."
    return entry.error(entry.path(key, *inner), message, f"{advice} a record with the id “{name}” under {sections[0]}.")


def _shared(
    entries: Entries,
    section: str,
    what: str,
    addresses: Callable[[Entry], Iterator[tuple[tuple[str | int, ...], str]]],
    advice: str,
) -> Iterator[Finding]:
    """Chat addresses that two records claim."""
    owner: dict[str, Entry] = {}
    for entry in entries.of[section]:
        for place, address in addresses(entry):
            other = owner.setdefault(address, entry)
            if other is not entry:
                message = f"{entry.title} has the {what} {address}, which “{other.id}” has on line {other.line()}."
                yield entry.error(entry.path(*place), message, advice)


def _accounts(person: Entry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for network, ids in person.data.get("accounts", {}).items():
        for id_ in texts(ids):
            yield ("accounts", network), f"{network}:{id_}"


def _rooms(channel: Entry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for platform in Platform:
        for id_ in channel.texts(platform):
            yield (platform.value,), f"{platform}:{id_}"
    for network, ids in channel.data.get("rooms", {}).items():
        for id_ in texts(ids):
            yield ("rooms", network), f"{network}:{id_}"


def _unreadable(entries: Entries) -> Iterator[Finding]:
    """Values that have their shape and still mean nothing: zones, hours, days."""
    if "timezone" in entries.organisation:
        path = ("organisation", "timezone")
        yield from _read(values.zone, entries.organisation["timezone"], path, entries.document.line_of(path))
    for section, readings in _READINGS.items():
        for entry in entries.of[section]:
            for key, reading in readings.items():
                if key in entry.data:
                    yield from _read(reading, entry.data[key], entry.path(key), entry.line(key))


def _read(reading: Callable[[Any], object], value: object, path: Path, line: int) -> Iterator[Finding]:
    try:
        reading(value)
    except ValueError as trouble:
        yield error(path, line, str(trouble), _ADVICE[str(path[-1])])


_PLACED: dict[str, Callable[[Any], object]] = {
    "timezone": values.zone,
    "hours": lambda value: values.working_hours(value, ZoneInfo("UTC")),
}
_READINGS: dict[str, dict[str, Callable[[Any], object]]] = {
    "teams": _PLACED,
    "people": _PLACED,
    "items": {"end_of_life": values.day},
}
_ADVICE = {
    "timezone": "Write region and city, such as Europe/Berlin.",
    "hours": 'For example: hours: {mon-thu: ["08:00-12:00", "13:00-17:00"], fri: ["08:00-14:00"]}',
    "end_of_life": "Write year-month-day, such as 2028-06-30.",
}

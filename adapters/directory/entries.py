"""The records of a catalogue file as they stand there, each knowing its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.directory.findings import Finding, Path, error
from adapters.directory.yamltext import Document

SECTIONS = {"teams": "team", "people": "person", "services": "service", "items": "item", "channels": "channel"}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One record of the file: its section, its place in it, and its data."""

    section: str
    number: int
    data: Mapping[str, Any]
    document: Document

    @property
    def id(self) -> str:
        """The id other records use."""
        return str(self.data["id"])

    @property
    def title(self) -> str:
        """How sentences name it."""
        return f"The {SECTIONS[self.section]} “{self.id}”"

    def text(self, key: str) -> str:
        """The text under this key, or an empty one."""
        return str(self.data.get(key, "")).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts under this key, where one text and a list of them mean the same."""
        return texts(self.data.get(key))

    def line(self, *inner: str | int) -> int:
        """The line of something in this record."""
        return self.document.line_of(self.path(*inner))

    def path(self, *inner: str | int) -> Path:
        """The path of something in this record."""
        return (self.section, self.number, *inner)

    def place(self, key: str, position: int) -> Path:
        """The path of the text at this position under a key, be it one text or a list."""
        return self.path(key, position) if isinstance(self.data.get(key), list) else self.path(key)

    def error(self, path: Path, message: str, advice: str) -> Finding:
        """An error at a path within this record."""
        return error(path, self.document.line_of(path), message, advice)


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """All records of a file: those that have their shape, and the ids of all, shapely or not."""

    document: Document
    organisation: Mapping[str, Any]
    of: Mapping[str, tuple[Entry, ...]]
    ids: Mapping[str, frozenset[str]]

    def every(self) -> tuple[Entry, ...]:
        """The records of all sections in order."""
        return tuple(entry for section in SECTIONS for entry in self.of[section])


def entries(document: Document, findings: tuple[Finding, ...]) -> Entries:
    """Takes the file apart, leaving out the records in which one of these findings is an error."""
    data = document.data if isinstance(document.data, dict) else {}
    broken = {finding.path.partition(".")[0] for finding in findings}
    of: dict[str, tuple[Entry, ...]] = {}
    ids: dict[str, frozenset[str]] = {}
    for section in SECTIONS:
        listed = data.get(section)
        records = [
            Entry(section, number, record, document)
            for number, record in enumerate(listed if isinstance(listed, list) else ())
            if isinstance(record, dict)
        ]
        of[section] = tuple(entry for entry in records if f"{section}[{entry.number}]" not in broken)
        ids[section] = frozenset(entry.id for entry in records if "id" in entry.data)
    organisation = data.get("organisation")
    sound = isinstance(organisation, dict) and "organisation" not in broken
    return Entries(document, organisation if sound and isinstance(organisation, dict) else {}, of, ids)


def texts(value: object) -> tuple[str, ...]:
    """One text or a list of them as texts, each once; a record of lists (one a language) as all of them."""
    match value:
        case None:
            return ()
        case dict():
            return tuple(dict.fromkeys(text for part in value.values() for text in texts(part)))
        case list():
            return tuple(dict.fromkeys(str(one).strip() for one in value))
        case _:
            return (str(value).strip(),)

"""The catalogue the program works with: the last good state of a file that may change at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from adapters.directory import reading
from adapters.directory.findings import Report
from bot.refs import UserRef
from incidents.catalogue.model import Catalogue
from incidents.catalogue.records import GroupRef

Groups = Mapping[GroupRef, tuple[UserRef, ...]]


class CatalogueBroken(Exception):
    """The catalogue cannot be used at the start; the report says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("\n".join([f"The catalogue {report.source} cannot be used.", *map(str, report.errors)]))
        self.report = report


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The catalogue as one act sees it, from its beginning to its end; an `incidents.ports.CatalogueNow`."""

    catalogue: Catalogue


class CatalogueFile:
    """Holds the catalogue of a file. All of it may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Reads the file; raises CatalogueBroken."""
        self._path = path
        self._lock = Lock()
        self._stamp = _stamp(path)
        self._digest, content = _content(path)
        self.last_report = _report(path, content)
        if self.last_report.catalogue is None:
            raise CatalogueBroken(self.last_report)
        self._read = self._current = self.last_report.catalogue
        self._groups: Groups = {}

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    def current(self) -> Catalogue:
        """The last good catalogue. It never changes; ask again for the next act."""
        return self._current

    def reload_if_changed(self) -> Report | None:
        """Looks whether the file changed and reads it then; None when there is nothing new.

        A file that is broken or gone leaves the last good catalogue in place and is reported once.
        """
        with self._lock:
            stamp = _stamp(self._path)
            if stamp == self._stamp:
                return None
            self._stamp = stamp
            digest, content = _content(self._path)
            if digest == self._digest:
                return None
            self._digest = digest
            self.last_report = _report(self._path, content)
            self._read = self.last_report.catalogue or self._read
            self._current = self._read.with_on_duty(self._groups)
            return self.last_report

    def groups(self) -> frozenset[GroupRef]:
        """The groups on other networks that teams name."""
        return frozenset(group for team in self._current.teams.values() for group in team.on_duty_groups)

    def know_groups(self, groups: Groups) -> None:
        """Who is in these groups now; none is known of the others."""
        with self._lock:
            if groups != self._groups:
                self._groups = groups
                self._current = self._read.with_on_duty(groups)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes with nearly every change, and costs no reading."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _content(path: Path) -> tuple[bytes | None, bytes | OSError]:
    """The file's content and its digest, or the error that came instead."""
    try:
        content = reading.content_of(path)
    except OSError as trouble:
        return None, trouble
    return hashlib.sha256(content).digest(), content


def _report(path: Path, content: bytes | OSError) -> Report:
    return reading.unreadable(path, content) if isinstance(content, OSError) else reading.read(content, str(path))

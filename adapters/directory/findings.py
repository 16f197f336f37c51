"""What is wrong with a catalogue, said so that whoever wrote it can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from incidents.catalogue.model import Catalogue

Path = tuple[str | int, ...]


class Severity(StrEnum):
    """An error keeps the file from being used, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: where (`services[3].team`, line 1 is the first, 0 the file as a whole), what, and what to do."""

    severity: Severity
    path: str
    line: int
    message: str
    advice: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.path) if part)
        return f"{self.severity}{f' at {place}' if place else ''}: {self.message} {self.advice}".rstrip()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of reading a catalogue: the catalogue, unless there are errors, and all findings."""

    source: str
    findings: tuple[Finding, ...]
    catalogue: Catalogue | None = None

    @property
    def ok(self) -> bool:
        """Whether the file can be used."""
        return self.catalogue is not None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the file from being used."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    def write(self, out: TextIO) -> None:
        """Prints the findings for people, in the order of the file, and a last line that sums them up."""
        for finding in self.findings:
            place = f"line {finding.line}: " if finding.line else ""
            where = f" ({finding.path})" if finding.path else ""
            out.write(f"{finding.severity}: {place}{finding.message}{where}\n")
            if finding.advice:
                out.write(f"    {finding.advice}\n")
        out.write(f"{self.source}: {self._summary()}\n")

    def _summary(self) -> str:
        found = f"{_counted(self.errors, 'error')}, {_counted(self.warnings, 'warning')}."
        if self.catalogue is None:
            return f"{found} The catalogue cannot be used until the errors are mended."
        known = self.catalogue
        held = (
            (known.teams, "team"), (known.people, "person"), (known.services, "service"), (known.items, "item"),
            (known.channels, "channel"),
        )  # fmt: skip
        return f"{found} The catalogue is good: {', '.join(_counted(list(part), word) for part, word in held)}."


def error(path: Path, line: int, message: str, advice: str = "") -> Finding:
    """A finding that keeps the file from being used."""
    return Finding(Severity.ERROR, written(path), line, message, advice)


def warning(path: Path, line: int, message: str, advice: str = "") -> Finding:
    """A finding that does not."""
    return Finding(Severity.WARNING, written(path), line, message, advice)


def written(path: Path) -> str:
    """`("services", 3, "team")` as `services[3].team`, counted from 0 as programs count."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def _counted(things: Sequence[object], word: str) -> str:
    if len(things) == 1:
        return f"1 {word}"
    return f"{len(things)} {'people' if word == 'person' else word + 's'}"

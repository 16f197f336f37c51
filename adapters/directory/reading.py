"""Reads a catalogue file: what it describes, and everything that is wrong with it in one report."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from adapters.directory import build, doubts, references, shape, yamltext
from adapters.directory.entries import entries
from adapters.directory.findings import Finding, Report, error

SAMPLE = Path(__file__).parent / "sample" / "catalogue.yaml"
LARGEST = 4 * 1024 * 1024


def check(path: Path, out: TextIO) -> int:
    """`swarmbridge catalogue check FILE`: prints the report; 0 when the file can be used, else 1."""
    report = read_file(path)
    report.write(out)
    return 0 if report.ok else 1


def read_file(path: Path) -> Report:
    """Reads a file, which may be missing or anything at all."""
    try:
        content = content_of(path)
    except OSError as trouble:
        return unreadable(path, trouble)
    return read(content, str(path))


def content_of(path: Path) -> bytes:
    """The bytes of a file, at most one more than the largest that is read. Raises OSError."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def unreadable(path: Path, trouble: OSError) -> Report:
    """The report on a file the system does not give out."""
    reason = trouble.strerror or str(trouble)
    finding = error((), 0, f"The file cannot be read: {reason}.", f"Look whether {path} is there and readable.")
    return Report(str(path), (finding,))


def read(content: bytes, source: str) -> Report:
    """Reads the content of a file named `source`."""
    try:
        document = yamltext.read(_text(content))
    except yamltext.Unreadable as trouble:
        return Report(source, (trouble.finding,))
    if document.data is None:
        empty = error((), 0, "The file is empty.", "Start from the sample organisation, or with a line services:.")
        return Report(source, (empty,))
    findings = (*document.findings, *shape.check(document))
    parts = entries(document, tuple(finding for finding in findings if finding.severity == "error"))
    findings = (*findings, *references.check(parts))
    if any(finding.severity == "error" for finding in findings):
        return Report(source, _in_order(findings))
    catalogue = build.catalogue(parts)
    return Report(source, _in_order((*findings, *doubts.check(catalogue, parts))), catalogue)


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        limit = LARGEST // (1024 * 1024)
        raise yamltext.Unreadable(
            0, f"The file is larger than {limit} MiB.", "Is it the right one? A catalogue is text."
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise yamltext.Unreadable(1, "The file is written in UTF-16.", "Save it as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = content.count(b"\n", 0, trouble.start) + 1
        raise yamltext.Unreadable(line, "This line is not written in UTF-8.", "Save the file as UTF-8.") from trouble


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.line))

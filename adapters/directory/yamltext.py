"""Reads YAML into plain data that remembers its lines.

It builds from PyYAML's events, without recursion and without running any tag, so that deep nesting, aliases that
expand endlessly and repeated keys are noticed instead of suffered. Empty values count as absent. Keys are always
text, so `no:` is Norwegian and not `False`; dates stay text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from adapters.directory.findings import Finding, Path, error

DEEPEST = 30
MOST_VALUES = 300_000
_EVENTS = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONVERTED = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
_TEXT_TAGS = frozenset((None, "!", "tag:yaml.org,2002:str"))
_COLLECTION_TAGS = frozenset((None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"))
_MERGE = "<<"
_RESOLVER = Resolver()


@dataclass(slots=True, eq=False)
class Node:
    """A piece of the file: its plain value, its line and what is in it, each with the line where it is named."""

    value: object
    line: int
    size: int = 1
    children: dict[str | int, tuple[int, Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: its data (dicts, lists, text, numbers, booleans), and the findings made on the way."""

    root: Node
    findings: tuple[Finding, ...]

    @property
    def data(self) -> object:
        """The plain data."""
        return self.root.value

    def line_of(self, path: Path) -> int:
        """The line where this path is written, or the nearest thing around it."""
        node, line = self.root, self.root.line
        for step in path:
            if step not in node.children:
                break
            line, node = node.children[step]
        return line


class Unreadable(Exception):
    """The text is no YAML this program reads; carries the finding that says why."""

    def __init__(self, line: int, message: str, advice: str) -> None:
        super().__init__(message)
        self.finding = error((), line, message, advice)


def read(text: str) -> Document:
    """Reads one YAML document. Raises Unreadable."""
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_EVENTS):
            reader.take(event)
    except yaml.YAMLError as trouble:
        raise _explained(trouble, text) from trouble
    return Document(reader.root or Node(None, 1), tuple(reader.findings))


@dataclass(slots=True, eq=False)
class _Open:
    """A list or record whose end has not come yet; a record's key waits for its value."""

    node: Node
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    merged: list[Node] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        match event:
            case yaml.DocumentStartEvent():
                self._start_document(line)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(event.anchor or "", line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._start(event, line)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._end()

    def _start_document(self, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(line, "A second document begins here.", "Remove the line with ---: one catalogue a file.")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        expects_key = bool(self._open) and isinstance(self._open[-1].node.value, dict) and self._open[-1].key is None
        value = event.value if expects_key else _value(event, line)
        self._placed(Node(value, line), event.anchor, line)

    def _alias(self, anchor: str, line: int) -> None:
        node = self._anchors.get(anchor)
        if node is None:
            known = anchor in self._anchors
            message = f"*{anchor} is used inside itself." if known else f"Nothing before this line is marked &{anchor}."
            raise Unreadable(line, message, "Write out what is meant instead of the alias.")
        self._placed(node, None, line)

    def _start(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent, line: int) -> None:
        if len(self._open) >= DEEPEST:
            raise Unreadable(line, f"Lists and records are nested more than {DEEPEST} deep here.", "Write it flatter.")
        if event.tag not in _COLLECTION_TAGS:
            raise _tagged(event.tag, line)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        empty: object = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        self._open.append(_Open(Node(empty, line), event.anchor))

    def _end(self) -> None:
        done = self._open.pop()
        for other in done.merged:
            _merge(done.node, other)
        self._placed(done.node, done.anchor, done.node.line)

    def _placed(self, node: Node, anchor: str | None, line: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        around = self._open[-1]
        if isinstance(around.node.value, list):
            self._grow(around.node, node, line)
            around.node.children[len(around.node.value)] = (line, node)
            around.node.value.append(node.value)
        elif around.key is None:
            self._key(around, node, line)
        else:
            self._grow(around.node, node, line)
            self._pair(around, node)

    def _grow(self, around: Node, node: Node, line: int) -> None:
        around.size += node.size
        if around.size > MOST_VALUES:
            raise Unreadable(
                line,
                f"Up to here the file holds more than {MOST_VALUES:,} values, aliases counted in full.",
                "Write out what the aliases (*name) stand for only where it is needed, or split the organisation.",
            )

    def _key(self, around: _Open, node: Node, line: int) -> None:
        if not isinstance(node.value, str):
            raise Unreadable(line, "A list or record stands where a key should.", "Write a key, a colon and its value.")
        around.key, around.key_line = node.value, line

    def _pair(self, around: _Open, node: Node) -> None:
        key, line, data = around.key or "", around.key_line, around.node.value
        around.key = None
        if key == _MERGE:
            around.merged += [child for _, child in node.children.values()] if isinstance(node.value, list) else [node]
        elif key in around.node.children:
            message = f"“{key}” was already given on line {around.node.children[key][0]}."
            self.findings.append(error(self._path(key), line, message, "Keep only one of the two."))
        else:
            around.node.children[key] = (line, node)
            if isinstance(data, dict) and node.value is not None:
                data[key] = node.value

    def _path(self, key: str) -> Path:
        steps: list[str | int] = []
        for around in self._open[:-1]:
            steps.append(len(around.node.value) if isinstance(around.node.value, list) else around.key or "")
        return (*steps, key)


def _merge(node: Node, other: Node) -> None:
    """YAML's `<<: *defaults`: what the record does not say itself."""
    if not isinstance(node.value, dict) or not isinstance(other.value, dict):
        raise Unreadable(node.line, "“<<” is given something that is no record.", "Let it name one: <<: *name")
    for key, child in other.children.items():
        if key not in node.children:
            node.children[key] = child
            if key in other.value:
                node.value[key] = other.value[key]


def _value(event: yaml.ScalarEvent, line: int) -> object:
    if event.tag not in _TEXT_TAGS:
        raise _tagged(event.tag, line)
    if event.tag is not None or not event.implicit[0]:
        return event.value
    tag = _RESOLVER.resolve(ScalarNode, event.value, (True, False))  # type: ignore[no-untyped-call]
    if tag not in _CONVERTED:
        return event.value
    try:
        return SafeConstructor().construct_object(ScalarNode(tag, event.value))
    except ValueError:
        return event.value  # it only looked like a number


def _tagged(tag: str | None, line: int) -> Unreadable:
    return Unreadable(line, f"The tag “{tag}” is not used in a catalogue.", "Remove it; write plain text or lists.")


def _explained(trouble: yaml.YAMLError, text: str) -> Unreadable:
    if not isinstance(trouble, yaml.MarkedYAMLError) or trouble.problem_mark is None:
        return Unreadable(0, f"The file holds a sign YAML does not allow ({trouble}).", "Remove control characters.")
    mark, problem = trouble.problem_mark, str(trouble.problem)
    line = mark.line + 1
    around = text.split("\n")[mark.line : line]
    if any("\t" in written[: mark.column + 1] for written in around):
        return Unreadable(line, "A tab stands where spaces belong.", "Indent with spaces only, two for each level.")
    context = f", {trouble.context}" if trouble.context else ""
    return Unreadable(
        line,
        f"This is not readable as YAML: {problem}{context}.",
        "Look at this line and the one before: indentation, a missing space after a colon, or a quote left open.",
    )

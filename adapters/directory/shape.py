"""Whether a catalogue has the shape the JSON Schema describes, and whether a key looks misspelt."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from adapters.directory.entries import SECTIONS
from adapters.directory.findings import Finding, Path, error, warning
from adapters.directory.yamltext import Document

SCHEMA = FilePath(__file__).with_name("catalogue.schema.json")
_SCHEMA: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
_VALIDATOR = Draft202012Validator(_SCHEMA)
_KINDS = {
    "array": "a list",
    "object": "a record (keys with values)",
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
}


def check(document: Document) -> Iterator[Finding]:
    """Errors where the file does not fit the schema, warnings where a key is probably misspelt."""
    data = document.data
    if not isinstance(data, dict):
        yield error(
            (), 1, "The catalogue is not a record.", "Begin with a line such as “services:” and list them below."
        )
        return
    for trouble in _VALIDATOR.iter_errors(data):
        yield _explained(trouble, document)
    yield from _misspelt(data, document)


def _explained(trouble: ValidationError, document: Document) -> Finding:
    trouble = _innermost(trouble)
    path: Path = tuple(trouble.absolute_path)
    line = document.line_of(path)
    schema: Any = trouble.schema
    wanted: Any = trouble.validator_value
    if trouble.validator == "required":
        missing = trouble.message.split("'")[1]
        message = f"{_named(trouble.instance, schema)} has no “{missing}”."
        return error(path, line, message, f"Add it. {_advice(schema['properties'][missing])}")
    message = f"{_label(path)} is {_shown(trouble.instance)}"
    if trouble.validator == "enum":
        near = difflib.get_close_matches(str(trouble.instance).lower(), wanted, 1)
        advice = f"Did you mean {near[0]}? " if near else ""
        return error(path, line, f"{message}.", f"{advice}Write one of: {', '.join(wanted)}.")
    if trouble.validator == "type":
        bare = wanted == "string" and isinstance(trouble.instance, bool | int | float)
        quotes = 'Put it in quotes: "…". ' if bare else ""
        return error(path, line, f"{message}, but must be {_KINDS[wanted]}.", quotes + _advice(schema))
    return error(path, line, f"{message}, which does not fit.", _advice(schema))


def _innermost(trouble: ValidationError) -> ValidationError:
    """Where several forms are possible: what is wrong deeper inside the form that was meant."""
    deepest = (_innermost(inner) for inner in trouble.context or ())
    return next((inner for inner in deepest if len(inner.absolute_path) > len(trouble.absolute_path)), trouble)


def _advice(schema: Mapping[str, Any]) -> str:
    """What belongs there, in the words of the schema itself, with an example."""
    described = str(schema.get("description", ""))
    examples = schema.get("examples") or _resolved(schema).get("examples")
    if not described:
        described = str(_resolved(schema).get("description", ""))
    return f"{described} For example: {_as_yaml(examples[0])}".strip() if examples else described


def _as_yaml(example: Any) -> str:
    match example:
        case list():
            return "[" + ", ".join(_as_yaml(one) for one in example) + "]"
        case dict():
            return "{" + ", ".join(f"{key}: {_as_yaml(value)}" for key, value in example.items()) + "}"
        case str() if not example[0].isalnum() or ":" in example:
            return f'"{example}"'
        case _:
            return str(example)


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema a reference leads to, with what stands beside the reference laid over it."""
    if "$ref" not in schema:
        return schema
    target = _SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}


def _label(path: Path) -> str:
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return "The catalogue"
    return f"An entry of “{names[-1]}”" if isinstance(path[-1], int) else f"“{names[-1]}”"


def _named(record: Any, schema: Mapping[str, Any]) -> str:
    name = record.get("id") or record.get("name") if isinstance(record, dict) else None
    title = schema.get("title", "record")
    return f"The {title} “{name}”" if name else f"This {title}"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes or true" if value else "no or false"
        case str():
            return f"“{value[:60]}…”" if len(value) > 60 else f"“{value}”"
        case list():
            return "a list"
        case dict():
            return "a record"
        case _:
            return f"the number {str(value)[:60]}"


def _misspelt(data: Mapping[str, Any], document: Document) -> Iterator[Finding]:
    for path, record, schema in _records(data):
        known = list(schema["properties"])
        for key in record:
            if key in known:
                continue
            near = difflib.get_close_matches(key.lower().replace("-", "_").replace(" ", "_"), known, 1, 0.75)
            if near and near[0] not in record:
                place = (*path, key)
                message = f"“{key}” is not a key Swarmbridge reads."
                yield warning(place, document.line_of(place), message, f"Did you mean “{near[0]}”?")


def _records(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any], Mapping[str, Any]]]:
    """Every record of the file with the part of the schema that describes its keys."""
    definitions = _SCHEMA["$defs"]
    yield (), dict(data), _SCHEMA
    if isinstance(data.get("organisation"), dict):
        yield ("organisation",), data["organisation"], definitions["organisation"]
    for section, kind in SECTIONS.items():
        records = data.get(section)
        for number, record in enumerate(records if isinstance(records, list) else ()):
            if isinstance(record, dict):
                yield (section, number), record, definitions[kind]
                if isinstance(record.get("targets"), dict):
                    yield (section, number, "targets"), record["targets"], definitions["targets"]

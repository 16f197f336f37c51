"""Where the code says something to people, read from its syntax: a second opinion beside the extraction."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel.messages.catalog import Catalog
from jinja2 import Environment, nodes

from scripts import catalogues

SAYS = frozenset({"say", "line", "plural", "phrase"})


class Saying(NamedTuple):
    """One call that says a sentence. A plural is two of them."""

    place: str
    said: ast.expr


@cache
def english() -> Catalog:
    """What the extraction finds."""
    return catalogues.said()


@cache
def catalogue(language: str) -> Catalog:
    """The sentences of a language."""
    return catalogues.catalogue_of(language)


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each English form beside its translation."""
    for message in catalogue(language):
        if message.id:
            yield from zip(catalogues.texts(message.id), catalogues.texts(message.string), strict=True)


def in_the_code() -> Iterator[Saying]:
    """Every first argument of ``voice.say``, ``voice.line``, ``voice.plural`` and ``phrase``."""
    for place, call in _calls():
        match call.func:
            case ast.Name("phrase"):
                yield Saying(place, call.args[0])
            case ast.Attribute(ast.Name("voice") | ast.Attribute(attr="voice"), "say" | "line"):
                yield Saying(place, call.args[0])
            case ast.Attribute(ast.Name("voice") | ast.Attribute(attr="voice"), "plural"):
                yield Saying(place, call.args[0])
                yield Saying(place, call.args[1])


def on_forms() -> Iterator[str]:
    """The sentences that stand in the title and on the buttons of a form, where networks leave little room."""
    for _, call in _calls():
        if isinstance(call.func, ast.Name) and call.func.id == "Form":
            for keyword in call.keywords:
                if keyword.arg in ("title", "submit", "cancel"):
                    assert isinstance(keyword.value, ast.Call)
                    assert isinstance(keyword.value.args[0], ast.Constant)
                    yield str(keyword.value.args[0].value)


def typed_instead() -> Iterator[tuple[str, ast.expr]]:
    """What each action of a card says to type instead of tapping it."""
    for place, call in _calls():
        if isinstance(call.func, ast.Name) and call.func.id == "Action":
            named = {keyword.arg: keyword.value for keyword in call.keywords}
            yield place, call.args[3] if len(call.args) > 3 else named["words"]


def on_pages() -> Iterator[tuple[str, nodes.Expr]]:
    """Every sentence given to ``say`` and ``plural`` in a template, and the template's name."""
    reader = Environment(autoescape=True)
    for file in sorted((catalogues.ROOT / "adapters").rglob("templates/*.*")):
        for call in reader.parse(file.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in SAYS:
                for argument in call.args[: 2 if call.node.name == "plural" else 1]:
                    yield file.name, argument


@cache
def _calls() -> list[tuple[str, ast.Call]]:
    calls = []
    for package in catalogues.PACKAGES:
        for file in sorted((catalogues.ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    calls.append((f"{file.relative_to(catalogues.ROOT)}:{node.lineno}", node))
    return calls

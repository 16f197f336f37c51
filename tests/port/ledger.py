"""``adapters/parity.yaml`` as the tests read it, and the mark that says what of it a test looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot import chat
from bot.refs import Platform

FILE = Path(__file__).resolve().parents[2] / "adapters" / "parity.yaml"

Test = TypeVar("Test", bound=Callable[..., Any])


EXTRAS = [port for name, port in vars(chat).items() if name.startswith("Has") and isinstance(port, type)]
"""The parts of the port that only some networks have."""


def acts_of(port: type) -> list[str]:
    """The acts that a port asks for."""
    return [name for name, act in vars(port).items() if callable(act) and not name.startswith("_")]


class State(StrEnum):
    """How far a network does something."""

    DONE = "done"
    DEGRADED = "degraded"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one network does of one act or event, and why not as the port says it."""

    name: str
    network: str
    state: State
    why: str = ""
    heard_as: str = ""


def entries(part: str) -> list[Entry]:
    """The entries of ``acts`` or of ``events``; raises ``ValueError`` for what says nothing."""
    written: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))[part]
    return [_entry(name, network, said) for name, networks in written.items() for network, said in networks.items()]


def parts() -> set[str]:
    """The parts the file has."""
    return set(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _entry(name: str, network: str, said: Any) -> Entry:
    if said == State.DONE:
        return Entry(name, network, State.DONE)
    if isinstance(said, dict):
        states = [state for state in (State.DEGRADED, State.EXEMPT) if state in said]
        if len(states) == 1 and set(said) <= {*states, "heard_as"}:
            return Entry(name, network, states[0], str(said[states[0]] or ""), str(said.get("heard_as", "")))
    raise ValueError(f"{name} on {network} is neither done nor one of degraded and exempt with its reason: {said!r}")


ACTS = {(entry.name, entry.network): entry for entry in entries("acts")}
EVENTS = {(entry.name, entry.network): entry for entry in entries("events")}
EVERYTHING = ACTS | EVENTS


def covers(*names: str, on: Sequence[Platform] = tuple(Platform), only_done: bool = False) -> Callable[[Test], Test]:
    """The test looks at these acts and events, on those networks that are not exempt from one of them; with
    ``only_done`` where all of them are done as the port says."""

    def mark(test: Test) -> Test:
        test.covers = names  # type: ignore[attr-defined]
        test.networks = [n for n in on if _is_to_do(n, names, only_done=only_done)]  # type: ignore[attr-defined]
        return test

    return mark


def _is_to_do(network: Platform, names: Sequence[str], *, only_done: bool) -> bool:
    wanted = {State.DONE} if only_done else {State.DONE, State.DEGRADED}
    return all(EVERYTHING[name, network].state in wanted for name in names)


def networks_of(test: Callable[..., Any]) -> Sequence[Platform]:
    """The networks on which a test runs: all, unless it is marked."""
    return getattr(test, "networks", tuple(Platform))


def covered_by(test: Callable[..., Any]) -> Iterator[tuple[str, str]]:
    """The acts and events a marked test looks at, each with the network."""
    for network in networks_of(test):
        for name in getattr(test, "covers", ()):
            yield name, network

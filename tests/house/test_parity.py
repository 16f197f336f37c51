"""``adapters/parity.yaml`` says of every act and event what each network does of it, and says the truth."""

from __future__ import annotations

import ast
import importlib
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import chat, events
from bot.refs import Platform
from tests.port import ledger
from tests.port.ledger import Entry, State

ROOT = Path(__file__).resolve().parents[2]
NETWORKS = {network.value for network in Platform}
HEARD = {event.__name__ for event in typing.get_args(events.ChatEvent)}
ENTRIES = [*ledger.ACTS.values(), *ledger.EVENTS.values()]


def acts() -> set[str]:
    """Every act of the port, those that only some networks have included."""
    return {act for port in (chat.Chat, *ledger.EXTRAS) for act in ledger.acts_of(port)}


def looked_at() -> Iterator[tuple[str, str]]:
    """The acts and events that tests/port looks at, each with the network."""
    for file in sorted((ROOT / "tests" / "port").glob("test_*.py")):
        module = importlib.import_module(f"tests.port.{file.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_"):
                yield from ledger.covered_by(test)


def made_by(network: str) -> set[str]:
    """The events that the adapter of a network makes: it calls them, or hands them on to be called."""
    found: set[str] = set()
    for file in (ROOT / "adapters" / network).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [node.func, *node.args]
                found |= {part.id for part in named if isinstance(part, ast.Name)}
    return found & HEARD


def test_every_act_and_event_is_listed_for_every_network_and_nothing_else() -> None:
    assert ledger.parts() == {"acts", "events"}
    assert set(ledger.ACTS) == {(act, network) for act in acts() for network in NETWORKS}
    assert set(ledger.EVENTS) == {(event, network) for event in HEARD for network in NETWORKS}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.name} on {entry.network}")
def test_whatever_is_not_done_as_the_port_says_has_its_reason_in_a_sentence(entry: Entry) -> None:
    assert (entry.why == "") is (entry.state is State.DONE)
    if entry.why:
        assert entry.why[0].isupper() or entry.why[0] == "`"
        assert entry.why.endswith(".")
        assert len(entry.why.split()) >= 5


def test_whatever_is_done_has_a_test_of_the_port_on_that_network() -> None:
    to_do = {key for key, entry in ledger.EVERYTHING.items() if entry.state is not State.EXEMPT}

    assert to_do - set(looked_at()) == set()


@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_an_adapter_makes_the_events_it_is_said_to_and_no_others(network: str) -> None:
    said = [entry for entry in ledger.EVENTS.values() if entry.network == network and entry.state is not State.EXEMPT]

    assert made_by(network) == {entry.name for entry in said if not entry.heard_as}
    assert {entry.heard_as for entry in said} - {""} <= made_by(network)


def test_only_a_degraded_event_is_heard_as_another() -> None:
    assert [entry for entry in ledger.ACTS.values() if entry.heard_as] == []
    assert [entry for entry in ledger.EVENTS.values() if entry.heard_as and entry.state is not State.DEGRADED] == []

"""What is chosen in ``swarmbridge.toml`` and in the environment, put together before it is checked."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONFIG = "SWARMBRIDGE_CONFIG"
DEFAULT_CONFIG = Path("swarmbridge.toml")
PREFIX = "SWARMBRIDGE_"
BETWEEN = "__"

Place = tuple[str, str]
"""A section and a key in it."""

_KUBERNETES = re.compile(r"(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
"""Kubernetes names every service in the environment of a container, also one that is called swarmbridge."""


class Unreadable(Exception):
    """The settings file is not there or no TOML; the text says which file and what to do."""


@dataclass(slots=True)
class Given:
    """The values by section and key, and the name in the environment that each came from."""

    values: dict[str, Any] = field(default_factory=dict)
    names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def put(self, place: Place, value: str, name: str) -> None:
        """Take a value from the environment; it wins over what was there."""
        section, key = place
        inside = self.values.get(section)
        self.values[section] = (inside if isinstance(inside, dict) else {}) | {key: value}
        self.names[place] = name


def gathered(environment: Mapping[str, str], short: Mapping[str, Place]) -> Given:
    """The file, then ``SWARMBRIDGE_SECTION__KEY``, then the short names: what comes later wins. Empty is not set.

    Raises ``Unreadable``.
    """
    given = Given(_file(environment.get(CONFIG, "")))
    for name, value in environment.items():
        if value and name.upper().startswith(PREFIX) and BETWEEN in name:
            section, _, key = name.lower().removeprefix(PREFIX.lower()).partition(BETWEEN)
            given.put((section, key), value, name)
    for name, place in short.items():
        if chosen := environment.get(name):
            given.put(place, chosen, name)
    return given


def slips(environment: Mapping[str, str], short: Collection[str], places: Collection[Place]) -> Iterator[str]:
    """A sentence for each name of ours in the environment that means nothing, where another one is near."""
    meant = {"_".join(place).upper(): PREFIX + BETWEEN.join(place).upper() for place in places}
    meant |= {section.upper(): f"{PREFIX}{section.upper()}{BETWEEN}KEY" for section, _ in places}
    meant |= {name.removeprefix(PREFIX): name for name in (*short, CONFIG) if name.startswith(PREFIX)}
    for name in environment:
        rest = name.removeprefix(PREFIX)
        if rest == name or BETWEEN in name or name in short or name == CONFIG or _KUBERNETES.fullmatch(rest):
            continue
        if near := difflib.get_close_matches(rest, meant, 1, cutoff=0.75):
            yield f"- {name}: there is no such setting; did you mean {meant[near[0]]}?"


def _file(chosen: str) -> dict[str, Any]:
    path = Path(chosen) if chosen else DEFAULT_CONFIG
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not chosen:
            return {}
        what = f"{CONFIG} names the file {path}, which is not there. Make it, or take the name away."
        raise Unreadable(what) from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"The settings file {path} cannot be read: {error}") from None

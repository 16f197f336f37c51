"""Where the sets of data are, and what is said about one of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""One line of a set or of predictions, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the bot says about one set. Without figures where the set does not tell what is right."""

    task: str
    name: str
    lines: Sequence[Record]
    figures: Mapping[str, float]

    def write(self, out: Path) -> None:
        """Leave the predictions where a scorer looks for them."""
        path = out / self.task / f"{self.name}.pred.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines), "utf-8")


class Data:
    """A folder of sets. ``most`` cuts what is asked about each set, never what answers are looked for in."""

    def __init__(self, folder: Path, most: int | None = None) -> None:
        self._folder = folder
        self._most = most

    def sets(self, task: str, kind: str = "") -> Iterator[str]:
        """The names of a task's sets, or of those that come in several files and have one of this kind. A set that is
        there to train on is none to be measured on."""
        for path in sorted((self._folder / task).glob("*.jsonl.gz")):
            name, *kinds = path.name.removesuffix(".jsonl.gz").split(".")
            if kinds == ([kind] if kind else []) and "train" not in name.split("_"):
                yield name

    def asked(self, task: str, name: str, counts: Callable[[Record], bool] = bool) -> list[Record]:
        """The lines about which something is to be said: those that count."""
        return [line for line in self.all(task, name) if counts(line)][: self._most]

    def all(self, task: str, name: str) -> list[Record]:
        """Every line; none when there is no such file. ``name`` is ``<set>`` or ``<set>.<kind>``."""
        path = self._folder / task / f"{name}.jsonl.gz"
        if not path.is_file():
            return []
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]

"""``python -m benchmarks.quality``: let the bot judge a folder of real data, write what it says, print how good it is.

Each line of the table names a task, a set, how many were judged, the seconds it took, and what came out.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.quality import finding, hearing, joining
from benchmarks.quality.sets import Data, Predicted

TASKS: dict[str, Callable[[Data], Iterator[Predicted]]] = {
    "langid": hearing.languages,
    "requests": hearing.requests,
    "metoo": joining.joined,
    "retrieval": finding.threads,
    "knowledge": finding.articles,
}
NOT_YET = {
    "grouping": "the bot follows threads; it does not yet part a flat room into conversations",
    "experts": "experts come from the catalogue (on duty, members, skills), not yet from who solved what before",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, or the tasks named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=_folder, required=True, help="the folder with <task>/<set>….jsonl.gz")
    parser.add_argument("--out", type=_path, required=True, help="where <task>/<set>.pred.jsonl are written")
    parser.add_argument("--train", default="", help="data to learn from; nothing the bot does today learns from any")
    parser.add_argument("--only", choices=[*TASKS], nargs="+", default=[*TASKS], help="these tasks and no others")
    parser.add_argument("--most", type=int, help="judge so many of each set: figures to look at while working")
    chosen = parser.parse_args(arguments)
    measure(Data(chosen.data, chosen.most), chosen.out, chosen.only)


def measure(data: Data, out: Path, tasks: Sequence[str]) -> None:
    """Write the predictions of these tasks and print the table, a line as soon as it is known."""
    print(f"{'task':10} {'set':34} {'number':>6} {'seconds':>7}  ours")
    for task in tasks:
        began, sets = time.perf_counter(), 0
        for predicted in TASKS[task](data):
            predicted.write(out)
            took, began, sets = time.perf_counter() - began, time.perf_counter(), sets + 1
            print(f"{task:10} {predicted.name:34} {len(predicted.lines):6} {took:7.1f}  {_told(predicted)}", flush=True)
        if not sets:
            print(f"{task:10} no set of it in this folder")
    for task, why in NOT_YET.items():
        print(f"{task:10} not done: {why}")


def _told(predicted: Predicted) -> str:
    if not predicted.figures:
        return "written; the set does not tell what is right"
    return "  ".join(f"{name} {value:.3f}" for name, value in predicted.figures.items())


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("name a folder")
    return Path(text)


def _folder(text: str) -> Path:
    if not _path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


if __name__ == "__main__":
    main()

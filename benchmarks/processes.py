"""The processes of a benchmark; each is gone for sure when the benchmark is."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import yaml

from adapters.directory.reading import SAMPLE
from tests.servers.kept import KeptServer, http_answers

ROOT = Path(__file__).parent.parent


class Process(KeptServer):
    """A Python process that sees nothing of our environment but what it is given."""

    environment: Mapping[str, str] = {}
    module = ""
    seconds_to_answer = 0.0

    def command(self) -> Sequence[str | Path]:
        """Run the module with a clean environment."""
        given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environment}
        return ["env", "-i", *(f"{name}={value}" for name, value in given.items()), sys.executable, "-m", *self.words()]

    def words(self) -> Sequence[str]:
        """The module and its arguments."""
        return [self.module]

    def start(self) -> None:
        """Start it, and take the time until it answers."""
        since = time.perf_counter()
        super().start()
        self.seconds_to_answer = time.perf_counter() - since

    @property
    def worked(self) -> float:
        """Seconds of processor time that the process has used."""
        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system

    @property
    def megabytes(self) -> float:
        """Resident memory of the process with all its children."""
        process = psutil.Process(self.pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) / 1e6


class Slack(Process):
    """A strict Slack with people in it."""

    name = "slack"

    def words(self) -> Sequence[str]:
        """The module and its arguments."""
        return ["benchmarks.slack", "--port", str(self.port)]

    def answers(self) -> bool:
        """Whether it listens."""
        return http_answers(self.url)

    @property
    def url(self) -> str:
        """Where the benchmark asks it."""
        return f"http://127.0.0.1:{self.port}/_bench"

    def facts(self) -> dict[str, Any]:
        """What a bot needs to connect, its rooms, and how many connections there are."""
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


class Echo(Process):
    """The bare echo bot."""

    name = "echo"
    module = "benchmarks.echo"

    def __init__(self, slack: Slack) -> None:
        super().__init__()
        self._slack = slack
        self.environment = slack.facts()["environment"]

    def answers(self) -> bool:
        """Whether it is connected."""
        return bool(self._slack.facts()["connected"])


class Swarmbridge(Process):
    """The whole program as ``swarmbridge run`` starts it, with the sample organisation and this Slack."""

    name = "swarmbridge"

    def __init__(self, slack: Slack, database: str = "", *, triage: bool = False) -> None:
        """``triage``: every report is also shown in a triage room."""
        super().__init__()
        facts = slack.facts()
        catalogue = self.folder / "catalogue.yaml"
        catalogue.write_text(_organisation(facts["support"], [facts["triage"]] if triage else []), encoding="utf-8")
        self.environment = {
            **facts["environment"],
            "SWARMBRIDGE_HTTP_PORT": str(self.port),
            "SWARMBRIDGE_CATALOGUE__PATH": str(catalogue),
            "DATABASE_URL": database or f"sqlite:///{self.folder}/swarmbridge.db",
        }

    def words(self) -> Sequence[str]:
        """The module and its arguments."""
        return ["adapters.cli", "run"]

    def answers(self) -> bool:
        """Whether it is ready: the database there, Slack connected."""
        return http_answers(f"http://127.0.0.1:{self.port}/readyz")

    @property
    def health(self) -> str:
        """Where it says that it is alive."""
        return f"http://127.0.0.1:{self.port}/healthz"


def _organisation(support: Sequence[str], triage: Sequence[str]) -> str:
    """The sample organisation, with these channels of Slack."""
    catalogue = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    catalogue["channels"] += [
        *({"id": f"support-{n}", "purpose": "support", "slack": room} for n, room in enumerate(support)),
        *({"id": "triage-all", "purpose": "triage", "slack": room} for room in triage),
    ]
    return str(yaml.safe_dump(catalogue, allow_unicode=True))

"""Lines of the log while one thread writes them all: none is lost, each in its words and with what caused it."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator

import pytest

from adapters import logs
from bot.trace import correlation

log = logging.getLogger("test")


class SlowPaper(io.StringIO):
    """Where writing takes until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def write(self, text: str) -> int:
        self.go_on.wait(5)
        return super().write(text)


@pytest.fixture
def paper() -> Iterator[SlowPaper]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    paper = SlowPaper()
    logs.configure("info", "json", paper)
    yield paper
    root.handlers = handlers
    root.setLevel(level)


def test_whoever_logs_does_not_wait_for_the_writing_and_nothing_is_lost(paper: SlowPaper) -> None:
    with logs.apart():
        for n in range(100):
            token = correlation.set(f"cause {n}")
            log.info("line %d", n, extra={"room": f"r{n}"})
            correlation.reset(token)
        assert paper.getvalue() == ""
        paper.go_on.set()

    told = [json.loads(line) for line in paper.getvalue().splitlines()]
    assert [(one["event"], one["room"], one["correlation"]) for one in told] == [
        (f"line {n}", f"r{n}", f"cause {n}") for n in range(100)
    ]


def test_a_line_says_how_things_were_when_it_was_logged(paper: SlowPaper) -> None:
    people = ["anna"]
    with logs.apart():
        log.info("there are %s", people)
        people.append("tom")
        try:
            raise ValueError("nothing works")
        except ValueError:
            log.exception("failed")
        paper.go_on.set()

    first, second = (json.loads(line) for line in paper.getvalue().splitlines())
    assert first["event"] == "there are ['anna']"
    assert "correlation" not in first
    assert "ValueError: nothing works" in second["exception"]


def test_afterwards_lines_are_written_at_once_again(paper: SlowPaper) -> None:
    paper.go_on.set()
    with logs.apart():
        pass

    log.info("later")

    assert json.loads(paper.getvalue())["event"] == "later"

"""What a single message is: its language, and whether somebody wants something looked at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from adapters.text import language
from benchmarks.quality.figures import area_under_roc, precision_and_recall, share
from benchmarks.quality.sets import Data, Predicted, Record
from incidents.intake import looks_like_request

_REQUEST = 1.0  # the sum of weights from which the bot registers by itself


def languages(data: Data) -> Iterator[Predicted]:
    """The language the bot takes a text to be in; where it would rather not say, its guess."""
    for name in data.sets("langid"):
        texts = data.asked("langid", name)
        said = [language.detect(one["text"]) for one in texts]
        lines = [
            {"id": one["id"], "lang": sure or language.likeliest(one["text"])}
            for one, sure in zip(texts, said, strict=True)
        ]
        right = [line["lang"] == one["lang"] for line, one in zip(lines, texts, strict=True) if "lang" in one]
        figures = {"accuracy": share(right), "said unasked": share([sure is not None for sure in said])}
        yield Predicted("langid", name, lines, figures if right else {})


def requests(data: Data) -> Iterator[Predicted]:
    """How much the first message of a dialogue looks like a request; then, of every message in flat rooms, the same."""
    for name in data.sets("requests"):
        dialogues = data.asked("requests", name)
        lines = [{"id": one["id"], "score": score(one["first"])} for one in dialogues]
        yield Predicted("requests", name, lines, _figures(lines, dialogues, ("label", "problem")))
    yield from _openers(data)


def _openers(data: Data) -> Iterator[Predicted]:
    for name in data.sets("grouping", "messages"):
        labelled = {(one["file"], one["i"]): one for one in data.all("requests", f"openers_{name}.labels")}
        told = data.asked("grouping", f"{name}.messages", lambda one: one["annotated"] and not one["system"])
        lines = [{"file": one["file"], "i": one["i"], "score": score(one["text"])} for one in told]
        labels = [labelled.get((one["file"], one["i"]), {}) for one in told]
        yield Predicted("requests", f"openers_{name}", lines, _figures(lines, labels, ("label", "answered")))


def score(text: str) -> float:
    """How sure the bot is that this is a request: from 0.5 on it registers it by itself."""
    verdict = looks_like_request(text, language.detect(text) or "en")
    return 0.0 if verdict.empty else 1 / (1 + math.exp(_REQUEST - verdict.total))


def _figures(lines: Sequence[Record], answers: Sequence[Record], labels: Sequence[str]) -> dict[str, float]:
    """Each label against the same score, as far as the set has it."""
    figures: dict[str, float] = {}
    for label in labels:
        known = [(line["score"], bool(one[label])) for line, one in zip(lines, answers, strict=True) if label in one]
        if known:
            scores, right = [one for one, _ in known], [is_so for _, is_so in known]
            figures |= {f"{label} {name}": value for name, value in _against(scores, right).items()}
    return figures


def _against(scores: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    taken = [is_right for one, is_right in zip(scores, right, strict=True) if one >= 0.5]
    return {**precision_and_recall(sum(taken), len(taken), sum(right)), "AUC": area_under_roc(scores, right)}

"""What was said or written before and answers this: articles, earlier threads, duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from benchmarks.quality.figures import Ranked, average_precision, hit_at, reciprocal_rank
from benchmarks.quality.sets import Data, Predicted, Record
from bot.people import PersonId
from incidents.intake import most_similar
from knowledge.model import Article, ArticleId
from knowledge.search import searchable

MOST = 100
"""So many of thousands of threads are written down; of articles and of given candidates all."""
HARDLY = 0.05
"""What is less alike than this is not among the first ten of thousands; to say what it shares would take most of the
time."""
_LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def threads(data: Data) -> Iterator[Predicted]:
    """Earlier threads and the bugs that others double; then candidates of somebody else's search put in order."""
    for name in data.sets("retrieval", "queries"):
        yield _earlier(data, name)
    for name in data.sets("retrieval"):
        yield _in_order(data, name)


def articles(data: Data) -> Iterator[Predicted]:
    """The help page that a line describes, among pages of all languages."""
    for name in data.sets("knowledge", "queries"):
        corpus = data.all("knowledge", f"{name}.corpus")
        rank = _ranking([(one["id"], _found_by(one["title"], answer=one["body"])) for one in corpus])
        asked = data.asked("knowledge", f"{name}.queries")
        lines = [{"id": one["id"], "ranking": rank(one["text"])} for one in asked]
        yield Predicted("knowledge", name, lines, _by_language(lines, asked, corpus))


def _earlier(data: Data, name: str) -> Predicted:
    corpus = data.all("retrieval", f"{name}.corpus")
    since = {one["id"]: one["ts"] for one in corpus}
    texts = [(one["id"], _found_by(one["title"], one["question"], one["answers"])) for one in corpus]
    rank = _ranking(texts, least=HARDLY)
    in_chat = any("stream" in one for one in corpus)
    asked = data.asked("retrieval", f"{name}.queries")
    lines = []
    for one in asked:
        own = one["id"].removeprefix("q")
        found = rank(_words(one, in_chat=in_chat))
        older = [id_ for id_ in found if id_ != own and since[id_] <= one["ts"]]
        lines.append({"id": one["id"], "ranking": older[:MOST]})
    known = [(line["ranking"], one["relevant"]) for line, one in zip(lines, asked, strict=True) if "relevant" in one]
    return Predicted("retrieval", name, lines, _of_ranking(known) if known else {})


def _in_order(data: Data, name: str) -> Predicted:
    asked = data.asked("retrieval", name)
    lines = []
    for one in asked:
        rank = _ranking([(other["id"], _found_by(other["title"], other["text"])) for other in one["candidates"]])
        lines.append({"id": one["id"], "ranking": rank(_words(one, in_chat=False))})
    known: list[Ranked] = []
    for line, one in zip(lines, asked, strict=True):
        right = {other["id"] for other in one["candidates"] if other.get("relevant")}
        if right:
            known.append((line["ranking"], right))
    figures = {"MAP": average_precision(known), "P@1": hit_at(1, known)}
    return Predicted("retrieval", name, lines, figures if known else {})


def _ranking(texts: Sequence[tuple[str, str]], *, least: float = 0.0) -> Callable[[str], list[str]]:
    """Ranks all of the texts as the search for articles does; what is less alike comes last."""

    def rank(words: str) -> list[str]:
        found = [one.id for one in most_similar(words, texts, least=least)]
        return list(dict.fromkeys([*found, *(id_ for id_, _ in texts)]))

    return rank


def _words(query: Record, *, in_chat: bool) -> str:
    """What somebody would say: in chat there is no title."""
    return str(query["text"]) if in_chat else f"{query['title']}\n{query['text']}"


def _found_by(title: str, issue: str = "", answer: str = "") -> str:
    """The text by which the bot would find this if it were an article of its own."""
    article = Article(
        id=ArticleId(0), title=title, issue=issue, environment="", resolution=answer, cause="", language="",
        drafted_at=_LONG_AGO, drafted_by=PersonId(""),
    )  # fmt: skip
    return searchable(article)


def _of_ranking(known: Sequence[Ranked]) -> dict[str, float]:
    return {"hit@1": hit_at(1, known), "hit@5": hit_at(5, known), "hit@10": hit_at(10, known),
            "MRR@10": reciprocal_rank(known)}  # fmt: skip


def _by_language(lines: Sequence[Record], asked: Sequence[Record], corpus: Sequence[Record]) -> dict[str, float]:
    """Within each language, as if only its articles were there; then among all."""
    figures: dict[str, float] = {}
    language_of = {one["id"]: one["lang"] for one in corpus}
    for spoken in sorted({one["lang"] for one in asked}):
        known = []
        for line, one in zip(lines, asked, strict=True):
            right = f"{one['page']}#{spoken}"
            if one["lang"] == spoken and right in language_of:
                known.append(([id_ for id_ in line["ranking"] if language_of[id_] == spoken], [right]))
        figures |= {f"{spoken} hit@{most}": hit_at(most, known) for most in (1, 5)}
    pages: dict[str, set[str]] = {}
    for one in corpus:
        pages.setdefault(one["page"], set()).add(one["id"])
    whole = [(line["ranking"], pages.get(one["page"], set())) for line, one in zip(lines, asked, strict=True)]
    return {**figures, "any hit@5": hit_at(5, whole)}

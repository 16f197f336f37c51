"""Keeps articles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select

from adapters.sql import shelf
from adapters.sql.aggregates import Aggregates, next_number, whole
from adapters.sql.tables import article_numbers, articles
from adapters.sql.work import SqlWork
from incidents.model import IncidentId
from knowledge.model import Article, ArticleId
from knowledge.ports import Near

LOOKED_AT = 300
"""So many articles at most are read to find those that somebody may read."""
_BITE = 30


class SqlArticles:
    """``knowledge.ports.Articles`` over one transaction."""

    def __init__(self, work: SqlWork) -> None:
        self._work = work
        self._kept = Aggregates(work, articles, Article, _columns)

    def next_id(self) -> ArticleId:
        """A number never given before."""
        return ArticleId(next_number(self._work, article_numbers))

    def get(self, article: ArticleId) -> Article | None:
        """The article with this number."""
        return self._kept.get(article)

    def drafted_from(self, incident: IncidentId) -> Article | None:
        """The article drafted from this incident."""
        return self._kept.first(_DRAFTED, source=incident)

    def latest(self, fits: Callable[[Article], bool], most: int) -> Sequence[Article]:
        """The newest published articles that fit, at most so many."""
        ids = self._work.connection.execute(_LATEST, {"most": LOOKED_AT}).scalars().all()
        return list(islice(self._fitting(ids, fits), most))

    def sharing(self, sequences: Collection[str], fits: Callable[[Article], bool], most: int) -> Near:
        """Those published articles that share the rarest of these sequences and fit, at most so many."""
        connection = self._work.connection
        connection = self._work.connection
        ranked = shelf.nearest(connection, sequences, LOOKED_AT)
        found = list(islice(self._fitting(ranked, fits), most))
        return Near(found, shelf.rarities(connection) if found else shelf.NOTHING)

    def add(self, article: Article) -> None:
        """Keep a new article."""
        self.save(article)

    def save(self, article: Article) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        before = _sequences(self._kept.stored(article.id))
        self._kept.put(article)
        shelf.put(self._work.connection, article.id, before, _sequences(article))

    def _fitting(self, ids: Sequence[int], fits: Callable[[Article], bool]) -> Iterator[Article]:
        for start in range(0, len(ids), _BITE):
            bite = ids[start : start + _BITE]
            read = {article.id: article for article in self._kept.all(_THESE, these=bite)}
            yield from (read[ArticleId(id_)] for id_ in bite if id_ in read and fits(read[ArticleId(id_)]))


def _sequences(article: Article | None) -> Collection[str]:
    """What it is found by: nothing while nobody is to find it."""
    if article is None or not article.published:
        return ()
    return shelf.of(article.title, article.issue, article.environment, article.resolution)


_DRAFTED = whole(articles).where(articles.c.source == bindparam("source")).order_by(articles.c.id.desc()).limit(1)
_LATEST = select(articles.c.id).where(articles.c.published).order_by(articles.c.id.desc()).limit(bindparam("most"))
_THESE = whole(articles).where(articles.c.id.in_(bindparam("these", expanding=True)))


def _columns(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "source": article.source,
        "published": article.published,
        "reuses": article.reuses,
    }

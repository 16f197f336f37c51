"""Keeps articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam

from adapters.sql.aggregates import Aggregates, next_number, whole
from adapters.sql.tables import article_numbers, articles
from adapters.sql.work import SqlWork
from incidents.model import IncidentId
from knowledge.model import Article, ArticleId


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

    def published(self) -> Sequence[Article]:
        """Every article that may answer people, the most reused first."""
        return self._kept.all(_PUBLISHED)

    def add(self, article: Article) -> None:
        """Keep a new article."""
        self._kept.put(article)

    def save(self, article: Article) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        self._kept.put(article)


_DRAFTED = whole(articles).where(articles.c.source == bindparam("source")).order_by(articles.c.id.desc()).limit(1)
_PUBLISHED = whole(articles).where(articles.c.published).order_by(articles.c.reuses.desc(), articles.c.id)


def _columns(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "source": article.source,
        "published": article.published,
        "reuses": article.reuses,
    }

"""What knowledge needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from incidents.model import IncidentId
from knowledge.model import Article, ArticleId


class Articles(Protocol):
    """The articles, within one unit of work."""

    def next_id(self) -> ArticleId:
        """A number never given before."""
        ...

    def get(self, article: ArticleId) -> Article | None:
        """The article with this number."""
        ...

    def drafted_from(self, incident: IncidentId) -> Article | None:
        """The article drafted from this incident."""
        ...

    def published(self) -> Sequence[Article]:
        """Every article that may answer people, the most reused first."""
        ...

    def add(self, article: Article) -> None:
        """Keep a new article."""
        ...

    def save(self, article: Article) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        ...

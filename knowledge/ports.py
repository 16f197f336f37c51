"""What knowledge needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from incidents.intake import Rarity
from incidents.model import IncidentId
from knowledge.model import Article, ArticleId


class Near(NamedTuple):
    """The articles that may answer, and how rare what they say is among all articles."""

    articles: Sequence[Article]
    among: Rarity


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

    def latest(self, fits: Callable[[Article], bool], most: int) -> Sequence[Article]:
        """The newest published articles that fit, at most so many."""
        ...

    def sharing(self, sequences: Collection[str], fits: Callable[[Article], bool], most: int) -> Near:
        """Those published articles that share the rarest of these sequences of letters and fit, at most so many: what
        it takes does not grow with the number of articles."""
        ...

    def add(self, article: Article) -> None:
        """Keep a new article."""
        ...

    def save(self, article: Article) -> None:
        """Keep what changed; ``Conflict`` when somebody else saved it meanwhile."""
        ...

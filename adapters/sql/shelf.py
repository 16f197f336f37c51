"""What published articles are found by: the sequences of letters they have, and how many of them have each.

Both tables only repeat what stands in the articles, so that a search need not read them all; ``rebuild`` makes them
again from there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import accumulate
from typing import Any

from sqlalchemy import URL, Column, Connection, Insert, Integer, Select, Table, bindparam, delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.columns import BigId, Words
from adapters.sql.statements import one_of
from adapters.sql.tables import articles, metadata
from incidents.intake import Rarity, analyse, rarity
from knowledge.search import found_by

article_sequences = Table(
    "article_sequences",
    metadata,
    Column("sequence", Words, primary_key=True),
    Column("article", BigId, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)
"""Which published article has which sequence of letters."""

sequences = Table(
    "sequences",
    metadata,
    Column("sequence", Words, primary_key=True),
    Column("articles", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many published articles have a sequence; the empty one counts them all."""


DERIVED = (article_sequences, sequences)

ALL = ""
READ = 5_000
"""So many places where sequences stand are looked at in a search: those of the rarest sequences."""
CHANGED = 50
"""How much sequences weigh is counted again as soon as one article in so many is new or gone."""
NOTHING = Rarity({}, 0.0)
_known: dict[URL, tuple[int, Rarity]] = {}


def put(connection: Connection, article: int, before: Collection[str], now: Collection[str]) -> None:
    """The article had these sequences and has those now; none while it is not published."""
    gone, new = set(before) - set(now), set(now) - set(before)
    if gone:
        connection.execute(_TAKE_OUT, [{"this": article, "gone": one} for one in sorted(gone)])
    if new:
        connection.execute(insert(article_sequences), [{"sequence": one, "article": article} for one in sorted(new)])
    _count(connection, dict.fromkeys(new, 1) | dict.fromkeys(gone, -1))


def of(title: str, issue: str, environment: str, resolution: str) -> frozenset[str]:
    """The sequences of an article with these texts, and the one that all have."""
    return frozenset((ALL, *analyse(found_by(title, issue, environment, resolution)).weights))


def rarities(connection: Connection) -> Rarity:
    """How much each sequence weighs; known from before as long as there are hardly more or fewer articles than then."""
    url = connection.engine.url
    articles = connection.execute(_having(connection.dialect.name), {"said": [ALL]}).scalars().first() or 0
    number, known = _known.get(url, (0, NOTHING))
    if abs(articles - number) * CHANGED > number:
        having = {row.sequence: row.articles for row in connection.execute(_ALL_HAVING)}
        known = rarity(articles, having)
        if len(_known) > 3:
            _known.clear()
        _known[url] = articles, known
    return known


def nearest(connection: Connection, said: Collection[str], most: int) -> Sequence[int]:
    """The articles that share the rarest of these sequences, those that share the most of them first."""
    having = {
        row.sequence: row.articles for row in connection.execute(_having(connection.dialect.name), {"said": [*said]})
    }
    if not having:
        return ()
    return connection.execute(_SHARING, {"said": _rarest(having), "most": most}).scalars().all()


def rebuild(connection: Connection) -> None:
    """Make both tables again from the published articles."""
    for table in DERIVED:
        connection.execute(delete(table))
    published = select(articles.c.id, articles.c.body).where(articles.c.published)
    for row in connection.execute(published.execution_options(yield_per=100)).all():
        put(connection, row.id, (), of_body(row.body))


def of_body(text: str) -> frozenset[str]:
    """The same of an article as it is stored."""
    body: Mapping[str, Any] = json.loads(text)
    return of(*(str(body.get(name, "")) for name in ("title", "issue", "environment", "resolution")))


def _rarest(having: Mapping[str, int]) -> Sequence[str]:
    """The rarest of these sequences: as many as may be looked at, and one at least."""
    ordered = sorted(having.items(), key=lambda one: (one[1], one[0]))
    places = list(accumulate(count for _, count in ordered))
    return [one for (one, _), so_far in zip(ordered, places, strict=True) if so_far <= max(READ, places[0])]


def _count(connection: Connection, changes: Mapping[str, int]) -> None:
    """Count up and down, always in the same order, so that no two that publish wait for each other."""
    if not changes:
        return
    rows = [{"sequence": one, "articles": changes[one]} for one in sorted(changes)]
    connection.execute(_count_up(connection.dialect.name), rows)
    if min(changes.values()) < 0:
        connection.execute(delete(sequences).where(sequences.c.articles <= 0))


@cache
def _count_up(dialect: str) -> Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    row = make(sequences)
    return row.on_conflict_do_update(
        index_elements=["sequence"], set_={"articles": sequences.c.articles + row.excluded.articles}
    )


@cache
def _having(dialect: str) -> Select[Any]:
    return select(sequences.c.articles, sequences.c.sequence).where(one_of(sequences.c.sequence, "said", dialect))


_TAKE_OUT = delete(article_sequences).where(
    article_sequences.c.article == bindparam("this"), article_sequences.c.sequence == bindparam("gone")
)
_ALL_HAVING = select(sequences.c.articles, sequences.c.sequence).where(sequences.c.sequence != ALL)
_SHARING = (
    select(article_sequences.c.article)
    .join(sequences, sequences.c.sequence == article_sequences.c.sequence)
    .where(article_sequences.c.sequence.in_(bindparam("said", expanding=True)))
    .group_by(article_sequences.c.article)
    .order_by(func.sum(10.0 / (10 + sequences.c.articles)).desc(), article_sequences.c.article.desc())
    .limit(bindparam("most"))
)
"""Ordered by how rare what is shared is; as cheap as it is rough, since those found are weighed again."""

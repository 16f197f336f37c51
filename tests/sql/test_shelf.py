"""A search reads few articles however many there are, and finds what a look at all of them finds."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import event, select

from adapters.sql import shelf
from adapters.sql.engine import Database
from adapters.sql.storage import SqlStorage
from adapters.sql.transfer import export
from bot.people import Person, PersonId
from bot.uow import Work
from incidents.intake import analyse, most_similar
from knowledge import search
from knowledge.model import Article, ArticleId
from knowledge.ports import Articles
from tests.sql.stand import MORNING, only_sqlite

THINGS = "printer scanner badge laptop projector calendar mailbox payroll gateway monitor keyboard elevator".split()
PLACES = "Berlin Hamburg Utrecht Leiden Munich Ghent Cologne Delft Bremen Aachen".split()
TROUBLES = "jams blinks freezes vanishes overheats duplicates truncates misprints stalls refuses".split()


def article(number: int, title: str, resolution: str = "switch it off and on") -> Article:
    """A published article."""
    one = Article(
        id=ArticleId(number), title=title, issue=f"{title} since monday", environment="", resolution=resolution,
        cause="", language="en", drafted_at=MORNING, drafted_by=PersonId("bo"),
    )  # fmt: skip
    one.publish(PersonId("bo"), MORNING)
    return one


def many(number: int) -> list[Article]:
    """So many articles about different troubles."""
    chance = random.Random(7)
    titles = [
        f"The {chance.choice(THINGS)} in {chance.choice(PLACES)} room {chance.randrange(999)} {chance.choice(TROUBLES)}"
        for _ in range(number)
    ]
    return [article(n, title) for n, title in enumerate(titles, 1)]


def keep(storage: SqlStorage, *articles: Article) -> None:
    with storage.work() as work:
        for one in articles:
            work.get(Articles).save(one)


def found_in(work: Work, text: str) -> list[int]:
    """The numbers of the articles that share the most with a text, the best first."""
    near = work.get(Articles).sharing(analyse(text).weights, lambda _: True, 40)
    texts = [(one.id, search.searchable(one)) for one in near.articles]
    return [one.id for one in most_similar(text, texts, least=0.03, most=5, among=near.among)]


def ask(storage: SqlStorage, text: str) -> list[int]:
    with storage.reading() as work:
        return found_in(work, text)


def test_the_best_is_the_same_as_when_all_are_compared(storage: SqlStorage) -> None:
    articles = many(300)
    keep(storage, *articles)
    texts = [(one.id, search.searchable(one)) for one in articles]

    for asked in ("projector in Utrecht overheats", "my payroll misprints", "Delft elevator stalls again, room 12"):
        best = most_similar(asked, texts, least=0.03, most=5)
        assert ask(storage, asked)[0] == best[0].id
        assert len(set(ask(storage, asked)) & {one.id for one in best}) >= 4


@only_sqlite
def test_a_search_reads_no_more_articles_when_there_are_many_more(storage: SqlStorage, database: Database) -> None:
    read: list[int] = []

    def count(*_: object) -> None:
        read.append(1)

    def reads() -> int:
        read.clear()
        with storage.reading() as work:
            engine = work.connection.engine
            event.listen(engine, "after_cursor_execute", count)
            near = work.get(Articles).sharing(analyse("projector in Utrecht overheats").weights, lambda _: True, 40)
            event.remove(engine, "after_cursor_execute", count)
        assert len(near.articles) <= 40
        return len(read)

    articles = many(1_000)
    keep(storage, *articles[:100])
    few = reads()
    keep(storage, *articles[100:])
    assert reads() <= few + 1, "how much sequences weigh is counted again when there are many more"


def test_what_is_published_is_found_and_what_is_discarded_or_written_anew_is_not(storage: SqlStorage) -> None:
    keep(storage, article(1, "The coffee machine leaks"), article(2, "The stapler is empty"))
    assert ask(storage, "coffee machine leaks") == [1]

    with storage.work() as work:
        kept = work.get(Articles).get(ArticleId(1))
        assert kept is not None
        kept.redraft(article(1, "Zebra crossing"))
        work.get(Articles).save(kept)
        assert found_in(work, "coffee machine leaks") == []
        assert found_in(work, "zebra crossing") == [], "a draft answers nobody"
        kept.publish(PersonId("bo"), MORNING)
        work.get(Articles).save(kept)
        assert found_in(work, "zebra crossing") == [1]
        kept.archive()
        work.get(Articles).save(kept)
    assert ask(storage, "zebra crossing") == []
    with storage.reading() as work:
        counted = work.connection.execute(select(shelf.sequences.c.articles)).scalars()
        assert set(counted) == {1}, "nothing of it is left among what is counted"


def test_an_article_that_nobody_of_the_readers_may_see_takes_no_place_from_others(storage: SqlStorage) -> None:
    keep(storage, *(article(n, "The safe of the directors jams") for n in range(1, 60)))
    keep(storage, article(60, "A safe way to lift heavy boxes", "bend the knees"))

    with storage.reading() as work:
        near = work.get(Articles).sharing(analyse("safe jams").weights, lambda one: one.id == 60, 5)

    assert [one.id for one in near.articles] == [60]


def test_the_shelf_can_be_made_again_from_the_articles(storage: SqlStorage, database: Database) -> None:
    keep(storage, *many(20))
    draft = article(21, "Not yet published")
    draft.redraft(draft)
    keep(storage, draft)

    def kept() -> list[tuple[object, ...]]:
        with database.read() as connection:
            return [tuple(row) for table in shelf.DERIVED for row in connection.execute(
                select(table).order_by(*table.primary_key))]  # fmt: skip

    before = kept()
    with database.write() as connection:
        shelf.rebuild(connection)

    assert kept() == before
    assert len(before) > 100
    assert not [line for line in export(database) if '"article_sequences"' in line], (
        "it is no part of what is taken out"
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "the and of", "\u200b\u200e", "'; DROP TABLE articles; --", "%_\\", "🎫" * 50, "\0\ud800"]
)
def test_hostile_and_empty_texts_find_nothing_and_break_nothing(storage: SqlStorage, text: str) -> None:
    keep(storage, *many(3))
    with storage.reading() as work:
        assert search.search(work, text, Person(id=PersonId("me"), name="")) == []


def test_of_a_text_of_100_kb_the_beginning_counts(storage: SqlStorage) -> None:
    keep(storage, article(1, "The coffee machine leaks"), *many(50)[1:])
    assert ask(storage, "coffee machine leaks " * 5_000)[0] == 1

"""Finds the article that answers, and says why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.people import Person
from bot.plain import excerpt
from bot.texts import Voices
from bot.uow import Work
from incidents.catalogue.records import ServiceId
from incidents.intake import analyse, most_similar
from incidents.ports import Suggestion
from knowledge import access
from knowledge.model import Article, Confidence
from knowledge.ports import Articles

SURE = 0.3
"""From this likeness on an article is offered unasked; below it only to whoever searches."""
HARDLY = 0.03
"""What is less alike than this has nothing to do with what was asked."""
COMPARED = 40
"""So many articles that share rare sequences of letters with a text are compared with it: however many there are."""
SHORT = 600


@dataclass(frozen=True, slots=True)
class Found:
    """An article, how alike it is (0 to 1), and the words that both share."""

    article: Article
    score: float
    shared: tuple[str, ...]


def search(work: Work, text: str, reader: Person, *, most: int = 5) -> Sequence[Found]:
    """The published articles that this person may read and that have to do with the text, the most alike first."""
    said = analyse(text).weights
    if not said:
        return []
    near = work.get(Articles).sharing(
        said, lambda article: access.may_read(work, article, reader.id), max(COMPARED, most)
    )
    articles = {article.id: article for article in near.articles}
    texts = [(id_, searchable(article)) for id_, article in articles.items()]
    likely = most_similar(text, texts, least=HARDLY, most=most, among=near.among)
    return [Found(articles[one.id], one.score, one.shared) for one in likely]


class KnownAnswers:
    """``incidents.ports.Answers`` over the articles of one unit of work."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def suggest(self, text: str, service: ServiceId | None, reader: Person, language: str) -> Suggestion | None:
        """The one article that very likely answers this: alike enough, nobody doubts it, and of the same service where
        both have one."""
        for found in search(self._work, text, reader):
            if found.score < SURE:
                return None
            article = found.article
            if article.confidence is not Confidence.VALIDATED:
                continue
            if service and article.service and service != article.service:
                continue
            voice = self._work.get(Voices).voice(language)
            why = voice.line("both speak of {words}", words=", ".join(found.shared[:5]))
            return Suggestion(
                reference=article.reference, title=article.title, why=why,
                resolution=excerpt(article.resolution, SHORT),
                confidential=access.confidential(self._work, article),
            )  # fmt: skip
        return None


def searchable(article: Article) -> str:
    """The text an article is found by."""
    return found_by(article.title, article.issue, article.environment, article.resolution)


def found_by(title: str, issue: str, environment: str, resolution: str) -> str:
    """The text that an article with these parts is found by: the title counts twice."""
    return f"{title}\n{title}\n{issue}\n{environment}\n{resolution}"

"""Use cases of articles."""

from __future__ import annotations

from bot.people import Person
from bot.uow import Work
from incidents.model import Incident
from knowledge.model import Article
from knowledge.ports import Articles


def publish(work: Work, article: Article, by: Person) -> None:
    """A person stands by it: from now on it answers."""
    article.publish(by.id, work.now)
    work.get(Articles).save(article)


def discard(work: Work, article: Article) -> None:
    """It shall not answer anybody."""
    article.archive()
    work.get(Articles).save(article)


def count_reuse(work: Work, article: Article, incident: Incident) -> bool:
    """It solved this report; False when that was counted before."""
    if not article.count_reuse(incident.id):
        return False
    work.get(Articles).save(article)
    return True

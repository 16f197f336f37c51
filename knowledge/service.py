"""Use cases of articles."""

from __future__ import annotations

from bot.errors import Rejected
from bot.people import Person
from bot.texts import phrase
from bot.uow import Work
from incidents.model import Incident
from knowledge import access
from knowledge.model import Article
from knowledge.ports import Articles


def publish(work: Work, article: Article, by: Person) -> None:
    """A person stands by it: from now on it answers."""
    _must_decide(work, article, by)
    article.publish(by.id, work.now)
    work.get(Articles).save(article)


def discard(work: Work, article: Article, by: Person) -> None:
    """It shall not answer anybody."""
    _must_decide(work, article, by)
    article.archive()
    work.get(Articles).save(article)


def count_reuse(work: Work, article: Article, incident: Incident) -> bool:
    """It solved this report; False when that was counted before."""
    if not article.count_reuse(incident.id):
        return False
    work.get(Articles).save(article)
    return True


def doubt(work: Work, article: Article) -> None:
    """What it says did not hold."""
    article.doubt()
    work.get(Articles).save(article)


def take_back_reuse(work: Work, article: Article, incident: Incident) -> None:
    """It did not solve this report after all."""
    if article.take_back_reuse(incident.id):
        work.get(Articles).save(article)


def _must_decide(work: Work, article: Article, by: Person) -> None:
    if access.may_decide(work, article, by.id):
        return
    team = access.owner(work, article)
    if team is not None:
        raise Rejected(phrase("{ref} belongs to {team}: they and those who solved it decide about it.",
                              ref=article.reference, team=team.name))  # fmt: skip
    raise Rejected(phrase("Only those who solved it decide about {ref}.", ref=article.reference))

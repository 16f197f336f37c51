"""The article: what people reported, where it happens, what solved it and why, with no names in it.

wip ──publish──▶ validated ──did not hold──▶ not_validated ──publish──▶ validated
 └ discard from any of them ──▶ archived; solved in another way, any of them is written anew: ──▶ wip
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.errors import Rejected
from bot.people import PersonId
from bot.texts import phrase
from incidents.catalogue.records import ServiceId
from incidents.model import IncidentId

ArticleId = NewType("ArticleId", int)

_REFERENCE = re.compile(r"KB-(\d{1,9})", re.IGNORECASE)


def reference(article: ArticleId) -> str:
    """``KB-7``."""
    return f"KB-{article}"


def parse_reference(text: str) -> ArticleId | None:
    """The article a reference names, or None when the text is none."""
    match = _REFERENCE.fullmatch(text.strip())
    return ArticleId(int(match[1])) if match else None


class Confidence(StrEnum):
    """How far an article can be trusted (KCS v6 calls these states by the same names)."""

    WIP = "wip"
    NOT_VALIDATED = "not_validated"
    VALIDATED = "validated"
    ARCHIVED = "archived"


@dataclass(slots=True, kw_only=True)
class Article:
    """The aggregate. ``helped`` are the people whose problem it solved, each counted once per incident."""

    id: ArticleId
    title: str
    issue: str
    environment: str
    resolution: str
    cause: str
    language: str
    drafted_at: datetime
    drafted_by: PersonId
    confidence: Confidence = Confidence.WIP
    service: ServiceId | None = None
    confidential: bool = False
    source: IncidentId | None = None
    published_at: datetime | None = None
    published_by: PersonId | None = None
    reuses: int = 0
    helped: set[IncidentId] = field(default_factory=set)
    version: int = 0

    @property
    def reference(self) -> str:
        """``KB-7``."""
        return reference(self.id)

    @property
    def published(self) -> bool:
        """Whether it may answer people."""
        return self.confidence in (Confidence.VALIDATED, Confidence.NOT_VALIDATED)

    def publish(self, by: PersonId, now: datetime) -> None:
        """A person has read it and stands by it."""
        if self.confidence is Confidence.VALIDATED:
            raise Rejected(phrase("{ref} is published already.", ref=self.reference))
        self.confidence, self.published_at, self.published_by = Confidence.VALIDATED, now, by

    def redraft(self, new: Article) -> None:
        """What it said did not hold: it says something else from now on and waits to be published again."""
        self.title, self.issue, self.environment = new.title, new.issue, new.environment
        self.resolution, self.cause = new.resolution, new.cause
        self.drafted_at, self.drafted_by, self.confidence = new.drafted_at, new.drafted_by, Confidence.WIP

    def doubt(self) -> None:
        """It did not hold for somebody: it can still be found, but is no longer offered unasked."""
        if self.confidence is Confidence.VALIDATED:
            self.confidence = Confidence.NOT_VALIDATED

    def archive(self) -> None:
        """It shall not answer anybody any more."""
        self.confidence = Confidence.ARCHIVED

    def count_reuse(self, incident: IncidentId) -> bool:
        """It solved somebody's problem; False when that was counted before."""
        if incident in self.helped:
            return False
        self.helped.add(incident)
        self.reuses += 1
        return True

    def take_back_reuse(self, incident: IncidentId) -> bool:
        """It did not solve it after all; False when that was never counted."""
        if incident not in self.helped:
            return False
        self.helped.discard(incident)
        self.reuses -= 1
        return True

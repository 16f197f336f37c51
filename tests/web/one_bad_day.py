"""A status source with one bad day in it; what is secret is there too, and must never be asked for by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.web.ports import (
    IncidentState,
    Part,
    PublicArticle,
    PublicIncident,
    PublicService,
    PublicUpdate,
    ServiceState,
    Status,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def before(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


VPN = PublicIncident(
    ref="INC-42",
    title="The VPN drops everybody",
    state=IncidentState.CAUSE_KNOWN,
    since=before(95),
    services=("VPN", "File shares"),
    affected=12,
    updates=(
        PublicUpdate(at=before(20), text="We found the cause.\nThe gateway restarts.", state=IncidentState.CAUSE_KNOWN),
        PublicUpdate(at=before(80), text="We are looking at it.", state=IncidentState.LOOKED_AT),
    ),
    next_update=NOON + timedelta(minutes=10),
)
PRINTING = PublicIncident(
    ref="INC-7",
    title="Printing on the third floor is slow",
    state=IncidentState.SOLVED,
    since=before(2900),
    services=("Printing",),
    affected=1,
    solved_at=before(1500),
    solution="The queue was emptied.",
    updates=(PublicUpdate(at=before(1500), text="It prints again.", state=IncidentState.SOLVED),),
)
ARTICLE = PublicArticle(
    ref="KB-3",
    title="VPN asks for the password again and again",
    issue="The VPN asks again every minute.",
    environment="Windows 11, office and home",
    resolution="1. Close the client\n2. Renew the certificate",
    cause="An expired certificate",
    changed_at=before(4000),
    service="VPN",
    helped=5,
)


class OneBadDay:
    """Can be changed while pages are open, and can be away."""

    def __init__(self) -> None:
        self.status = Status(
            at=NOON,
            services=(
                PublicService(name="VPN", state=ServiceState.DOWN, incident="INC-42"),
                PublicService(name="File shares", state=ServiceState.LIMITED, incident="INC-42"),
                PublicService(name="E-mail"),
                PublicService(name="Printing"),
            ),
            current=(VPN,),
            recent=(PRINTING,),
        )
        self.known = [ARTICLE]
        self.away = False

    def all_is_well(self) -> None:
        services = tuple(replace(one, state=ServiceState.WORKING, incident="") for one in self.status.services)
        self.status = replace(self.status, services=services, current=())

    def snapshot(self, language: str) -> Status:
        self._fail_when_away()
        return self.status

    def incident(self, ref: str, language: str) -> PublicIncident | None:
        self._fail_when_away()
        return next((one for one in (*self.status.current, *self.status.recent) if one.ref == ref), None)

    def articles(self, language: str, query: str = "") -> Sequence[PublicArticle]:
        self._fail_when_away()
        return [one for one in self.known if query.lower() in one.title.lower()]

    def article(self, ref: str, language: str) -> PublicArticle | None:
        self._fail_when_away()
        return next((one for one in self.known if one.ref == ref), None)

    def _fail_when_away(self) -> None:
        if self.away:
            raise ConnectionError("postgresql://bot:secret@db is away")


class Parts:
    """A program whose parts can fail."""

    def __init__(self) -> None:
        self.database = Part("database", True)
        self.slack = Part("slack", True)

    def parts(self) -> Sequence[Part]:
        return [self.database, self.slack]

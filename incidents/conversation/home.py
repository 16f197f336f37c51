"""What the bot's home shows about incidents, and its buttons. All of it can be asked for by typing as well: ``status``,
``follow``, ``report``."""

from __future__ import annotations

from collections.abc import Iterable

from bot.act import Act
from bot.cards import Card
from bot.events import ActionTaken
from bot.homes import Visit
from bot.router import Router
from bot.words import Command, Verb
from incidents import access, home_views, scenes
from incidents.conversation import asking, hearing
from incidents.model import Incident, Joined, State
from incidents.ports import CatalogueNow, Crew, Follows, Incidents

router = Router()

_MOST_OPEN = 15


@router.home(0)
def greet(visit: Visit) -> Iterable[Card]:
    """What can be done here."""
    yield home_views.welcome(visit.voice)


@router.home(20)
def what_concerns_them(visit: Visit) -> Iterable[Card]:
    """Their reports, what affects them, and what is down for others; outages they work on stand below."""
    incidents, me = visit.work.get(Incidents), visit.person.id
    theirs = [one for one in incidents.of_person(me) if one.open or one.state is State.RESOLVED]
    reported = [one for one in theirs if _joined(one, visit) is Joined.REPORT]
    known = {one.id for one in (*theirs, *incidents.led_by(me))} | set(visit.work.get(Crew).works_on(me))
    down = [one for one in incidents.outages() if access.may_see(visit.work, one, me)]
    outages = [one for one in down if one.id not in known]
    yield home_views.reported(visit.voice, _seen(visit, reported))
    joined = [one for one in theirs if one not in reported]
    if joined or outages or not down:
        yield home_views.affecting(visit.voice, _seen(visit, joined), _seen(visit, outages))


@router.home(50)
def what_they_follow(visit: Visit) -> Iterable[Card]:
    """The services they follow, and those they could."""
    catalogue, me = visit.work.get(CatalogueNow).catalogue, visit.person.id
    if not catalogue.services:
        return
    own = set(visit.work.get(Follows).of_person(me))
    seen = [service for service in catalogue.services.values() if access.may_hear_of(visit.work, service.id, me)]
    followed = [service for service in seen if service.id in own or me in catalogue.followers(service.id)]
    yield home_views.services(visit.voice, followed, [service for service in seen if service not in followed])


@router.home(30)
def board(visit: Visit) -> Iterable[Card]:
    """For those who solve problems: what is open, the outages first."""
    catalogue, me = visit.work.get(CatalogueNow).catalogue, visit.person.id
    teams = {team.id for team in catalogue.teams_of(me)}
    if not teams:
        return
    incidents = visit.work.get(Incidents)
    found = {one.id: one for one in (*incidents.outages(), *incidents.led_by(me))}
    for told in incidents.lately_opened(4 * _MOST_OPEN):
        owner = catalogue.owner(told.service) if told.service else None
        if len(found) < _MOST_OPEN and told.parent is None and (owner is None or owner.id in teams):
            incident = incidents.get(told.id)
            found |= {told.id: incident} if incident is not None and incident.open else {}
    shown = [one for one in found.values() if access.may_see(visit.work, one, me)]
    yield home_views.board(visit.voice, _seen(visit, shown[:_MOST_OPEN]))


@router.action(home_views.REPORT)
def report(act: Act, _event: ActionTaken) -> None:
    """“Report a problem”."""
    hearing.report(act, Command(Verb.REPORT))


@router.action(home_views.FOLLOW)
def follow(act: Act, event: ActionTaken) -> None:
    """“Follow …”."""
    asking.follow(act, Command(Verb.FOLLOW, rest=event.value))


@router.action(home_views.UNFOLLOW)
def unfollow(act: Act, event: ActionTaken) -> None:
    """“Unfollow …”."""
    asking.follow(act, Command(Verb.UNFOLLOW, rest=event.value))


def _joined(incident: Incident, visit: Visit) -> Joined | None:
    one = incident.affected_person(visit.person.id)
    return one.how if one is not None else None


def _seen(visit: Visit, some: Iterable[Incident]) -> home_views.Seen:
    return [(one, scenes.scene(visit.work, one, visit.voice.language)) for one in some]

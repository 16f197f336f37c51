"""The rooms of a swarm, one on each network where somebody needs it: opened and furnished, people let in and out,
something said in all of them, closed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards import Card
from bot.intents import Bookmark, CloseRoom, Edit, Invite, MessageOf, OpenRoom, Pin, Post, Remove, RoomOf, SetTopic
from bot.people import Directory
from bot.refs import UserRef
from bot.texts import Voice, Voices
from bot.uow import Work
from incidents import scenes
from incidents.model import Incident
from incidents.ports import Settings
from swarming import views
from swarming.model import Outpost, Swarm
from swarming.ports import Swarms


def voice_of(work: Work, swarm: Swarm) -> Voice:
    """The voice the rooms are spoken to in."""
    return work.get(Voices).voice(swarm.language, swarm.zone, shared=True)


def key_at(swarm: Swarm, key: str, place: RoomOf) -> str:
    """The key of what is said in all rooms, for one of them."""
    return key if place == swarm.place else f"{key}:{place.platform}"


def furnish(work: Work, swarm: Swarm, incident: Incident, place: RoomOf, near: UserRef | None = None) -> None:
    """Open a room with its topic, the pinned charter, and the ways to it and to the public page: ``near`` somebody, or
    where the incident was reported."""
    voice, about = voice_of(work, swarm), incident.reference
    scene = scenes.scene(work, incident, swarm.language)
    charter = key_at(swarm, f"{swarm.key}:charter", place)
    work.say(OpenRoom(key=place.key, place=place, about=about, name=swarm.room_name,
                      topic=views.topic(voice, incident, scene), private=swarm.private,
                      near=near or incident.opened_by_account))  # fmt: skip
    work.say(Post(key=charter, place=place, about=about, card=views.charter(voice, swarm, incident, scene)))
    work.say(Pin(key=key_at(swarm, f"{swarm.key}:pin", place), place=place, about=about, message=MessageOf(charter)))
    mark, known, page = key_at(swarm, f"{swarm.key}:bookmark", place), views.known(voice), views.page(voice)
    work.say(Bookmark(key=mark, place=place, about=about, title=known, message=MessageOf(charter)))
    if scene.page:
        work.say(Bookmark(key=f"{mark}:page", place=place, about=about, title=page, address=scene.page))


def let_in(work: Work, swarm: Swarm, incident: Incident, accounts: Iterable[UserRef], key: str) -> None:
    """Invite people, each into the room of their network; where there is none yet it is opened. Whom none is for
    stays outside."""
    invited: dict[RoomOf, list[UserRef]] = {}
    for account in accounts:
        if is_for(work, swarm, account):
            ways = _ways(work, swarm, account)
            place, inside = ways[0] if ways else (_outpost(work, swarm, incident, account), account)
            invited.setdefault(place, []).append(inside)
    for place, users in invited.items():
        at = key_at(swarm, key, place)
        work.say(Invite(key=at, place=place, about=swarm.reference, users=tuple(users)))


def is_for(work: Work, swarm: Swarm, account: UserRef) -> bool:
    """Whether somebody can be let in, into a room that is there or may be opened: what is confidential stays on the
    network where it was reported unless another one is allowed."""
    settings = work.get(Settings)
    allowed = settings.confidential_on if swarm.private else settings.platforms
    may_open = account.platform in settings.platforms & allowed and not swarm.is_shut_out_of(account.platform)
    return may_open or is_at_home(work, swarm, account)


def is_at_home(work: Work, swarm: Swarm, account: UserRef) -> bool:
    """Whether somebody can be let into a room that is there already."""
    return bool(_ways(work, swarm, account))


def let_out(work: Work, swarm: Swarm, account: UserRef, key: str) -> None:
    """Take somebody out of every room. Acts on a room are done in order, so an invitation under way is undone."""
    for place, inside in _ways(work, swarm, account):
        work.say(Remove(key=key_at(swarm, key, place), place=place, about=swarm.reference, user=inside))


def say(work: Work, swarm: Swarm, key: str, card: Card) -> None:
    """Say the same in every room."""
    for place in swarm.places():
        work.say(Post(key=key_at(swarm, key, place), place=place, about=swarm.reference, card=card))


def show_charter(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Show the charter as it stands now, in every room."""
    card = views.charter(voice_of(work, swarm), swarm, incident, scenes.scene(work, incident, swarm.language))
    for place in swarm.places():
        charter = key_at(swarm, f"{swarm.key}:charter", place)
        key = f"{charter}:v{incident.version}.{swarm.version}"
        work.say(Edit(key=key, place=place, about=incident.reference, message=MessageOf(charter), card=card))


def close(work: Work, swarm: Swarm, incident: Incident) -> None:
    """Say in every room that it is over, then close it for good."""
    voice, about = voice_of(work, swarm), incident.reference
    say(work, swarm, f"{swarm.key}:farewell", views.line(voice, views.farewell(voice, incident)))
    topic = views.topic(voice, incident, scenes.scene(work, incident, swarm.language))
    for place in swarm.places():
        at = key_at(swarm, swarm.key, place)
        work.say(SetTopic(key=f"{at}:topic:closed", place=place, about=about, topic=topic))
        work.say(CloseRoom(key=f"{at}:close", place=place, about=about))


def _ways(work: Work, swarm: Swarm, account: UserRef) -> list[tuple[RoomOf, UserRef]]:
    """The rooms that this person has an account for: that of the account they used first."""
    person = work.get(Directory).person(account)
    places = sorted(swarm.places(), key=lambda place: place.platform is not account.platform)
    own = ((place, account if place.platform is account.platform else person.account_on(place.platform))
           for place in places)  # fmt: skip
    return [(place, inside) for place, inside in own if inside is not None]


def _outpost(work: Work, swarm: Swarm, incident: Incident, near: UserRef) -> RoomOf:
    swarm.outposts.append(Outpost(platform=near.platform))
    work.get(Swarms).save(swarm)
    place = swarm.places()[-1]
    furnish(work, swarm, incident, place, near)
    return place

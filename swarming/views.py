"""Cards of the swarm: the charter, invitations, and what the room is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import (
    Action,
    Actions,
    Block,
    Card,
    Facts,
    Heading,
    Note,
    Paragraph,
    Span,
    Style,
    Text,
    Tone,
    as_plain,
    plain,
    strong,
)
from bot.refs import RoomRef
from bot.texts import Voice
from incidents import wording
from incidents.model import Incident, State
from incidents.wording import Scene
from swarming.model import Seat, SeatState, Swarm, Why


def charter(voice: Voice, swarm: Swarm, incident: Incident, scene: Scene) -> Card:
    """The pinned card: goal, lead, what is known, when people hear next, and who is here and why."""
    rows: list[tuple[str, Text]] = [
        (voice.line("Goal"), _goal(voice, incident, scene)),
        (voice.line("Lead"), wording.leader(voice, incident)),
        (voice.line("State"), plain(wording.state(voice, incident))),
        (voice.line("Affected"), plain(str(scene.affected))),
    ]
    if incident.open and incident.next_update_at is not None:
        rows.append((voice.line("Next update"), plain(voice.time(incident.next_update_at))))
    blocks: list[Block] = [
        Heading(wording.headline(incident, scene)),
        Facts(tuple(rows)),
    ]
    if known := _known(incident):
        blocks += [Paragraph((strong(voice.line("What is known")),)), Paragraph(plain(known))]
    if swarm.seats:
        blocks.append(Paragraph((strong(voice.line("Who was asked, and why")),)))
        blocks.append(
            Facts(tuple((_seat_name(voice, seat), reason(voice, seat.why, seat.detail)) for seat in swarm.seats))
        )
    if incident.open:
        ref = incident.reference
        blocks.append(Actions((wording.update(voice, ref), wording.take(voice, ref), wording.resolve(voice, ref))))
        blocks.append(Note(voice.say("Whoever is here decides together. Everything said here stays here; only updates "
                                     "are told to the people affected.")))  # fmt: skip
    summary = f"{wording.headline(incident, scene)} – {wording.state(voice, incident)}"
    return Card(summary=summary, blocks=tuple(blocks), language=voice.language)


def invitation(voice: Voice, swarm: Swarm, incident: Incident, seat: Seat, scene: Scene) -> Card:
    """To one expert: what it is, why they are asked, and one tap either way."""
    first = voice.say(
        "Can you help with {ref}? {title}", ref=wording.reference(incident), title=_title(incident, scene)
    )
    why = voice.say("Why you are asked: {reason}.", reason=reason(voice, seat.why, seat.detail))
    blocks: list[Block] = [Paragraph(first), Paragraph(why)]
    if swarm.room is not None:
        blocks.append(Paragraph(voice.say("The room: {room}", room=_room(swarm, swarm.room))))
    ref = incident.reference
    blocks.append(
        Actions((
            Action("accept", voice.line("I’m in"), ref, voice.line("accept {ref}", ref=ref), Tone.PRIMARY),
            Action("decline", voice.line("Not this time"), ref, voice.line("decline {ref}", ref=ref)),
        ))
    )  # fmt: skip
    blocks.append(Note(voice.say("Declining is fine and is not counted.")))
    return Card(summary=as_plain(first), blocks=tuple(blocks), language=voice.language)


def welcome(voice: Voice, swarm: Swarm) -> Text:
    """To somebody who comes: where it is."""
    if swarm.room is None:
        return voice.say("Thank you. You are in the swarm of {ref}.", ref=swarm.reference)
    room = _room(swarm, swarm.room)
    return voice.say("Thank you. You are in the swarm of {ref}: {room}", ref=swarm.reference, room=room)


def reason(voice: Voice, why: Why, detail: str) -> Text:
    """Why this person."""
    match why:
        case Why.ON_DUTY:
            return voice.say("on duty for {team}", team=detail)
        case Why.MEMBER:
            return voice.say("member of {team}", team=detail)
        case Why.SKILL:
            return voice.say("knows {skills}", skills=detail)
        case Why.DECLARED:
            return voice.say("declared the outage")
        case Why.JOINED:
            return voice.say("joined to help")
        case Why.HANDED_OVER:
            return voice.say("was handed the lead")


def line(voice: Voice, sentence: Text) -> Card:
    """One sentence to the room."""
    return Card(summary=as_plain(sentence), blocks=(Paragraph(sentence),), language=voice.language)


def overdue(voice: Voice, incident: Incident) -> Card:
    """To the room: the affected were promised to hear by now."""
    sentence = voice.say(
        "The people affected by {ref} are waiting for the promised update.", ref=wording.reference(incident)
    )
    return Card(
        summary=as_plain(sentence),
        blocks=(Paragraph(sentence), Actions((wording.update(voice, incident.reference),))),
        language=voice.language,
    )


def helpers(voice: Voice, what: str, found: Sequence[tuple[str, Why, str]]) -> Card:
    """Who can help with something, and why."""
    if not found:
        nobody = voice.say("I know nobody for “{what}”. Try the name of a service, or a skill.", what=what)
        return line(voice, nobody)
    title = voice.line("Who can help with {what}", what=what)
    rows = tuple((name, reason(voice, why, detail)) for name, why, detail in found)
    return Card(summary=title, blocks=(Heading(title), Facts(rows)), language=voice.language)


def topic(voice: Voice, incident: Incident, scene: Scene) -> str:
    """The topic of the room."""
    return f"{wording.headline(incident, scene)} – {wording.state(voice, incident)}"


def _room(swarm: Swarm, room: RoomRef) -> Span:
    return Span(swarm.room_name, Style.ROOM, str(room))


def _goal(voice: Voice, incident: Incident, scene: Scene) -> Text:
    return voice.say("{what}: in order again for everybody affected", what=scene.service or incident.title)


def _known(incident: Incident) -> str:
    """What solved it, the newest update, or what was reported where the heading does not say it all."""
    if incident.state is State.RESOLVED and incident.solution:
        return incident.solution
    said = incident.latest.text if incident.latest else incident.words
    return "" if said == incident.title and not incident.confidential else said


def _title(incident: Incident, scene: Scene) -> str:
    return f"{scene.service}: {incident.title}" if scene.service else incident.title


def _seat_name(voice: Voice, seat: Seat) -> str:
    match seat.state:
        case SeatState.ACCEPTED:
            return f"{seat.name} ✓"
        case SeatState.DECLINED | SeatState.LEFT:
            absent = voice.line("not here")
            return f"{seat.name} ({absent})"
        case SeatState.INVITED:
            return seat.name

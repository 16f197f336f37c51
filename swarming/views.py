"""Cards of the swarm: the charter, invitations, and what the room is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import (
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
    as_plain,
    plain,
    strong,
)
from bot.plain import ELLIPSIS
from bot.refs import RoomRef
from bot.texts import Voice
from incidents import files, wording
from incidents.model import Incident, State
from incidents.wording import Scene
from swarming.model import Seat, SeatState, Swarm, Why


def charter(voice: Voice, swarm: Swarm, incident: Incident, scene: Scene) -> Card:
    """The pinned card: goal, lead, what is known, when people hear next, and who is here and why. What the topic above
    it says, it does not repeat."""
    title = incident.reference if incident.confidential else f"{incident.reference} · {incident.title}"
    blocks: list[Block] = [Heading(title), Facts(_standing(voice, swarm, incident, scene))]
    if known := _known(incident):
        blocks += [Paragraph((strong(voice.line("What is known")),)), Paragraph(plain(known))]
    if scene.files:
        blocks.append(Note(plain("📎 ") + files.counted(voice, len(scene.files))))
    if swarm.seats:
        blocks.append(Paragraph((strong(voice.line("Who was asked, and why")),)))
        blocks.append(Facts(tuple((_seat_name(voice, seat), _seat_reason(voice, seat)) for seat in swarm.seats)))
    if incident.open:
        ref = incident.reference
        blocks.append(Actions((wording.update(voice, ref), wording.take(voice, ref), wording.resolve(voice, ref))))
        if swarm.spared():
            blocks.append(Note(voice.say("Who does not want to be disturbed is asked if nobody else comes. To ask them "
                                         "now, invite them into this room.")))  # fmt: skip
        blocks.append(Note(voice.say("Whoever is here decides together. Everything said here stays here; only updates "
                                     "are told to the people affected.")))  # fmt: skip
    blocks += wording.page(voice, scene)
    summary = f"{title} – {wording.state(voice, incident)}"
    return Card(summary=summary, blocks=tuple(blocks), language=voice.language)


def _standing(voice: Voice, swarm: Swarm, incident: Incident, scene: Scene) -> tuple[tuple[str, Text], ...]:
    rows: list[tuple[str, Text]] = [
        (voice.line("Goal"), voice.say("in order again for everybody affected")),
        (voice.line("Lead"), wording.leader(voice, incident)),
        (voice.line("State"), plain(wording.state(voice, incident))),
        (voice.line("Since"), plain(voice.time(incident.declared_at or incident.opened_at))),
        (voice.line("Affected"), plain(str(scene.affected))),
    ]
    if incident.open and incident.next_update_at is not None:
        rows.append((voice.line("Next update"), plain(voice.time(incident.next_update_at))))
    if swarm.earlier is not None:
        rows.append((voice.line("Earlier room"), (Span(swarm.earlier.id, Style.ROOM, str(swarm.earlier)),)))
    return tuple(rows)


def farewell(voice: Voice, incident: Incident) -> Text:
    """It is over."""
    if incident.state is State.RESOLVED:
        return voice.say("{ref} is resolved. Thank you, everybody. This room closes now and stays readable.",
                         ref=incident.reference)  # fmt: skip
    return voice.say("{ref} was withdrawn. This room closes now and stays readable.", ref=incident.reference)


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
        case Why.LEADS:
            return voice.say("takes care of it")


def line(voice: Voice, sentence: Text) -> Card:
    """One sentence to the room."""
    return Card(summary=as_plain(sentence), blocks=(Paragraph(sentence),), language=voice.language)


def noted(voice: Voice, sentence: Text, note: Text) -> Card:
    """One sentence with small print."""
    return Card(summary=as_plain(sentence), blocks=(Paragraph(sentence), Note(note)), language=voice.language)


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
    """The topic of the room: what it is about, and how it ended."""
    named = [incident.reference, scene.service] if scene.service and not incident.confidential else [incident.reference]
    topic = " · ".join(named)
    return topic if incident.open else f"{topic} – {wording.state(voice, incident)}"


def known(voice: Voice) -> str:
    """What the way to the charter is called."""
    return voice.line("What is known, and who is here")


def page(voice: Voice) -> str:
    """What the way to the public page is called."""
    return voice.line("Status page")


def room(swarm: Swarm, room: RoomRef) -> Span:
    return Span(swarm.room_name, Style.ROOM, str(room))


def _known(incident: Incident) -> str:
    """What solved it, the newest update, or of what was reported all that the heading does not say."""
    if incident.state is State.RESOLVED and incident.solution:
        return incident.solution
    if incident.latest is not None:
        return incident.latest.text
    if incident.confidential:
        return incident.words
    beginning, words = incident.title.removesuffix(ELLIPSIS), " ".join(incident.words.split())
    if not words.startswith(beginning):
        return words
    rest = words.removeprefix(beginning)
    return f"{ELLIPSIS}{rest}" if rest else ""


def _seat_reason(voice: Voice, seat: Seat) -> Text:
    why = reason(voice, seat.why, seat.detail)
    if seat.state is not SeatState.SPARED or seat.quiet_until is None:
        return why
    until = voice.time(seat.quiet_until)
    return voice.say("{reason} – not asked: do not disturb until {time}", reason=why, time=until)


def _seat_name(voice: Voice, seat: Seat) -> str:
    match seat.state:
        case SeatState.ACCEPTED:
            return f"{seat.name} ✓"
        case SeatState.DECLINED | SeatState.LEFT:
            absent = voice.line("not here")
            return f"{seat.name} ({absent})"
        case SeatState.INVITED | SeatState.SPARED:
            return seat.name

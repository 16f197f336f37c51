"""What the bot's home shows about swarms. Typed: ``status``, ``join INC-n``, ``decline INC-n``."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards import Action, Actions, Block, Card, Facts, Heading, Span, Style, Text, Tone, plain
from bot.homes import Visit
from bot.router import Router
from bot.texts import Voice
from incidents import scenes, wording
from incidents.model import Incident
from incidents.ports import Incidents
from swarming.model import SeatState, Swarm
from swarming.ports import Swarms

router = Router()


@router.home(40)
def swarms(visit: Visit) -> Iterable[Card]:
    """The swarms somebody sits in or is asked into."""
    blocks: list[Block] = []
    for swarm in visit.work.get(Swarms).of_person(visit.person.id):
        incident = visit.work.get(Incidents).get(swarm.incident)
        if incident is not None:
            blocks += _one(visit, swarm, incident)
    if blocks:
        title = visit.voice.line("Your swarms")
        yield Card(summary=title, blocks=(Heading(title), *blocks), language=visit.voice.language)


def _one(visit: Visit, swarm: Swarm, incident: Incident) -> list[Block]:
    voice = visit.voice
    room = swarm.room_on(visit.account.platform)
    where: Text = (Span(room.id, Style.ROOM, str(room)),) if room is not None else plain(wording.state(voice, incident))
    blocks: list[Block] = [
        Facts(((wording.headline(incident, scenes.scene(visit.work, incident, voice.language)), where),))
    ]
    seat = swarm.seat(visit.person.id)
    if seat is not None and seat.state is SeatState.INVITED:
        blocks.append(Actions(_answers(voice, swarm.reference)))
    return blocks


def _answers(voice: Voice, ref: str) -> tuple[Action, ...]:
    return (
        Action("accept", voice.line("I’m in"), ref, voice.line("accept {ref}", ref=ref), Tone.PRIMARY),
        Action("decline", voice.line("Not this time"), ref, voice.line("decline {ref}", ref=ref)),
    )

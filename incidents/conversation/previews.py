"""What is shown below a message that holds the address of an outage's public page."""

from __future__ import annotations

from bot.act import Act
from bot.cards import Card
from bot.router import Router
from incidents import pages, scenes, views
from incidents.model import State, parse_reference
from incidents.ports import Incidents

router = Router()


@router.preview
def preview(act: Act, address: str) -> Card | None:
    """What the page says to everybody, whoever wrote the address; nothing of what has no page."""
    number = parse_reference(pages.named_by(act.work, address, "incidents"))
    incident = act.work.get(Incidents).get(number) if number is not None else None
    if incident is None or incident.state not in (State.OPEN, State.RESOLVED):
        return None
    scene = scenes.scene(act.work, incident, act.voice.language)
    return views.preview(act.voice, incident, scene) if scene.page else None

"""Stopping what is being told to many."""

from __future__ import annotations

from bot import broadcasts
from bot.act import Act
from bot.errors import Rejected
from bot.events import ActionTaken
from bot.router import Router
from bot.texts import phrase
from bot.words import Command, Verb
from incidents import access, wording
from incidents.conversation import which
from incidents.model import Incident

router = Router()


@router.command(Verb.STOP_UPDATE)
def stop_update(act: Act, command: Command) -> None:
    """``stop update INC-n``."""
    _stop(act, which.meant(act, command))


@router.action(broadcasts.STOP)
def stop_update_by_tap(act: Act, event: ActionTaken) -> None:
    """The button under how far it has come."""
    _stop(act, which.named(act, event.value))


def _stop(act: Act, incident: Incident) -> None:
    if not access.may_steer(act.work, incident, act.person.id):
        raise Rejected(phrase("Only the people who work on {ref} can do this. To help, write “join {ref}”.",
                              ref=incident.reference))  # fmt: skip
    stopped = broadcasts.stop(act.work, incident.reference, act.person.name)
    if not stopped:
        raise Rejected(phrase("No news about {ref} is on its way any more.", ref=incident.reference))
    sentence = act.voice.plural(
        "Stopped. {n} person is not told about {ref} any more.",
        "Stopped. {n} people are not told about {ref} any more.", stopped, ref=wording.reference(incident),
    )  # fmt: skip
    act.tell(sentence, about=incident.reference)

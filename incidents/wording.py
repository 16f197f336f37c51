"""Small pieces of wording that several cards share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.cards import Action, Text, Tone, strong
from bot.texts import Voice
from incidents.model import Incident, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a card shows beside the incident itself; use cases do not know it, whoever builds the card looks it up."""

    service: str = ""
    team: str = ""
    opens_at: datetime | None = None
    affected: int = 1
    page: str = ""
    room: Text = ()


def reference(incident: Incident) -> Text:
    """The reference, emphasised."""
    return (strong(incident.reference),)


def state(voice: Voice, incident: Incident) -> str:
    """The state in one or two words."""
    match incident.state:
        case State.OPEN:
            return voice.line("Outage") if incident.outage else voice.line("Open")
        case State.RESOLVED:
            return voice.line("Resolved")
        case State.DISMISSED:
            return voice.line("Withdrawn")
        case State.JOINED:
            return voice.line("Joined to another")


def headline(incident: Incident, scene: Scene) -> str:
    """``INC-4 · VPN: it does not connect``; a confidential one keeps its words to itself."""
    if incident.confidential:
        return incident.reference
    about = f"{scene.service}: " if scene.service else ""
    return f"{incident.reference} · {about}{incident.title}"


def affected(voice: Voice, n: int) -> Text:
    """How many it hits."""
    return voice.plural("{n} person is affected.", "{n} people are affected.", n)


def me_too(voice: Voice, ref: str) -> Action:
    """Join an incident."""
    return Action("me_too", voice.line("Me too"), ref, f"me too {ref}")


def not_a_request(voice: Voice, ref: str) -> Action:
    """Undo the registering."""
    return Action("not_a_request", voice.line("Not a request"), ref, f"not a request {ref}")


def undo(voice: Voice, ref: str) -> Action:
    """Undo the undoing."""
    return Action("undo_dismiss", voice.line("Undo"), ref, f"undo {ref}")


def works_again(voice: Voice, ref: str) -> Action:
    """It works for me."""
    return Action("works_again", voice.line("Works again"), ref, f"works again {ref}", Tone.PRIMARY)


def still_broken(voice: Voice, ref: str) -> Action:
    """It does not work for me."""
    return Action("still_broken", voice.line("Still broken"), ref, f"still broken {ref}")


def ratings(voice: Voice, ref: str) -> tuple[Action, ...]:
    """One tap: how did it go."""
    return (
        Action("rate", "🙂 " + voice.line("Good"), f"{ref}|good", f"rate {ref} good"),
        Action("rate", "😐 " + voice.line("All right"), f"{ref}|fair", f"rate {ref} fair"),
        Action("rate", "🙁 " + voice.line("Poor"), f"{ref}|poor", f"rate {ref} poor"),
    )


def declare(voice: Voice, ref: str) -> Action:
    """Call it an outage."""
    return Action("declare", voice.line("Declare outage"), ref, f"outage {ref}", Tone.DANGER)


def take(voice: Voice, ref: str) -> Action:
    """Lead it."""
    return Action("take", voice.line("I take care of it"), ref, f"hand over {ref} to me")


def resolve(voice: Voice, ref: str) -> Action:
    """Say what solved it."""
    return Action("resolve", voice.line("Resolve"), ref, f"resolve {ref}")


def update(voice: Voice, ref: str) -> Action:
    """Tell the affected something."""
    return Action("update", voice.line("Write update"), ref, f"update {ref}")

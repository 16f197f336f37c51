"""Small pieces of wording that several cards share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Action, Block, Note, Text, Tone, as_plain, link, plain, strong
from bot.events import File
from bot.texts import Voice
from incidents.files import listed as listed_files
from incidents.model import Incident, Rating, State
from incidents.targets import NOTHING, Due, Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a card shows beside the incident itself; use cases do not know it, whoever builds the card looks it up."""

    now: datetime
    service: str = ""
    named: tuple[str, ...] = ()
    """The services that the report could be about as well as each other."""
    team: str = ""
    opens_at: datetime | None = None
    affected: int = 1
    page: str = ""
    files: tuple[File, ...] = ()
    """What came with the reports and with what was said about them where many read it."""
    room: Text = ()
    expected: Expected = NOTHING


def reference(incident: Incident) -> Text:
    """The reference, emphasised."""
    return (strong(incident.reference),)


def page(voice: Voice, scene: Scene) -> tuple[Block, ...]:
    """The way to the public page, where there is one."""
    if not scene.page:
        return ()
    return (Note((link(voice.line("See how it goes on the status page"), scene.page),)),)


def named(incident: Incident, scene: Scene) -> Text:
    """The reference with what it is about, for whoever does not see the report above it."""
    if incident.confidential:
        return reference(incident)
    return (*reference(incident), *plain(f" · {scene.service or incident.title}"))


def leader(voice: Voice, incident: Incident) -> Text:
    """Who takes care of it."""
    return plain(incident.lead_name or voice.line("nobody yet"))


def state(voice: Voice, incident: Incident) -> str:
    """The state in one or two words."""
    match incident.state:
        case State.OPEN:
            if incident.parent is not None:
                return voice.line("Part of {ref}", ref=f"INC-{incident.parent}")
            return voice.line("Outage") if incident.outage else voice.line("Open")
        case State.RESOLVED:
            return voice.line("Resolved")
        case State.DISMISSED:
            return voice.line("Withdrawn")
        case State.JOINED:
            return voice.line("Part of {ref}", ref=f"INC-{incident.joined_to}")


def headline(incident: Incident, scene: Scene) -> str:
    """``INC-4 · VPN: it does not connect``; a confidential one keeps its words to itself."""
    if incident.confidential:
        return incident.reference
    about = f"{scene.service}: " if scene.service else ""
    return f"{incident.reference} · {about}{incident.title}"


def listed(voice: Voice, names: Sequence[str]) -> str:
    """``VPN, Wi-Fi or Printing``."""
    return voice.line("{names} or {last}", names=", ".join(names[:-1]), last=names[-1])


def affected(voice: Voice, n: int) -> Text:
    """How many it hits."""
    return voice.plural("{n} person is affected.", "{n} people are affected.", n)


def standing(voice: Voice, incident: Incident, scene: Scene) -> Text:
    """How it stands in a line: the state; and while it is open who takes care of it, how many it hits and by when there
    is news."""
    parts = [state(voice, incident)]
    if incident.open and incident.lead_name:
        parts.append(incident.lead_name)
    if incident.open and scene.affected > 1:
        parts.append(as_plain(affected(voice, scene.affected)))
    if incident.open and incident.next_update_at is not None:
        parts.append(voice.line("Next update by {time}.", time=voice.time(incident.next_update_at)))
    return plain(" · ".join(part.removesuffix(".") for part in parts))


def expectation(voice: Voice, scene: Scene) -> Text:
    """When the people affected should have an answer and a solution; empty where nothing was agreed or it is past."""
    answer, solution = (_by(voice, due, scene.now) for due in (scene.expected.answer, scene.expected.solution))
    if answer and solution:
        return voice.say("Answer by {time}, solved by {later}.", time=answer, later=solution)
    if answer:
        return voice.say("Answer by {time}.", time=answer)
    return voice.say("Solved by {time}.", time=solution) if solution else ()


def urgent(voice: Voice, scene: Scene) -> list[tuple[str, Text]]:
    """For those who work on it: what was agreed and is nearly due or over, as rows of a card."""
    agreed = ((voice.line("Answer"), scene.expected.answer), (voice.line("Solution"), scene.expected.solution))
    return [
        (
            name,
            voice.say("overdue since {time}", time=voice.time(due.at))
            if due.over(scene.now)
            else voice.say("due by {time}", time=voice.time(due.at)),
        )
        for name, due in agreed
        if due is not None and due.near(scene.now)
    ]


def files(voice: Voice, scene: Scene) -> list[tuple[str, Text]]:
    """What was sent along, as a row of a card that shows people's words."""
    return [(voice.line("Files"), listed_files(voice, scene.files))] if scene.files else []


def _by(voice: Voice, due: Due | None, now: datetime) -> str:
    return "" if due is None or due.over(now) else voice.time(due.at)


def me_too(voice: Voice, ref: str) -> Action:
    """Join an incident."""
    return Action("me_too", voice.line("Me too"), ref, voice.line("me too {ref}", ref=ref))


def not_a_request(voice: Voice, ref: str) -> Action:
    """Undo the registering."""
    return Action("not_a_request", voice.line("Not a request"), ref, voice.line("not a request {ref}", ref=ref))


def undo(voice: Voice, ref: str) -> Action:
    """Undo the undoing."""
    return Action("undo_dismiss", voice.line("Undo"), ref, voice.line("undo {ref}", ref=ref))


def something_else(voice: Voice, ref: str) -> Action:
    """Take it out of the outage it was added to."""
    return Action("undo_dismiss", voice.line("It is something else"), ref, voice.line("undo {ref}", ref=ref))


def works_again(voice: Voice, ref: str) -> Action:
    """It works for me."""
    typed = voice.line("works again {ref}", ref=ref)
    return Action("works_again", voice.line("Works again"), ref, typed, Tone.PRIMARY)


def still_broken(voice: Voice, ref: str) -> Action:
    """It does not work for me."""
    return Action("still_broken", voice.line("Still broken"), ref, voice.line("still broken {ref}", ref=ref))


def rating(voice: Voice, rating: Rating) -> str:
    """A rating as its button says it."""
    match rating:
        case Rating.GOOD:
            return voice.line("Good")
        case Rating.FAIR:
            return voice.line("All right")
        case Rating.POOR:
            return voice.line("Poor")


def ratings(voice: Voice, ref: str) -> tuple[Action, ...]:
    """One tap: how did it go."""
    return (
        Action("rate", "🙂 " + rating(voice, Rating.GOOD), f"{ref}|good", voice.line("rate {ref} good", ref=ref)),
        Action("rate", "😐 " + rating(voice, Rating.FAIR), f"{ref}|fair", voice.line("rate {ref} all right", ref=ref)),
        Action("rate", "🙁 " + rating(voice, Rating.POOR), f"{ref}|poor", voice.line("rate {ref} poor", ref=ref)),
    )


def declare(voice: Voice, ref: str) -> Action:
    """Call it an outage."""
    return Action("declare", voice.line("Declare outage"), ref, voice.line("outage {ref}", ref=ref), Tone.DANGER)


def take(voice: Voice, ref: str) -> Action:
    """Lead it."""
    return Action("take", voice.line("I’ll take care of it"), ref, voice.line("hand over {ref} to me", ref=ref))


def resolve(voice: Voice, ref: str) -> Action:
    """Say what solved it."""
    return Action("resolve", voice.line("Resolve"), ref, voice.line("resolve {ref}", ref=ref))


def update(voice: Voice, ref: str) -> Action:
    """Tell the affected something."""
    return Action("update", voice.line("Write update"), ref, voice.line("update {ref}", ref=ref))
